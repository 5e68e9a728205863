"""Text tables of observations: how they are written is found and said for confirmation, then they are read in batches.

A batch is a megabyte, so that a million of them never stand in memory at once. What the values are comes
from the declared columns; only separator, decimal sign and encoding are found, and only in the head of the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from mezon.collect.grid import SEPARATORS, fitting_separators
from mezon.collect.hostile import Kind, kind_of
from mezon.collect.hostile.disguise import refused
from mezon.collect.number_style import NumberStyle, StyleFault, find_style
from mezon.design.csv_bytes import UTF_8, encoding_of, table_of
from mezon.design.csv_table import typed_table
from mezon.model.finding import Finding, Rulebook
from mezon.model.form import CELLS
from mezon.model.observations import ROW
from mezon.model.tables import NUMBER, OBSERVATIONS, Table

_HEAD = 1_000_000
_BATCH = 1_000_000
#: A cell that goes on for so long was never closed.
_MOST_OPEN = 4 * _BATCH
_NUMBERS = tuple(column.name for column in OBSERVATIONS.columns if column.type == NUMBER)
#: Unit, period and source may be said once for the whole file, beside it.
_TABLE = Table(
    name="observations",
    path="",
    columns=tuple(replace(column, required=column.name == "indicator") for column in OBSERVATIONS.columns),
    open_columns=True,
)
_KNOWN = frozenset(column.name for column in OBSERVATIONS.columns)
#: What the columns are called in tables of statistical offices.
ALIASES: Mapping[str, str] = {
    "показатель": "indicator", "код показателя": "indicator", "koʻrsatkich": "indicator", "korsatkich": "indicator",
    "предприятие": "unit", "единица": "unit", "korxona": "unit", "birlik": "unit", "ref_area": "unit",
    "год": "period", "период": "period", "yil": "period", "davr": "period", "time_period": "period", "year": "period",
    "значение": "value", "qiymat": "value", "obs_value": "value", "единица измерения": "unit_of_measure",
    "unit_measure": "unit_of_measure", "разрез": "breakdown", "kesim": "breakdown", "статус": "status",
    "holat": "status", "obs_status": "status", "conf_status": "confidentiality", "примечание": "note", "izoh": "note",
    "источник": "source", "manba": "source",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """How a text table is written, to be shown and confirmed.

    `columns` : each heading as written, and the column it is read as ("" = it is not read). `witness` : a number that
    settled the decimal sign. `questions` : what could not be told; it has to be answered before reading.
    """

    separator: str
    decimal: str
    encoding: str
    columns: tuple[tuple[str, str], ...]
    thousands: str = ""
    witness: str = ""
    questions: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some rows of a text table: the columns of observations, typed; `row`, the line of the file; and their faults."""

    rows: pl.DataFrame
    findings: tuple[Finding, ...]


def detect(path: Path, *, rulebook: Rulebook, separator: str = "", decimal: str = "") -> Detected:
    """Find how a text table is written, by its head.

    separator, decimal : what a person has said already. The file's name is not looked at.
    Raises : NotTrusted for what is no text, or too large.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if kind_of(head, rulebook=rulebook) is not Kind.TEXT:
        raise refused("upload-other-kind", rulebook, kind="xlsx")
    encoding = encoding_of(_whole_lines(head))[0]
    text = codecs.decode(head.removeprefix(codecs.BOM_UTF8), encoding, errors="replace").lstrip("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text if len(head) < _HEAD else text[: text.rfind("\n") + 1] or text
    marks = (separator,) if separator in SEPARATORS else fitting_separators(lines)
    questions = []
    if len(marks) > 1:
        questions.append(rulebook.finding("delimited-separator-unclear", value=" ".join(repr(mark) for mark in marks)))
    raw = table_of(lines.rstrip("\n").encode(), marks[0], rulebook=rulebook, file="")
    columns = tuple((name.strip(), _meaning(name)) for name in raw.header)
    numbers = [texts for (_, meaning), texts in zip(columns, raw.columns, strict=True) if meaning in _NUMBERS]
    style = find_style((text for texts in numbers for text in texts if text), decimal=decimal)
    if isinstance(style, StyleFault):
        questions.append(rulebook.finding("delimited-decimal-unclear", value=style.first, other=style.second or "–"))
        style = NumberStyle(decimal=decimal or ".")
    missing = [name for name in ("indicator", "period", "value") if name not in {meaning for _, meaning in columns}]
    if missing:
        shown = ", ".join(name for name, _ in columns if name)[:200] or "–"
        questions.append(rulebook.finding("delimited-columns-missing", value=", ".join(missing), present=shown))
    return Detected(
        separator=marks[0],
        decimal=style.decimal,
        encoding=encoding,
        columns=columns,
        thousands=style.thousands,
        witness=style.witness,
        questions=tuple(questions),
    )


def read_delimited(path: Path, detected: Detected, *, rulebook: Rulebook) -> Iterator[Batch]:
    """Read a text table in batches, the way that was found and confirmed.

    Each batch has the columns of observations.csv in their types; a faulty cell is null or empty and has a finding with
    the row of the file (the header is 1). A row that is too long or too short has one too.
    """
    names = [meaning or f"not read: {written}" for written, meaning in detected.columns]
    header = detected.separator.join('"' + name.replace('"', '""') + '"' for name in names).encode()
    first = 2
    for number, chunk in enumerate(_chunks(path, detected.encoding)):
        raw = table_of(header + b"\n" + chunk.rstrip(b"\n"), detected.separator, rulebook=rulebook, file="")
        shift = first - 2
        raw.rows = (raw.rows + shift).cast(pl.UInt32)
        found = [replace(each, row=each.row + shift) if each.row else each for each in raw.findings]
        raw.findings = []
        raw.columns = [
            plain_numbers(texts, detected) if name in _NUMBERS else texts
            for name, texts in zip(names, raw.columns, strict=True)
        ]
        rows, faults = typed_table(raw, _TABLE, rulebook=rulebook, file="")
        # What is said of the header is said once.
        found += [fault for fault in faults if fault.row != 1 or number == 0]
        yield Batch(rows=rows.select(*(column.name for column in OBSERVATIONS.columns), ROW), findings=tuple(found))
        first += chunk.count(b"\n") if b'"' not in chunk else max(rows.height, 0)


def plain_numbers(texts: pl.Series, detected: Detected) -> pl.Series:
    """Respell numbers of the file's style with a decimal point; a text that is none in that style stays as it is."""
    odd = r"[,.\s'\u00a0\u202f\u2009]" if detected.decimal == "," else r"[,\s'\u00a0\u202f\u2009]"
    if not texts.str.contains(odd).any():
        return texts
    mark = re.escape(detected.decimal)
    groups = r"\s'\u00a0\u202f\u2009" + re.escape(detected.thousands)
    fits = texts.str.contains(rf"^\s*[+\-−]?(?:\d{{1,3}}(?:[{groups}]\d{{3}})*|\d+)(?:{mark}\d*)?(?:[eE][+-]?\d+)?\s*$")
    plain = texts.str.replace_all(rf"[{groups}]", "").str.replace("−", "-", literal=True)
    plain = plain.str.replace(detected.decimal, ".", literal=True)
    frame = pl.DataFrame({"text": texts, "plain": plain, "fits": fits})
    # In a file with decimal commas 1.5 is not one and a half; what it is can only be asked.
    foreign = pl.col("text").str.contains(r"^\s*[+-]?\d+\.\d+\s*$") & pl.lit(detected.decimal == ",")
    asked = pl.when(foreign).then(pl.lit("? ") + pl.col("text")).otherwise("text")
    return frame.select(pl.when("fits").then("plain").otherwise(asked).alias(texts.name))[texts.name]


def cells_of(rows: pl.DataFrame, *, period: str) -> pl.DataFrame:
    """Give the rows of a text table as cells of a submission (CELLS): the line of the file is the place of each.

    period : of the submission, where a row does not say its own.
    """
    own = pl.when(pl.col("period") == "").then(pl.lit(period)).otherwise(pl.col("period"))
    variant = pl.when(pl.col("variant") == "").then(pl.lit("FACT")).otherwise(pl.col("variant"))
    status = pl.when(pl.col("status") == "A").then(pl.lit("")).otherwise(pl.col("status"))
    return rows.with_columns(
        own.alias("period"),
        variant.alias("variant"),
        status.alias("status"),
        (pl.lit("row ") + pl.col(ROW).cast(pl.String)).alias("place"),
        pl.col("value").cast(pl.String).fill_null("").alias("text"),
    ).select(pl.col(name).cast(dtype) for name, dtype in CELLS.items())


def _meaning(written: str) -> str:
    plain = written.strip().strip('"').casefold().replace("‘", "ʻ").replace("'", "ʻ")
    named = plain.replace(" ", "_")
    if named in _KNOWN:
        return named
    return ALIASES.get(plain) or ALIASES.get(named, "")


def _whole_lines(head: bytes) -> bytes:
    """Leave out a last line that the end of the head has cut, maybe in the middle of a letter."""
    cut = head.rfind(b"\n")
    return head[: cut + 1] if len(head) >= _HEAD and cut > 0 else head


def _chunks(path: Path, encoding: str) -> Iterator[bytes]:
    """Give the file below its header as UTF-8, some megabytes at a time, cut between records."""
    with path.open("rb") as file:
        rest, is_first = b"", True
        for data in _utf_8(file, encoding):
            rest += data
            while len(rest) >= _BATCH and (cut := _cut(rest)) > 0:
                chunk, rest = rest[:cut], rest[cut:]
                yield _without_header(chunk) if is_first else chunk
                is_first = False
        if rest.strip():
            yield _without_header(rest) if is_first else rest


def _utf_8(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    is_first, ended_with_return = True, False
    while data := file.read(_BATCH // 4):
        text = decoder.decode(data)
        text = text.lstrip("\ufeff") if is_first else text
        is_first = False
        text = text.removeprefix("\n") if ended_with_return else text
        ended_with_return = text.endswith("\r")
        yield text.replace("\r\n", "\n").replace("\r", "\n").encode(UTF_8)
    yield decoder.decode(b"", final=True).encode(UTF_8)


def _cut(data: bytes) -> int:
    """Find the end of the last whole record; 0 where a quotation mark is still open and may yet close."""
    cut = data.rfind(b"\n") + 1
    while cut > 0:
        if data.count(b'"', 0, cut) % 2 == 0 or len(data) > _MOST_OPEN:
            return cut
        cut = data.rfind(b"\n", 0, cut - 1) + 1
        if len(data) - cut > _BATCH // 2:
            return 0
    return 0


def _without_header(chunk: bytes) -> bytes:
    """Leave out the header: the first record, whatever stands in its quotation marks."""
    place = chunk.find(b"\n")
    while place >= 0 and chunk.count(b'"', 0, place) % 2:
        place = chunk.find(b"\n", place + 1)
    return chunk[place + 1 :] if place >= 0 else b""
