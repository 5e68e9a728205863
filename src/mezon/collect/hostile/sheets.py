"""Sheets and texts that are small in a file and monstrous in memory: far corners, many columns, one text
in every cell.

A reader of values lays a sheet out from its first to its last filled cell, so two cells in far corners cost as much as
all between them. Everything here looks at bytes with a few passes, before such a reader sees them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mezon.collect.hostile.disguise import refused
from mezon.model.finding import Rulebook

MOST_SHEETS = 64
MOST_CELLS = 2_000_000
MOST_ROWS = 200_000
#: Letters that all cells' texts together may come to, each counted where it is used.
MOST_LETTERS = 100_000_000
_SHEET = "xl/worksheets/"
#: Every spreadsheet program writes `<c r="B7"`; what does not is not measured here, so not opened.
_PLACED = b'<c r="'
_PREFIXED = re.compile(rb"<[\w.-]+:c[\s/>]")
#: Columns from AAA on; from DA on; from AA on.
_THREE_LETTERS = re.compile(_PLACED + rb"[A-Za-z]{3}")
_WIDE = re.compile(_PLACED + rb"[D-Zd-z][A-Za-z]\d")
_TWO_LETTERS = re.compile(_PLACED + rb"[A-Za-z]{2}\d")
_ROWS_BEYOND = {
    10_000: re.compile(_PLACED + rb"[A-Za-z]+[1-9]\d{4}"),
    50_000: re.compile(_PLACED + rb"[A-Za-z]+(?:[5-9]\d{4}|[1-9]\d{5})"),
    MOST_ROWS: re.compile(_PLACED + rb"[A-Za-z]+(?:[2-9]\d{5}|[1-9]\d{6})"),
}
_ODD_PLACE = re.compile(_PLACED + rb"(?![A-Za-z]+[1-9])")
_TEXTS = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_SHARED = re.compile(rb"<si>(.*?)</si>", re.DOTALL)
_USED = re.compile(rb"<c\b[^>]*\bt=\"s\"[^>]*>\s*<v>\s*(\d+)\s*</v>")


def refuse_monstrous_sheets(parts: Mapping[str, bytes], *, rulebook: Rulebook) -> None:
    """Refuse more sheets, cells, rows or columns than a form can have, and cells that do not say where they are.

    Raises : NotTrusted.
    """
    sheets = {name: part for name, part in parts.items() if name.startswith(_SHEET) and name.endswith(".xml")}
    listed = len(re.findall(rb"<sheet\s", parts["xl/workbook.xml"]))
    if max(len(sheets), listed) > MOST_SHEETS:
        raise refused("upload-too-many-sheets", rulebook, most=MOST_SHEETS)
    if not sheets or not listed:
        raise refused("upload-damaged", rulebook)
    total = 0
    for part in sheets.values():
        start, end = part.find(b"<sheetData"), part.rfind(b"</sheetData>")
        # Among rows, nothing but a cell begins so.
        cells = part.count(b"<c", start, end) if 0 <= start < end else 0
        total += cells
        if total > MOST_CELLS:
            raise refused("upload-sheet-monstrous", rulebook)
        if start < 0 or part.find(b"<sheetData", start + 1) >= 0 or part.count(_PLACED) < cells or _is_odd(part):
            raise refused("upload-unusual", rulebook)
        if _is_monstrous(part):
            raise refused("upload-sheet-monstrous", rulebook)


def _is_odd(part: bytes) -> bool:
    """Whether cells stand under a prefix, or say where they are in a way that is not looked for here."""
    return (b":c" in part and _PREFIXED.search(part) is not None) or _ODD_PLACE.search(part) is not None


def _is_monstrous(part: bytes) -> bool:
    """Whether the box around all cells holds more than some five million."""
    if _THREE_LETTERS.search(part) or _ROWS_BEYOND[MOST_ROWS].search(part):
        return True
    if _WIDE.search(part):
        return _ROWS_BEYOND[10_000].search(part) is not None
    return _TWO_LETTERS.search(part) is not None and _ROWS_BEYOND[50_000].search(part) is not None


def refuse_monstrous_texts(parts: Mapping[str, bytes], *, rulebook: Rulebook) -> None:
    """Refuse shared texts that come to more letters than memory should hold, once they stand in all their cells.

    Raises : NotTrusted.
    """
    shared = parts.get("xl/sharedStrings.xml", b"")
    sizes = [len(text) for text in _SHARED.findall(shared)]
    if len(_TEXTS.findall(shared)) > len(sizes) + shared.count(b"<si/>"):
        raise refused("upload-unusual", rulebook)
    if not sizes:
        return
    sheets = [part for name, part in parts.items() if name.startswith(_SHEET)]
    if max(sizes) * sum(part.count(b'="s"') + part.count(b"='s'") for part in sheets) <= MOST_LETTERS:
        return
    letters = 0
    for part in sheets:
        used = [int(place) for place in _USED.findall(part) if len(place) < 8]
        if len(used) < part.count(b't="s"') or b"t='s'" in part:
            raise refused("upload-unusual", rulebook)
        letters += sum(sizes[place] for place in used if place < len(sizes))
    if letters > MOST_LETTERS:
        raise refused("upload-bomb", rulebook, what=f"{letters // 1_000_000} MB")
