"""Money stated twice: implied rates beside the official ones (inconsistencies 3-5 of the papers)."""

from __future__ import annotations

import polars as pl
import pytest

from mezon import production
from mezon.analyse.currencies import two_currency_statements


@pytest.fixture(scope="module")
def pairs() -> pl.DataFrame:
    return two_currency_statements(production.read_pack("uzbekistan"))


def test_every_pair_of_statements_of_one_fact_is_there(pairs: pl.DataFrame) -> None:
    found = pairs.select("indicator", "period", "value", "value_usd").rows()
    assert found == [
        ("FIXED_CAP_INV", "2021", 21.6, 1.6), ("FIXED_CAP_INV", "2021", 21.6, 1.63),
        ("FIXED_CAP_INV", "2023", 22.45, 2.7), ("FIXED_CAP_INV", "2023", 22.45, 1.8),
        ("FIXED_CAP_INV", "2024", 61.8, 4.66), ("FOREIGN_INV_LOANS", "2023", 16.2, 1.3),
    ]  # fmt: skip


def test_implied_rates_are_soums_by_dollars_and_stand_beside_the_official_average(pairs: pl.DataFrame) -> None:
    by_dollars = {(row["period"], row["value_usd"]): row for row in pairs.iter_rows(named=True)}
    assert by_dollars["2021", 1.63]["implied_rate"] == pytest.approx(21.6e12 / 1.63e9)
    deviations = {key: round(100 * row["deviation"]) for key, row in by_dollars.items()}
    assert deviations == {
        ("2021", 1.6): 27, ("2021", 1.63): 25, ("2023", 2.7): -29, ("2023", 1.8): 6, ("2024", 4.66): 5,
        ("2023", 1.3): 6,
    }  # fmt: skip


def test_dollars_at_the_official_rate_are_soums_by_that_rate(pairs: pl.DataFrame) -> None:
    for row in pairs.iter_rows(named=True):
        assert row["usd_at_official"] == pytest.approx(row["base"] / row["official_rate"])
        assert row["rate_source"]
