"""Stacked bars: what a whole is made of, part by part, with the sum of each bar."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts.empty import no_data, why_nothing
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.numbers import format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.sheet import Told, compose
from mezon.disseminate.charts.stack import Bar, Stack, stack_of
from mezon.disseminate.charts.stack_lying import lying
from mezon.disseminate.charts.stack_standing import names_fit_below, standing
from mezon.disseminate.charts.wording import listed, say


def stacked_bars(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    shares: bool = False,
    value_name: str = "",
    decimals: int = 1,
) -> Chart:
    """Draw what each bar is made of; bars and parts stand in the order of the frame.

    data : bar, label, part, part_label, value (one row a segment, none below zero). `shares` shows per cent of the
        bar's sum. A bar that lacks a part is a lower bound (≥); as shares it cannot be drawn, and says so.
    Bars stand where their names fit beneath them, and lie where they do not.
    """
    table = tidy(data, texts=("bar", "label", "part", "part_label"), numbers=("value",))
    if reason := _why_not(table, look):
        return no_data(reason, look=look, caption=caption, table=table)
    stack = stack_of(table, shares=shares, decimals=decimals)
    draw = standing if names_fit_below(stack, look) else lying
    layers, plot, key = draw(stack, look, value_name)
    told = Told(alt=_alt(stack, look), table=table, notes=_notes(stack, look), key=key)
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _why_not(table: pl.DataFrame, look: Look) -> str:
    if reason := why_nothing(table, look, value="value"):
        return reason
    if table.filter(pl.col("value") < 0).height:
        return say("nothing.negative", look.language)
    return "" if table["value"].sum() else say("nothing.all_zero", look.language)


def _notes(stack: Stack, look: Look) -> tuple[str, ...]:
    partial = [bar.label for bar in stack.bars if bar.partial]
    key = "stack.no_share" if stack.shares else "stack.lower_bound"
    return (say(key, look.language, names=listed(partial, look.language)),) if partial else ()


def _alt(stack: Stack, look: Look) -> str:
    def told(bar: Bar) -> str:
        return f"{bar.label} ({stack.total(bar, look)})"

    ordered = sorted((bar for bar in stack.bars if bar.total), key=lambda bar: bar.total)
    said = [say("stack.alt", look.language, n=len(stack.bars), parts=listed(stack.parts, look.language))]
    if len(ordered) > 1:
        said.append(say("stack.extremes", look.language, largest=told(ordered[-1]), smallest=told(ordered[0])))
    last = next((bar for bar in reversed(stack.bars) if bar.segments and not bar.partial), None)
    if last:
        largest = max(last.segments, key=lambda segment: segment.end - segment.start)
        share = format_number(
            100 * (largest.end - largest.start) / last.segments[-1].end, decimals=0, language=look.language
        )
        said.append(say("stack.last", look.language, bar=told(last), part=stack.parts[largest.part], share=share))
    return " ".join([*said, *_notes(stack, look)])
