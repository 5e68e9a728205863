"""Paired bars: two figures of one kind for every row, one above the other, each with its bounds where it has any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import polars as pl

from mezon.disseminate.charts.axes import SCALE_ABOVE, scale_above
from mezon.disseminate.charts.drawing import (
    Stroke,
    Words,
    across,
    chart_of,
    colour_by,
    pixel_y,
    shown_on_hover,
    strokes,
    words,
)
from mezon.disseminate.charts.empty import no_data, why_nothing
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.measuring import widest
from mezon.disseminate.charts.numbers import Axis, axis_of, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names
from mezon.disseminate.charts.sheet import SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.wording import say

_GAP = 14.0
_BAR = 11.0
_PARTS = ("first", "second")
_BOUNDS = ("first_low", "first_high", "second_low", "second_high")


def paired_bars(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    names: tuple[str, str],
    alt_text: Sequence[str],
    decimals: int = 0,
    bounds_name: str = "",
) -> Chart:
    """Draw two bars a row, the first pale and the second deep, in percent.

    data : row, label, first, second (shares of one); optional group (a heading over rows that belong together) and
        bounds first_low, first_high, second_low, second_high. `names` : what the two are; `bounds_name` : what the
        thin lines are. The table of the picture holds the shares as they are.
    """
    table = tidy(data, texts=("group", "row", "label"), numbers=(*_PARTS, *_BOUNDS), optional=("group", *_BOUNDS))
    if reason := why_nothing(table, look, value="second"):
        return no_data(
            reason,
            look=look,
            caption=caption,
            table=table.select("row", "label", "first").rename({"row": "bar", "first": "value"}),
        )
    headings = _headings(table, names, look)
    layers, plot = _drawn(table, look, decimals)
    key = tuple(zip(_shades(look), names, strict=True))
    told = Told(alt=" ".join(alt_text), table=table.select("label"), key=key, notes=(bounds_name,))
    drawn = compose(layers, look=look, caption=caption, plot=plot, told=told)
    return replace(drawn, table=table.select(column for column, _ in headings), headings=headings)


def _drawn(table: pl.DataFrame, look: Look, decimals: int) -> tuple[list[alt.Chart], Plot]:
    bars = table.to_dicts()
    rows = lay_rows(table["label"].to_list(), look, share=0.36, step=2 * _BAR + 14, headings=table["group"].to_list())
    left, right = look.margin + rows.width + _GAP, look.margin + 4
    room = widest([_written(bar[part], look, decimals) for bar in bars for part in _PARTS], SMALL) + 14
    ends = [100 * bar[name] for bar in bars for name in (*_PARTS, *_BOUNDS) if bar[name] is not None]
    width = plot_width(look, left, right) - room
    axis = axis_of([*ends, 0.0], start=0, end=width, count=3 if look.narrow else 5, tight=True)
    marks, numbers = scale_above(axis, look)
    inks = [look.colours.ink] * len(bars)
    named = row_names(rows, look.margin - left, inks, heading_colour=look.colours.soft)
    zero = Stroke(x=axis.at(0), y=0, x2=axis.at(0), y2=rows.height, colour=look.colours.ink)
    layers = [
        *strokes(marks),
        _bars(bars, rows, axis, look),
        *strokes([zero, *_bounds(bars, rows, axis, look)]),
        *words([*numbers, *named, *_figures(bars, rows, axis, look, decimals)]),
    ]
    return layers, Plot(left=left, right=right, height=rows.height, above=SCALE_ABOVE)


def _shades(look: Look) -> tuple[str, str]:
    return look.colours.muted, look.colours.accent


def _middle(row: Any, place: int) -> float:
    return float(row.middle) + (-1 if place == 0 else 1) * (_BAR / 2 + 1)


def _bars(bars: list[dict[str, Any]], rows: Rows, axis: Axis, look: Look) -> alt.Chart:
    shades = _shades(look)
    drawn = [
        {"label": bar["label"], "value": 100 * bar[part], "zero": 0.0, "written": _written(bar[part], look, 1),
         "y": _middle(row, place) - _BAR / 2, "y2": _middle(row, place) + _BAR / 2, "colour": shades[place]}
        for bar, row in zip(bars, rows.rows, strict=True)
        for place, part in enumerate(_PARTS)
        if bar[part] is not None
    ]  # fmt: skip
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)), ("written", say("heading.value", look.language))
    )
    filled: alt.Chart = (
        chart_of(drawn)
        .mark_rect()
        .encode(x=across("zero", axis), x2="value:Q", y=pixel_y(), y2="y2:Q", color=colour_by(), tooltip=hover)
    )
    return filled


def _bounds(bars: list[dict[str, Any]], rows: Rows, axis: Axis, look: Look) -> list[Stroke]:
    lines = []
    for bar, row in zip(bars, rows.rows, strict=True):
        for place, part in enumerate(_PARTS):
            low, high = bar[f"{part}_low"], bar[f"{part}_high"]
            if low is None or high is None:
                continue
            y, x, x2 = _middle(row, place), axis.at(100 * low), axis.at(100 * high)
            lines.append(Stroke(x=x, y=y, x2=x2, y2=y, colour=look.colours.ink, width=1.4))
            lines += [Stroke(x=end, y=y - 3, x2=end, y2=y + 3, colour=look.colours.ink, width=1.4) for end in (x, x2)]
    return lines


def _figures(bars: list[dict[str, Any]], rows: Rows, axis: Axis, look: Look, decimals: int) -> list[Words]:
    said = []
    for bar, row in zip(bars, rows.rows, strict=True):
        for place, part in enumerate(_PARTS):
            value, high = bar[part], bar[f"{part}_high"]
            x = axis.at(100 * max(value or 0.0, high or 0.0, 0.0)) + 7
            colour = look.colours.soft if place == 0 else look.colours.accent
            said.append(
                Words(
                    x=x,
                    y=_middle(row, place),
                    text=_written(value, look, decimals),
                    colour=colour,
                    size=SMALL,
                    bold=place == 1,
                )
            )
    return said


def _written(value: float | None, look: Look, decimals: int) -> str:
    if value is None:
        return format_number(None, decimals=0, language=look.language)
    gap = "" if look.language == "en" else "\u00a0"
    return f"{format_number(100 * value, decimals=decimals, language=look.language)}{gap}%"


def _headings(table: pl.DataFrame, names: tuple[str, str], look: Look) -> tuple[tuple[str, str], ...]:
    low, high = say("heading.low", look.language), say("heading.high", look.language)
    every = {
        "group": say("heading.group", look.language), "label": say("heading.label", look.language),
        "first": names[0], "first_low": f"{names[0]}: {low}", "first_high": f"{names[0]}: {high}",
        "second": names[1], "second_low": f"{names[1]}: {low}", "second_high": f"{names[1]}: {high}",
    }  # fmt: skip
    empty = {name for name in table.columns if not any(value not in (None, "") for value in table[name])}
    return tuple((name, words) for name, words in every.items() if name not in empty)
