"""A file that somebody sent, read and compared with what the form holds: what it would change, and what is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import polars as pl

from mezon.collect.hostile import Kind, kind_of
from mezon.collect.workbook import read_workbook
from mezon.collect.workbook.places import line_of, order_of, sheet_of
from mezon.model.codelists import ObsStatus, Severity
from mezon.model.finding import Finding
from mezon.model.form import Form
from mezon.model.pack import Definitions
from mezon.web.desk import delimited_file, keeping
from mezon.web.desk.acts_filling import Entry, key_of, keys_of
from mezon.web.desk.checking import Found, check_submission
from mezon.web.desk.laying_out import Key
from mezon.web.desk.models import Cell, Submission

#: What becomes of a cell of the file.
NEW, CHANGED, UNCHANGED, REJECTED = "new", "changed", "unchanged", "rejected"
#: What weighs more is read first.
_WEIGHTS = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
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
    places: Mapping[Key, str] = field(default_factory=dict)


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
    """A reading: the cells brought, every finding, and the counts that its page shows.

    `lines` : which cell of the form each line of the file is for, also of those that could not be read.
    """

    brought: tuple[Brought, ...]
    findings: tuple[Finding, ...]
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many cells were read, and are new, changed, unchanged, rejected (with those that cannot be read)."""
        counted = {name: sum(one.outcome == name for one in self.brought) for name in (NEW, CHANGED, UNCHANGED)}
        faulty = _faulty_lines(one for one in self.findings if one.code not in _STILL_EMPTY)
        unread = faulty - {line_of(one.place) for one in self.brought}
        return {"read": len(self.brought) + len(unread), **counted, REJECTED: len(faulty), "faults": len(self.findings)}

    def to_write(self, *, good_only: bool) -> list[Brought]:
        """Give the cells to write: none at all when one is rejected and all or nothing was chosen."""
        if not good_only and self.counts[REJECTED]:
            return []
        return [one for one in self.brought if one.outcome in {NEW, CHANGED}]

    def cell_of(self, finding: Finding) -> int | None:
        """Give the key of the cell that a finding is about; None where it is about no single one."""
        return self.lines.get(line_of(finding.key))

    def keep(self) -> str:
        """Keep the reading as it is; give its digest."""
        content = {
            "brought": [asdict(one) for one in self.brought],
            "findings": [asdict(one) for one in self.findings],
            "lines": dict(self.lines),
        }
        return keeping.keep(json.dumps(content, ensure_ascii=False).encode("utf-8"))


def kept_reading(digest: str) -> Read:
    """Read a kept reading back."""
    content = json.loads(keeping.kept(digest))
    return Read(
        brought=tuple(Brought(**one) for one in content["brought"]),
        findings=tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in content["findings"]),
        lines=content.get("lines", {}),
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
    told = _faulty_lines(file.findings)
    places = dict(file.places) | {_key(row): row["place"] for _cell, row in pairs}
    ours = [one for one in _of_the_form(submission, definitions, cells, pairs, places) if line_of(one.key) not in told]
    closed = [_closed(row, definitions) for cell, row in pairs if not cell.writable and _differs(cell, row)]
    in_the_form = {place for key, place in file.places.items() if key in by_key and by_key[key].filled}
    theirs = [one for one in file.findings if one.code not in _STILL_EMPTY or one.key not in in_the_form]
    findings = _each_once([*theirs, *ours, *closed])
    faulty = _faulty_lines(findings)
    return Read(
        brought=tuple(_brought(cell, row, faulty) for cell, row in pairs),
        findings=_in_order(findings, file),
        lines={line_of(_place(cell, places)): cell.pk for cell in cells},
    )


def _faulty_lines(findings: Iterable[Finding]) -> set[str]:
    """Give the lines with a fault in whichever column: a unit written over makes its value another one."""
    return {line_of(one.key) for one in findings if one.severity == Severity.ERROR}


def _of_the_form(
    submission: Submission,
    definitions: Definitions,
    cells: Sequence[Cell],
    pairs: Sequence[tuple[Cell, Mapping[str, Any]]],
    places: Mapping[Key, str],
) -> list[Finding]:
    """Give what the checks of the form say of what a file brings, and what becomes wrong elsewhere because of it."""
    brought = {cell.pk for cell, _row in pairs}
    found = _checked(submission, definitions, _overlaid(cells, pairs))
    elsewhere = [one for one in found if one.cell is None or one.cell.pk not in brought]
    if elsewhere:
        standing = {_about(one) for one in _checked(submission, definitions, cells)}
        old = {_about(one) for one in elsewhere} & standing
        found = [one for one in found if _about(one) not in old]
    return [replace(one.finding, key=_place(one.cell, places)) if one.cell else one.finding for one in found]


def _place(cell: Cell, places: Mapping[Key, str]) -> str:
    """Name a cell by its place in the file; where it has none, by its line in the form: its old place is another's."""
    return places.get(key_of(cell)) or f"{cell.indicator} {cell.position}"


def _checked(submission: Submission, definitions: Definitions, cells: Sequence[Cell]) -> list[Found]:
    found = check_submission(submission, definitions, cells).found
    return [one for one in found if one.finding.code not in _STILL_TO_DO]


def _about(one: Found) -> tuple[int | None, str, str]:
    return (one.cell.pk if one.cell else None, one.finding.code, one.finding.message)


def _in_order(findings: Iterable[Finding], file: File) -> tuple[Finding, ...]:
    """Put faults before questions before notes, and each as it stands in the file."""
    sheets = {sheet: place for place, sheet in enumerate(dict.fromkeys(map(sheet_of, file.places.values())))}
    return tuple(sorted(findings, key=lambda one: (_WEIGHTS.index(one.severity), order_of(one.key, sheets), one.code)))


def _key(row: Mapping[str, Any]) -> Key:
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
    if line_of(row["place"]) in faulty:
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
