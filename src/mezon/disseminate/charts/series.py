"""Series as runs of points that a line may join: gaps stay gaps, breaks breaks, and doubtful stretches are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mezon.disseminate.charts.time_axis import follows, moment
from mezon.model.codelists import ObsStatus

#: Values that are not plain facts; the stretch that leads to one is dashed, its point hollow.
TENTATIVE = {
    ObsStatus.PROVISIONAL.value: "provisional",
    ObsStatus.ESTIMATED.value: "estimated",
    ObsStatus.FORECAST.value: "forecast",
    ObsStatus.IMPUTED.value: "imputed",
    ObsStatus.IMPUTED_BY_RECEIVER.value: "imputed",
    ObsStatus.LOW_RELIABILITY.value: "low_reliability",
    ObsStatus.UNVALIDATED.value: "unvalidated",
}
#: Not an SDMX code: the last known value, carried forward by a methodology.
CARRIED = "CARRIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of one series; `time` in years."""

    series: str
    label: str
    period: str
    time: float
    value: float
    low: float | None
    high: float | None
    status: str

    @property
    def tentative(self) -> bool:
        """Whether the value is anything less than a plain fact."""
        return self.status in TENTATIVE or self.status == CARRIED


def points_of(rows: Sequence[dict[str, Any]]) -> dict[str, list[Point]]:
    """Give the points of every series in order of time, series in the order in which they first appear."""
    found: dict[str, list[Point]] = {}
    for row in rows:
        points = found.setdefault(row["series"], [])
        if row["value"] is not None:
            points.append(
                Point(
                    series=row["series"],
                    label=row["label"],
                    period=row["period"],
                    time=moment(row["period"]),
                    value=row["value"],
                    low=row["low"],
                    high=row["high"],
                    status=row["status"],
                )
            )
    return {series: sorted(points, key=lambda point: point.time) for series, points in found.items()}


def unbroken(points: Sequence[Point], step: float) -> list[list[Point]]:
    """Cut a series where a period is missing and before a break in its definition (status B)."""
    runs: list[list[Point]] = []
    for point in points:
        joined = runs and follows(runs[-1][-1].period, point.period, step) and point.status != ObsStatus.BREAK
        if joined:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def stretches(run: Sequence[Point]) -> list[tuple[bool, list[Point]]]:
    """Cut an unbroken run into solid and dashed stretches that share their joints: (dashed, points)."""
    found: list[tuple[bool, list[Point]]] = []
    for before, after in pairwise(run):
        dashed = before.tentative or after.tentative
        if found and found[-1][0] == dashed:
            found[-1][1].append(after)
        else:
            found.append((dashed, [before, after]))
    return found
