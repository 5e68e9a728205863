"""The lollipop of gaps."""

from __future__ import annotations

from mezon.disseminate.charts import Look, gaps_lollipop
from tests.disseminate.charts.conftest import caption, gaps
from tests.disseminate.charts.drawn import marks, shown


def test_the_largest_lead_stands_first_and_what_is_missing_last() -> None:
    chart = gaps_lollipop(gaps("en"), caption=caption("en"), look=Look(), peers_name="median")
    assert chart.table["gap"].to_list() == [30.25, -12.5, None]
    assert [row["gap"] for row in marks(chart, "circle")[0]] == [30.25, -12.5]
    assert "no value" in shown(chart)


def test_leads_and_lags_are_signed_and_differ_in_colour() -> None:
    chart = gaps_lollipop(gaps("ru"), caption=caption("ru"), look=Look(language="ru"), peers_name="медиана")
    assert {"+30,2", "−12,5"} <= set(shown(chart))
    assert len({row["colour"] for row in marks(chart, "circle")[0]}) == 2


def test_alt_text_names_the_best_and_the_worst() -> None:
    chart = gaps_lollipop(gaps("en"), caption=caption("en"), look=Look(), peers_name="median of peers")
    assert "ahead: 1; behind: 1" in chart.alt
    assert "Best: Social and environmental effect (+30.2). Worst: Resource support (−12.5)." in chart.alt
    assert "Without a value: Technological development." in chart.alt


def test_gaps_without_a_single_value_say_that_missing_is_not_zero() -> None:
    chart = gaps_lollipop(gaps("en").tail(1), caption=caption("en"), look=Look(), peers_name="median")
    assert chart.empty
    assert "A missing value is not zero." in chart.alt
