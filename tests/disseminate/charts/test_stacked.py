"""Stacked bars."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts import Look, stacked_bars
from tests.disseminate.charts.conftest import caption, composition
from tests.disseminate.charts.drawn import marks, shown


def draw(frame: pl.DataFrame, **named: object) -> object:
    return stacked_bars(frame, caption=caption("en"), look=Look(), **named)


def test_segments_stand_on_one_another_and_the_sum_above_them() -> None:
    chart = draw(composition("en").filter(pl.col("bar") == "2021"))
    segments = marks(chart, "rect")[0]
    assert [segment["start"] for segment in segments] == [0, 8.1, 8.1 + 5.2]
    assert "13.7" in shown(chart)


def test_a_bar_that_lacks_a_part_is_a_lower_bound_and_says_so() -> None:
    chart = draw(composition("en"))
    assert any(text.startswith("≥") and "22.4" in text for text in shown(chart))
    assert any("the sum is a lower bound: 2023." in text for text in shown(chart))


def test_shares_are_of_the_whole_and_not_drawn_where_the_whole_is_unknown() -> None:
    chart = draw(composition("en"), shares=True)
    segments = marks(chart, "rect")[0]
    assert {segment["label"] for segment in segments} == {"2021", "2022"}
    assert sum(segment["end"] - segment["start"] for segment in segments) == 200
    assert any("No shares, because a part has no value: 2023." in text for text in shown(chart))


def test_parts_are_named_beside_the_last_bar_or_else_in_a_key() -> None:
    whole = draw(composition("en").filter(pl.col("bar") != "2023"))
    assert "Resource support" in shown(whole)
    assert "■" not in shown(whole)
    assert "■" in shown(draw(composition("en")))


def test_alt_text_names_largest_and_smallest_sum_and_the_largest_part_of_the_last_whole_bar() -> None:
    alt = draw(composition("en")).alt
    assert "Largest sum: 2023 (≥\u00a022.4); smallest: 2021 (13.7)." in alt
    assert "2022 (17.5): the largest part is Resource support, 63 %." in alt


def test_what_cannot_be_stacked_is_not_drawn() -> None:
    negative = draw(composition("en").with_columns(value=pl.col("value") - 6))
    assert negative.empty
    assert "below zero" in negative.alt
    assert draw(composition("en").with_columns(value=pl.lit(0.0))).empty
