"""What differs: a cell against the last period, against what was said before, and against the band of its history."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from mezon.collect.workbook.history import in_asked_unit
from mezon.model.pack import Definitions
from mezon.web.desk.before import NOTHING_KNOWN, Past
from mezon.web.desk.models import Cell, CellVersion, Remark, Submission

#: (indicator, breakdown, variant, period): what tells a cell from the others of its submission.
Key = tuple[str, str, str, str]
#: Values that differ by less, in relation, came from one figure by another unit of measure.
_ROUNDING = 1e-9


class Against(StrEnum):
    """Which earlier word a cell is set beside: as it was returned, as it was approved before, or as others state it."""

    RETURNED = "returned"
    APPROVED = "approved"
    KNOWN = "known"
    NOTHING = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was said about the same value before. `source` : who says so, where it is somebody else."""

    against: Against = Against.NOTHING
    value: float | None = None
    text: str = ""
    status: str = ""
    source: str = ""

    @property
    def known(self) -> bool:
        """Whether there is anything to compare with."""
        return self.against is not Against.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cell beside its past and beside what was said before. Changes are new less old; ratios new / old - 1."""

    value: float | None
    last_period: str = ""
    last_value: float | None = None
    earlier: Earlier = Earlier()
    low: float | None = None
    high: float | None = None

    @property
    def since_last(self) -> float | None:
        """The change against the last period."""
        return _less(self.value, self.last_value)

    @property
    def ratio_to_last(self) -> float | None:
        """The same, in relation to the last period."""
        return _relative(self.value, self.last_value)

    @property
    def since_earlier(self) -> float | None:
        """The change against what was said before."""
        return _less(self.value, self.earlier.value)

    @property
    def ratio_to_earlier(self) -> float | None:
        """The same, in relation to what was said before."""
        return _relative(self.value, self.earlier.value)

    @property
    def changed(self) -> bool:
        """Whether something else was said before, or a value appeared or went; the last digits of a float are none."""
        if not self.earlier.known:
            return False
        if self.value is None or self.earlier.value is None:
            return self.value is not self.earlier.value
        return not math.isclose(self.value, self.earlier.value, rel_tol=_ROUNDING)

    @property
    def outside(self) -> bool:
        """Whether the value leaves the band that its own history lets one expect."""
        if self.value is None or self.low is None or self.high is None or self.low == self.high:
            return False
        return not self.low <= self.value <= self.high


def differences(
    cells: Iterable[Cell],
    past: Mapping[int, Past],
    *,
    returned: Mapping[int, CellVersion],
    approved: Mapping[Key, Cell],
    known: Mapping[Key, Earlier],
) -> dict[int, Difference]:
    """Set every cell beside what was said before.

    The nearest word counts: what a reviewer returned, else the submission that was approved before this one, else what
    the store knows of the same value from another source.
    """
    found = {}
    for cell in cells:
        own = past.get(cell.pk, NOTHING_KNOWN)
        last = own.last or ("", None)
        low, high = own.band or (None, None)
        found[cell.pk] = Difference(
            value=cell.value,
            last_period=last[0],
            last_value=last[1],
            earlier=_earlier(cell, returned, approved, known),
            low=low,
            high=high,
        )
    return found


def _earlier(
    cell: Cell, returned: Mapping[int, CellVersion], approved: Mapping[Key, Cell], known: Mapping[Key, Earlier]
) -> Earlier:
    version = returned.get(cell.pk)
    if version is not None:
        return Earlier(against=Against.RETURNED, value=version.value, text=version.text, status=version.status)
    before = approved.get(key_of(cell))
    if before is not None and before.filled:
        return Earlier(against=Against.APPROVED, value=before.value, text=before.text, status=before.status)
    return known.get(key_of(cell), Earlier())


def key_of(cell: Cell) -> Key:
    """Give what a cell is about."""
    return (cell.indicator, cell.breakdown, cell.variant, cell.period)


def known_values(observations: pl.DataFrame, definitions: Definitions) -> dict[Key, Earlier]:
    """Give what the store knows of each value, by key: of several statements, the one published last.

    observations : of the unit (model.observations), brought to the unit that is asked for where that takes no rate.
    """
    found: dict[Key, Earlier] = {}
    columns = ("indicator", "breakdown", "variant", "period", "value", "status", "source", "unit_of_measure")
    for indicator, breakdown, variant, period, value, status, source, measure in (
        observations.sort("published", "source", "source_ref").select(columns).iter_rows()
    ):
        asked = in_asked_unit(value, indicator, measure, definitions)
        if asked is not None or value is None:
            found[indicator, breakdown, variant, period] = Earlier(
                against=Against.KNOWN, value=asked, status=status, source=source
            )
    return found


def returned_versions(submission: Submission, remarks: Iterable[Remark]) -> dict[int, CellVersion]:
    """Give, of every cell that a reviewer returned, the version that was returned last: one query."""
    last: dict[int, int] = {}
    for remark in remarks:
        if remark.kind == Remark.RETURN and remark.cell_id is not None:
            last[remark.cell_id] = remark.cell_version
    if not last:
        return {}
    versions = CellVersion.objects.filter(cell__submission=submission, cell_id__in=last)
    return {one.cell_id: one for one in versions if one.number == last[one.cell_id]}


def approved_before(submission: Submission) -> dict[Key, Cell]:
    """Give the cells of the submission that this one corrects, by key: one query; none for the first."""
    if submission.number == 1:
        return {}
    cells = Cell.objects.filter(
        submission__pack=submission.pack_id,  # type: ignore[attr-defined]
        submission__form=submission.form,
        submission__unit=submission.unit,
        submission__period=submission.period,
        submission__number=submission.number - 1,
    )
    return {key_of(cell): cell for cell in cells}


def _less(new: float | None, old: float | None) -> float | None:
    return None if new is None or old is None else new - old


def _relative(new: float | None, old: float | None) -> float | None:
    return None if new is None or old is None or old == 0 else (new - old) / abs(old)
