"""Coverage: what is there, how old it is, and who holds what is missing."""

from __future__ import annotations

import polars as pl
import pytest

from mezon import production
from mezon.analyse.coverage import coverage, missing_of_framework
from mezon.model.release import Release


@pytest.fixture(scope="module")
def uzbekistan() -> Release:
    return production.prepare(production.read_pack("uzbekistan"))


def test_values_units_and_periods_are_those_of_the_release(uzbekistan: Release) -> None:
    rows = {row["indicator"]: row for row in coverage(uzbekistan).iter_rows(named=True)}
    stated = uzbekistan.observations.filter((pl.col("indicator") == "RD_GDP") & pl.col("value").is_not_null())
    found = rows["RD_GDP"]
    assert found["values"] == stated.height
    assert found["units_observed"] == stated["unit"].n_unique()
    assert (found["first_period"], found["last_period"]) == (stated["period"].min(), stated["period"].max())
    assert found["units_expected"] == 20


def test_an_explicit_absence_is_no_value(uzbekistan: Release) -> None:
    said_missing = uzbekistan.observations.filter(
        (pl.col("indicator") == "MHT_MANUFACTURING") & (pl.col("unit") == "UZB")
    )
    assert said_missing.height == 6
    rows = {row["indicator"]: row for row in coverage(uzbekistan).iter_rows(named=True)}
    assert rows["MHT_MANUFACTURING"]["units_observed"] == 19


def test_all_29_indicators_of_the_framework_are_missing_and_each_has_a_holder(uzbekistan: Release) -> None:
    missing = missing_of_framework(uzbekistan)
    assert missing.height == 29
    assert missing.filter(pl.col("holder") == "").is_empty()


def test_the_framework_is_asked_of_the_pack_s_own_country_alone(uzbekistan: Release) -> None:
    (expected,) = coverage(uzbekistan).filter(pl.col("indicator") == "RD_SPEND")["units_expected"].to_list()
    of_uzbekistan = [unit for unit in uzbekistan.definitions.units.values() if unit.country == "UZB"]
    assert 0 < expected <= len(of_uzbekistan)


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_holders_are_named_in_the_reader_s_language(uzbekistan: Release, language: str) -> None:
    holders = missing_of_framework(uzbekistan, language=language)["holder"].to_list()
    assert all(holders)
    if language != "en":
        assert set(holders).isdisjoint(missing_of_framework(uzbekistan)["holder"].to_list())
