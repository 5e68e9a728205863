"""Periods on a line: where each stands, which are written out, and where a series stops and begins again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from mezon.disseminate.charts.drawing import Words
from mezon.disseminate.charts.measuring import text_width
from mezon.disseminate.charts.numbers import Axis
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.sheet import SMALL
from mezon.model.codelists import Frequency
from mezon.model.period import Period

_PARTS = {Frequency.ANNUAL: 1, Frequency.HALF_YEARLY: 2, Frequency.QUARTERLY: 4, Frequency.MONTHLY: 12}
_ROOM_BETWEEN = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """Periods in order on a span of pixels; time passes evenly, so that a missing year leaves its room."""

    periods: tuple[str, ...]
    scale: Axis

    def at(self, period: str) -> float:
        """Give the pixel of a period's middle."""
        return self.scale.at(moment(period))


def moment(period: str) -> float:
    """Give the middle of a period in years: 2024 -> 2024.5, 2024-S1 -> 2024.25."""
    read = Period.parse(period)
    return read.year + (read.part - 0.5) / _PARTS[read.frequency]


def time_axis(periods: Sequence[str], *, start: float, end: float) -> TimeAxis:
    """Lay periods on a line from `start` to `end` pixels; a single one stands in the middle."""
    ordered = tuple(sorted(set(periods), key=moment))
    low, high = moment(ordered[0]), moment(ordered[-1])
    if low == high:
        low, high = low - 0.5, high + 0.5
    return TimeAxis(periods=ordered, scale=Axis(low=low, high=high, start=start, end=end))


def usual_step(periods: Sequence[str]) -> float:
    """Give the time between neighbours, in years: the shortest distance between any two periods of the picture."""
    moments = sorted({moment(period) for period in periods})
    return min((after - before for before, after in itertools.pairwise(moments)), default=1.0)


def follows(before: str, after: str, step: float) -> bool:
    """Say whether one period comes right after another, so that a line may join them."""
    return moment(after) - moment(before) <= step * 1.01


def period_words(axis: TimeAxis, look: Look, *, y: float) -> list[Words]:
    """Write periods below the plot, as many as fit, the last always."""
    said: list[Words] = []
    edge = float("inf")
    for period in reversed(axis.periods):
        half = text_width(period, SMALL) / 2
        if axis.at(period) + half > edge:
            continue
        said.append(Words(x=axis.at(period), y=y, text=period, colour=look.colours.soft, size=SMALL, align="center"))
        edge = axis.at(period) - half - _ROOM_BETWEEN
    return said
