"""The whisker rank plot."""

from __future__ import annotations

import polars as pl
import pytest

from mezon.disseminate.charts import Look, whisker_rank
from tests.disseminate.charts.conftest import caption, scores
from tests.disseminate.charts.drawn import marks, shown

LOOK = Look()


def test_units_stand_in_order_whatever_the_order_of_the_frame() -> None:
    chart = whisker_rank(scores("en").reverse(), caption=caption("en"), look=LOOK)
    assert chart.table["unit"].to_list() == ["CAN", "CHL", "UZB", "KAZ", "ZMB"]
    names = [text for text in shown(chart) if text in set(chart.table["label"])]
    assert names == chart.table["label"].to_list()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "First: Canada (67.2); last: Kazakhstan (23.3). Uzbekistan: place 3 of 4, 45.0. Its interval is 41.4–54.6.",
        ),
        ("ru", "На первом месте Канада (67,2); на последнем Казахстан (23,3). Узбекистан: место 3 из 4, 45,0."),
        ("uz", "Birinchi: Kanada (67,2); oxirgi: Qozogʻiston (23,3). Oʻzbekiston: 4 tadan 3-oʻrin, 45,0."),
    ],
)
def test_alt_text_names_first_last_and_the_highlighted_unit_with_its_interval(language: str, said: str) -> None:
    chart = whisker_rank(scores(language), caption=caption(language), look=Look(language=language), highlight="UZB")
    assert said in chart.alt
    assert scores(language)["label"][-1] in chart.alt.split(":")[-1]


def test_units_of_equal_value_share_a_place() -> None:
    frame = pl.DataFrame({"unit": list("abc"), "label": list("ABC"), "value": [2.0, 2.0, 1.0]})
    assert "B: place 1 of 3" in whisker_rank(frame, caption=caption("en"), look=LOOK, highlight="b").alt
    assert "C: place 3 of 3" in whisker_rank(frame, caption=caption("en"), look=LOOK, highlight="c").alt


def test_a_unit_without_a_value_is_shown_without_a_mark() -> None:
    chart = whisker_rank(scores("en"), caption=caption("en"), look=LOOK)
    assert "no value" in shown(chart)
    assert [row["label"] for row in marks(chart, "circle")[0]] == ["Canada", "Chile", "Uzbekistan", "Kazakhstan"]


def test_ranks_put_one_first() -> None:
    frame = pl.DataFrame({"unit": list("ab"), "label": list("AB"), "value": [2, 1], "low": [1, 1], "high": [3, 2]})
    chart = whisker_rank(frame, caption=caption("en"), look=LOOK, best="low", decimals=0)
    assert chart.table["unit"].to_list() == ["b", "a"]


def test_a_phone_shows_values_and_leaves_the_intervals_to_the_marks() -> None:
    page = whisker_rank(scores("en"), caption=caption("en"), look=LOOK)
    phone = whisker_rank(scores("en"), caption=caption("en"), look=Look(width=360))
    assert "41.4–54.6" in shown(page)
    assert "41.4–54.6" not in shown(phone)
    assert "45.0" in shown(phone)


def test_one_unit_cannot_be_ranked_and_the_picture_says_so() -> None:
    chart = whisker_rank(scores("en").filter(pl.col("unit").is_in(["UZB", "ZMB"])), caption=caption("en"), look=LOOK)
    assert chart.empty
    assert "Only one has a value: Uzbekistan." in chart.alt


def test_bands_are_counted_and_explained() -> None:
    chart = whisker_rank(scores("en"), caption=caption("en"), look=LOOK)
    assert "Bands: 3." in chart.alt
    assert any("do not show to be below it" in text for text in shown(chart))
