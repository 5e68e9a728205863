"""The slope chart."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts import Look, slope
from mezon.disseminate.charts.theme import THEMES
from tests.disseminate.charts.conftest import caption, moves
from tests.disseminate.charts.drawn import marks, shown

LIGHT = THEMES["light"]


def draw(frame: pl.DataFrame, **named: object) -> object:
    return slope(frame, caption=caption("en"), look=Look(), before="2012", after="2017", **named)


def ways(chart: object) -> list[dict[str, object]]:
    return next(rows for rows in marks(chart, "rule") if rows and "change" in rows[0])


def test_a_unit_with_one_value_has_a_point_but_no_line() -> None:
    chart = draw(moves("en"))
    assert "Zambia" not in {row["label"] for row in ways(chart)}
    assert "Zambia 31.2" in shown(chart)
    assert "With one value only: Zambia." in chart.alt


def test_rises_and_falls_have_their_colours() -> None:
    colours = {row["label"]: row["colour"] for row in ways(draw(moves("en")))}
    assert (colours["Uzbekistan"], colours["Kazakhstan"]) == (LIGHT.positive, LIGHT.negative)


def test_a_smaller_rank_is_a_rise_and_stands_on_top() -> None:
    ranks = pl.DataFrame({"unit": list("ab"), "label": list("AB"), "before": [2, 1], "after": [1, 2]})
    chart = draw(ranks, best="low", decimals=0)
    assert {row["label"]: row["colour"] for row in ways(chart)} == {"A": LIGHT.positive, "B": LIGHT.negative}
    assert chart.table["unit"].to_list() == ["a", "b"]


def test_the_highlighted_unit_alone_has_the_accent() -> None:
    colours = {row["label"]: row["colour"] for row in ways(draw(moves("en"), highlight="UZB"))}
    assert [label for label, colour in colours.items() if colour == LIGHT.accent] == ["Uzbekistan"]
    assert "Uzbekistan: +22.4." in draw(moves("en"), highlight="UZB").alt


def test_alt_text_counts_and_names_the_furthest() -> None:
    alt = draw(moves("en")).alt
    assert "units: 4; up: 3; down: 1. Furthest up: Uzbekistan (+22.4); furthest down: Kazakhstan (−1.2)." in alt


def test_periods_without_a_common_unit_cannot_be_compared() -> None:
    apart = pl.DataFrame({"unit": ["a", "b"], "label": ["A", "B"], "before": [1.0, None], "after": [None, 1.0]})
    chart = draw(apart)
    assert chart.empty
    assert "both periods (2012 and 2017)" in chart.alt
