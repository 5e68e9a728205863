"""What a workbook says of its cells beside their values: formulas, errors, percent signs, merged and hidden ones.

Read by regular expressions over parts that `hostile` has measured already; the names of parts are keys, never paths.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mezon.collect.hostile import Package

#: A cell: row and column, both from 0.
Spot = tuple[int, int]
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*\"([^\"]*)\"")
_SHEET = re.compile(rb"<sheet\s[^>]*>")
_RELATION = re.compile(rb"<Relationship\s[^>]*>")
_MERGED = re.compile(rb"<mergeCell\s[^>]*ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_HIDDEN = re.compile(rb" hidden=\"(?:1|true)\"")
_COLUMN = re.compile(rb"<col\s[^>]*>")
_FORMULA = re.compile(rb"<c r=\"([A-Z]+)(\d+)\"[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(<v>[^<])?")
_ERROR = re.compile(rb"<c r=\"([A-Z]+)(\d+)\"[^>]*\bt=\"e\"[^>]*>(?:<f[^>]*(?:/>|>[^<]*</f>))?<v>([^<]*)")
_STYLES = re.compile(rb"<cellXfs[^>]*>(.*?)</cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<xf\s[^>]*>")
_SHAPE = re.compile(rb"<numFmt\s[^>]*>")
_PERCENT_SHAPES = frozenset({b"9", b"10"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What stands beside the values of one sheet. `formulas` : whether each formula has a computed value."""

    part: str
    formulas: Mapping[Spot, bool] = field(default_factory=dict)
    errors: Mapping[Spot, str] = field(default_factory=dict)
    percents: frozenset[Spot] = frozenset()
    merged: tuple[tuple[Spot, Spot], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def sheets_of(package: Package) -> dict[str, str]:
    """Give the part of each sheet, by the sheet's name, in the order of the workbook."""
    relations = package.part("xl/_rels/workbook.xml.rels")
    targets = {}
    for relation in _RELATION.findall(relations):
        said = attributes(relation)
        target = said.get("Target", "").removeprefix("/")
        targets[said.get("Id", "")] = target if target.startswith("xl/") else posixpath.normpath(f"xl/{target}")
    found = {}
    for sheet in _SHEET.findall(package.part("xl/workbook.xml")):
        said = attributes(sheet)
        found[said.get("name", "")] = targets.get(said.get("r:id", ""), "")
    return found


def facts_of(package: Package, part: str) -> SheetFacts:
    """Read the facts of one sheet."""
    content = package.part(part)
    # Most sheets have neither, and looking for a word is quicker than for a pattern.
    formulas = _FORMULA.findall(content) if b"<f" in content else []
    errors = _ERROR.findall(content) if b't="e"' in content else []
    return SheetFacts(
        part=part,
        formulas={_spot(letters, row): bool(value) for letters, row, value in formulas},
        errors={_spot(letters, row): value.decode("utf-8", "replace") for letters, row, value in errors},
        percents=frozenset(_percents(package, content)),
        merged=tuple((_spot(a, b), _spot(c, d)) for a, b, c, d in _MERGED.findall(content)[:10_000]),
        hidden_rows=frozenset(_hidden_rows(content)),
        hidden_columns=frozenset(_hidden_columns(content)),
    )


def attributes(element: bytes) -> dict[str, str]:
    """Give the attributes of a start tag."""
    return {
        name.decode("utf-8", "replace"): html.unescape(value.decode("utf-8", "replace"))
        for name, value in _ATTRIBUTE.findall(element)
    }


def _percents(package: Package, content: bytes) -> Iterator[Spot]:
    """Find the cells that show their number as a share of a hundred."""
    styles = package.part("xl/styles.xml")
    shapes = {said["numFmtId"].encode() for each in _SHAPE.findall(styles)
              if "%" in (said := attributes(each)).get("formatCode", "") and "numFmtId" in said}  # fmt: skip
    shapes |= _PERCENT_SHAPES
    cells = _STYLES.search(styles)
    listed = _STYLE.findall(cells[1]) if cells else []
    places = [
        str(n).encode() for n, each in enumerate(listed) if attributes(each).get("numFmtId", "").encode() in shapes
    ]
    places = [place for place in places if b' s="%s"' % place in content]
    if places:
        shown = re.compile(rb"<c r=\"([A-Z]+)(\d+)\" s=\"(?:%s)\"" % b"|".join(places))
        for letters, row in shown.findall(content):
            yield _spot(letters, row)


def _hidden_rows(content: bytes) -> Iterator[int]:
    for hidden in _HIDDEN.finditer(content):
        start = content.rfind(b"<", 0, hidden.start())
        said = attributes(content[start : hidden.end()]) if content[start : start + 5] == b"<row " else {}
        if said.get("r", "").isdigit():
            yield int(said["r"]) - 1


def _hidden_columns(content: bytes) -> Iterator[int]:
    for column in _COLUMN.findall(content):
        said = attributes(column)
        first, last = said.get("min", ""), said.get("max", "")
        if said.get("hidden") in {"1", "true"} and first.isdigit() and last.isdigit():
            yield from range(int(first) - 1, min(int(last), 16_384))


def _spot(letters: bytes, row: bytes) -> Spot:
    column = 0
    for letter in letters[:3]:
        column = column * 26 + letter - 64
    return int(row[:8]) - 1, column - 1
