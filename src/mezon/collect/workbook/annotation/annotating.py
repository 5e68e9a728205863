"""Annotating a workbook by adding to its parts, never by writing it anew: what a person put in comes back unharmed.

A library that loads and saves workbooks drops what it does not know (pictures, slicers, newer rules). Here each part
stays byte for byte, but for the elements that are put in; parts that have nothing to do with findings are not touched.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence

from mezon.collect.grid import letters
from mezon.collect.hostile import open_package
from mezon.collect.workbook.annotation.comments import (
    EMPTY_BOXES,
    EMPTY_COMMENTS,
    old_cells,
    with_boxes,
    with_comments,
)
from mezon.collect.workbook.annotation.listing import findings_sheet
from mezon.collect.workbook.annotation.styles import AddedStyles, with_added_styles
from mezon.collect.workbook.annotation.xml_text import AFTER_DRAWING, AFTER_FORMATS, inserted, quoted
from mezon.collect.workbook.inside import attributes, facts_of, sheets_of
from mezon.collect.workbook.layout import say
from mezon.model.codelists import Severity
from mezon.model.finding import Finding, Rulebook
from mezon.model.text import LANGUAGES

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
#: A formula that is always true, and that says who wrote it: by it an earlier annotation is found and taken out.
_OURS = b"&quot;mezon&quot;=&quot;mezon&quot;"
_FORMATS = re.compile(
    rb"<conditionalFormatting(?:(?!</conditionalF).)*mezon(?:(?!</conditionalF).)*</conditionalFormatting>", re.DOTALL
)
_LABEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "a_note"}
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
Parts = dict[str, bytes]


def annotate(content: bytes, findings: Sequence[Finding], *, rulebook: Rulebook) -> bytes:
    """Give the workbook back with a colour and a comment at each cell that has findings, and a sheet that lists all.

    findings : with sheet!cell as `key`; those without a cell are only listed. The language is the rulebook's. What an
    earlier annotation put in is taken out first.
    Raises : NotTrusted for a file that is not opened.
    """
    package = open_package(content, rulebook=rulebook)
    parts: Parts = dict(package.parts)
    language = rulebook.language
    added = with_added_styles(parts.get("xl/styles.xml", b"<styleSheet></styleSheet>"))
    parts["xl/styles.xml"] = added.styles
    sheets = sheets_of(package)
    by_sheet = _by_sheet(findings)
    listing = {say("findings", code) for code in LANGUAGES}
    for number, (name, part) in enumerate(sheets.items(), 1):
        if part in parts and name not in listing:
            cells = _where_shown(by_sheet.get(name, {}), facts_of(package, part).merged)
            _annotate_sheet(parts, part, cells, added, language, number)
    page = findings_sheet(findings, language=language, styles=added)
    _add_listing(parts, sheets, page, say("findings", language), listing)
    return _packed(parts)


def _by_sheet(findings: Sequence[Finding]) -> dict[str, dict[str, list[Finding]]]:
    """Group findings by sheet and cell, the gravest first."""
    found: dict[str, dict[str, list[Finding]]] = {}
    for finding in sorted(findings, key=lambda finding: _WEIGHT[finding.severity]):
        sheet, _, cell = finding.key.rpartition("!")
        if sheet and _CELL.fullmatch(cell):
            found.setdefault(sheet, {}).setdefault(cell, []).append(finding)
    return found


def _where_shown(
    cells: Mapping[str, list[Finding]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> Mapping[str, list[Finding]]:
    """Move what is said of merged cells to the first cell of their range, the only one that shows."""
    if not merged:
        return cells
    shown: dict[str, list[Finding]] = {}
    for cell, found in cells.items():
        row, column = _spot(cell)
        inside = ((top, left) for (top, left), (bottom, right) in merged
                  if top <= row <= bottom and left <= column <= right)  # fmt: skip
        first = next(inside, (row, column))
        shown.setdefault(f"{letters(first[1])}{first[0] + 1}", []).extend(found)
    return shown


def _annotate_sheet(
    parts: Parts, part: str, cells: Mapping[str, list[Finding]], added: AddedStyles, language: str, number: int
) -> None:
    sheet = _FORMATS.sub(b"", parts[part]).replace(b' tabSelected="1"', b"")
    if cells:
        sheet = re.sub(rb'(<cfRule\s[^>]*priority=")(\d+)', lambda m: m[1] + str(int(m[2]) + 3).encode(), sheet)
        sheet = inserted(sheet, _colours(cells, added), before=AFTER_FORMATS)
    parts[part] = sheet
    texts = {cell: _comment(found, language) for cell, found in cells.items()}
    _add_comments(parts, part, texts, number)


def _colours(cells: Mapping[str, list[Finding]], added: AddedStyles) -> bytes:
    """Colour cells by their gravest finding, above the colours that the sheet gives them itself."""
    elements = []
    for severity, style in added.colours.items():
        names = [cell for cell, found in cells.items() if found[0].severity == severity]
        if names:
            elements.append(
                b'<conditionalFormatting sqref="%s"><cfRule type="expression" dxfId="%d" priority="%d" stopIfTrue="1">'
                b"<formula>%s</formula></cfRule></conditionalFormatting>"
                % (" ".join(_ranges(names)).encode(), style, _WEIGHT[severity] + 1, _OURS)
            )
    return b"".join(elements)


def _ranges(cells: Sequence[str]) -> list[str]:
    """Write cells as ranges down their columns: I7, I8, I9 is I7:I9."""
    by_column: dict[str, list[int]] = {}
    for cell in cells:
        if match := _CELL.fullmatch(cell):
            by_column.setdefault(match[1], []).append(int(match[2]))
    found = []
    for column, rows in sorted(by_column.items()):
        start = end = None
        for row in [*sorted(rows), None]:
            if end is not None and row == end + 1:
                end = row
                continue
            if start is not None:
                found.append(f"{column}{start}" + (f":{column}{end}" if end != start else ""))
            start = end = row
    return found


def _comment(found: Sequence[Finding], language: str) -> str:
    lines = [f"{say(_LABEL[each.severity], language).upper()}: {each.message}\n→ {each.hint}" for each in found]
    return "\n\n".join(lines)


def _add_comments(parts: Parts, part: str, texts: Mapping[str, str], number: int) -> None:
    relations = _relations_of(part)
    existing = _related(parts, part)
    comments, boxes = existing.get("comments", ""), existing.get("vmlDrawing", "")
    if not texts and comments not in parts:
        return
    old = {_spot(cell) for cell in old_cells(parts.get(comments, b""))}
    if comments not in parts:
        comments = _free(parts, "xl/comments{}.xml", 900 + number)
        parts[comments] = EMPTY_COMMENTS
        _relate(parts, relations, f"{_OFFICE}/comments", f"/{comments}", f"rIdMezonComments{number}")
        _declare(parts, comments, f"{_TYPE}.comments+xml")
    if boxes not in parts or b"<legacyDrawing " not in parts[part]:
        boxes = _free(parts, "xl/drawings/vmlDrawing{}.vml", 900 + number)
        parts[boxes] = EMPTY_BOXES
        identity = f"rIdMezonBoxes{number}"
        _relate(parts, relations, f"{_OFFICE}/vmlDrawing", f"/{boxes}", identity)
        _declare_extension(parts, "vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        drawing = f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="{identity}"/>'.encode()
        parts[part] = inserted(parts[part], drawing, before=AFTER_DRAWING)
    parts[comments] = with_comments(parts[comments], texts)
    spots = {_spot(cell): text for cell, text in texts.items()}
    parts[boxes] = with_boxes(parts[boxes], spots, old=old, first_id=1_000_000 * number)


def _add_listing(parts: Parts, sheets: Mapping[str, str], page: bytes, name: str, listing: set[str]) -> None:
    """Put the sheet of findings in the place of an earlier one, or behind all others; the workbook opens there."""
    place = next((place for place, known in enumerate(sheets) if known in listing), None)
    if place is not None:
        parts[list(sheets.values())[place]] = page
        parts["xl/workbook.xml"] = _opening_at(parts["xl/workbook.xml"], place)
        return
    path = _free(parts, "xl/worksheets/sheet{}.xml", len(sheets) + 900)
    parts[path] = page
    _declare(parts, path, f"{_TYPE}.worksheet+xml")
    _relate(parts, "xl/_rels/workbook.xml.rels", f"{_OFFICE}/worksheet", f"/{path}", "rIdMezonFindings")
    book = parts["xl/workbook.xml"]
    numbers = [int(number) for number in re.findall(rb'sheetId="(\d{1,6})"', book)]
    number = max(numbers, default=0) + 1
    element = f'<sheet xmlns:r="{_OFFICE}" name={quoted(name)} sheetId="{number}" r:id="rIdMezonFindings"/>'
    parts["xl/workbook.xml"] = _opening_at(book.replace(b"</sheets>", element.encode() + b"</sheets>", 1), len(sheets))


def _opening_at(book: bytes, place: int) -> bytes:
    without = re.sub(rb'(<workbookView\b[^>]*?)\sactiveTab="\d+"', rb"\1", book)
    return re.sub(rb"<workbookView(?=[\s/])", b'<workbookView activeTab="%d"' % place, without, count=1)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _related(parts: Parts, part: str) -> dict[str, str]:
    """Give the parts that a sheet refers to, by the last word of their kind."""
    found: dict[str, str] = {}
    for element in re.findall(rb"<Relationship\s[^>]*>", parts.get(_relations_of(part), b"")):
        said = attributes(element)
        target = said.get("Target", "")
        folder = posixpath.dirname(part)
        path = target.removeprefix("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        found.setdefault(said.get("Type", "").rpartition("/")[2], path)
    return found


def _relate(parts: Parts, path: str, kind: str, target: str, identity: str) -> None:
    empty = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_PACKAGE}"></Relationships>'
    )
    relations = parts.get(path) or empty.encode()
    relations = relations.replace(b"/>", b"></Relationships>", 1) if b"</Relationships>" not in relations else relations
    element = f'<Relationship Id="{identity}" Type="{kind}" Target={quoted(target)}/>'.encode()
    parts[path] = relations.replace(b"</Relationships>", element + b"</Relationships>", 1)


def _declare(parts: Parts, path: str, kind: str) -> None:
    element = f'<Override PartName="/{path}" ContentType="{kind}"/>'.encode()
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(b"</Types>", element + b"</Types>", 1)


def _declare_extension(parts: Parts, extension: str, kind: str) -> None:
    types = parts["[Content_Types].xml"]
    if f'Extension="{extension}"'.encode() not in types:
        element = f'<Default Extension="{extension}" ContentType="{kind}"/>'.encode()
        parts["[Content_Types].xml"] = re.sub(rb"(<Types[^>]*>)", lambda m: m[1] + element, types, count=1)


def _free(parts: Parts, pattern: str, number: int) -> str:
    while pattern.format(number) in parts:
        number += 1
    return pattern.format(number)


def _spot(cell: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell)
    if match is None:
        return (-1, -1)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _packed(parts: Parts) -> bytes:
    """Pack the parts in the order of their names, the list of types first, without a clock."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            archive.writestr(zipfile.ZipInfo(name), parts[name], compress_type=zipfile.ZIP_DEFLATED, compresslevel=4)
    return target.getvalue()
