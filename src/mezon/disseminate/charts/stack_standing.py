"""Stacked bars that stand: for few bars with short names, periods above all; parts are named beside the last bar."""

from __future__ import annotations

from typing import Any

import altair as alt

from mezon.disseminate.charts.axes import lines_across
from mezon.disseminate.charts.drawing import Stroke, Words, along, chart_of, colour_by, pixel_x, strokes, words
from mezon.disseminate.charts.end_labels import EndLabel, end_labels, label_room
from mezon.disseminate.charts.measuring import text_width, widest, wrap
from mezon.disseminate.charts.numbers import Axis, axis_of, format_number
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, plot_width
from mezon.disseminate.charts.stack import Stack, hover_of_segments, segment_rows
from mezon.disseminate.charts.theme import readable_on, series_colour, series_ink
from mezon.disseminate.charts.wording import say

_HEIGHT = 260.0
_THICKEST = 96.0
_LINE = 1.2
Drawn = tuple[list[alt.Chart], Plot, tuple[tuple[str, str], ...]]


def names_fit_below(stack: Stack, look: Look) -> bool:
    """Say whether every bar's name and sum fit in the bar's share of the width."""
    step = (look.width - (150 if look.narrow else 250)) / len(stack.bars)
    lines = [line for bar in stack.bars for line in wrap(bar.label, step - 6, SMALL, most=2)]
    sums = widest([stack.total(bar, look) for bar in stack.bars], LABEL, bold=True)
    return step >= max(30.0, sums + 4) and not any("…" in line for line in lines)


def standing(stack: Stack, look: Look, value_name: str) -> Drawn:
    """Draw the bars upright; give layers, plot and the key (empty where parts are named beside the last bar)."""
    axis = axis_of([0.0, stack.top], start=_HEIGHT, end=0, count=4)
    labels = [
        EndLabel(name=name, figure="", ink=series_ink(look.colours, place)) for place, name in enumerate(stack.parts)
    ]
    beside = len(stack.bars[-1].segments) == len(stack.parts)
    ticks = [format_number(tick, decimals=axis.decimals, language=look.language) for tick in axis.ticks]
    left = look.margin + widest(ticks, SMALL) + 12
    right = look.margin + (label_room(labels, look) if beside else 4)
    step = plot_width(look, left, right) / len(stack.bars)
    bars = _placed(stack, look, step)
    rules, said = lines_across(axis, look, left=0, right=bars[-1][0]["x2"] + 5 if beside else step * len(stack.bars))
    leads, names = _named_beside(bars[-1], labels, axis, look) if beside else ([], [])
    said += [*names, *_figures(bars, axis), *_sums_and_names(stack, axis, step, look)]
    if value_name:
        said.append(Words(x=look.margin - left, y=-30, text=value_name, colour=look.colours.soft, size=SMALL))
    most_lines = max(len(wrap(bar.label, step - 6, SMALL, most=2)) for bar in stack.bars)
    plot = Plot(left=left, right=right, height=_HEIGHT, above=44 if value_name else 24, below=12 + most_lines * 14)
    colours = [series_colour(look.colours, place) for place in range(len(stack.parts))]
    key = () if beside else tuple(zip(colours, stack.parts, strict=True))
    return [*strokes([*rules, *leads]), _bars(bars, axis, look), *words(said)], plot, key


def _placed(stack: Stack, look: Look, step: float) -> list[list[dict[str, Any]]]:
    """Give every segment its left and right edge."""
    half = min(_THICKEST, step * 0.66) / 2
    return [
        [{**row, "x": (place + 0.5) * step - half, "x2": (place + 0.5) * step + half} for row in rows]
        for place, rows in enumerate(segment_rows(stack, look))
    ]


def _bars(bars: list[list[dict[str, Any]]], axis: Axis, look: Look) -> alt.Chart:
    mark = chart_of(row for rows in bars for row in rows).mark_rect(stroke=look.colours.paper, strokeWidth=1)
    layer: alt.Chart = mark.encode(
        x=pixel_x(), x2="x2:Q", y=along("start", axis), y2="end:Q", color=colour_by(), tooltip=hover_of_segments(look)
    )
    return layer


def _figures(bars: list[list[dict[str, Any]]], axis: Axis) -> list[Words]:
    """Print a segment's value inside it, where there is room for it."""
    said = []
    for row in (row for rows in bars for row in rows):
        high, room = axis.at(row["start"]) - axis.at(row["end"]), row["x2"] - row["x"] - 6
        if high >= LABEL * 1.25 and text_width(row["written"], LABEL) <= room:
            said.append(
                Words(
                    x=(row["x"] + row["x2"]) / 2,
                    y=(axis.at(row["start"]) + axis.at(row["end"])) / 2,
                    text=row["written"],
                    colour=readable_on(row["colour"]),
                    size=LABEL,
                    align="center",
                )
            )
    return said


def _sums_and_names(stack: Stack, axis: Axis, step: float, look: Look) -> list[Words]:
    """Set each bar's sum above it and its name below the plot."""
    said, colours = [], look.colours
    for place, bar in enumerate(stack.bars):
        x = (place + 0.5) * step
        end = bar.segments[-1].end if bar.segments else 0.0
        known = bool(bar.segments)
        said.append(
            Words(
                x=x,
                y=axis.at(end) - 10,
                text=stack.total(bar, look) if known else say("no_value", look.language),
                colour=colours.ink if known else colours.soft,
                size=LABEL if known else SMALL,
                bold=known,
                align="center",
            )
        )
        said += [
            Words(
                x=x, y=_HEIGHT + 15 + number * SMALL * _LINE, text=line, colour=colours.ink, size=SMALL, align="center"
            )
            for number, line in enumerate(wrap(bar.label, step - 6, SMALL, most=2))
        ]
    return said


def _named_beside(
    last: list[dict[str, Any]], labels: list[EndLabel], axis: Axis, look: Look
) -> tuple[list[Stroke], list[Words]]:
    """Name the parts beside the last bar, each at the height of its segment."""
    points = [(row["x2"] - 6, axis.at((row["start"] + row["end"]) / 2)) for row in last]
    return end_labels(labels, points, look, edge=last[0]["x2"], height=_HEIGHT)
