from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mezon.analyse.assessing import assess
from mezon.methods import METHODS
from mezon.model.methodology import Leaf, MethodCall, Robustness, Vary
from tests.index_case import methodology_of, release_of, step

NAN = np.nan
ONE = [Leaf(indicator="I1", parent="INDEX")]
ARITHMETIC = step("aggregate/arithmetic")


def column(*values: float):
    codes = [f"U{at:02d}" for at in range(1, len(values) + 1)]
    return release_of(np.array(values, dtype=float)[:, None], indicators=["I1"], units=codes)


def test_treated_lists_exactly_the_cells_that_were_moved():
    """methods.md M2.2, vector `outlier`: 60 becomes 5."""
    release = column(1, 2, 2, 3, 3, 4, 4, 5, 60)
    found = assess(release, methodology_of(step("treat/winsorise"), ARITHMETIC, leaves=ONE), keep_steps=True)
    assert found.tables["treated"].rows() == [("01-treat-winsorise", "U09", "2020", "I1", 60.0, 5.0, "winsorised")]


def test_a_column_that_went_through_a_curve_is_listed_whole_with_the_curve():
    release = column(*range(1, 31), 300, 400)
    steps = (step("treat/winsorise(max_points=1, then=box-cox)"), ARITHMETIC)
    treated = assess(release, methodology_of(*steps, leaves=ONE), keep_steps=True).tables["treated"]
    assert set(treated["how"]) == {"box-cox"}
    assert treated.height >= 31
    assert "treated" not in assess(release, methodology_of(*steps, leaves=ONE)).tables


def test_imputed_lists_what_was_filled_how_and_how_sure_it_is():
    values = np.random.Generator(np.random.PCG64(1)).normal(size=(30, 4))
    values[3, 1] = NAN
    release = release_of(values, units=[f"U{at:02d}" for at in range(30)])
    mean = assess(release, methodology_of(step("impute/mean"), ARITHMETIC), keep_steps=True).tables["imputed"]
    assert mean.rows() == [
        ("01-impute-mean", "U03", "2020", "I2", pytest.approx(np.nanmean(values[:, 1])), "impute/mean", None)
    ]
    drawn = assess(release, methodology_of(step("impute/multiple(m=5)"), ARITHMETIC), keep_steps=True)
    tables = METHODS["impute/multiple"].function(values, m=5)[:, 3, 1]
    assert drawn.tables["imputed"]["standard_error"][0] == pytest.approx(np.sqrt(1.2 * tables.var(ddof=1)))


def test_drawn_imputations_widen_the_intervals_of_those_who_have_gaps_only():
    values = np.random.Generator(np.random.PCG64(1)).normal(size=(30, 4)) + 10
    values[3, :2] = NAN
    release = release_of(values, units=[f"U{at:02d}" for at in range(30)])
    robustness = Robustness(
        draws=300, vary=(Vary(kind="step", family="rank", options=(MethodCall(name="rank/dense"),)),)
    )
    steps = (
        step("impute/multiple(m=10)"),
        step("normalise/goalposts(clip=false)"),
        ARITHMETIC,
        step("rank/competition"),
    )
    scores = assess(release, methodology_of(*steps, robustness=robustness)).scores
    width = (pl.col("score_high") - pl.col("score_low")).alias("width")
    by_unit = dict(scores.select("unit", width).iter_rows())
    assert by_unit.pop("U03") > 0.1
    assert max(by_unit.values()) == pytest.approx(0, abs=1e-9)


def test_ranks_that_a_tie_shares_are_written_with_their_half():
    steps = (ARITHMETIC, step("rank/average"))
    found = assess(column(9, 7, 7, 3), methodology_of(*steps, leaves=ONE)).scores
    assert found["rank"].to_list() == [1, 2.5, 2.5, 4]
    dense = assess(column(9, 7, 7, 3), methodology_of(ARITHMETIC, step("rank/dense"), leaves=ONE)).scores
    assert dense["rank"].to_list() == [1, 2, 2, 3]
    assert dense.schema["rank"] == pl.Int64
