"""Lollipop of gaps: where a unit is ahead of its peers and where behind, largest lead first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import polars as pl

from mezon.disseminate.charts.axes import NAMED_SCALE_ABOVE, scale_above
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
from mezon.disseminate.charts.measuring import text_width, widest
from mezon.disseminate.charts.numbers import Axis, axis_of, format_change
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names, row_rules
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.wording import listed, say

_GAP = 14.0


def gaps_lollipop(data: pl.DataFrame, *, caption: Caption, look: Look, peers_name: str, decimals: int = 1) -> Chart:
    """Draw the gap of every indicator to what the unit is held against, largest lead first, largest lag last.

    data : indicator, label, gap (in one unit for all, e.g. normalised points; above zero = ahead); optional value
        (text, as shown beside the name in the table). A missing gap comes last and says so.
    `peers_name` : what zero is, e.g. "median of peers".
    """
    frame = tidy(data, texts=("indicator", "label", "shown"), numbers=("gap",), optional=("shown",))
    table = frame.sort("gap", "label", "indicator", descending=[True, False, False], nulls_last=True)
    if reason := why_nothing(table, look, value="gap"):
        return no_data(reason, look=look, caption=caption, table=table)
    gaps = table.to_dicts()
    for row in gaps:
        row["written"] = format_change(row["gap"], decimals=decimals, language=look.language)
    rows = lay_rows([row["label"] for row in gaps], look, share=0.4, step=26)
    left, right = look.margin + rows.width + _GAP, look.margin + 4
    figures = widest([row["written"] for row in gaps], LABEL, bold=True) + 14
    width = plot_width(look, left, right)
    axis = _axis([row["gap"] for row in gaps if row["gap"] is not None], width, figures, rows.width, look)
    layers = _layers(gaps, rows, axis, look, left=left)
    plot = Plot(left=left, right=right, height=rows.height, above=NAMED_SCALE_ABOVE + 2)
    told = Told(
        alt=_alt(gaps, look, peers_name), table=table, notes=(say("gaps.zero", look.language, peers=peers_name),)
    )
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _axis(gaps: list[float], width: float, figures: float, names: float, look: Look) -> Axis:
    """Lay the scale so that zero is in it and figures have room beyond the outermost dots."""
    behind = text_width(f"← {say('gaps.behind', look.language)}", SMALL, bold=True) + 10
    low_room = figures if min(gaps) < 0 else max(8.0, behind - names)
    ahead = text_width(f"{say('gaps.ahead', look.language)} →", SMALL, bold=True) + 10
    high_room = max(figures if max(gaps) > 0 else 0.0, ahead if max(gaps) <= 0 else 0.0)
    return axis_of([*gaps, 0.0], start=low_room, end=width - high_room, count=3 if look.narrow else 6, tight=True)


def _layers(gaps: list[dict[str, Any]], rows: Rows, axis: Axis, look: Look, *, left: float) -> list[alt.Chart]:
    colours, zero = look.colours, axis.at(0)
    drawn = [
        {**row, "y": place.middle, "zero": 0.0, "colour": colours.positive if row["gap"] >= 0 else colours.negative}
        for row, place in zip(gaps, rows.rows, strict=True)
        if row["gap"] is not None
    ]
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)), ("written", say("heading.gap", look.language))
    )
    base = chart_of(drawn)
    stems = base.mark_rule(strokeWidth=2.5).encode(x=across("zero", axis), x2="gap:Q", y=pixel_y(), color=colour_by())
    dots = base.mark_circle(size=95, opacity=1).encode(
        x=across("gap", axis), y=pixel_y(), color=colour_by(), tooltip=hover
    )
    marks, numbers = scale_above(axis, look)
    line = Stroke(x=zero, y=-5, x2=zero, y2=rows.height, colour=colours.ink, width=1.2)
    names = row_names(
        rows, look.margin - left, [colours.ink if row["gap"] is not None else colours.soft for row in gaps]
    )
    return [
        *strokes([*_rules(gaps, rows, axis, look), *marks]),
        stems,
        *strokes([line]),
        dots,
        *words([*numbers, *names, *_figures(gaps, rows, axis, look), *_sides(axis, look)]),
    ]


def _rules(gaps: list[dict[str, Any]], rows: Rows, axis: Axis, look: Look) -> list[Stroke]:
    """Lead from the name to the figure (behind) or to zero (ahead), never through the figure."""
    rules = []
    for row, rule in zip(gaps, row_rules(rows, 0, axis.at(0), look.colours.rule), strict=True):
        if row["gap"] is None:
            continue
        behind = row["gap"] < 0
        end = axis.at(row["gap"]) - 16 - text_width(row["written"], LABEL, bold=True) if behind else rule.x2
        rules += [replace(rule, x2=end)] if end > rule.x + 8 else []
    return rules


def _figures(gaps: list[dict[str, Any]], rows: Rows, axis: Axis, look: Look) -> list[Words]:
    """Set every gap beyond its dot, on a patch of the row that the rule does not need."""
    colours, said = look.colours, []
    for row, place in zip(gaps, rows.rows, strict=True):
        gap = row["gap"]
        if gap is None:
            text = say("no_value", look.language)
            said.append(Words(x=axis.at(0) + 8, y=place.middle, text=text, colour=colours.soft, size=SMALL))
            continue
        ahead = gap >= 0
        said.append(
            Words(
                x=axis.at(gap) + (10 if ahead else -10),
                y=place.middle,
                text=row["written"],
                colour=colours.positive if ahead else colours.negative,
                size=LABEL,
                bold=True,
                align="left" if ahead else "right",
            )
        )
    return said


def _sides(axis: Axis, look: Look) -> list[Words]:
    """Name both sides of zero above the scale."""
    zero, colours = axis.at(0), look.colours
    behind, ahead = say("gaps.behind", look.language), say("gaps.ahead", look.language)
    return [
        Words(x=zero - 8, y=-30, text=f"← {behind}", colour=colours.negative, size=SMALL, bold=True, align="right"),
        Words(x=zero + 8, y=-30, text=f"{ahead} →", colour=colours.positive, size=SMALL, bold=True),
    ]


def _alt(gaps: list[dict[str, Any]], look: Look, peers_name: str) -> str:
    present = [row for row in gaps if row["gap"] is not None]
    absent = [row["label"] for row in gaps if row["gap"] is None]
    first, last = present[0], present[-1]
    ahead = sum(row["gap"] > 0 for row in present)
    behind = sum(row["gap"] < 0 for row in present)
    said = [say("gaps.alt", look.language, n=len(present), peers=peers_name, ahead=ahead, behind=behind)]
    for key, row in (("gaps.best", first), ("gaps.worst", last)):
        said.append(say(key, look.language, label=row["label"], gap=row["written"]))
    said += [say("without_value", look.language, names=listed(absent, look.language))] if absent else []
    return " ".join(said)
