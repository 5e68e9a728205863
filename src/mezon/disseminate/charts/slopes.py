"""Slope chart: who rose and who fell between two periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import polars as pl

from mezon.disseminate.charts.drawing import (
    Stroke,
    Words,
    along,
    chart_of,
    colour_by,
    pixel_x,
    shown_on_hover,
    strokes,
    words,
)
from mezon.disseminate.charts.empty import no_data, why_nothing
from mezon.disseminate.charts.end_labels import EndLabel, end_labels, label_room, needed_height
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.numbers import Axis, axis_of, format_change, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.sheet import LABEL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.wording import listed, say

_LABEL_HEIGHT = 25.0
_ROOM, _ROOM_NARROW = 200.0, 116.0
#: The ways need so many pixels between the two columns of names.
_NARROWEST = 110.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slope:
    """A unit with its two values, its colours, and how its change is written."""

    label: str
    before: float | None
    after: float | None
    colour: str
    ink: str
    chosen: bool
    change: str


def slope(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    before: str,
    after: str,
    highlight: str = "",
    best: Literal["high", "low"] = "high",
    decimals: int = 1,
) -> Chart:
    """Draw every unit's way from one period to the other.

    data : unit, label, before, after. A unit that lacks one value shows the other as a point without a line.
    `before`, `after` : the names of the periods; `best="low"` puts small values (ranks) on top.
    `highlight` : a unit's code, in the accent with the others in grey; without it rises and falls have their colours.
    """
    table = tidy(data, texts=("unit", "label"), numbers=("before", "after")).sort(
        "after", "before", "unit", descending=[best == "high", best == "high", False], nulls_last=True
    )
    reason = why_nothing(table, look, value="before") or why_nothing(table, look, value="after")
    if not reason and table.drop_nulls().is_empty():
        reason = say("nothing.one_period", look.language, before=before, after=after)
    if reason:
        return no_data(reason, look=look, caption=caption, table=table)
    slopes = [_slope(row, look, highlight, best, decimals) for row in table.to_dicts()]
    layers, plot = _draw(slopes, look, (before, after), ranks=best == "low", decimals=decimals)
    notes = () if highlight else (say("slope.colours", look.language),)
    told = Told(alt=_alt(slopes, look, before, after), table=table, notes=(*notes, *_absent(slopes, look)))
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _slope(row: dict[str, Any], look: Look, highlight: str, best: str, decimals: int) -> _Slope:
    colours, before, after = look.colours, row["before"], row["after"]
    change = None if before is None or after is None else after - before
    chosen = bool(highlight) and row["unit"] == highlight
    better = (change or 0) * (1 if best == "high" else -1)
    colour = colours.muted if highlight or not better else colours.positive if better > 0 else colours.negative
    ink = colours.soft if colour == colours.muted else colour
    return _Slope(
        label=row["label"],
        before=before,
        after=after,
        colour=colours.accent if chosen else colour,
        ink=colours.accent if chosen else ink,
        chosen=chosen,
        change=format_change(change, decimals=decimals, language=look.language),
    )


def _draw(
    slopes: list[_Slope], look: Look, periods: tuple[str, str], *, ranks: bool, decimals: int
) -> tuple[list[alt.Chart], Plot]:
    room = _ROOM if not look.narrow else min(_ROOM_NARROW, look.width / 2 - look.margin - _NARROWEST / 2)
    sides = [[_label(item, value, look, decimals) for item, value in _present(slopes, side)] for side in (0, 1)]
    height = max(220.0, len(slopes) * _LABEL_HEIGHT, *(needed_height(labels, look, room) for labels in sides))
    values = [value for item in slopes for value in (item.before, item.after) if value is not None]
    top, bottom = 6.0, height - 6
    axis = axis_of(values, start=top if ranks else bottom, end=bottom if ranks else top, tight=True)
    left, right = (look.margin + label_room(labels, look, room) for labels in sides)
    width = plot_width(look, left, right)
    leads, said = [], []
    for side, x, align in ((0, 0.0, "right"), (1, width, "left")):
        points = [(x, axis.at(value)) for _, value in _present(slopes, side)]
        lead, names = end_labels(sides[side], points, look, edge=x, height=height, side=align, room=room)  # type: ignore[arg-type]
        leads += lead
        said += [
            *names,
            Words(x=x, y=-14, text=periods[side], colour=look.colours.ink, size=LABEL, bold=True, align="center"),
        ]
    posts = [Stroke(x=x, y=0, x2=x, y2=height, colour=look.colours.rule) for x in (0.0, width)]
    layers = [*strokes([*posts, *leads]), *_marks(slopes, axis, width, look), *words(said)]
    return layers, Plot(left=left, right=right, height=height, above=30, below=14)


def _present(slopes: list[_Slope], side: int) -> list[tuple[_Slope, float]]:
    pairs = [(item, item.after if side else item.before) for item in slopes]
    return [(item, value) for item, value in pairs if value is not None]


def _label(item: _Slope, value: float, look: Look, decimals: int) -> EndLabel:
    figure = format_number(value, decimals=decimals, language=look.language)
    return EndLabel(name=item.label, figure=figure, ink=item.ink, bold=item.chosen)


def _marks(slopes: list[_Slope], axis: Axis, width: float, look: Look) -> list[alt.Chart]:
    ordered = sorted(slopes, key=lambda item: item.chosen)
    ways = [
        {
            "x": 0,
            "x2": width,
            "before": item.before,
            "after": item.after,
            "colour": item.colour,
            "label": item.label,
            "change": item.change,
            "width": 2.6 if item.chosen else 1.5,
        }
        for item in ordered
        if item.before is not None and item.after is not None
    ]
    dots = [
        {"x": x, "value": value, "colour": item.colour}
        for item in ordered
        for x, value in ((0, item.before), (width, item.after))
        if value is not None
    ]
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)), ("change", say("heading.change", look.language))
    )
    line = chart_of(ways).mark_rule(opacity=1)
    dot = chart_of(dots).mark_circle(size=42, opacity=1)
    return [
        line.encode(
            x=pixel_x(),
            x2="x2:Q",
            y=along("before", axis),
            y2="after:Q",
            color=colour_by(),
            tooltip=hover,
            strokeWidth=alt.StrokeWidth("width", type="quantitative", scale=None, legend=None),
        ),
        dot.encode(x=pixel_x(), y=along("value", axis), color=colour_by()),
    ]


def _absent(slopes: list[_Slope], look: Look) -> tuple[str, ...]:
    names = [item.label for item in slopes if item.before is None or item.after is None]
    return (say("slope.one_value", look.language, names=listed(names, look.language)),) if names else ()


def _alt(slopes: list[_Slope], look: Look, before: str, after: str) -> str:
    moved = [(item.after - item.before, item) for item in slopes if item.before is not None and item.after is not None]
    moved.sort(key=lambda pair: pair[0])
    up, down = sum(change > 0 for change, _ in moved), sum(change < 0 for change, _ in moved)
    said = [say("slope.alt", look.language, n=len(moved), before=before, after=after, up=up, down=down)]
    if len(moved) > 1:
        (_, lowest), (_, highest) = moved[0], moved[-1]
        said.append(
            say(
                "slope.extremes",
                look.language,
                highest=f"{highest.label} ({highest.change})",
                lowest=f"{lowest.label} ({lowest.change})",
            )
        )
    said += [say("slope.chosen", look.language, label=item.label, change=item.change) for item in slopes if item.chosen]
    return " ".join([*said, *_absent(slopes, look)])
