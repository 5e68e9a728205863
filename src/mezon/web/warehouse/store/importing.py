"""Importing a CSV of observations of any size: read, checked and recorded a block at a time, as one change.

Memory does not grow with the file. Every block passes the rules that see one row, before it is recorded; the rules that
compare rows (over time, between sources) then run on what the pack says with them, some indicators at a time. All or
nothing, unless the person asks for the good rows only.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction

from mezon.collect.observations import with_defaults
from mezon.design.csv_table import read_csv_table
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.observations import ROW, WORKING_SCHEMA
from mezon.model.pack import Definitions, Pack
from mezon.model.tables import OBSERVATIONS
from mezon.process.checks import check_pack, findings_of
from mezon.web.warehouse.models import Change, StoredPack
from mezon.web.warehouse.store.changes import Recording, changing
from mezon.web.warehouse.store.reading import read_working
from mezon.web.warehouse.store.recording import GAP, record_rows
from mezon.web.warehouse.store.unloading import definitions_of

Progress = Callable[[int, int], None]
#: Bytes read at a time, and rows whose rules are run together.
_BLOCK, _CHECKED_ROWS = 3_000_000, 30_000
#: Findings after which an import that only compares says that it lives, and hears whether it is to stop.
_FINDINGS_BETWEEN = 5_000
#: Findings kept of one rule; the rest are counted.
_KEPT_OF_A_RULE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to.

    `change` : none when nothing was recorded: because of an error, or because all of it is said already.
    `findings` : the first of each rule, in order of place; `found` : how many of each code there are in all.
    `left_out` : rows with an error, when only the good ones were asked for.
    """

    change: Change | None
    new: int
    changed: int
    unchanged: int
    left_out: int
    findings: tuple[Finding, ...]
    found: dict[str, int]


@dataclass(slots=True)
class _Findings:
    """Findings as they come, the first of each rule kept."""

    kept: list[Finding] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    errors: int = 0

    def add(self, findings: Iterable[Finding]) -> None:
        """Count findings as they come, and keep some."""
        for finding in findings:
            if self.found[finding.code] < _KEPT_OF_A_RULE:
                self.kept.append(finding)
            self.found[finding.code] += 1
            self.errors += finding.severity == Severity.ERROR


class _Refused(Exception):
    """An error was found, so that nothing is recorded."""


def import_observations(
    pack: StoredPack,
    file: Path,
    *,
    by: int | None,
    reason: str,
    now: datetime,
    name: str = OBSERVATIONS.path,
    action: str = "observation.import",
    good_rows_only: bool = False,
    home: Path | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Imported:
    """Import a CSV with the columns of observations.csv as one change, all or nothing.

    file : where it is; name : what its owner calls it (shown in findings and kept with the change, with its SHA-256).
    good_rows_only : record the rows without an error, and leave the others out.

    Raises : WrongUse without a reason, or when two rows are one observation.
    """
    definitions = definitions_of(pack, home=home or Path(settings.HOME))
    found, counts, size = _Findings(), Counter[str](), file.stat().st_size
    why = f"{reason} ({name}, sha256 {_digest(file)})" if reason.strip() else reason
    recorded = None
    try:
        with transaction.atomic(), changing(pack, action=action, by=by, reason=why, now=now) as recording:
            touched = _record_blocks(recording, file, name, definitions, found, counts, good_rows_only, progress)
            if found.errors and not good_rows_only:
                raise _Refused
            if recording.counts.total():
                found.add(_compared(recording, definitions, touched, lambda: progress(size, size)))
        recorded = recording.change
    except _Refused:
        counts.clear()
    return Imported(
        change=recorded, new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"],
        left_out=counts["left_out"], findings=tuple(sorted(found.kept, key=lambda item: (item.place, item.code))),
        found=dict(sorted(found.found.items())),
    )  # fmt: skip


def _record_blocks(
    recording: Recording,
    file: Path,
    name: str,
    definitions: Definitions,
    found: _Findings,
    counts: Counter[str],
    good_rows_only: bool,  # noqa: FBT001 - handed on
    progress: Progress,
) -> Counter[str]:
    """Record block by block; give how many rows each indicator has in the file."""
    touched: Counter[str] = Counter()
    whole, done = file.stat().st_size, 0
    for block, first_row, length in blocks_of(file):
        frame, findings = _read(block, first_row, name, definitions)
        found.add(findings)
        wrong = {item.row for item in findings if item.severity == Severity.ERROR and item.row}
        if good_rows_only:
            counts["left_out"] += len(wrong)
            frame = frame.filter(~pl.col(ROW).is_in(sorted(wrong)))
        if good_rows_only or not found.errors:
            rows = frame.with_columns(
                position=pl.int_range(1, pl.len() + 1, dtype=pl.Int64) * GAP + recording.end, as_written=pl.lit("")
            )
            for what, number in zip(
                ("new", "changed", "unchanged"), record_rows(recording, rows, as_written=False), strict=True
            ):
                counts[what] += number
            touched.update(dict(frame["indicator"].value_counts().iter_rows()))
        done += length
        progress(done, whole)
    return touched


def _read(block: bytes, first_row: int, name: str, definitions: Definitions) -> tuple[pl.DataFrame, list[Finding]]:
    """Read a block as the table it is part of; rows are numbered as in the whole file."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as part:
        part.write(block)
        part.flush()
        frame, findings = read_csv_table(Path(part.name), OBSERVATIONS, rulebook=definitions.rulebook, file=name)
    filled = with_defaults(frame, definitions)
    only_errors = frozenset({Severity.ERROR})
    findings = findings + _of_rows(check_pack(_pack_of(filled, definitions), severities=only_errors), name)
    shift = first_row - 2
    moved = [replace(item, row=item.row + shift) if item.row and item.row > 1 else item for item in findings]
    if shift:
        # What is wrong with the header was said of the first block.
        moved = [item for item in moved if item.row and item.row > 1]
    return filled.with_columns((pl.col(ROW) + shift).cast(WORKING_SCHEMA[ROW])), moved


def _compared(
    recording: Recording, definitions: Definitions, touched: Counter[str], alive: Callable[[], None]
) -> Iterator[Finding]:
    """Run the rules that compare rows, on what the pack says now of the indicators that the file touches.

    Findings are given one by one: a file of nothing but odd values has as many as rows, and they are counted, not held.
    alive : called between indicators and every so many findings; what it raises ends the import.
    """
    rest = frozenset(Severity) - {Severity.ERROR}
    for indicators in _groups(touched):
        alive()
        frame = read_working(recording.pack, indicators=indicators, at=recording.number)
        for number, item in enumerate(findings_of(_pack_of(frame, definitions), severities=rest), 1):
            if item.file == OBSERVATIONS.path:
                yield item
            if number % _FINDINGS_BETWEEN == 0:
                alive()


def _groups(touched: Counter[str]) -> Iterator[list[str]]:
    """Put indicators together until they have enough rows to be worth a turn."""
    group: list[str] = []
    rows = 0
    for indicator in sorted(touched):
        group.append(indicator)
        rows += touched[indicator]
        if rows >= _CHECKED_ROWS:
            yield group
            group, rows = [], 0
    if group:
        yield group


def _pack_of(frame: pl.DataFrame, definitions: Definitions) -> Pack:
    return Pack(folder=Path(), sha256="", definitions=definitions, observations=frame)


def _of_rows(findings: list[Finding], name: str) -> list[Finding]:
    """Keep what is said of observations: other files were checked when they were accepted."""
    return [replace(item, file=name) for item in findings if item.file == OBSERVATIONS.path]


def blocks_of(file: Path, *, size: int = _BLOCK) -> Iterator[tuple[bytes, int, int]]:
    """Cut a CSV into blocks of whole records, each with the header before it.

    Gives the block, the row of its first record in the whole file (the header is row 1), and the bytes it took.
    A file that is not plainly UTF-8 is one block, so that its reader can say what it is.
    """
    with file.open("rb") as content:
        header = content.readline()
        if header[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in header or not header.strip():
            yield header + content.read(), 2, file.stat().st_size
            return
        row, taken, rest = 2, len(header), b""
        while True:
            piece = content.read(size)
            data = rest + piece
            cut = _last_record_end(data) if piece else len(data)
            body, rest = data[:cut], data[cut:]
            if body or (not piece and row == 2):
                yield header + body, row, len(body) + taken
                row, taken = row + _records_in(body), 0
            if not piece:
                return


def _last_record_end(data: bytes) -> int:
    """Give where the last whole record ends: the last line end with an even number of quotation marks before it."""
    end = data.rfind(b"\n") + 1
    quotes = data.count(b'"', 0, end)
    while end and quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return end


def _records_in(body: bytes) -> int:
    if b'"' not in body:
        return body.count(b"\n") + (not body.endswith(b"\n") and bool(body))
    return sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8", errors="replace"), newline="")))


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
