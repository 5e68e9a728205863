"""Bars whose ends are as certain as their sources."""

from __future__ import annotations

import polars as pl
import pytest

from mezon.disseminate.charts import Look, bounded_bars
from mezon.errors import WrongUse
from tests.disseminate.charts.conftest import attracted, caption
from tests.disseminate.charts.drawn import marks, shown


def draw(frame: pl.DataFrame, **named: object) -> object:
    return bounded_bars(frame, caption=caption("en"), look=Look(), **named)


def test_a_lower_bound_has_an_open_end_and_is_marked() -> None:
    exact = attracted("en").with_columns(qualifier=pl.lit("="))
    assert len(marks(draw(attracted("en")), "rect")) == len(marks(draw(exact), "rect")) + 3
    assert "> 1.94" in shown(draw(attracted("en")))
    assert any("the bar ends open" in text for text in shown(draw(attracted("en"))))


def test_an_upper_bound_is_only_an_outline() -> None:
    bars = marks(draw(attracted("en").with_columns(qualifier=pl.lit("<"))), "rect")[0]
    assert {bar["colour"] for bar in bars} == {"#FFFFFF"}
    assert "#FFFFFF" not in {bar["edge"] for bar in bars}


def test_alt_text_says_what_is_only_a_bound() -> None:
    alt = draw(attracted("en"), highlight="AMMC").alt
    assert "Largest figure: Almalyk Mining and Metallurgical Complex (>\u00a01.94)" in alt
    assert "Known only as a lower bound: Almalyk Mining and Metallurgical Complex." in alt


def test_years_head_their_rows_once() -> None:
    twice = pl.concat([attracted("en").with_columns(group=pl.lit(year)) for year in ("2023", "2024")])
    headed = [text for text in shown(draw(twice)) if text in {"2023", "2024"}]
    assert headed == ["2023", "2024"]


def test_a_comparison_of_one_is_not_drawn() -> None:
    chart = draw(attracted("en").head(1))
    assert chart.empty
    assert "A comparison needs at least two." in chart.alt


def test_a_qualifier_nobody_knows_is_refused() -> None:
    with pytest.raises(WrongUse, match="≥"):
        draw(attracted("en").with_columns(qualifier=pl.lit("≥")))
