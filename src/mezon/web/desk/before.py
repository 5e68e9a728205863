"""What is known already of what a form asks: the last periods of the same unit, and the band they keep to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from mezon.collect.workbook.history import in_asked_unit
from mezon.errors import MalformedValue
from mezon.methods.history import history_band
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.web.desk.models import Cell

#: (indicator, breakdown, variant): a series.
Series = tuple[str, str, str]

#: How many periods stand beside a cell.
SHOWN = 12
_WIDTH, _HEIGHT, _EDGE = 120, 28, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The last periods of one series, oldest first, and what they say about the next."""

    points: tuple[tuple[str, float], ...] = ()

    @property
    def last(self) -> tuple[str, float] | None:
        """The newest period and its value."""
        return self.points[-1] if self.points else None

    @property
    def band(self) -> tuple[float, float] | None:
        """The band in which the next value is expected (methods.history); None where too little is known."""
        low, high = history_band(np.array([value for _period, value in self.points], dtype=np.float64))
        return None if math.isnan(low) else (low, high)

    @property
    def usual(self) -> tuple[float, float] | None:
        """The band as people read it: of what was always counted in whole numbers, the whole numbers around it."""
        band = self.band
        if band is None or not all(value.is_integer() for _period, value in self.points):
            return band
        return (float(math.floor(band[0])), float(math.ceil(band[1])))

    @property
    def has_band(self) -> bool:
        """Whether enough is known to speak of a band."""
        return self.band is not None

    @property
    def low(self) -> float | None:
        """The lower end of the band."""
        return self.band[0] if self.band else None

    @property
    def high(self) -> float | None:
        """The upper end of the band."""
        return self.band[1] if self.band else None

    @property
    def newest_first(self) -> tuple[tuple[str, float], ...]:
        """The same points, for a table read from the top."""
        return self.points[::-1]

    def value_of(self, period: str) -> float | None:
        """Give the value of a period, or None."""
        return next((value for name, value in self.points if name == period), None)

    def beside(self, periods: tuple[str, ...]) -> tuple[tuple[str, float | None], ...]:
        """Give as many values as there are columns; a value of another period than its column names it."""
        if all(self.value_of(period) is None for period in periods) and self.points:
            own = self.points[-len(periods) :]
            return (*(("", None) for _missing in range(len(periods) - len(own))), *own)
        return tuple(("", self.value_of(period)) for period in periods)

    @property
    def path(self) -> str:
        """The points of a small line, as SVG writes them, in a box of 120 by 28."""
        if len(self.points) < 2:
            return ""
        values = [value for _period, value in self.points]
        low, high = min(values), max(values)
        wide = (_WIDTH - 2 * _EDGE) / (len(self.points) - 1)
        tall = (_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
        return " ".join(
            f"{_EDGE + place * wide:.1f},{_HEIGHT - _EDGE - (value - low) * tall:.1f}"
            for place, (_period, value) in enumerate(self.points)
        )


NOTHING_KNOWN = Past()


def past_of(known: pl.DataFrame, cells: Iterable[Cell], definitions: Definitions) -> dict[int, Past]:
    """Find the past of every cell, by its key.

    known : observations of the unit (model.observations), brought to the unit of measure that is asked for; those that
    would take an exchange rate are left out. Where two sources state one value, the one published last is shown.
    """
    series = _series(known, definitions)
    found: dict[int, Past] = {}
    for cell in cells:
        here = Period.parse(cell.period)
        points = [
            (period, value)
            for period, value in series.get((cell.indicator, cell.breakdown, cell.variant), {}).items()
            if _is_before(period, here)
        ]
        found[cell.pk] = Past(points=tuple(sorted(points)[-SHOWN:]))
    return found


def _series(known: pl.DataFrame, definitions: Definitions) -> dict[Series, dict[str, float]]:
    columns = ("indicator", "breakdown", "variant", "period", "value", "unit_of_measure", "published")
    series: dict[Series, dict[str, float]] = {}
    if known.is_empty():
        return series
    rows = known.select(columns).filter(pl.col("value").is_not_null()).sort("published", "period")
    for indicator, breakdown, variant, period, value, measure, _published in rows.iter_rows():
        asked = in_asked_unit(value, indicator, measure, definitions)
        if asked is not None:
            series.setdefault((indicator, breakdown, variant), {})[period] = asked
    return series


def _is_before(period: str, here: Period) -> bool:
    try:
        there = Period.parse(period)
    except MalformedValue:
        return False
    return there.frequency == here.frequency and there.start < here.start
