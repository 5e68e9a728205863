"""A form of Metallia, filled in as an enterprise did, and ways to change the workbook as a person would."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import openpyxl
import polars as pl

from mezon.collect.workbook import Reading, read_workbook, write_workbook
from mezon.collect.workbook.layout import read_key
from mezon.model.form import CELLS, Form
from mezon.model.pack import Definitions, Pack
from mezon.model.period import Period
from mezon.production import read_pack

UNIT, PERIOD = "OSTRA_STEEL", "2024"


@lru_cache(maxsize=1)
def pack() -> Pack:
    return read_pack("metallia")


def definitions() -> Definitions:
    return pack().definitions


def form() -> Form:
    return definitions().forms["enterprise"]


@lru_cache(maxsize=1)
def own_observations() -> pl.DataFrame:
    return pack().observations.filter(pl.col("unit") == UNIT)


@lru_cache(maxsize=1)
def answers() -> pl.DataFrame:
    """What the enterprise stated for the period, as cells."""
    stated = {
        (row["indicator"], row["breakdown"], row["variant"], row["period"]): row["value"]
        for row in own_observations().iter_rows(named=True)
    }
    rows = [(*cell.key, "", "", stated[cell.key], "", "") for cell in form().cells(Period.parse(PERIOD))]
    return pl.DataFrame(rows, schema=CELLS, orient="row")


@lru_cache(maxsize=4)
def filled(language: str = "en") -> bytes:
    return write_workbook(
        form(),
        UNIT,
        PERIOD,
        definitions=definitions(),
        before=own_observations().filter(pl.col("period").str.slice(0, 4) < PERIOD),
        values=answers(),
        language=language,
    )


def changed(content: bytes, *changes: Callable[[Any], None]) -> bytes:
    """Change a workbook as a person would, with another program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(io.BytesIO(content))
        for change in changes:
            change(book)
        target = io.BytesIO()
        book.save(target)
    return target.getvalue()


def opened(content: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(content))


def place_of(book: Any, indicator: str, breakdown: str = "", period: str = PERIOD) -> tuple[Any, int]:
    """Find the sheet and row of a line."""
    for sheet in book.worksheets:
        for row in range(1, sheet.max_row + 1):
            text = sheet.cell(row, 1).value
            key = read_key(text) if isinstance(text, str) and "|" in text else None
            if key and key[0] == indicator and key[1] == breakdown and key[3] == period:
                return sheet, row
    raise LookupError(indicator)


def read(content: bytes, *, unit: str = UNIT, period: str = PERIOD, asked: Form | None = None) -> Reading:
    return read_workbook(content, asked or form(), definitions=definitions(), unit=unit, period=period)


def found(reading: Reading) -> set[tuple[str, str]]:
    return {(finding.code, finding.key) for finding in reading.findings}


def value_at(reading: Reading, indicator: str, breakdown: str = "") -> float | None:
    rows = reading.cells.filter((pl.col("indicator") == indicator) & (pl.col("breakdown") == breakdown))
    return rows["value"][0] if rows.height else None
