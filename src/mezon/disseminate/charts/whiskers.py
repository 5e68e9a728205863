"""Whisker rank plot: units in order, each with its interval, and the bands that the variants show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import altair as alt
import polars as pl

from mezon.disseminate.charts.axes import NAMED_SCALE_ABOVE, scale_above
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
from mezon.disseminate.charts.numbers import Axis, axis_of, format_interval, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names, row_rules
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.wording import listed, say

_GAP = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A unit ready to be drawn."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    band: str
    written: str
    interval: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where things stand: `edge` is the sheet's left margin, `figures` the right edge of the column of values."""

    rows: Rows
    axis: Axis
    left: float
    right: float
    edge: float
    band_room: float
    figures: float


def whisker_rank(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    value_name: str = "",
    interval_name: str = "",
    highlight: str = "",
    best: Literal["high", "low"] = "high",
    decimals: int = 1,
) -> Chart:
    """Draw units in order of their value, best first, each with its interval.

    data : unit, label, value; optional low, high, band (what one band shares: a number or a name). Units without a
        value come last and say so. `best="low"` is for ranks: 1 stands first and at the left.
    `interval_name` : what the whisker is, e.g. "90 % of the modelling variants"; `highlight` : a unit's code.
    """
    frame = tidy(
        data, texts=("unit", "label", "band"), numbers=("value", "low", "high"), optional=("low", "high", "band")
    )
    frame = frame.sort("value", "label", "unit", descending=[best == "high", False, False], nulls_last=True)
    table = frame.select("unit", "label", "value", "low", "high", "band")
    if reason := why_no_comparison(table, look, value="value"):
        return no_data(reason, look=look, caption=caption, table=table)
    places = [_place(row, look, decimals, highlight) for row in table.to_dicts()]
    at = _laid(places, look, ranks=best == "low")
    told = Told(alt=_alt(places, look), table=table, notes=_notes(places, look, interval_name))
    plot = Plot(left=at.left, right=at.right, height=at.rows.height, above=NAMED_SCALE_ABOVE if value_name else 22)
    return compose(_layers(places, at, look, value_name), look=look, caption=caption, plot=plot, told=told)


def _place(row: dict[str, Any], look: Look, decimals: int, highlight: str) -> _Place:
    return _Place(
        label=row["label"],
        value=row["value"],
        low=row["low"],
        high=row["high"],
        band=row["band"],
        written=format_number(row["value"], decimals=decimals, language=look.language),
        interval=format_interval(row["low"], row["high"], decimals=decimals, language=look.language),
        chosen=bool(highlight) and row["unit"] == highlight,
    )


def _laid(places: list[_Place], look: Look, *, ranks: bool) -> _Layout:
    rows = lay_rows([place.label for place in places], look, share=0.34, bold=True)
    band_room = 26.0 if any(place.band for place in places) else 0.0
    figures = widest([place.written for place in places], LABEL, bold=True)
    intervals = 0.0 if look.narrow else widest([place.interval for place in places], LABEL)
    left = look.margin + band_room + rows.width + _GAP
    right = look.margin + figures + (intervals + _GAP if intervals else 0) + _GAP
    width = plot_width(look, left, right)
    ends = [end for place in places for end in (place.value, place.low, place.high) if end is not None]
    axis = axis_of(ends, start=0, end=width, count=3 if look.narrow else 5, whole=ranks)
    return _Layout(
        rows=rows,
        axis=axis,
        left=left,
        right=right,
        edge=look.margin - left,
        band_room=band_room,
        figures=width + _GAP + figures,
    )


def _layers(places: list[_Place], at: _Layout, look: Look, value_name: str) -> list[alt.Chart]:
    marks, numbers = scale_above(at.axis, look, name=value_name)
    return [
        *boxes(_shades(places, at, look)),
        *strokes([*_rules(places, at, look), *marks, *_brackets(places, at, look)]),
        *_marks(places, at, look, value_name),
        *words([*numbers, *_names(places, at, look), *_figures(places, at, look)]),
    ]


def _runs(places: list[_Place]) -> list[tuple[str, int, int]]:
    """Give (band, first row, last row) for neighbours of one band; a unit without a value is in none."""
    banded = [(place.band if place.value is not None else "", row) for row, place in enumerate(places)]
    runs = [(band, [row for _, row in group]) for band, group in groupby(banded, key=lambda pair: pair[0])]
    return [(band, rows[0], rows[-1]) for band, rows in runs if band]


def _shades(places: list[_Place], at: _Layout, look: Look) -> list[Box]:
    """Shade every second band; a band met twice, because another reaches into it, looks the same both times."""
    order = sorted({band for band, _, _ in _runs(places)}, key=lambda band: (len(band), band))
    far = at.axis.end + at.right - look.margin
    return [
        Box(
            x=at.edge - 4,
            y=at.rows.rows[first].top,
            x2=far + 4,
            y2=at.rows.rows[last].bottom,
            colour=look.colours.faint,
        )
        for band, first, last in _runs(places)
        if order.index(band) % 2 == 0
    ]


def _rules(places: list[_Place], at: _Layout, look: Look) -> list[Stroke]:
    """Lead the eye along the rows that have a value."""
    rules = row_rules(at.rows, 0, at.axis.end, look.colours.rule)
    return [rule for place, rule in zip(places, rules, strict=True) if place.value is not None]


def _brackets(places: list[_Place], at: _Layout, look: Look) -> list[Stroke]:
    x, rows = at.edge + at.band_room - 9, at.rows.rows
    return [
        Stroke(x=x, y=rows[first].top + 4, x2=x, y2=rows[last].bottom - 4, colour=look.colours.muted, width=1.5)
        for _, first, last in _runs(places)
    ]


def _marks(places: list[_Place], at: _Layout, look: Look, value_name: str) -> list[alt.Chart]:
    colours = look.colours
    rows = [
        {
            "label": place.label,
            "value": place.value,
            "low": place.low,
            "high": place.high,
            "y": row.middle,
            "written": place.written,
            "interval": place.interval,
            "line": colours.accent if place.chosen else colours.muted,
            "dot": colours.accent if place.chosen else colours.ink,
        }
        for place, row in zip(places, at.rows.rows, strict=True)
        if place.value is not None
    ]
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)),
        ("written", value_name or say("heading.value", look.language)),
        ("interval", say("interval", look.language)),
    )
    lines = chart_of(row for row in rows if row["low"] is not None and row["high"] is not None)
    whiskers = lines.mark_rule(strokeWidth=3.5, strokeCap="round", opacity=0.7)
    dots = chart_of(rows).mark_circle(size=72, opacity=1, stroke=colours.paper, strokeWidth=1.2)
    return [
        whiskers.encode(x=across("low", at.axis), x2="high:Q", y=pixel_y(), color=colour_by("line")),
        dots.encode(x=across("value", at.axis), y=pixel_y(), color=colour_by("dot"), tooltip=hover),
    ]


def _names(places: list[_Place], at: _Layout, look: Look) -> list[Words]:
    colours = look.colours
    shades = [_ink(place, look) for place in places]
    named = row_names(at.rows, at.edge + at.band_room, shades, bold=[place.chosen for place in places])
    bands = [
        Words(
            x=at.edge + at.band_room - 14,
            y=at.rows.rows[first].middle,
            text=band,
            colour=colours.soft,
            size=SMALL,
            align="right",
        )
        for band, first, _ in _runs(places)
    ]
    return [*named, *bands]


def _figures(places: list[_Place], at: _Layout, look: Look) -> list[Words]:
    """Set values in a column, and on a page their intervals beside them; a unit without a value says so."""
    said = []
    for place, row in zip(places, at.rows.rows, strict=True):
        said.append(
            Words(
                x=at.figures,
                y=row.middle,
                text=place.written,
                colour=_ink(place, look),
                size=LABEL,
                bold=place.chosen,
                align="right",
            )
        )
        if place.value is None:
            missing = say("no_value", look.language)
            said.append(Words(x=0, y=row.middle, text=missing, colour=look.colours.soft, size=SMALL))
        elif not look.narrow and place.interval:
            said.append(
                Words(
                    x=at.axis.end + at.right - look.margin,
                    y=row.middle,
                    text=place.interval,
                    colour=look.colours.soft,
                    size=LABEL,
                    align="right",
                )
            )
    return said


def _ink(place: _Place, look: Look) -> str:
    if place.chosen:
        return look.colours.accent
    return look.colours.soft if place.value is None else look.colours.ink


def _notes(places: list[_Place], look: Look, interval_name: str) -> tuple[str, ...]:
    whiskers = interval_name and any(place.interval for place in places)
    line = say("whisker.line", look.language, interval=interval_name) if whiskers else ""
    return (line, say("whisker.bands", look.language) if _runs(places) else "")


def _alt(places: list[_Place], look: Look) -> str:
    present = [place for place in places if place.value is not None]
    absent = [place.label for place in places if place.value is None]
    first, last = present[0], present[-1]
    said = [
        say(
            "whisker.alt",
            look.language,
            n=len(present),
            first=first.label,
            first_value=first.written,
            last=last.label,
            last_value=last.written,
        )
    ]
    for place in present:
        if place.chosen:
            rank = 1 + sum(other.value != place.value for other in present[: present.index(place)])
            said.append(
                say("whisker.chosen", look.language, label=place.label, rank=rank, n=len(present), value=place.written)
            )
            said += [say("whisker.interval", look.language, interval=place.interval)] if place.interval else []
    bands = len({band for band, _, _ in _runs(places)})
    said += [say("whisker.band_count", look.language, n=bands)] if bands else []
    said += [say("without_value", look.language, names=listed(absent, look.language))] if absent else []
    return " ".join(said)
