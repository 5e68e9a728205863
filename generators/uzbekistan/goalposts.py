"""The fixed goalposts of the national methodology: what was low and high in the world, and not among our twenty.

Low and high are the 5th and 95th percentiles over every country-year of 2012-2017 that any country (not an
aggregate) reports, pooled, newest release of each series, type-7 quantiles (linear interpolation between order
statistics, R's and numpy's default) on the raw scale, rounded to four significant digits. Derived indicators are
derived first: patents per head, and five-year means of growth (years t-4 to t, all five present).
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from generators.uzbekistan.country_panel import read_world

YEARS = (2012, 2017)
QUANTILES = (0.05, 0.95)

Posts = dict[str, tuple[float, float]]


def pooled(data: Path) -> Posts:
    """Compute low and high of every leaf from the open data's world table."""
    world = read_world(data)
    kinds = pl.read_csv(data / "units.csv")
    countries = kinds.filter(pl.col("kind") == "country")["unit"].to_list()
    world = world.filter(pl.col("unit").is_in(countries))
    return {indicator: _posts(frame) for indicator, frame in _leaves(world).items()}


def written_into(methodology: str, posts: Posts) -> str:
    """Replace the goalposts of each leaf in the text of a methodology file.

    Raises : ValueError when a leaf that has goalposts is not in the file.
    """
    for indicator, (low, high) in sorted(posts.items()):
        leaf = re.compile(rf'(indicator = "{indicator}"\n(?:[^\[\n].*\n)*?goalposts = )\[[^\]]*\]')
        methodology, found = leaf.subn(rf"\g<1>[{low:g}, {high:g}]", methodology)
        if found != 1:
            raise ValueError(f"{indicator}: {found} leaves with goalposts in the methodology, not one")
    return methodology


def _leaves(world: pl.DataFrame) -> dict[str, pl.DataFrame]:
    patents = _of(world, "IP.PAT.RESD", "2026-01-28")
    people = _of(world, "SP.POP.TOTL", "2024-05-30").rename({"value": "people"})
    per_head = patents.join(people, on=["unit", "period"]).with_columns(value=1e6 * pl.col("value") / pl.col("people"))
    return {
        "RD_GDP": _of(world, "GB.XPD.RSDV.GD.ZS", "2026-07-13"),
        "RESEARCHERS_PER_MN": _of(world, "SP.POP.SCIE.RD.P6", "2026-07-13"),
        "PATENTS_RESIDENT_PER_MN": per_head,
        "PRODUCTIVITY_GROWTH_5Y": _five_year_mean(_of(world, "SDG.SL_EMP_PCAP", "2020-10-19")),
        "CO2_GDP": _of(world, "SDG.EN_ATM_CO2GDP", "2020-10-19"),
        "PATENTS_NONRESIDENT_PER_MN": _of(world, "OWID.PATENT_NONRES_RATE", "2017"),
        "MHT_MANUFACTURING": _of(world, "SDG.NV_IND_TECH", "2020-10-19"),
    }


def _of(world: pl.DataFrame, code: str, vintage: str) -> pl.DataFrame:
    found = world.filter(pl.col("indicator") == code, pl.col("vintage").str.starts_with(vintage))
    return found.select("unit", "period", "value").sort("unit", "period")


def _five_year_mean(growth: pl.DataFrame) -> pl.DataFrame:
    five = growth.with_columns(
        value=pl.col("value").rolling_mean(5).over("unit"), first=pl.col("period").shift(4).over("unit")
    )
    return five.filter(pl.col("period") - pl.col("first") == 4)


def _posts(leaf: pl.DataFrame) -> tuple[float, float]:
    values = leaf.filter(pl.col("period").is_between(*YEARS))["value"].drop_nulls().to_numpy()
    low, high = (float(f"{quantile:.4g}") for quantile in np.quantile(values, QUANTILES))
    return low, high
