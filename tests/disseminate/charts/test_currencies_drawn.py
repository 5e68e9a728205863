"""One sum of money in two currencies."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts import Look, currency_lines
from tests.disseminate.charts.conftest import MONEY, caption
from tests.disseminate.charts.drawn import dashes, shown


def draw(frame: pl.DataFrame) -> object:
    return currency_lines(frame, caption=caption("en"), look=Look(), national_name="UZS tn", dollars_name="USD bn")


def test_a_year_without_soums_leaves_a_gap_in_soums_and_in_official_dollars_only() -> None:
    assert [values for _, values in dashes(draw(MONEY))] == [[22.45, 29.6], [1.91, 2.34], [0.92, 1.4, 2.6, 2.33]]


def test_the_two_currencies_have_scales_of_their_own() -> None:
    spec = draw(MONEY).spec.to_dict()
    ranges = {
        tuple(layer["encoding"]["y"]["scale"]["range"]) for layer in spec["layer"] if layer["mark"]["type"] == "line"
    }
    assert len(ranges) == 2
    (upper_bottom, _), (_, lower_top) = sorted(ranges)
    assert upper_bottom < lower_top


def test_alt_text_gives_first_and_last_and_where_the_rates_differ_most() -> None:
    alt = draw(MONEY).alt
    assert "UZS tn: 9.8 (2021) to 29.6 (2024)." in alt
    assert "The stated dollars are furthest from the official rate in 2023: +36 %." in alt


def test_what_is_missing_is_listed() -> None:
    assert any("UZS tn (2022)" in text for text in shown(draw(MONEY)))


def test_a_currency_nobody_states_has_an_empty_plot() -> None:
    only_soums = MONEY.with_columns(dollars_official=pl.lit(None), dollars_stated=pl.lit(None))
    assert "Nothing to draw yet" in shown(draw(only_soums))
    assert not draw(only_soums).empty
    assert draw(MONEY.head(0)).empty
