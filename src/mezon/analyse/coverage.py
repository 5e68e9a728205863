"""What exists, how old it is, what is missing, and who would have to supply it."""

from __future__ import annotations

import polars as pl

from mezon.model.codelists import Level
from mezon.model.indicator import Indicator
from mezon.model.observations import has_value
from mezon.model.release import Release

_SCHEMA = {
    "indicator": pl.String(),
    "group": pl.String(),
    "units_expected": pl.UInt32(),
    "units_observed": pl.UInt32(),
    "values": pl.UInt32(),
    "first_period": pl.String(),
    "last_period": pl.String(),
    "holder": pl.String(),
}


def coverage(release: Release, *, language: str = "en") -> pl.DataFrame:
    """Count, for every indicator of a release, the units that have a value of it, and say who holds the rest.

    A plan or target is a value too. Expected are the units of the indicator's levels (an area only where it has no
    other); for an indicator of the framework only those of the pack's own country, where pack.toml names one. `holder`
    is empty where nobody is named.
    """
    seen = (
        release.observations.lazy()
        .filter(has_value() & pl.col("value").is_not_null())
        .group_by("indicator")
        .agg(
            pl.col("unit").n_unique().alias("units_observed"),
            pl.len().alias("values"),
            pl.col("period").min().alias("first_period"),
            pl.col("period").max().alias("last_period"),
        )
        .collect()
    )
    found = {row["indicator"]: row for row in seen.iter_rows(named=True)}
    rows = [
        {
            "indicator": code,
            "group": indicator.group,
            "units_expected": _expected(indicator, release),
            "holder": indicator.holder.in_language(language),
            **{
                column: found.get(code, {}).get(column, 0 if column in {"units_observed", "values"} else "")
                for column in ("units_observed", "values", "first_period", "last_period")
            },
        }
        for code, indicator in release.definitions.indicators.items()
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def missing_of_framework(release: Release, *, language: str = "en") -> pl.DataFrame:
    """Give the rows of `coverage` for the indicators of the framework (those with a methods id) without any value."""
    framework = [code for code, item in release.definitions.indicators.items() if item.methods_id]
    table = coverage(release, language=language)
    return table.filter(pl.col("indicator").is_in(framework) & (pl.col("values") == 0))


def _expected(indicator: Indicator, release: Release) -> int:
    levels = set(indicator.levels) - {Level.AREA} or {Level.AREA}
    country = str(release.definitions.extra.get("country", "")) if indicator.methods_id else ""
    units = release.definitions.units.values()
    return sum(unit.level in levels and country in {"", unit.country} for unit in units)
