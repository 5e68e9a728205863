"""Contribution waterfall: from where a score starts to where it ends, one step for each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

import altair as alt
import polars as pl

from mezon.disseminate.charts.axes import SCALE_ABOVE, scale_above
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
from mezon.disseminate.charts.empty import no_data, why_nothing
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.measuring import text_width, widest
from mezon.disseminate.charts.numbers import Axis, axis_of, format_change, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.wording import listed, say
from mezon.errors import WrongUse

_GAP = 14.0
_HALF = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A row: a step from `start` to `end`; a level that stands on zero; what is put together; what has no value."""

    label: str
    start: float
    end: float
    written: str
    kind: Literal["step", "level", "pooled", "missing"] = "step"


def waterfall(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    end_name: str,
    start: float = 0.0,
    start_name: str = "",
    combine: Literal["sum", "product"] = "sum",
    most: int = 14,
    decimals: int = 1,
) -> Chart:
    """Draw how contributions lead from `start` to the end, in the order of the frame.

        sum:     end = start + c_1 + ... + c_n
        product: end = start * exp(c_1 + ... + c_n); a step is a factor exp(c_i), as for a geometric mean

    data : item, label, contribution (a missing one changes nothing, and says so). A product needs a `start` above 0,
        the reference of the contributions.
    `start_name` : draws the start as a level of its own; `most` : beyond so many items the smallest are put together.
    """
    table = tidy(data, texts=("item", "label"), numbers=("contribution",))
    if reason := why_nothing(table, look, value="contribution"):
        return no_data(reason, look=look, caption=caption, table=table)
    if combine == "product" and start <= 0:
        raise WrongUse("A product of contributions starts above zero.", hint="Give the reference as `start`.")
    written = _writer(look, combine, decimals)
    steps = _steps(_pooled(table, most, look), written, start=start, combine=combine)
    levels = [_level(name, at, look, decimals) for name, at in ((start_name, start), (end_name, steps[-1].end))]
    steps = [*levels[: 1 if start_name else 0], *steps, levels[1]]
    layers, plot = _draw(steps, look)
    notes = _notes(steps, look, combine)
    told = Told(alt=" ".join([_alt(table, steps, look, written), *notes]), table=table, notes=notes)
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _pooled(table: pl.DataFrame, most: int, look: Look) -> list[tuple[str, float | None, bool]]:
    """Keep what is missing and the largest contributions where they stand; put the rest together at the end."""
    rows = table.select("label", "contribution").rows()
    known = [place for place, (_, change) in enumerate(rows) if change is not None]
    by_size = sorted(known, key=lambda place: (-abs(rows[place][1]), place))
    rest = set(by_size[most - 1 :]) if len(known) > most else set()
    kept = [(label, change, False) for place, (label, change) in enumerate(rows) if place not in rest]
    together = [
        (say("waterfall.rest", look.language, n=len(rest)), sum(rows[place][1] for place in sorted(rest)), True)
    ]
    return kept + (together if rest else [])


def _steps(
    changes: list[tuple[str, float | None, bool]],
    written: Callable[[float], str],
    *,
    start: float,
    combine: Literal["sum", "product"],
) -> list[_Step]:
    """Turn contributions into steps, each beginning where the one before it ends."""
    at, steps = start, []
    for label, change, pooled in changes:
        if change is None:
            steps.append(_Step(label=label, start=at, end=at, written="", kind="missing"))
            continue
        end = at * exp(change) if combine == "product" else at + change
        kind: Literal["pooled", "step"] = "pooled" if pooled else "step"
        steps.append(_Step(label=label, start=at, end=end, written=written(change), kind=kind))
        at = end
    return steps


def _writer(look: Look, combine: str, decimals: int) -> Callable[[float], str]:
    """Give how a contribution is written: as a factor, or as a change with its sign."""
    if combine == "product":
        return lambda change: "×" + format_number(exp(change), decimals=2, language=look.language)
    return lambda change: format_change(change, decimals=decimals, language=look.language)


def _level(name: str, at: float, look: Look, decimals: int) -> _Step:
    written = format_number(at, decimals=decimals, language=look.language)
    return _Step(label=name, start=0.0, end=at, written=written, kind="level")


def _draw(steps: Sequence[_Step], look: Look) -> tuple[list[alt.Chart], Plot]:
    rows = lay_rows([step.label for step in steps], look, share=0.38, step=26, bold=True)
    left, right = look.margin + rows.width + _GAP, look.margin + 4
    absent = say("no_value", look.language) if any(step.kind == "missing" for step in steps) else ""
    figures = max(widest([step.written for step in steps], LABEL, bold=True), text_width(absent, SMALL)) + 10
    ends = [end for step in steps if step.kind != "missing" for end in (step.start, step.end)]
    # The scale reaches zero even where no level stands on it: lengths are compared.
    axis = axis_of(
        [*ends, 0.0], start=0, end=plot_width(look, left, right) - figures, count=3 if look.narrow else 5, tight=True
    )
    marks, said = scale_above(axis, look)
    bold = [step.kind == "level" for step in steps]
    inks = [look.colours.soft if step.kind == "missing" else look.colours.ink for step in steps]
    said += row_names(rows, look.margin - left, inks, bold=bold)
    figure_words = _figures(steps, rows, axis, look)
    patches = [
        Box(
            x=item.x - 3,
            y=item.y - 8,
            x2=item.x + text_width(item.text, item.size, bold=item.bold) + 3,
            y2=item.y + 8,
            colour=look.colours.paper,
        )
        for item in figure_words
    ]
    zero = Stroke(x=axis.at(0), y=0, x2=axis.at(0), y2=rows.height, colour=look.colours.muted)
    lines = strokes([*marks, zero, *_joints(steps, rows, axis, look)])
    plot = Plot(left=left, right=right, height=rows.height, above=SCALE_ABOVE + 2)
    return [*lines, *boxes(patches), _bars(steps, rows, axis, look), *words([*said, *figure_words])], plot


def _colour(step: _Step, look: Look) -> str:
    if step.kind == "level":
        return look.colours.soft
    return look.colours.positive if step.end >= step.start else look.colours.negative


def _bars(steps: Sequence[_Step], rows: Rows, axis: Axis, look: Look) -> alt.Chart:
    drawn = [
        {
            "label": step.label,
            "start": step.start,
            "end": step.end,
            "written": step.written,
            "y": row.middle - _HALF,
            "y2": row.middle + _HALF,
            "colour": _colour(step, look),
        }
        for step, row in zip(steps, rows.rows, strict=True)
        if step.kind != "missing"
    ]
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)), ("written", say("heading.contribution", look.language))
    )
    mark = chart_of(drawn).mark_rect()
    bars: alt.Chart = mark.encode(
        x=across("start", axis), x2="end:Q", y=pixel_y(), y2="y2:Q", color=colour_by(), tooltip=hover
    )
    return bars


def _joints(steps: Sequence[_Step], rows: Rows, axis: Axis, look: Look) -> list[Stroke]:
    """Join each step's end with the next step's start by a thin upright line."""
    return [
        Stroke(
            x=axis.at(step.end),
            y=row.middle,
            x2=axis.at(step.end),
            y2=below.middle,
            colour=look.colours.muted,
            width=0.8,
        )
        for step, row, below in zip(steps, rows.rows, rows.rows[1:], strict=False)
    ]


def _figures(steps: Sequence[_Step], rows: Rows, axis: Axis, look: Look) -> list[Words]:
    """Set each figure at the right of its step."""
    said = []
    for step, row in zip(steps, rows.rows, strict=True):
        if step.kind == "missing":
            text, colour, bold = say("no_value", look.language), look.colours.soft, False
        else:
            text, colour, bold = step.written, _colour(step, look), True
        colour = look.colours.ink if step.kind == "level" else colour
        said.append(
            Words(
                x=axis.at(max(step.start, step.end)) + 7,
                y=row.middle,
                text=text,
                colour=colour,
                size=LABEL if bold else SMALL,
                bold=bold,
            )
        )
    return said


def _notes(steps: Sequence[_Step], look: Look, combine: str) -> tuple[str, ...]:
    absent = [step.label for step in steps if step.kind == "missing"]
    missing = (say("waterfall.missing", look.language, names=listed(absent, look.language)),) if absent else ()
    return ((say("waterfall.product", look.language),) if combine == "product" else ()) + missing


def _alt(table: pl.DataFrame, steps: Sequence[_Step], look: Look, written: Callable[[float], str]) -> str:
    known = table.drop_nulls("contribution").sort("contribution", "item")
    total = steps[-1]
    said = [say("waterfall.alt", look.language, n=known.height, end=f"{total.label} ({total.written})")]
    if steps[0].kind == "level":
        said.append(say("waterfall.start", look.language, start=f"{steps[0].label} ({steps[0].written})"))
    for key, place in (("waterfall.most", -1), ("waterfall.least", 0))[: known.height]:
        change = written(known["contribution"][place])
        said.append(say(key, look.language, label=known["label"][place], change=change))
    return " ".join(said)
