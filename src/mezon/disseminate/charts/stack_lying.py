"""Stacked bars that lie: for many bars or long names; parts are named in a key of coloured words."""

from __future__ import annotations

from typing import Any

from mezon.disseminate.charts.axes import NAMED_SCALE_ABOVE, SCALE_ABOVE, scale_above
from mezon.disseminate.charts.drawing import Words, across, chart_of, colour_by, pixel_y, strokes, words
from mezon.disseminate.charts.measuring import text_width, widest
from mezon.disseminate.charts.numbers import Axis, axis_of
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, plot_width
from mezon.disseminate.charts.stack import Stack, hover_of_segments, segment_rows
from mezon.disseminate.charts.stack_standing import Drawn
from mezon.disseminate.charts.theme import readable_on, series_colour
from mezon.disseminate.charts.wording import say

_GAP = 14.0
_HALF = 9.0


def lying(stack: Stack, look: Look, value_name: str) -> Drawn:
    """Draw the bars as rows; give layers, plot and the key."""
    rows = lay_rows([bar.label for bar in stack.bars], look, share=0.34, step=27)
    sums = [stack.total(bar, look) for bar in stack.bars]
    left, right = look.margin + rows.width + _GAP, look.margin + 4
    sums_room = widest([*sums, say("no_value", look.language)], LABEL, bold=True) + 12
    axis = axis_of(
        [0.0, stack.top],
        start=0,
        end=plot_width(look, left, right) - sums_room,
        count=3 if look.narrow else 5,
        tight=True,
    )
    marks, said = scale_above(axis, look, name=value_name)
    said += row_names(rows, look.margin - left, [look.colours.ink] * len(stack.bars))
    bars = _placed(stack, rows, look)
    said += [*_figures(bars, axis), *_sums(stack, rows, axis, look)]
    mark = chart_of(row for bar in bars for row in bar).mark_rect(stroke=look.colours.paper, strokeWidth=1)
    layer = mark.encode(
        x=across("start", axis), x2="end:Q", y=pixel_y(), y2="y2:Q", color=colour_by(), tooltip=hover_of_segments(look)
    )
    plot = Plot(left=left, right=right, height=rows.height, above=NAMED_SCALE_ABOVE if value_name else SCALE_ABOVE)
    colours = [series_colour(look.colours, place) for place in range(len(stack.parts))]
    return [*strokes(marks), layer, *words(said)], plot, tuple(zip(colours, stack.parts, strict=True))


def _placed(stack: Stack, rows: Rows, look: Look) -> list[list[dict[str, Any]]]:
    return [
        [{**segment, "y": row.middle - _HALF, "y2": row.middle + _HALF} for segment in segments]
        for segments, row in zip(segment_rows(stack, look), rows.rows, strict=True)
    ]


def _figures(bars: list[list[dict[str, Any]]], axis: Axis) -> list[Words]:
    """Print a segment's value inside it, where there is room for it."""
    return [
        Words(
            x=(axis.at(row["start"]) + axis.at(row["end"])) / 2,
            y=(row["y"] + row["y2"]) / 2,
            text=row["written"],
            colour=readable_on(row["colour"]),
            size=SMALL,
            align="center",
        )
        for bar in bars
        for row in bar
        if text_width(row["written"], SMALL) + 6 <= axis.at(row["end"]) - axis.at(row["start"])
    ]


def _sums(stack: Stack, rows: Rows, axis: Axis, look: Look) -> list[Words]:
    """Set each bar's sum beyond its end."""
    said = []
    for bar, row in zip(stack.bars, rows.rows, strict=True):
        end = bar.segments[-1].end if bar.segments else 0.0
        known = bool(bar.segments)
        said.append(
            Words(
                x=axis.at(end) + 7,
                y=row.middle,
                text=stack.total(bar, look) if known else say("no_value", look.language),
                colour=look.colours.ink if known else look.colours.soft,
                size=LABEL if known else SMALL,
                bold=known,
            )
        )
    return said
