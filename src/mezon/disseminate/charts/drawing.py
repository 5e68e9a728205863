"""The few marks that every picture is made of, as Altair layers.

What carries data is placed by a scale in the unit of the data (`across`, `along`); words, rules and shades are placed
in pixels of the plot, because they are laid out by measure (x to the right, y down, from the plot's upper left corner;
negative values lie in the margins).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Literal

import altair as alt

from mezon.disseminate.charts.measuring import text_width
from mezon.disseminate.charts.numbers import Axis

Align = Literal["left", "right", "center"]
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text; `y` is the middle of its small letters."""

    x: float
    y: float
    text: str
    colour: str
    size: float
    bold: bool = False
    align: Align = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A straight line."""

    x: float
    y: float
    x2: float
    y2: float
    colour: str
    width: float = 1.0
    dash: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A filled rectangle between two corners."""

    x: float
    y: float
    x2: float
    y2: float
    colour: str


def chart_of(rows: Iterable[Mapping[str, Any]]) -> alt.Chart:
    """Start a layer from rows, kept inside the specification."""
    return alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))


def across(field: str, axis: Axis) -> alt.X:
    """Place by a number on the horizontal axis."""
    return alt.X(field, type="quantitative", scale=_scale(axis), axis=None)


def along(field: str, axis: Axis) -> alt.Y:
    """Place by a number on the vertical axis."""
    return alt.Y(field, type="quantitative", scale=_scale(axis), axis=None)


def pixel_x(field: str = "x") -> alt.X:
    """Place by pixels from the left edge of the plot."""
    return alt.X(field, type="quantitative", scale=None, axis=None)


def pixel_y(field: str = "y") -> alt.Y:
    """Place by pixels from the top of the plot."""
    return alt.Y(field, type="quantitative", scale=None, axis=None)


def colour_by(field: str = "colour") -> alt.Color:
    """Take the colour as it stands in a column."""
    return alt.Color(field, type="nominal", scale=None, legend=None)


def shown_on_hover(*fields: tuple[str, str]) -> list[alt.Tooltip]:
    """Show columns (name, heading) under the pointer, where the picture is interactive."""
    return [alt.Tooltip(name, type="nominal", title=heading) for name, heading in fields]


def touch(one: Words, other: Words) -> bool:
    """Say whether two lines of text would touch."""
    (left, right), (start, end) = _span(one), _span(other)
    return left < end + 3 and start < right + 3 and abs(one.y - other.y) < 0.45 * (one.size + other.size)


def _span(item: Words) -> tuple[float, float]:
    width = text_width(item.text, item.size, bold=item.bold)
    left = item.x - {"left": 0.0, "center": width / 2, "right": width}[item.align]
    return left, left + width


def words(items: Iterable[Words]) -> list[alt.Chart]:
    """Set lines of text, one layer for each size, weight and alignment."""

    def kind(item: Words) -> tuple[float, bool, Align]:
        return item.size, item.bold, item.align

    layers = []
    for (size, bold, align), group in groupby(sorted(items, key=kind), key=kind):
        rows = [
            {"x": round(item.x, 2), "y": round(item.y, 2), "text": item.text, "colour": item.colour} for item in group
        ]
        mark = chart_of(rows).mark_text(
            align=align, baseline="middle", fontSize=size, fontWeight="bold" if bold else "normal"
        )
        text = alt.Text("text", type="nominal")
        layers.append(mark.encode(x=pixel_x(), y=pixel_y(), text=text, color=colour_by()))
    return layers


def strokes(items: Iterable[Stroke]) -> list[alt.Chart]:
    """Draw straight lines, one layer for each width and dash."""

    def kind(item: Stroke) -> tuple[float, tuple[int, ...]]:
        return item.width, item.dash

    layers = []
    for (width, dash), group in groupby(sorted(items, key=kind), key=kind):
        mark = chart_of(_plain(group)).mark_rule(strokeWidth=width, strokeDash=list(dash))
        layers.append(mark.encode(x=pixel_x(), y=pixel_y(), x2="x2:Q", y2="y2:Q", color=colour_by()))
    return layers


def boxes(items: Iterable[Box], *, opacity: float = 1.0) -> list[alt.Chart]:
    """Fill rectangles."""
    rows = _plain(items)
    if not rows:
        return []
    mark = chart_of(rows).mark_rect(opacity=opacity)
    return [mark.encode(x=pixel_x(), y=pixel_y(), x2="x2:Q", y2="y2:Q", color=colour_by())]


def _plain(items: Iterable[Stroke] | Iterable[Box]) -> list[dict[str, Any]]:
    kept = ("x", "y", "x2", "y2", "colour")
    return [{name: _rounded(value) for name, value in asdict(item).items() if name in kept} for item in items]


def _rounded(value: Any) -> Any:
    """Cut pixels to hundredths; what cannot be seen need not be sent."""
    return round(value, 2) if isinstance(value, float) else value


def _scale(axis: Axis) -> alt.Scale:
    return alt.Scale(domain=[axis.low, axis.high], range=[axis.start, axis.end], nice=False, zero=False)
