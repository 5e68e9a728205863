"""observations.csv: what the forms say, row by row, with what is planted in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from generators.metallia import planted
from generators.metallia.country import ENTERPRISES, INDUSTRY, YEARS, Enterprise
from generators.metallia.figures import RATES, SOURCES_OF_FUNDS, Array
from generators.metallia.registers import REGISTER_SOURCES

Row = dict[str, object]
COLUMNS = (
    "indicator", "unit", "period", "breakdown", "value", "unit_of_measure", "status", "confidentiality", "source",
    "source_ref", "published", "note",
)  # fmt: skip

#: Which form asks for which terms, and on which day of the following year its answers are published.
FORMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ACCOUNTS_FORM": (
        "05-31",
        ("TOTAL_SPEND", "REVENUE", "OUTPUT_VALUE", "OUTPUT_PRICE_INDEX", "VALUE_ADDED", "ASSETS_OPENING",
         "ASSETS_COMMISSIONED"),
    ),
    "CUSTOMS_STATISTICS": ("03-31", ("EXPORT_VALUE", "INNOV_EXPORT")),
    "ENVIRONMENT_FORM": ("07-31", ("EMISSIONS_CO2E",)),
    "INNOVATION_FORM": (
        "06-30",
        ("RD_SPEND", "INNOV_SPEND", "PROJECT_FINANCE", "FOREIGN_INV_INNOV", "IN_SCOPE", "INNOV_ACTIVE",
         "INNOV_IMPLEMENTED", "INNOV_ABANDONED", "INNOV_ON_HOLD", "INNOV_OVERDUE", "INNOV_REVENUE_NEW_TO_MARKET",
         "INNOV_REVENUE_NEW_TO_FIRM", "INNOV_OUTPUT", "COST_SAVING", "COST_BASELINE"),
    ),
    "LABOUR_FORM": ("04-30", ("EMPLOYEES", "HOURS_WORKED", "INNOV_STAFF", "INNOV_STAFF_HEADCOUNT")),
    "TECHNOLOGY_FORM": ("06-30", ("PROCESSES", "PROCESSES_AUTOMATED")),
    "WORKING_CONDITIONS_SURVEY": ("09-30", ("SATISFACTION_MEAN", "SURVEY_INVITED", "SURVEY_RESPONDENTS")),
}  # fmt: skip
_LOCAL_CURRENCY_UNTIL = 2016
_LOCAL_CURRENCY_UNIT = "VENA_LITHIUM"


#: Counted indicators by register and the columns that date a row: without any row, the register's keeper says "none".
_COUNTED: Mapping[tuple[str, str, str], tuple[str, ...]] = {
    ("partnerships", "signed", "expires"): ("INTL_PARTNERSHIPS", "INTL_RD_PARTNERSHIPS"),
    ("partnerships", "signed", "signed"): ("LICENCES_IN",),
    ("patents", "granted", "granted"): ("PATENTS_GRANTED", "TECHNOLOGIES_CREATED"),
    ("projects", "brought_into_use", "brought_into_use"): ("INNOV_PROJECTS", "JOBS_GROSS", "JOBS_DISPLACED"),
}


def observation_rows(panel: Mapping[str, Array], funds: Array, drawn: Mapping[str, list[Row]]) -> list[Row]:
    """All rows of observations.csv in order: by form, enterprise, year and line of the form; then other producers."""
    rows = [row for form in FORMS for row in _form_rows(form, panel)]
    rows += _fund_rows(funds)
    rows += _commitment_rows(panel)
    rows += _nil_returns(drawn)
    rows += _survey_of_totals(panel)
    return planted.planted(rows)


def published(form: str, year: int) -> str:
    """Give the day on which the answers for a year were published."""
    return f"{year + 1}-{FORMS[form][0]}"


def _form_rows(form: str, panel: Mapping[str, Array]) -> Iterator[Row]:
    for place, enterprise in enumerate(ENTERPRISES):
        for year in enterprise.years:
            for line, indicator in enumerate(FORMS[form][1], start=1):
                value = float(panel[indicator][place, YEARS.index(year)])
                yield _row(form, enterprise, year, indicator, value, line)


def _row(form: str, enterprise: Enterprise, year: int, indicator: str, value: float, line: int) -> Row:
    row: Row = {
        "indicator": indicator,
        "unit": enterprise.code,
        "period": str(year),
        "value": value,
        "source": form,
        "source_ref": f"form {year}, line {line}",
        "published": published(form, year),
    }
    in_local_currency = enterprise.code == _LOCAL_CURRENCY_UNIT and year <= _LOCAL_CURRENCY_UNTIL
    if form == "CUSTOMS_STATISTICS" and in_local_currency:
        rate = float(RATES[YEARS.index(year)])
        row |= {"value": round(value * rate, 2), "unit_of_measure": "XTS_MN", "note": "Declared in local currency."}
    return row


def _fund_rows(funds: Array) -> Iterator[Row]:
    """Financing by source; the total is PROJECT_FINANCE, a term of its own, to which the sources add up."""
    for place, enterprise in enumerate(ENTERPRISES):
        for year in enterprise.years:
            column = YEARS.index(year)
            for offset, code in enumerate(SOURCES_OF_FUNDS, start=1):
                part = float(funds[place, column, offset - 1])
                row = _row("INNOVATION_FORM", enterprise, year, "PROJECT_FINANCE_BY_SOURCE", part, 20 + offset)
                yield row | {"breakdown": f"SOURCE_OF_FUNDS={code}"}


def _commitment_rows(panel: Mapping[str, Array]) -> Iterator[Row]:
    """Commitments come half-yearly: the second half of a year carries more of them."""
    for place, enterprise in enumerate(ENTERPRISES):
        for year in enterprise.years:
            total = float(panel["PROJECT_FINANCE_COMMITTED"][place, YEARS.index(year)])
            first = round(total * 0.44, 2)
            for half, value in (("S1", first), ("S2", round(total - first, 2))):
                row = _row("INNOVATION_FORM", enterprise, year, "PROJECT_FINANCE_COMMITTED", value, 30)
                yield row | {"period": f"{year}-{half}"}


def _nil_returns(drawn: Mapping[str, list[Row]]) -> Iterator[Row]:
    """Zeros that are known: a register without a row says nothing, so its keeper says, with it, that there was none."""
    for (register, first, last), indicators in _COUNTED.items():
        covered = {
            (str(row["unit"]), year)
            for row in drawn[register]
            if row[first]
            for year in range(int(str(row[first])[:4]), int(str(row[last])[:4]) + 1)
        }
        for enterprise in ENTERPRISES:
            for year in enterprise.years:
                if (enterprise.code, year) in covered:
                    continue
                for indicator in indicators:
                    yield {
                        "indicator": indicator,
                        "unit": enterprise.code,
                        "period": str(year),
                        "value": 0.0,
                        "source": REGISTER_SOURCES[register],
                        "source_ref": "nil return",
                    }


def _survey_of_totals(panel: Mapping[str, Array]) -> Iterator[Row]:
    """The second producer: the geological survey counts employees of the whole industry, rounded to tens."""
    alive = np.array([[year in enterprise.years for year in YEARS] for enterprise in ENTERPRISES])
    totals = (panel["EMPLOYEES"] * alive).sum(axis=0)
    for year, total in zip(YEARS, totals, strict=True):
        yield {
            "indicator": "EMPLOYEES",
            "unit": INDUSTRY,
            "period": str(year),
            "value": float(round(float(total), -1)),
            "source": "GEOLOGICAL_SURVEY",
            "source_ref": f"yearbook {year}, table 2",
            "published": f"{year + 1}-10-31",
        }
