"""How large a gap has to be to be called a strength."""

from __future__ import annotations

import polars as pl
import pytest

from mezon.analyse.strengths import least_gap
from tests.index_case import methodology_of


def _table(points: list[float]) -> pl.DataFrame:
    column = pl.Series(points, dtype=pl.Float64)
    return pl.DataFrame({"normalised": column, "peer_median": column})


@pytest.mark.parametrize(
    ("points", "least"), [([3.0, 96.0], 0.5), ([0.0, 1.0], 0.005), ([0.0, 110.0], 0.5), ([5.0], 0.0), ([], 0.0)]
)
def test_a_gap_counts_from_half_a_hundredth_of_the_scale(points: list[float], least: float) -> None:
    assert least_gap(methodology_of(), _table(points)) == pytest.approx(least)


def test_a_rule_other_than_gap_has_its_own_measure() -> None:
    assert least_gap(methodology_of(strengths_rule="rank"), _table([0.0, 100.0])) == 0
