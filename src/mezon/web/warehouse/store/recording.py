"""Recording observations: a frame in, versions out; what is said already changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from mezon.errors import WrongUse
from mezon.model.observations import IDENTITY, ROW
from mezon.web.warehouse.models import Change, StoredPack
from mezon.web.warehouse.store import staging
from mezon.web.warehouse.store.changes import Recording, changing

#: Room between neighbouring rows, for rows that are put between them later.
GAP = 2**20
#: Rows staged at a time: bounds the memory of an import of any size.
_ROWS_AT_A_TIME = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a recording came to: its change (none when nothing changed), rows new, changed and unchanged."""

    change: Change | None
    new: int
    changed: int
    unchanged: int


def record_observations(
    pack: StoredPack, frame: pl.DataFrame, *, by: int | None, reason: str, action: str, now: datetime
) -> Recorded:
    """Record observations (WORKING_SCHEMA) as one change: a known identity is revised, another is new.

    The same identity with the same content is left as it is, so the same frame twice changes nothing.

    Raises : WrongUse when two rows of the frame have one identity, or without a reason.
    """
    with changing(pack, action=action, by=by, reason=reason, now=now) as recording:
        first = recording.end + GAP
        rows = frame.with_columns(position=pl.int_range(pl.len(), dtype=pl.Int64) * GAP + first, as_written=pl.lit(""))
        new, changed, unchanged = record_rows(recording, rows, as_written=False)
    return Recorded(change=recording.change, new=new, changed=changed, unchanged=unchanged)


def record_rows(
    recording: Recording, frame: pl.DataFrame, *, as_written: bool, seen: list[pl.DataFrame] | None = None
) -> tuple[int, int, int]:
    """Record a frame that has `position` and `as_written` too, as part of a change; give new, changed, unchanged.

    frame : in the order of its positions.
    `as_written` : whether another spelling of the same content is a change (a file that is loaded), or not.
    `seen` : gains which observation each row is of, where that is asked for.
    """
    _refuse_twins(frame)
    new = changed = unchanged = 0
    for part in _parts(frame):
        staging.make_staging()
        staging.stage(part.with_columns(n=pl.col(ROW).cast(pl.Int64)))
        staging.identify(recording.pack.pk)
        if seen is not None:
            seen.append(staging.staged_identities())
        unchanged += staging.drop_unchanged(as_written=as_written)
        twice = staging.recorded_twice(recording.number)
        if twice:
            raise _one_identity_twice(*twice[0])
        added, revised = staging.record_staged(recording.number)
        new, changed = new + added, changed + revised
    recording.counts.update({"new": new, "changed": changed})
    recording.end = max([recording.end, *frame["position"].tail(1)])
    return new, changed, unchanged


def _parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for start in range(0, frame.height, _ROWS_AT_A_TIME):
        yield frame.slice(start, _ROWS_AT_A_TIME)


def _refuse_twins(frame: pl.DataFrame) -> None:
    twins = frame.filter(frame.select(IDENTITY).is_duplicated())
    if twins.height:
        second = twins.row(1, named=True)
        raise _one_identity_twice(second[ROW], second["indicator"], second["unit"], second["period"])


def _one_identity_twice(row: int, indicator: str, unit: str, period: str) -> WrongUse:
    return WrongUse(
        f"Row {row} states {indicator} of {unit} in {period} a second time, from the same place of the same source.",
        hint="Delete one of the two, or say in source_ref or published what tells them apart.",
    )
