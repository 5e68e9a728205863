"""The picture for when there is nothing to draw: it says so, and why."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts.drawing import Box, Words, boxes, words
from mezon.disseminate.charts.measuring import wrap
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.sheet import LABEL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.wording import say

_HEIGHT = 150.0


def why_nothing(table: pl.DataFrame, look: Look, *, value: str) -> str:
    """Say why nothing can be drawn of `value`: no rows, or none with a value; "" when something can."""
    if table.is_empty():
        return say("nothing.no_rows", look.language)
    if table[value].null_count() == table.height:
        return say("nothing.no_values", look.language, n=table.height)
    return ""


def why_no_comparison(table: pl.DataFrame, look: Look, *, value: str, label: str = "label") -> str:
    """Say why units cannot be compared by `value`: as `why_nothing`, or because only one has a value."""
    if reason := why_nothing(table, look, value=value):
        return reason
    present = table.filter(pl.col(value).is_not_null())[label].unique(maintain_order=True)
    return say("nothing.one_unit", look.language, label=present[0]) if present.len() == 1 else ""


def no_data(reason: str, *, look: Look, caption: Caption, table: pl.DataFrame) -> Chart:
    """Draw the empty picture: a quiet field with the reason in the middle."""
    width = plot_width(look, look.margin, look.margin)
    heading = say("nothing.heading", look.language)
    lines = wrap(reason, width - 40, LABEL)
    first = _HEIGHT / 2 - len(lines) * LABEL * 0.65
    middle = width / 2
    colours = look.colours
    said = [Words(x=middle, y=first, text=heading, colour=colours.ink, size=14, bold=True, align="center")]
    said += [
        Words(x=middle, y=first + 24 + place * LABEL * 1.35, text=line, colour=colours.soft, size=LABEL, align="center")
        for place, line in enumerate(lines)
    ]
    field = boxes([Box(x=0, y=0, x2=width, y2=_HEIGHT, colour=colours.faint)])
    plot = Plot(left=look.margin, right=look.margin, height=_HEIGHT)
    told = Told(alt=f"{heading}. {reason}", table=table, empty=True)
    return compose([*field, *words(said)], look=look, caption=caption, plot=plot, told=told)
