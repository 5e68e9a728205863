"""Choose the country panel, metal prices and exchange rates from the open data, and re-key them to our codes.

The open data (a folder of long tables read out of public repositories) is not part of this repository. Only twenty
countries, the declared series and the years from 2010 (2008 where a five-year mean needs them) are taken, every
release of a series is kept, and each row says which file of which repository it was read from.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from generators.uzbekistan.country_series import (
    ABSENCES,
    COUNTRIES,
    LAST_YEAR,
    OFFICIAL_RATES,
    PRICES,
    SERIES,
    Series,
)

Rows = list[dict[str, str]]

#: UN nature codes: e estimated and m modelled by the agency are estimates; country data (c, ca) are normal values.
STATUS = {"e": "E", "m": "E", "c": "A", "ca": "A", "": "A"}

OPEN_DATA_PREFIXES = ("SDG.", "OWID.", "PROD.", "PROD_BGS.")

_PRICE_FILE = "natatsypora/commodity_price_index:CMO-Historical-Data-Monthly.xlsx"


def observations(data: Path) -> Rows:
    """Give the rows of observations.csv that describe countries and metal prices, sorted by key and release."""
    world = read_world(data).filter(pl.col("unit").is_in(COUNTRIES))
    rows = [row for series in SERIES for row in _series_rows(world, series)]
    rows += _absent_rows() + _price_rows(data)
    return sorted(rows, key=lambda row: (row["indicator"], row["unit"], row["period"], row["published"]))


def rates(data: Path) -> Rows:
    """Give the official soum rates: units of UZS for one US dollar, averages of the year."""
    chosen = of_series(read_world(data), OFFICIAL_RATES).filter(pl.col("unit") == "UZB")
    return [
        {
            "from": "USD", "to": "UZS", "period": str(row["period"]), "kind": "average", "rate": number(row["value"]),
            "source": OFFICIAL_RATES.source,
        }
        for row in chosen.iter_rows(named=True)
    ]  # fmt: skip


def read_world(data: Path) -> pl.DataFrame:
    """Read the world table with the names of the source files in place of their ids."""
    world = pl.read_csv(data / "comparators_world.csv", infer_schema_length=None)
    files = pl.read_csv(data / "comparators_files.csv").rename({"source_file": "file"})
    joined = world.join(files, left_on="source_file", right_on="file_id", how="left")
    return joined.with_columns(pl.col("status").cast(pl.String).fill_null(""))


def number(value: float) -> str:
    """Write a float as the shortest text that reads back as the same float, whole numbers without a fraction."""
    return str(int(value)) if value == int(value) else repr(value)


def of_series(world: pl.DataFrame, series: Series) -> pl.DataFrame:
    """Keep the rows of one release of one series, within the years taken.

    Raises : ValueError when there are none: the open data has changed and the declaration of the series has not.
    """
    found = world.filter(
        pl.col("indicator") == series.code,
        pl.col("vintage").str.starts_with(series.vintage),
        pl.col("period").is_between(series.since, LAST_YEAR),
    )
    if found.is_empty():
        raise ValueError(f"no rows of {series.code}, release {series.vintage}")
    return found.sort("unit", "period")


def _series_rows(world: pl.DataFrame, series: Series) -> Rows:
    errors = world.filter(pl.col("indicator") == series.error_series)
    error_of = {(row["unit"], row["period"]): row["value"] for row in errors.iter_rows(named=True)}
    rows = []
    for found in of_series(world, series).iter_rows(named=True):
        row = _row(found, series)
        if (found["unit"], found["period"]) in error_of:
            row["standard_error"] = number(error_of[found["unit"], found["period"]])
        rows.append(row)
    return rows


def _row(found: dict[str, object], series: Series) -> dict[str, str]:
    return {
        "indicator": series.indicator,
        "unit": str(found["unit"]),
        "period": str(found["period"]),
        "value": number(float(str(found["value"]))),
        "unit_of_measure": series.unit,
        "status": series.status or STATUS[str(found["status"])],
        "source": series.source,
        "source_ref": f"{_source_code(series.code)} in {found['file']}",
        "published": series.published,
        "note": series.note,
    }


def _source_code(code: str) -> str:
    """Take off the prefixes that the open data put before a source's own code."""
    for prefix in OPEN_DATA_PREFIXES:
        code = code.removeprefix(prefix)
    return code


def _absent_rows() -> Rows:
    return [
        {
            "indicator": absence.indicator, "unit": absence.unit, "period": str(year), "value": "",
            "unit_of_measure": absence.unit_of_measure, "status": "O", "source": absence.source,
            "source_ref": absence.code, "published": absence.published, "note": absence.note,
        }
        for absence in ABSENCES
        for year in absence.years
    ]  # fmt: skip


def _price_rows(data: Path) -> Rows:
    prices = pl.read_csv(data / "commodity_prices_annual.csv", infer_schema_length=None)
    chosen = prices.filter(pl.col("series_code").is_in(list(PRICES)), pl.col("period") >= 2010)
    return [_price_row(row) for row in chosen.iter_rows(named=True)]


def _price_row(found: dict[str, object]) -> dict[str, str]:
    indicator, unit = PRICES[str(found["series_code"])]
    months = int(str(found["months"]))
    return {
        "indicator": indicator,
        "unit": "WLD",
        "period": str(found["period"]),
        "value": number(float(str(found["value"]))),
        "unit_of_measure": unit,
        "status": "A" if months == 12 else "P",
        "source": "PINKSHEET_2024",
        "source_ref": f"{found['series_code']}, mean of monthly prices in {_PRICE_FILE}",
        "published": "2024-12-03",
        "note": "" if months == 12 else f"mean of {months} months, January to November",
    }
