"""The workbook of a form as an enterprise fills it in: known figures, and twelve faults of twelve kinds."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from typing import Any

import openpyxl
import polars as pl

from mezon import production

UNIT, PERIOD = "ARGENT_SILVER", "2024"
_MARKS = 3
_FIRST = 5


@dataclass(frozen=True)
class Fault:
    """What is written into a cell, and the rule that must speak there."""

    value: Any
    rule: str
    status: str = ""


#: Indicator -> what a tired person writes there.
FAULTS = {
    "EMPLOYEES": Fault("not counted yet", "workbook-not-a-number"),
    "HOURS_WORKED": Fault(990000, "cell-jump"),
    "INNOV_STAFF_HEADCOUNT": Fault(datetime.datetime(2024, 12, 31, tzinfo=None), "workbook-date"),  # noqa: DTZ001
    "INNOV_STAFF": Fault("=1/0", "workbook-formula-uncomputed"),
    "TOTAL_SPEND": Fault("1,248", "workbook-number-unclear"),
    "INNOV_SPEND": Fault("83.3 million", "workbook-number-with-words"),
    "RD_SPEND": Fault(31.5, "value-beside-absent-status", status="O"),
    "PROJECT_FINANCE": Fault(-51.4, "cell-outside-range"),
    "REVENUE": Fault(None, "workbook-required-empty"),
    "OUTPUT_VALUE": Fault(1482820.0, "cell-magnitude"),
    "OUTPUT_PRICE_INDEX": Fault("139%", "workbook-percent-misplaced"),
    "EXPORT_VALUE": Fault(None, "workbook-status-unknown", status="X"),
}


def known_values() -> dict[tuple[str, str, str], float]:
    """Give what the pack knows of the unit's year, by indicator, breakdown and period."""
    observations = production.read_pack("metallia").observations
    mine = observations.filter(
        (pl.col("unit") == UNIT) & pl.col("period").str.starts_with(PERIOD) & pl.col("value").is_not_null()
    )
    return {
        (row["indicator"], row["breakdown"], row["period"]): row["value"]
        for row in mine.sort("published").iter_rows(named=True)
    }


def filled(content: bytes, values: dict[tuple[str, str, str], float], *, faults: bool) -> tuple[bytes, dict[str, str]]:
    """Fill a downloaded workbook in; give it, and the place of every cell with a fault: indicator -> Sheet!J7."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    places: dict[str, str] = {}
    for sheet in book.worksheets:
        marks = [cell.value for cell in sheet[_MARKS]]
        if "#value" not in marks:
            continue
        value_at, status_at = marks.index("#value"), marks.index("#status")
        for row in sheet.iter_rows(min_row=_FIRST):
            key = str(row[marks.index("#key")].value or "")
            if key.count("|") != 3:
                continue
            indicator, breakdown, _variant, period = key.split("|")
            known = values.get((indicator, breakdown, period))
            row[value_at].value = known
            row[status_at].value = None if known is not None else "O"
            fault = FAULTS.get(indicator) if faults and not breakdown else None
            if fault is not None:
                row[value_at].value, row[status_at].value = fault.value, fault.status or None
                at = status_at if fault.rule == "workbook-status-unknown" else value_at
                places[indicator] = f"{sheet.title}!{row[at].coordinate}"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue(), places
