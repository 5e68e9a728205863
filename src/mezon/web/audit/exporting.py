"""Audit records as files: CSV that no spreadsheet runs, and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from mezon.model.spreadsheet_text import defused_text
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.models import AuditRecord
from mezon.web.audit.mutating import mutation, note

COLUMNS = (
    "number", "at", "kind", "person", "name", "action", "pack", "unit", "subject_kind", "subject_id", "subject",
    "reason", "before", "after", "address", "previous", "digest",
)  # fmt: skip
_AT_ONCE = 2000


@mutation("audit.export")
def exported(actor: Actor, where: Target, *, as_file: str, asked: dict[str, str], now: datetime) -> None:  # noqa: ARG001
    """Record that somebody takes records away, and which they asked for."""
    note(subject=as_file, after=asked)


class _Line:
    """A file that gives back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def as_csv(records: Iterable[AuditRecord]) -> Iterator[str]:
    """Give a CSV line by line; cells that look like formulas get an apostrophe before them."""
    writer = csv.writer(_Line())
    yield str(writer.writerow(COLUMNS))
    for record in records:
        yield str(writer.writerow([_safe(value) for value in row(record).values()]))


def as_json(records: Iterable[AuditRecord]) -> Iterator[str]:
    """Give a JSON array of objects, one a line."""
    before = "[\n"
    for record in records:
        yield before + json.dumps(row(record), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def row(record: AuditRecord) -> dict[str, object]:
    """Give a record as plain values: content, previous digest and digest, enough to reckon the chain again."""
    content = record.content()
    return {name: content.get(name, getattr(record, name, "")) for name in COLUMNS}


def _safe(value: object) -> object:
    return defused_text(value) if isinstance(value, str) else "" if value is None else value
