"""Does the chain hold? Every record is reckoned again, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mezon.web.audit.models import BEGINNING, AuditRecord, ChainEnd

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How many records were reckoned, the last digest, and what does not hold ("" when all does)."""

    records: int
    digest: str
    fault: str

    @property
    def holds(self) -> bool:
        """Say whether nothing was changed, taken out or put in."""
        return not self.fault


def verify() -> Verified:
    """Reckon every record again: numbers without a gap, each digest of its content, each following the one before.

    The end of the chain is compared as well, so that records cut off at the end are missed. What this cannot see is a
    chain rewritten as a whole by somebody who holds the database and takes the triggers off: against that, keep the
    last number and digest somewhere else now and then (`mezon audit-log verify` prints them).
    """
    previous, number = BEGINNING, 0
    for record in _records():
        fault = _fault(record, number=number + 1, previous=previous)
        if fault:
            return Verified(records=number, digest=previous, fault=fault)
        previous, number = record.digest, record.number
    end = ChainEnd.objects.filter(pk=1).first() or ChainEnd()
    fault = "" if (end.number, end.digest) == (number, previous) else f"records after number {number} are missing"
    return Verified(records=number, digest=previous, fault=fault)


def _records() -> Iterator[AuditRecord]:
    yield from AuditRecord.objects.order_by("number").iterator(chunk_size=_AT_ONCE)


def _fault(record: AuditRecord, *, number: int, previous: str) -> str:
    if record.number != number:
        return f"record {number} is missing"
    if record.previous != previous:
        return f"record {number} does not follow the one before it"
    return "" if record.digest == record.reckon() else f"record {number} has been changed"
