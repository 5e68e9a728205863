"""Scales that a reader can read: round numbers over the rows of a picture, or thin lines across it."""

from __future__ import annotations

from itertools import pairwise

from mezon.disseminate.charts.drawing import Stroke, Words
from mezon.disseminate.charts.measuring import shortened, widest
from mezon.disseminate.charts.numbers import Axis, format_number
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.sheet import SMALL

#: Room above rows for the numbers of their scale, and for its name above them.
SCALE_ABOVE = 22.0
NAMED_SCALE_ABOVE = 38.0


def scale_above(axis: Axis, look: Look, *, name: str = "") -> tuple[list[Stroke], list[Words]]:
    """Set the scale's numbers above the rows, with small marks, and its name over them."""
    colours = look.colours
    marks = [Stroke(x=axis.at(tick), y=-5, x2=axis.at(tick), y2=0, colour=colours.muted) for tick in axis.ticks]
    said = [
        Words(
            x=axis.at(tick),
            y=-12,
            text=format_number(tick, decimals=axis.decimals, language=look.language),
            colour=colours.soft,
            size=SMALL,
            align="center",
        )
        for tick in _with_room(axis, look)
    ]
    if name:
        room = max(axis.start, axis.end) + 20
        said.append(Words(x=0, y=-28, text=shortened(name, room, SMALL), colour=colours.soft, size=SMALL))
    return marks, said


def _with_room(axis: Axis, look: Look) -> tuple[float, ...]:
    """Leave out every second number, every third ..., zero never, until none touches its neighbour."""
    texts = [format_number(tick, decimals=axis.decimals, language=look.language) for tick in axis.ticks]
    needed = widest(texts, SMALL) + 10
    zero = axis.ticks.index(0) if 0 in axis.ticks else 0
    for every in range(1, len(axis.ticks) + 1):
        kept = axis.ticks[zero % every :: every]
        if all(abs(axis.at(after) - axis.at(before)) >= needed for before, after in pairwise(kept)):
            break
    return kept


def lines_across(axis: Axis, look: Look, *, left: float, right: float) -> tuple[list[Stroke], list[Words]]:
    """Draw thin horizontal lines at the scale's numbers, zero stronger, each number at the line's left end."""
    colours = look.colours
    lines = [
        Stroke(x=left, y=axis.at(tick), x2=right, y2=axis.at(tick), colour=colours.muted if tick == 0 else colours.rule)
        for tick in axis.ticks
    ]
    said = [
        Words(
            x=left - 6,
            y=axis.at(tick),
            text=format_number(tick, decimals=axis.decimals, language=look.language),
            colour=colours.soft,
            size=SMALL,
            align="right",
        )
        for tick in axis.ticks
    ]
    return lines, said
