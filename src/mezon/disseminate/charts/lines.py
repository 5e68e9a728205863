"""Lines over time: several series with their bands, named at their ends; gaps are gaps, doubtful values are dashed."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from mezon.disseminate.charts.axes import lines_across
from mezon.disseminate.charts.drawing import Words, strokes, words
from mezon.disseminate.charts.empty import no_data, why_nothing
from mezon.disseminate.charts.end_labels import EndLabel, end_labels, label_room, needed_height
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.line_marks import Line, band_marks, dot_marks, path_marks
from mezon.disseminate.charts.measuring import widest
from mezon.disseminate.charts.numbers import Axis, axis_of, format_interval, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.series import TENTATIVE, Point, points_of, unbroken
from mezon.disseminate.charts.sheet import SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.theme import series_colour, series_ink
from mezon.disseminate.charts.time_axis import TimeAxis, period_words, time_axis, usual_step
from mezon.disseminate.charts.wording import listed, say

_HEIGHT, _HEIGHT_NARROW = 300.0, 260.0


def lines_over_time(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    value_name: str = "",
    highlight: str = "",
    from_zero: bool = False,
    decimals: int = 1,
) -> Chart:
    """Draw series over time, each named at its end with its last value.

    data : series, label, period (SDMX), value; optional low, high (a band), status (SDMX, or CARRIED for a value that
        a methodology carried forward). A missing value or period leaves a gap; status B begins a new line.
    `highlight` : a series' code, drawn in the accent with the others in grey; without it every series has its colour.
    """
    frame = tidy(
        data,
        texts=("series", "label", "period", "status"),
        numbers=("value", "low", "high"),
        optional=("low", "high", "status"),
    )
    table = frame.select("series", "label", "period", "value", "low", "high", "status")
    if reason := why_nothing(table, look, value="value"):
        return no_data(reason, look=look, caption=caption, table=table)
    step = usual_step(table["period"].to_list())
    lines = _lines(table, look, highlight, step)
    labels = [_end_label(line, look, decimals) for line in lines if line.points]
    height = max(_HEIGHT_NARROW if look.narrow else _HEIGHT, needed_height(labels, look))
    values = _values(lines) + ([0.0] if from_zero else [])
    vertical = axis_of(values, start=height, end=0, count=4 if look.narrow else 5)
    ticks = [format_number(tick, decimals=vertical.decimals, language=look.language) for tick in vertical.ticks]
    left, right = look.margin + widest(ticks, SMALL) + 14, look.margin + label_room(labels, look)
    width = plot_width(look, left, right)
    time = time_axis(table["period"].to_list(), start=6, end=width - 8)
    layers = _layers(lines, labels, vertical, time, look, width=width, value_name=value_name, left=left)
    plot = Plot(left=left, right=right, height=height, above=34 if value_name else 14, below=26)
    told = Told(alt=_alt(lines, look, decimals), table=table, notes=_notes(lines, look))
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _lines(table: pl.DataFrame, look: Look, highlight: str, step: float) -> list[Line]:
    """Give series with their colours; the highlighted one last, so that it lies above the others."""
    colours, found = look.colours, []
    names = dict(table.select("series", "label").rows())
    every = points_of(table.to_dicts())
    for place, (series, points) in enumerate(every.items()):
        chosen, grey = series == highlight, bool(highlight) and series != highlight
        own = series_colour(colours, place), series_ink(colours, place)
        colour, ink = (colours.muted, colours.soft) if grey else (colours.accent,) * 2 if chosen else own
        found.append(
            Line(
                points=points,
                runs=unbroken(points, step),
                label=names[series],
                colour=colour,
                ink=ink,
                width=1.4 if grey else 2.4,
                chosen=chosen,
            )
        )
    return sorted(found, key=lambda line: line.chosen)


def _values(lines: list[Line]) -> list[float]:
    points = [point for line in lines for point in line.points]
    return [end for point in points for end in (point.value, point.low, point.high) if end is not None]


def _end_label(line: Line, look: Look, decimals: int) -> EndLabel:
    figure = format_number(line.points[-1].value, decimals=decimals, language=look.language)
    return EndLabel(name=line.label, figure=figure, ink=line.ink, bold=line.chosen)


def _layers(
    lines: list[Line],
    labels: list[EndLabel],
    vertical: Axis,
    time: TimeAxis,
    look: Look,
    *,
    width: float,
    value_name: str,
    left: float,
) -> list[alt.Chart]:
    rules, numbers = lines_across(vertical, look, left=0, right=width)
    drawn = [line for line in lines if line.points]
    ends = [(time.at(line.points[-1].period), vertical.at(line.points[-1].value)) for line in drawn]
    leads, names = end_labels(labels, ends, look, edge=width, height=vertical.start)
    said = [*numbers, *names, *period_words(time, look, y=vertical.start + 16)]
    if value_name:
        said.append(Words(x=look.margin - left, y=-20, text=value_name, colour=look.colours.soft, size=SMALL))
    layers = strokes([*rules, *leads])
    for line in drawn:
        layers += [*band_marks(line, vertical, time), *path_marks(line, vertical, time)]
    for line in drawn:
        layers += dot_marks(line, vertical, time, look)
    return [*layers, *words(said)]


def _notes(lines: list[Line], look: Look) -> tuple[str, ...]:
    points = [point for line in lines for point in line.points]
    kinds = sorted({TENTATIVE.get(point.status, "carried") for point in points if point.tentative})
    names = ", ".join(say(f"status.{kind}", look.language) for kind in kinds)
    breaks = sorted({point.period for point in points if point.status == "B"})
    absent = [line.label for line in lines if not line.points]
    return (
        say("lines.tentative", look.language, kinds=names) if kinds else "",
        say("lines.breaks", look.language, periods=", ".join(breaks)) if breaks else "",
        say("lines.band", look.language) if any(point.low is not None for point in points) else "",
        say("without_value", look.language, names=listed(absent, look.language)) if absent else "",
    )


def _alt(lines: list[Line], look: Look, decimals: int) -> str:
    points = sorted((point for line in lines for point in line.points), key=lambda p: (p.value, p.time, p.series))
    periods = [point.period for point in sorted(points, key=lambda point: point.time)]

    def told(key: str, point: Point) -> str:
        value = format_number(point.value, decimals=decimals, language=look.language)
        return say(key, look.language, label=point.label, period=point.period, value=value)

    drawn = [line for line in lines if line.points]
    said = [say("lines.alt", look.language, n=len(drawn), first=periods[0], last=periods[-1])]
    said += [told("lines.highest", points[-1]), told("lines.lowest", points[0])]
    for line in [line for line in drawn if line.chosen] or (drawn if len(drawn) == 1 else []):
        said += [told("lines.chosen", line.points[-1]), *_interval(line.points[-1], look, decimals)]
    gaps = sum(len(line.runs) - 1 for line in drawn)
    said += [say("lines.gaps", look.language, n=gaps)] if gaps else []
    return " ".join(said)


def _interval(point: Point, look: Look, decimals: int) -> Sequence[str]:
    interval = format_interval(point.low, point.high, decimals=decimals, language=look.language)
    return [say("whisker.interval", look.language, interval=interval)] if interval else []
