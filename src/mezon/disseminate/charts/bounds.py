"""Bars that keep what a source says of a figure: exactly, about, more than (an open end), less than (an outline)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from mezon.disseminate.charts.axes import NAMED_SCALE_ABOVE, SCALE_ABOVE, scale_above
from mezon.disseminate.charts.drawing import (
    Box,
    Stroke,
    Words,
    across,
    boxes,
    chart_of,
    colour_by,
    pixel_y,
    shown_on_hover,
    strokes,
    words,
)
from mezon.disseminate.charts.empty import no_data, why_no_comparison
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.measuring import widest
from mezon.disseminate.charts.numbers import Axis, axis_of, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.wording import listed, say
from mezon.errors import WrongUse
from mezon.model.codelists import Qualifier

_GAP = 14.0
_HALF = 9.0
_BEFORE = {"": "", "=": "", "~": "≈\u00a0", ">": ">\u00a0", "<": "<\u00a0"}
#: An open end fades in three pieces: pixels from, pixels to, how much of the paper shows through.
_FADING = ((2.0, 9.0, 0.6), (12.0, 17.0, 0.4), (20.0, 23.0, 0.22))
_FADED = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """A bar ready to be drawn."""

    label: str
    value: float | None
    qualifier: str
    written: str
    chosen: bool
    colour: str
    name: str

    @property
    def open(self) -> bool:
        """Whether the true value lies beyond the end of the bar."""
        return self.qualifier == Qualifier.MORE_THAN


def bounded_bars(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    value_name: str = "",
    highlight: str = "",
    decimals: int = 2,
) -> Chart:
    """Draw one bar a row, in the order of the frame, its end as certain as its source.

    data : bar, label, value; optional qualifier ("=", "~", ">", "<"), group (a heading over rows that belong together,
        such as a year). `highlight` : the code of a bar, drawn in the accent wherever it stands.
    Raises : WrongUse for another qualifier.
    """
    table = tidy(
        data, texts=("group", "bar", "label", "qualifier"), numbers=("value",), optional=("group", "qualifier")
    )
    strange = sorted(set(table["qualifier"]) - set(_BEFORE))
    if strange:
        raise WrongUse(f"No qualifier {strange[0]!r}.", hint="Qualifiers: = ~ > <.")
    named = table.with_columns(pl.concat_str("group", "label", separator=" ").str.strip_chars().alias("name"))
    if reason := why_no_comparison(named, look, value="value", label="name"):
        return no_data(reason, look=look, caption=caption, table=table)
    bars = [_bar(row, look, highlight, decimals) for row in table.to_dicts()]
    layers, plot = _draw(bars, table["group"].to_list(), look, value_name)
    told = Told(alt=_alt(bars, look), table=table, notes=_notes(bars, look))
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _bar(row: dict[str, Any], look: Look, highlight: str, decimals: int) -> _Bar:
    number = format_number(row["value"], decimals=decimals, language=look.language)
    written = number if row["value"] is None else _BEFORE[row["qualifier"]] + number
    name = f"{row['label']}, {row['group']}" if row["group"] else row["label"]
    chosen = bool(highlight) and row["bar"] == highlight
    colour = look.colours.accent if chosen or not highlight else look.colours.muted
    return _Bar(
        label=row["label"],
        value=row["value"],
        qualifier=row["qualifier"],
        written=written,
        chosen=chosen,
        colour=colour,
        name=name,
    )


def _draw(bars: list[_Bar], groups: list[str], look: Look, value_name: str) -> tuple[list[alt.Chart], Plot]:
    rows = lay_rows([bar.label for bar in bars], look, share=0.36, step=30, headings=groups, bold=True)
    left, right = look.margin + rows.width + _GAP, look.margin + 4
    absent = say("no_value", look.language) if any(bar.value is None for bar in bars) else ""
    figures = max(widest([bar.written for bar in bars], LABEL, bold=True), widest([absent], SMALL))
    room = figures + 14 + (_FADED if any(bar.open for bar in bars) else 0.0)
    values = [bar.value for bar in bars if bar.value is not None]
    axis = axis_of(
        [*values, 0.0],
        start=0,
        end=plot_width(look, left, right) - room,
        count=3 if look.narrow else 5,
        tight=True,
    )
    marks, said = scale_above(axis, look, name=value_name)
    inks = [look.colours.accent if bar.chosen else look.colours.ink for bar in bars]
    said += row_names(
        rows, look.margin - left, inks, bold=[bar.chosen for bar in bars], heading_colour=look.colours.soft
    )
    said += _figures(bars, rows, axis, look)
    zero = Stroke(x=axis.at(0), y=0, x2=axis.at(0), y2=rows.height, colour=look.colours.ink)
    plot = Plot(left=left, right=right, height=rows.height, above=NAMED_SCALE_ABOVE if value_name else SCALE_ABOVE)
    return [*strokes(marks), *_marks(bars, rows, axis, look), *strokes([zero]), *words(said)], plot


def _marks(bars: list[_Bar], rows: Rows, axis: Axis, look: Look) -> list[alt.Chart]:
    drawn = [
        {
            "label": bar.label,
            "value": bar.value,
            "zero": 0.0,
            "written": bar.written,
            "edge": bar.colour,
            "colour": look.colours.paper if bar.qualifier == Qualifier.LESS_THAN else bar.colour,
            "y": row.middle - _HALF,
            "y2": row.middle + _HALF,
        }
        for bar, row in zip(bars, rows.rows, strict=True)
        if bar.value is not None
    ]
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)), ("written", say("heading.value", look.language))
    )
    edge = alt.Stroke("edge", type="nominal", scale=None, legend=None)
    mark = chart_of(drawn).mark_rect(strokeWidth=1.4)
    ends = mark.encode(
        x=across("zero", axis), x2="value:Q", y=pixel_y(), y2="y2:Q", color=colour_by(), stroke=edge, tooltip=hover
    )
    return [ends, *_open_ends(bars, rows, axis)]


def _open_ends(bars: list[_Bar], rows: Rows, axis: Axis) -> list[alt.Chart]:
    """Let the bars whose true end lies further out fade."""
    layers = []
    for start, end, opacity in _FADING:
        pieces = [
            Box(
                x=axis.at(bar.value) + start,
                y=row.middle - _HALF,
                x2=axis.at(bar.value) + end,
                y2=row.middle + _HALF,
                colour=bar.colour,
            )
            for bar, row in zip(bars, rows.rows, strict=True)
            if bar.open and bar.value is not None
        ]
        layers += boxes(pieces, opacity=opacity)
    return layers


def _figures(bars: list[_Bar], rows: Rows, axis: Axis, look: Look) -> list[Words]:
    said = []
    for bar, row in zip(bars, rows.rows, strict=True):
        missing = bar.value is None
        x = axis.at(max(bar.value or 0.0, 0.0)) + 8 + (_FADED if bar.open else 0)
        said.append(
            Words(
                x=x,
                y=row.middle,
                text=say("no_value", look.language) if missing else bar.written,
                colour=look.colours.soft if missing else look.colours.accent if bar.chosen else look.colours.ink,
                size=SMALL if missing else LABEL,
                bold=not missing,
            )
        )
    return said


def _notes(bars: list[_Bar], look: Look) -> tuple[str, ...]:
    used = {bar.qualifier for bar in bars if bar.value is not None}
    kinds = ((">", "bounded.more_than"), ("<", "bounded.less_than"), ("~", "bounded.about"))
    return tuple(say(key, look.language) for mark, key in kinds if mark in used)


def _alt(bars: list[_Bar], look: Look) -> str:
    present = sorted((bar for bar in bars if bar.value is not None), key=lambda bar: (bar.value, bar.name))
    absent = [bar.name for bar in bars if bar.value is None]
    said = [say("bounded.alt", look.language, n=len(present))]
    said.append(
        say(
            "bounded.extremes",
            look.language,
            largest=f"{present[-1].name} ({present[-1].written})",
            smallest=f"{present[0].name} ({present[0].written})",
        )
    )
    said += [f"{bar.name}: {bar.written}." for bar in bars if bar.chosen and bar.value is not None]
    opened = [bar.name for bar in bars if bar.open and bar.value is not None]
    said += [say("bounded.open", look.language, names=listed(opened, look.language))] if opened else []
    said += [say("without_value", look.language, names=listed(absent, look.language))] if absent else []
    return " ".join(said)
