"""From bytes to a frame of texts: encoding, byte order mark, separator and ragged rows of a CSV file.

The usual file takes the fast path: one vectorised scan proves that every row has as many cells as the header, then
Polars reads it. Only a file with something odd is read row by row, so that each fault gets its place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mezon.model.finding import Finding, Rulebook

SEPARATOR = ","
UTF_8 = "utf-8"
_OTHER_SEPARATORS = {";": "';'", "\t": "a tab", "|": "'|'"}
_BOM_8 = b"\xef\xbb\xbf"
#: A cell of any length is read, and judged as a cell. Said once: the limit is of the process, and threads share it.
csv.field_size_limit(2**31 - 1)


@dataclass(slots=True)
class RawTable:
    """A CSV file as texts: names of the header as written, cells, the row of each record, and what was found."""

    header: list[str]
    columns: list[pl.Series]
    rows: pl.Series
    findings: list[Finding] = field(default_factory=list)


def read_raw(path: Path, *, known: Iterable[str], rulebook: Rulebook, file: str) -> RawTable:
    """Read a CSV file as texts, whatever its encoding and separator; no columns (and a finding) if it cannot be read.

    `known` : the column names expected, by which the separator is told.
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        return RawTable([], [], _rows([]), [rulebook.finding("file-unreadable", file=file, reason=reason)])
    data, findings = decode(content, rulebook=rulebook, file=file)
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    data = data.rstrip(b"\n")
    if not data.strip():
        listed = ", ".join(known)
        return RawTable([], [], _rows([]), [*findings, rulebook.finding("file-empty", file=file, columns=listed)])
    separator = _separator(data, set(known))
    if separator != SEPARATOR:
        name = _OTHER_SEPARATORS[separator]
        findings.append(rulebook.finding("separator-wrong", file=file, row=1, value=separator, separator=name))
    table = table_of(data, separator, rulebook=rulebook, file=file)
    table.findings = findings + table.findings
    return table


def decode(content: bytes, *, rulebook: Rulebook, file: str) -> tuple[bytes, list[Finding]]:
    """Give the content as UTF-8 without byte order mark, and say what it was if it was something else."""
    if content.startswith(_BOM_8):
        inside, findings = decode(content[len(_BOM_8) :], rulebook=rulebook, file=file)
        return inside, [rulebook.finding("file-byte-order-mark", file=file), *findings]
    encoding, place = encoding_of(content)
    if encoding == UTF_8:
        return content, []
    row = content.count(b"\n", 0, place) + 1 if place is not None else None
    text = content.decode(encoding, errors="replace").lstrip("\ufeff")
    return text.encode("utf-8"), [rulebook.finding("file-encoding", file=file, row=row, encoding=encoding)]


def encoding_of(content: bytes) -> tuple[str, int | None]:
    """Tell the encoding of a text by its bytes, and where it first shows that it is no UTF-8."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "UTF-16", None
    if content and content.count(b"\0") > len(content) // 4:
        return ("UTF-16-LE" if content[1:2] == b"\0" else "UTF-16-BE"), None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _eight_bit_encoding(content), fault.start
    return UTF_8, None


def table_of(data: bytes, separator: str, *, rulebook: Rulebook, file: str) -> RawTable:
    """Take UTF-8 text apart, header first, whatever its rows look like."""
    return _fast(data, separator) or _careful(data, separator, rulebook=rulebook, file=file)


def _eight_bit_encoding(content: bytes) -> str:
    """Tell Windows Cyrillic from Windows Latin: Cyrillic words are almost all letters above 0xBF."""
    high = [byte for byte in content[:200_000] if byte >= 0x80]
    letters = sum(byte >= 0xC0 or byte in {0xA8, 0xB8} for byte in high)
    runs = len(re.findall(rb"[\xc0-\xff]{3,}", content[:200_000]))
    return "windows-1251" if high and runs and letters / len(high) > 0.7 else "windows-1252"


def _separator(data: bytes, known: set[str]) -> str:
    """Give the separator with which most of the header's names are known; a comma unless another is better."""
    line = data.partition(b"\n")[0].decode("utf-8", errors="replace")
    scores = {
        mark: len({cell.strip().strip('"').strip().casefold() for cell in line.split(mark)} & known)
        for mark in (SEPARATOR, *_OTHER_SEPARATORS)
    }
    best = max(scores, key=lambda mark: scores[mark])
    if scores[best] <= 1 and SEPARATOR not in line:
        best = max(_OTHER_SEPARATORS, key=line.count)
        return best if line.count(best) else SEPARATOR
    return best if scores[best] > scores[SEPARATOR] else SEPARATOR


def _fast(data: bytes, separator: str) -> RawTable | None:
    """Read a file whose rows all have as many cells as its header; None when anything is odd."""
    ends, widths = _scan(data, separator)
    if widths is None or (widths != widths[0]).any():
        return None
    header = next(csv.reader([data[: ends[0]].decode("utf-8")], delimiter=separator), [])
    body = data[ends[0] + 1 :]
    names = [f"c{place}" for place in range(len(header))]
    if len(header) != widths[0]:
        return None
    if not body:
        return RawTable(header, [pl.Series(name, [], dtype=pl.String) for name in names], _rows([]))
    try:
        frame = pl.read_csv(
            body,
            has_header=False,
            separator=separator,
            schema=dict.fromkeys(names, pl.String()),
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != len(widths) - 1:
        return None
    texts = frame.fill_null("").get_columns()
    return RawTable(header, texts, _rows(range(2, frame.height + 2)))


def _scan(data: bytes, separator: str) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """Find where each record ends and how many cells it has; None for the widths when quotation marks are odd."""
    octets = np.frombuffer(data, dtype=np.uint8)
    breaks = octets == ord("\n")
    commas = octets == ord(separator)
    if b'"' in data:
        quotes = octets == ord('"')
        if np.count_nonzero(quotes) % 2 or _quote_inside_bare_cell(octets, quotes, separator):
            return np.empty(0, np.int64), None
        outside = np.cumsum(quotes, dtype=np.uint8) & 1 == 0
        breaks &= outside
        commas &= outside
    ends = np.append(np.flatnonzero(breaks), len(data)).astype(np.int64)
    places = np.flatnonzero(commas)
    widths = np.diff(np.searchsorted(places, ends), prepend=0) + 1
    blank = np.diff(ends, prepend=-1) == 1
    return ends, None if blank.any() else widths.astype(np.int64)


def _quote_inside_bare_cell(octets: NDArray[np.uint8], quotes: NDArray[np.bool_], separator: str) -> bool:
    """Whether a quotation mark opens in the middle of a cell, where two readers may not agree what it means."""
    opening = np.flatnonzero(quotes & (np.cumsum(quotes, dtype=np.uint8) & 1 == 1))
    before = octets[np.maximum(opening - 1, 0)]
    fine = (opening == 0) | (before == ord(separator)) | (before == ord("\n")) | (before == ord('"'))
    return not bool(fine.all())


def _careful(data: bytes, separator: str, *, rulebook: Rulebook, file: str) -> RawTable:
    """Read record by record, and name every row that has too many or too few cells; blank rows are passed over."""
    text = data.decode("utf-8", errors="replace")
    findings = [rulebook.finding("quote-unclosed", file=file)] if _unclosed(text) else []
    records = _records(text, separator)
    first, header = next(((place, cells) for place, cells in enumerate(records) if any(cells)), (0, [""]))
    width, cells_of, rows = len(header), [], []
    for place, cells in enumerate(records[first + 1 :], first + 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width and not (len(cells) > width and not any(cells[width:])):
            row_text = separator.join(cells)[:80]
            findings.append(
                rulebook.finding("row-ragged", file=file, row=place, value=row_text, found=len(cells), expected=width)
            )
        cells_of.append((cells + [""] * width)[:width])
        rows.append(place)
    turned = list(zip(*cells_of, strict=True)) if cells_of else [()] * width
    columns = [pl.Series(f"c{number}", list(cells), dtype=pl.String) for number, cells in enumerate(turned)]
    return RawTable(header, columns, _rows(rows), findings)


def _records(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def _unclosed(text: str) -> bool:
    return text.count('"') % 2 == 1


def _rows(rows: Iterable[int]) -> pl.Series:
    return pl.Series("row", list(rows), dtype=pl.UInt32)
