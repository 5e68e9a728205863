"""A file that somebody sent, read and compared with what the form holds: what it would change, and what is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import polars as pl

from mezon.collect.hostile import Kind, kind_of
from mezon.collect.workbook import read_workbook
from mezon.model.codelists import ObsStatus, Severity
from mezon.model.finding import Finding
from mezon.model.form import Form
from mezon.model.pack import Definitions
from mezon.web.desk import delimited_file, keeping
from mezon.web.desk.acts_filling import Entry, keys_of
from mezon.web.desk.checking import check_submission
from mezon.web.desk.models import Cell, Submission

#: What becomes of a cell of the file.
NEW, CHANGED, UNCHANGED, REJECTED = "new", "changed", "unchanged", "rejected"
#: Findings that say what is still to be done; a file is not at fault for what it does not bring.
_STILL_TO_DO = frozenset({"cell-required", "cell-returned"})
#: What a workbook says of a cell that must be given and is empty: listed and marked, and no reason to write nothing.
_STILL_EMPTY = frozenset({"workbook-required-empty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What a reader made of a file: its cells, what it found, how it was read, and the place of every cell in it."""

    kind: str
    cells: pl.DataFrame
    findings: tuple[Finding, ...]
    form_version: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One cell that a file brings, beside the cell of the form that it is for."""

    cell: int
    version: int
    place: str
    text: str
    status: str
    note: str
    before: str
    outcome: str

    def entry(self) -> Entry:
        """Say it as an entry for the form."""
        return Entry(
            cell=self.cell,
            text=self.text,
            status=self.status,
            note=self.note,
            place=self.place,
            version=self.version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A reading: the cells brought, every finding, and the counts that its page shows."""

    brought: tuple[Brought, ...]
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many cells were read, and are new, changed, unchanged, rejected (with those that cannot be read)."""
        counted = {name: sum(one.outcome == name for one in self.brought) for name in (NEW, CHANGED, UNCHANGED)}
        faulty = {one.key for one in self.findings if one.severity == Severity.ERROR and one.code not in _STILL_EMPTY}
        unread = faulty - {one.place for one in self.brought}
        return {"read": len(self.brought) + len(unread), **counted, REJECTED: len(faulty), "faults": len(self.findings)}

    def to_write(self, *, good_only: bool) -> list[Brought]:
        """Give the cells to write: none at all when one is rejected and all or nothing was chosen."""
        if not good_only and self.counts[REJECTED]:
            return []
        return [one for one in self.brought if one.outcome in {NEW, CHANGED}]

    def keep(self) -> str:
        """Keep the reading as it is; give its digest."""
        content = {"brought": [asdict(one) for one in self.brought], "findings": [asdict(one) for one in self.findings]}
        return keeping.keep(json.dumps(content, ensure_ascii=False).encode("utf-8"))


def kept_reading(digest: str) -> Read:
    """Read a kept reading back."""
    content = json.loads(keeping.kept(digest))
    return Read(
        brought=tuple(Brought(**one) for one in content["brought"]),
        findings=tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in content["findings"]),
    )


def read_file(
    content: bytes,
    *,
    submission: Submission,
    definitions: Definitions,
    form: Form,
    separator: str = "",
    decimal: str = "",
) -> File:
    """Read a workbook or a CSV. Raises : NotTrusted when it is refused before it is opened."""
    if kind_of(content, rulebook=definitions.rulebook) == Kind.TEXT:
        read = delimited_file.read(
            content, form=form, submission=submission, definitions=definitions, separator=separator, decimal=decimal
        )
        return replace(read, cells=with_statuses(read.cells))
    reading = read_workbook(content, form, definitions=definitions, unit=submission.unit, period=submission.period)
    return File(
        kind="workbook",
        cells=with_statuses(reading.cells),
        findings=tuple(reading.findings),
        form_version=reading.form_version,
        places=reading.places,
    )


def with_statuses(cells: pl.DataFrame) -> pl.DataFrame:
    """Say of a value without a status that it is a normal one, as the grid does."""
    plain_value = pl.col("value").is_not_null() & (pl.col("status") == "")
    return cells.with_columns(
        pl.when(plain_value).then(pl.lit(str(ObsStatus.NORMAL))).otherwise("status").alias("status")
    )


def compare(file: File, submission: Submission, definitions: Definitions, cells: Sequence[Cell]) -> Read:
    """Set what a file brings beside the form, check the form as it would be, and say what becomes of each cell.

    An empty cell of the file says nothing: it never erases what the form holds.
    """
    by_key = keys_of(cells)
    sent = [row for row in file.cells.iter_rows(named=True) if row["text"] or row["status"]]
    pairs = [(by_key[key], row) for row in sent if (key := _key(row)) in by_key]
    as_it_would_be = _overlaid(cells, pairs)
    checked = check_submission(submission, definitions, as_it_would_be)
    told = {finding.key for finding in file.findings if finding.severity == Severity.ERROR}
    ours = [
        one.finding for one in checked.found if one.finding.code not in _STILL_TO_DO and one.finding.key not in told
    ]
    closed = [_closed(row, definitions) for cell, row in pairs if not cell.writable and _differs(cell, row)]
    in_the_form = {place for key, place in file.places.items() if key in by_key and by_key[key].filled}
    theirs = [one for one in file.findings if one.code not in _STILL_EMPTY or one.key not in in_the_form]
    findings = _each_once([*theirs, *ours, *closed])
    faulty = {finding.key for finding in findings if finding.severity == Severity.ERROR}
    return Read(
        brought=tuple(_brought(cell, row, faulty) for cell, row in pairs),
        findings=tuple(sorted(findings, key=lambda one: (one.place, one.code))),
    )


def _key(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return (row["indicator"], row["breakdown"], row["variant"], row["period"])


def _overlaid(cells: Sequence[Cell], pairs: Sequence[tuple[Cell, Mapping[str, Any]]]) -> list[Cell]:
    """Give the cells as they would be after the file, without touching those that are."""
    brought = {cell.pk: row for cell, row in pairs}
    result = []
    for cell in cells:
        row = brought.get(cell.pk)
        one = copy.copy(cell)
        if row is not None:
            one.text, one.value, one.status = row["text"], row["value"], row["status"]
            one.note, one.place = row["note"] or cell.note, row["place"]
            if _differs(cell, row):
                one.version = cell.version + 1
        result.append(one)
    return result


def _differs(cell: Cell, row: Mapping[str, Any]) -> bool:
    """Say whether a file brings something else than the form holds; the spelling of a number does not count."""
    note = row["note"] or cell.note
    return (cell.value, cell.status, cell.note) != (row["value"], row["status"], note)


def _brought(cell: Cell, row: Mapping[str, Any], faulty: set[str]) -> Brought:
    if row["place"] in faulty:
        outcome = REJECTED
    elif not _differs(cell, row):
        outcome = UNCHANGED
    else:
        outcome = CHANGED if cell.filled else NEW
    return Brought(
        cell=cell.pk,
        version=cell.version,
        place=row["place"],
        text=plain(row),
        status=row["status"],
        note=row["note"] or cell.note,
        before=cell.text,
        outcome=outcome,
    )


def plain(row: Mapping[str, Any]) -> str:
    """Write a value that was read as the grid would take it; what is no value stays as it was typed."""
    value = row["value"]
    if value is None:
        return "" if row["status"] else str(row["text"])
    return repr(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))


def _closed(row: Mapping[str, Any], definitions: Definitions) -> Finding:
    return definitions.rulebook.finding("cell-closed", key=row["place"], value=row["text"] or row["status"])


def _each_once(findings: Sequence[Finding]) -> list[Finding]:
    return list({(one.code, one.file, one.row, one.key, one.column, one.value): one for one in findings}.values())
