"""The marks of one series over time: its band, its line with gaps and dashes, its points."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from mezon.disseminate.charts.drawing import across, along, chart_of, shown_on_hover
from mezon.disseminate.charts.numbers import Axis, format_number
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.series import Point, stretches
from mezon.disseminate.charts.time_axis import TimeAxis
from mezon.disseminate.charts.wording import say

#: A series of at most so many values shows each as a point.
_FEW_POINTS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A series ready to be drawn: all its points, and the runs that a line may join."""

    points: list[Point]
    runs: list[list[Point]]
    label: str
    colour: str
    ink: str
    width: float = 2.4
    chosen: bool = False


def band_marks(line: Line, vertical: Axis, time: TimeAxis) -> list[alt.Chart]:
    """Shade what lies between low and high, run by run."""
    layers = []
    for run in line.runs:
        rows = [{"time": p.time, "low": p.low, "high": p.high} for p in run if p.low is not None and p.high is not None]
        area = chart_of(rows).mark_area(opacity=0.16, color=line.colour)
        if len(rows) > 1:
            layers.append(area.encode(x=across("time", time.scale), y=along("low", vertical), y2="high:Q"))
    return layers


def path_marks(line: Line, vertical: Axis, time: TimeAxis) -> list[alt.Chart]:
    """Draw the line itself: nothing across a gap, dashes to and from tentative values."""
    layers = []
    for run in line.runs:
        for dashed, stretch in stretches(run):
            rows = [{"time": point.time, "value": point.value} for point in stretch]
            mark = chart_of(rows).mark_line(
                strokeWidth=line.width, color=line.colour, strokeDash=[4, 3] if dashed else [1, 0], strokeJoin="round"
            )
            layers.append(mark.encode(x=across("time", time.scale), y=along("value", vertical)))
    return layers


def dot_marks(line: Line, vertical: Axis, time: TimeAxis, look: Look) -> list[alt.Chart]:
    """Mark points: all of a short series, else its ends, its tentative values and those that stand alone."""
    alone = {run[0].period for run in line.runs if len(run) == 1}
    last = line.points[-1].period
    rows = [
        {
            "label": line.label,
            "period": point.period,
            "time": point.time,
            "value": point.value,
            "written": format_number(point.value, decimals=2, language=look.language),
            "fill": look.colours.paper if point.tentative else line.colour,
        }
        for point in line.points
        if len(line.points) <= _FEW_POINTS or point.tentative or point.period in alone or point.period == last
    ]
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)),
        ("period", say("heading.period", look.language)),
        ("written", say("heading.value", look.language)),
    )
    mark = chart_of(rows).mark_point(
        size=34 if line.width > 2 else 16, filled=False, stroke=line.colour, strokeWidth=1.6, opacity=1
    )
    fill = alt.Fill("fill", type="nominal", scale=None, legend=None)
    return [mark.encode(x=across("time", time.scale), y=along("value", vertical), fill=fill, tooltip=hover)]
