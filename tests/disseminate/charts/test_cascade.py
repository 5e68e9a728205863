"""The waterfall of contributions."""

from __future__ import annotations

from math import log

import polars as pl
import pytest

from mezon.disseminate.charts import Look, waterfall
from mezon.errors import WrongUse
from tests.disseminate.charts.conftest import caption
from tests.disseminate.charts.drawn import marks, shown


def parts(changes: list[float | None]) -> pl.DataFrame:
    names = [f"part {place}" for place in range(len(changes))]
    return pl.DataFrame({"item": names, "label": names, "contribution": changes})


def draw(changes: list[float | None], **named: object) -> object:
    return waterfall(parts(changes), caption=caption("en"), look=Look(), end_name="Score", **named)


def bars(chart: object) -> list[tuple[float, float]]:
    rows = next(rows for rows in marks(chart, "rect") if rows and "written" in rows[0])
    return [(row["start"], row["end"]) for row in rows]


def test_each_step_begins_where_the_one_before_it_ends() -> None:
    assert bars(draw([3.0, -1.0, 2.5])) == [(0, 3), (3, 2), (2, 4.5), (0, 4.5)]


def test_a_named_start_is_a_level_of_its_own() -> None:
    assert bars(draw([3.0], start=20.0, start_name="Reference")) == [(0, 20), (20, 23), (0, 23)]


def test_a_missing_contribution_moves_nothing_and_says_so() -> None:
    chart = draw([3.0, None, 2.0])
    assert bars(chart)[-1] == (0, 5)
    assert "no value" in shown(chart)
    assert "Without a value, so nothing is added: part 1." in chart.alt


def test_factors_of_a_geometric_mean_multiply_up_to_the_score() -> None:
    chart = draw([log(4), log(5)], start=1.0, combine="product")
    assert bars(chart)[-1] == (0, pytest.approx(20))
    assert {"×4.00", "×5.00", "20.0"} <= set(shown(chart))


def test_a_product_cannot_start_at_zero() -> None:
    with pytest.raises(WrongUse):
        draw([1.0], combine="product")


def test_small_contributions_are_put_together_without_changing_the_end() -> None:
    few, many = draw([5.0, 0.1, -0.2, 0.3, 4.0], most=3), draw([5.0, 0.1, -0.2, 0.3, 4.0])
    assert len(bars(few)) == 4
    assert bars(few)[-1] == pytest.approx(bars(many)[-1])
    assert "3 smaller contributions" in shown(few)
    assert "Smallest: part 2 (−0.2)." in few.alt


def test_alt_text_names_end_largest_and_smallest() -> None:
    alt = draw([3.0, -1.0, 2.5], start=20.0, start_name="Reference").alt
    assert "3, ending at Score (24.5). It starts at Reference (20.0)." in alt
    assert "Largest contribution: part 0 (+3.0). Smallest: part 1 (−1.0)." in alt
