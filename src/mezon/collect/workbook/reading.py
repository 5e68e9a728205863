"""Reading a filled-in workbook: each value by its key, each fault at its cell, and nothing passed over in silence."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from mezon.collect.hostile import open_package
from mezon.collect.hostile.disguise import refused
from mezon.collect.workbook import layout
from mezon.collect.workbook.belonging import check_belonging, read_identity
from mezon.collect.workbook.inside import facts_of, sheets_of
from mezon.collect.workbook.lines import LineReader
from mezon.collect.workbook.marked import MarkedSheet, Rows, as_typed, at, has_keys, marked_sheet
from mezon.collect.workbook.numbers import decimal_sign
from mezon.model.codelists import Severity
from mezon.model.finding import Finding, Rulebook
from mezon.model.form import CELLS, Form
from mezon.model.pack import Definitions
from mezon.model.period import Period

#: So many cells outside the form are named one by one; the rest are counted.
_MOST_OUTSIDE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file says: its cells (CELLS, in the order of the form), what is wrong, and which form it answers.

    `digest` : SHA-256 of the file. `form_version` : as the file says; "" where it does not. `places` : the cell of each
    key that was found, also of those left empty.
    """

    cells: pl.DataFrame
    findings: tuple[Finding, ...]
    form_version: str
    digest: str
    places: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Whether something has to be mended before the values can be handed in."""
        return any(finding.severity == Severity.ERROR for finding in self.findings)


def read_workbook(content: bytes, form: Form, *, definitions: Definitions, unit: str, period: str) -> Reading:
    """Read a workbook as the answer of a unit to a form for a period.

    Values are found by the hidden keys of their rows, so that renamed sheets, inserted rows and columns, and moved
    lines do no harm. Types come from the definition, never from how a cell looks. A workbook of another form, unit or
    period is refused as a whole by a finding, and has no cells.
    Raises : NotTrusted for a file that is not opened at all.
    """
    rulebook = definitions.rulebook
    package = open_package(content, rulebook=rulebook)
    grids = _grids(content, rulebook)
    digest = hashlib.sha256(content).hexdigest()
    identity = read_identity(grids.get(layout.IDENTITY, []))
    findings = list(check_belonging(identity, form, unit=unit, period=period, rulebook=rulebook))
    version = identity.get("version", "")
    if any(finding.severity == Severity.ERROR for finding in findings):
        return Reading(cells=_no_cells(), findings=tuple(findings), form_version=version, digest=digest)
    parts = sheets_of(package)
    names = {name: rows for name, rows in grids.items() if name not in {layout.IDENTITY, layout.LISTS}}
    sheets = []
    for name, rows in names.items():
        sheet = marked_sheet(name, rows, facts_of(package, parts.get(name, ""))) if has_keys(rows) else None
        if sheet is not None:
            sheets.append(sheet)
        elif has_keys(rows):
            findings.append(rulebook.finding("workbook-marks-gone", key=f"{name}!A1", value=name))
    reader = LineReader(
        form=form,
        definitions=definitions,
        period=Period.parse(period),
        language=identity.get("language", ""),
        decimal=decimal_sign(_typed_texts(sheets)),
    )
    for sheet in sheets:
        reader.read(sheet)
    findings += _of_sheets(sheets, names, identity, rulebook)
    findings += reader.findings + list(reader.missing())
    cells = pl.DataFrame(reader.cells_in_order(), schema=CELLS, orient="row")
    return Reading(
        cells=cells, findings=tuple(findings), form_version=version, digest=digest, places=dict(reader.places)
    )


def _no_cells() -> pl.DataFrame:
    return pl.DataFrame(schema=CELLS)


def _grids(content: bytes, rulebook: Rulebook) -> dict[str, Rows]:
    """Read every sheet. The reader is another program's: whatever it stumbles over is a damaged workbook."""
    import python_calamine  # here, because few commands open a workbook

    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a panic of the reader is no Exception
        raise refused("upload-damaged", rulebook) from None


def _typed_texts(sheets: list[MarkedSheet]) -> Iterator[str]:
    for sheet in sheets:
        for row, _key in sheet.lines:
            cell = sheet.cell(row, layout.VALUE)
            if isinstance(cell, str) and cell.strip():
                yield cell


def _of_sheets(
    sheets: list[MarkedSheet], names: dict[str, Rows], identity: dict[str, str], rulebook: Rulebook
) -> Iterator[Finding]:
    """Say which sheets were renamed, which are not the form's, and where somebody wrote beside the form."""
    given = {name for key, name in identity.items() if key.startswith("sheet ")}
    marked = {sheet.name for sheet in sheets}
    for sheet in sheets:
        if given and sheet.name not in given:
            yield rulebook.finding("workbook-sheet-renamed", key=at(sheet.name, 0, 0), value=sheet.name)
        yield from _outside(sheet, rulebook)
    starts = {layout.say("start", code) for code in ("en", "ru", "uz")}
    starts |= {layout.say("findings", code) for code in ("en", "ru", "uz")}
    for name, rows in names.items():
        foreign = name not in marked and name not in starts and name.rstrip(" 0123456789") not in starts
        if foreign and any(cell not in ("", None) for row in rows for cell in row):
            yield rulebook.finding("workbook-sheet-foreign", key=at(name, 0, 0), value=name)


def _outside(sheet: MarkedSheet, rulebook: Rulebook) -> Iterator[Finding]:
    """Find what stands below the headings in no row or no column of the form: it is not read, and that is said."""
    lines = {row for row, _ in sheet.lines}
    known = set(sheet.columns.values())
    first = min(lines)
    found = [
        (row, column, cell)
        for row, line in enumerate(sheet.rows[first:], first)
        for column, cell in enumerate(line)
        if cell not in ("", None) and (row not in lines or column not in known) and not _is_blank(cell)
    ]
    for row, column, cell in found[:_MOST_OUTSIDE]:
        place = at(sheet.name, row, column)
        yield rulebook.finding("workbook-outside", key=place, value=as_typed(cell)[:80])
    if len(found) > _MOST_OUTSIDE:
        row, column, _ = found[_MOST_OUTSIDE]
        more = len(found) - _MOST_OUTSIDE
        yield rulebook.finding("workbook-outside-more", key=at(sheet.name, row, column), value=sheet.name, count=more)


def _is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()
