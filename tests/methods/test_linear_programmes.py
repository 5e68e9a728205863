"""methods.md M2.4, vectors `bod_free` and `bod_share_0.1_0.5`; OECD/JRC Handbook (2008), table 19."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import UnfitMethod
from mezon.methods import linear_programmes
from mezon.methods.aggregate import benefit_of_the_doubt
from mezon.methods.linear_programmes import common_weights, most_favourable_weights

Z = np.array(
    [
        [0.525, 0.48, 0.3, 0.6],
        [0.2, 0.2, 0.45, 0.2],
        [0.875, 0.8, 0.55, 0.9],
        [0.35, 0.36, 0.2, 0.45],
        [0.7, 0.56, 0.7, 0.75],
    ]
)
FOUR = np.ones(4)

panels = arrays(float, st.tuples(st.integers(2, 6), st.just(3)), elements=st.floats(0.05, 1))


def test_benefit_of_the_doubt_of_the_toy():
    assert benefit_of_the_doubt(Z, weights=FOUR) == pytest.approx([0.666667, 0.642857, 1, 0.5, 1], abs=1e-6)
    bounded = benefit_of_the_doubt(Z, weights=FOUR, bounds="pie-share", low=0.1, high=0.5)
    assert bounded == pytest.approx([0.625, 0.370561, 1, 0.456274, 0.979706], abs=1e-6)


def test_technology_index_with_weights_between_a_tenth_and_three_twentieths(shared):
    """Handbook, table 19, on min-max values; two decimals."""
    folder = shared / "golden" / "oecd_tai_2008"
    wide = pl.read_csv(folder / "inputs.csv").sort("country")
    raw = wide.drop("country").to_numpy().astype(float)
    scaled = (raw - raw.min(axis=0)) / np.ptp(raw, axis=0)
    published = pl.read_csv(folder / "published.csv").filter(pl.col("table") == "T19_bod").sort("item")
    found = benefit_of_the_doubt(scaled, weights=np.ones(8), bounds="weight-share", low=0.10, high=0.15)
    assert found == pytest.approx(published["value"].cast(pl.Float64).to_numpy(), abs=0.01)


@settings(deadline=None, max_examples=30)
@given(panels, arrays(float, 3, elements=st.floats(0.1, 100)))
def test_free_and_pie_shares_forget_the_unit_of_measure(values, scale):
    """methods.md section 14, law 1; weight shares do not, for they compare weights of different scales."""
    for bounds in ({}, {"bounds": "pie-share", "low": 0.2, "high": 0.6}):
        before, after = (benefit_of_the_doubt(each, weights=np.ones(3), **bounds) for each in (values, values * scale))
        assert after == pytest.approx(before, abs=1e-7)


@settings(deadline=None, max_examples=30)
@given(panels)
def test_bounds_take_the_doubt_away_and_the_weights_keep_to_them(values):
    free = benefit_of_the_doubt(values, weights=np.ones(3))
    assert free.max() == pytest.approx(1)
    for bounds in ("weight-share", "pie-share"):
        limits = {"bounds": bounds, "low": 0.2, "high": 0.5}
        scores = benefit_of_the_doubt(values, weights=np.ones(3), **limits)
        assert (scores <= free + 1e-7).all()
        weights = most_favourable_weights(values, weights=np.ones(3), **limits)
        assert (weights * values).sum(axis=1) == pytest.approx(scores, abs=1e-7)
        parts = weights if bounds == "weight-share" else weights * values
        share = parts / parts.sum(axis=1, keepdims=True)
        assert (share >= 0.2 - 1e-6).all()
        assert (share <= 0.5 + 1e-6).all()
        assert (values @ weights.T <= 1 + 1e-6).all()


def test_a_unit_is_scored_without_the_child_that_it_lacks():
    holed = Z.copy()
    holed[3, :3] = np.nan
    found = benefit_of_the_doubt(holed, weights=FOUR)
    assert found[3] == pytest.approx(0.45 / 0.9)
    assert np.isnan(benefit_of_the_doubt(holed, weights=FOUR, min_coverage=0.5)).tolist() == [0, 0, 0, 1, 0]
    assert np.isnan(benefit_of_the_doubt(holed, weights=FOUR, bounds="pie-share", low=0.1, high=0.5))[3]


def test_values_below_zero_have_no_benefit_of_the_doubt_and_zeros_score_zero():
    values = np.array([[-0.1, 0.5], [0.0, 0.0], [0.4, 0.2]])
    assert benefit_of_the_doubt(values, weights=np.ones(2)).tolist()[1:] == [0.0, 1.0]
    assert np.isnan(benefit_of_the_doubt(values, weights=np.ones(2))[0])


@pytest.mark.parametrize("limits", [{"low": 0.4}, {"high": 0.2}])
def test_bounds_that_cannot_add_up_to_one_leave_no_score(limits):
    for bounds in ("pie-share", "weight-share"):
        assert np.isnan(benefit_of_the_doubt(Z, weights=FOUR, bounds=bounds, **limits)).all()
    assert np.isnan(common_weights(Z, bounds="weight-share", **limits)).all()
    alone = benefit_of_the_doubt(Z[:, :1], weights=FOUR[:1], bounds="pie-share", **limits)
    assert alone == pytest.approx(Z[:, 0] / 0.875)


@pytest.mark.parametrize("limits", [{"low": 0.4, "high": 0.3}, {"low": [0.1, 0.1]}, {"low": -0.1}])
def test_bounds_that_are_none_are_refused(limits):
    with pytest.raises(UnfitMethod):
        benefit_of_the_doubt(Z, weights=FOUR, bounds="pie-share", **limits)


def test_bounds_of_an_unknown_kind_are_refused():
    with pytest.raises(UnfitMethod, match="weight-share"):
        benefit_of_the_doubt(Z, weights=FOUR, bounds="shares")


def test_a_bound_for_each_child_holds_for_it_alone():
    found = most_favourable_weights(Z, weights=FOUR, bounds="weight-share", low=[0.7, 0, 0, 0], high=1.0)
    assert (found[:, 0] / found.sum(axis=1) >= 0.7 - 1e-9).all()


def test_common_weights_put_no_unit_above_one_and_keep_to_their_bounds():
    weights = common_weights(Z, bounds="weight-share", low=0.1, high=0.5)
    assert weights.sum() == pytest.approx(1)
    assert weights.min() == pytest.approx(0.1)
    assert weights.max() == pytest.approx(0.5)
    assert np.isnan(common_weights(np.array([[1.0, 0.0], [2.0, 0.0]]))).all()


def test_a_child_that_is_zero_for_all_may_have_its_share_of_weights():
    values = np.array([[0.0, 0.4], [0.0, 0.8]])
    found = benefit_of_the_doubt(values, weights=np.ones(2), bounds="weight-share", low=0.3, high=0.7)
    assert found == pytest.approx([0.5, 1.0])


def test_a_hundred_units_are_scored_as_they_are_one_by_one(monkeypatch):
    values = np.random.default_rng(5).random((100, 4))
    limits = {"weights": FOUR, "bounds": "pie-share", "low": 0.05, "high": 0.6}
    together = benefit_of_the_doubt(values, **limits)
    monkeypatch.setattr(linear_programmes, "AT_ONCE", 1)
    assert benefit_of_the_doubt(values, **limits) == pytest.approx(together, abs=1e-7)
