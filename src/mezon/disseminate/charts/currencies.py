"""One sum of money in two currencies: soums above, dollars below, as the source states and at the official rate."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import polars as pl

from mezon.disseminate.charts.axes import lines_across
from mezon.disseminate.charts.drawing import Words, strokes, touch, words
from mezon.disseminate.charts.empty import no_data
from mezon.disseminate.charts.end_labels import EndLabel, end_labels, label_room
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.line_marks import Line, dot_marks, path_marks
from mezon.disseminate.charts.measuring import shortened, widest
from mezon.disseminate.charts.numbers import Axis, axis_of, format_change, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.series import Point, unbroken
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.time_axis import TimeAxis, moment, period_words, time_axis, usual_step
from mezon.disseminate.charts.wording import say

_PANEL, _BETWEEN = 130.0, 62.0
_COLUMNS = ("national", "dollars_official", "dollars_stated")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """One currency: its name, its scale, its lines, and how its figures are written."""

    name: str
    axis: Axis
    lines: tuple[Line, ...]
    decimals: int


def currency_lines(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    national_name: str,
    dollars_name: str,
    official_name: str = "",
    stated_name: str = "",
    decimals: tuple[int, int] = (1, 2),
) -> Chart:
    """Draw a sum of money over time in the national currency and, below it, in dollars at two rates.

    data : period, national, dollars_official (at the official average rate), dollars_stated (as the source states);
        any may be missing, which leaves a gap. Two scales stand one above the other, never on one plot.
    `national_name`, `dollars_name` : the units, e.g. "trillion soums", "billion US dollars"; `decimals` of each.
    """
    table = tidy(data, texts=("period",), numbers=_COLUMNS).sort("period")
    if reason := _why_not(table, look):
        return no_data(reason, look=look, caption=caption, table=table)
    names = (
        national_name,
        official_name or say("currency.official", look.language),
        stated_name or say("currency.stated", look.language),
    )
    lines = _lines(table, look, names)
    upper = _panel(national_name, lines[:1], decimals[0], top=0.0)
    lower = _panel(dollars_name, lines[1:], decimals[1], top=_PANEL + _BETWEEN)
    layers, plot = _draw([panel for panel in (upper, lower) if panel], table["period"].to_list(), look)
    told = Told(alt=_alt(table, look, names, decimals), table=table, notes=_notes(lines, look))
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _why_not(table: pl.DataFrame, look: Look) -> str:
    if table.is_empty():
        return say("nothing.no_rows", look.language)
    known = sum(table[column].count() for column in _COLUMNS)
    return "" if known else say("nothing.no_values", look.language, n=table.height)


def _lines(table: pl.DataFrame, look: Look, names: tuple[str, str, str]) -> list[Line]:
    colours, step = look.colours, usual_step(table["period"].to_list())
    hues = (
        (colours.accent, colours.accent),
        (colours.series[2], colours.inks[2]),
        (colours.series[3], colours.inks[3]),
    )
    found = []
    for column, name, (colour, ink) in zip(_COLUMNS, names, hues, strict=True):
        points = [
            Point(
                series=column,
                label=name,
                period=period,
                time=moment(period),
                value=value,
                low=None,
                high=None,
                status="",
            )
            for period, value in table.select("period", column).rows()
            if value is not None
        ]
        found.append(Line(points=points, runs=unbroken(points, step), label=name, colour=colour, ink=ink, width=2.4))
    return found


def _panel(name: str, lines: list[Line], decimals: int, *, top: float) -> _Panel:
    values = [point.value for line in lines for point in line.points]
    axis = axis_of([*values, 0.0], start=top + _PANEL, end=top, count=3)
    return _Panel(name=name, axis=axis, lines=tuple(line for line in lines if line.points), decimals=decimals)


def _draw(panels: list[_Panel], periods: list[str], look: Look) -> tuple[list[alt.Chart], Plot]:
    ticks = [
        format_number(tick, decimals=panel.axis.decimals, language=look.language)
        for panel in panels
        for tick in panel.axis.ticks
    ]
    left = look.margin + widest(ticks, SMALL) + 12
    labels = [_label(line, panel, look) for panel in panels for line in panel.lines]
    right = look.margin + label_room(labels, look)
    width = plot_width(look, left, right)
    time = time_axis(periods, start=16, end=width - 16)
    layers: list[alt.Chart] = []
    for panel in panels:
        layers += _panel_layers(panel, time, look, width=width, left=left)
    height = panels[-1].axis.start
    layers += words(period_words(time, look, y=height + 16))
    return layers, Plot(left=left, right=right, height=height, above=34, below=28)


def _panel_layers(panel: _Panel, time: TimeAxis, look: Look, *, width: float, left: float) -> list[alt.Chart]:
    rules, said = lines_across(panel.axis, look, left=0, right=width)
    said.append(
        Words(
            x=look.margin - left,
            y=panel.axis.end - 20,
            text=shortened(panel.name, look.width - 2 * look.margin, LABEL, bold=True),
            colour=look.colours.ink,
            size=LABEL,
            bold=True,
        )
    )
    if not panel.lines:
        text, y = say("nothing.heading", look.language), (panel.axis.start + panel.axis.end) / 2
        said.append(Words(x=width / 2, y=y, text=text, colour=look.colours.soft, size=LABEL, align="center"))
        return [*strokes(rules), *words(said)]
    ends = [(time.at(line.points[-1].period), panel.axis.at(line.points[-1].value)) for line in panel.lines]
    labels = [_label(line, panel, look) for line in panel.lines]
    leads, names = end_labels(labels, ends, look, edge=width, height=panel.axis.start, top=panel.axis.end)
    layers = strokes([*rules, *leads])
    for line in panel.lines:
        layers += [*path_marks(line, panel.axis, time), *dot_marks(line, panel.axis, time, look)]
    figures = _figures(panel, time, look, [*said, *names, *period_words(time, look, y=panel.axis.start + 16)])
    return [*layers, *words([*said, *names, *figures])]


def _label(line: Line, panel: _Panel, look: Look) -> EndLabel:
    figure = format_number(line.points[-1].value, decimals=panel.decimals, language=look.language)
    alone = len(panel.lines) == 1
    return EndLabel(name="" if alone else line.label, figure=figure, ink=line.ink, bold=alone)


def _figures(panel: _Panel, time: TimeAxis, look: Look, taken: list[Words]) -> list[Words]:
    """Print values beside their points, the last excepted, where they touch nothing; the table has them all."""
    said: list[Words] = []
    for line in panel.lines:
        for point in line.points[:-1]:
            below = any(_stands_over(peer, line, point, panel) for peer in panel.lines)
            figure = Words(
                x=time.at(point.period),
                y=panel.axis.at(point.value) + (14 if below else -13),
                text=format_number(point.value, decimals=panel.decimals, language=look.language),
                colour=line.ink,
                size=SMALL,
                align="center",
            )
            if not any(touch(figure, other) for other in [*taken, *said]):
                said.append(figure)
    return said


def _stands_over(peer: Line, line: Line, point: Point, panel: _Panel) -> bool:
    """Say whether another line passes above a point; of two at one height the last line gives way."""
    others = [other.value for other in peer.points if other.period == point.period] if peer is not line else []
    return any(other > point.value or (other == point.value and line is panel.lines[-1]) for other in others)


def _notes(lines: list[Line], look: Look) -> tuple[str, ...]:
    every = {point.period for line in lines for point in line.points}
    gaps = [
        f"{line.label} ({', '.join(sorted(every - {point.period for point in line.points}))})"
        for line in lines
        if every - {point.period for point in line.points}
    ]
    return (say("without_value", look.language, names="; ".join(gaps)),) if gaps else ()


def _alt(table: pl.DataFrame, look: Look, names: tuple[str, str, str], decimals: tuple[int, int]) -> str:
    said = [say("currency.alt", look.language, first=table["period"][0], last=table["period"][-1])]
    for column, name, places in zip(_COLUMNS, names, (decimals[0], decimals[1], decimals[1]), strict=True):
        known = table.filter(pl.col(column).is_not_null())
        if known.is_empty():
            said.append(say("without_value", look.language, names=name))
            continue
        ends = [
            f"{format_number(known[column][at], decimals=places, language=look.language)} ({known['period'][at]})"
            for at in (0, -1)
        ]
        told = say("currency.line", look.language, name=name, first=ends[0], last=ends[1])
        said.append(told[:1].upper() + told[1:])
    return " ".join([*said, *_widest_difference(table, look)])


def _widest_difference(table: pl.DataFrame, look: Look) -> list[str]:
    """Say where the stated dollars are furthest from those at the official rate."""
    both = table.drop_nulls(["dollars_official", "dollars_stated"]).filter(pl.col("dollars_official") != 0)
    if both.is_empty():
        return []
    apart = both.with_columns((100 * (pl.col("dollars_stated") / pl.col("dollars_official") - 1)).alias("apart"))
    worst = apart.sort(pl.col("apart").abs(), descending=True).row(0, named=True)
    written = format_change(worst["apart"], decimals=0, language=look.language)
    return [say("currency.apart", look.language, period=worst["period"], change=written)]
