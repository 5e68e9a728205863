"""methods.md M2.5, vector `aggregate`, and laws of what is no mean on another scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import UnfitMethod
from mezon.methods.aggregate import (
    adjusted_mazziotta_pareto,
    formula,
    mazziotta_pareto,
    median,
    minimum,
    owa,
)

RAW = np.array([[2.1, 12, 30, 180], [0.8, 5, 45, 260], [3.5, 20, 55, 120], [1.4, 9, 20, 210], [2.8, 14, 70, 150]])
DIRECTION = np.array([1, 1, 1, -1])
LOW, HIGH = np.array([0, 0, 0, 100.0]), np.array([4, 25, 100, 300.0])
SCALED = (RAW - LOW) / (HIGH - LOW)
Z = np.where(DIRECTION > 0, SCALED, 1 - SCALED)
FOUR = np.ones(4)

positive = arrays(float, (5, 4), elements=st.floats(0.1, 100))
weighting = arrays(float, 4, elements=st.floats(0.01, 10))


def test_minimum_of_the_toy():
    assert minimum(Z, weights=FOUR) == pytest.approx([0.3, 0.2, 0.55, 0.2, 0.56])


def test_mazziotta_pareto_of_the_toy():
    z = 100 + 10 * DIRECTION * (RAW - RAW.mean(axis=0)) / RAW.std(axis=0)
    assert mazziotta_pareto(z, weights=FOUR) == pytest.approx(
        [98.05238, 88.820375, 112.303792, 91.792273, 108.042801], abs=1e-5
    )


def test_adjusted_mazziotta_pareto_of_the_toy():
    """Goalposts half the spread of the extremes round the mean, which scores 100."""
    half = (RAW.max(axis=0) - RAW.min(axis=0)) / 2
    low, high = RAW.mean(axis=0) - half, RAW.mean(axis=0) + half
    share = (RAW - low) / (high - low)
    r = 70 + 60 * np.where(DIRECTION > 0, share, 1 - share)
    assert adjusted_mazziotta_pareto(r, weights=FOUR) == pytest.approx(
        [95.532031, 75.447773, 125.379668, 82.413349, 116.598067], abs=1e-5
    )


@given(positive, weighting)
def test_a_penalty_takes_off_what_a_bonus_puts_on(values, weights):
    minus, plus = (mazziotta_pareto(values, weights=weights, penalty=each) for each in ("minus", "plus"))
    assert (minus <= plus).all()
    assert (minus + plus) / 2 == pytest.approx(values @ weights / weights.sum())


def test_the_sample_deviation_penalises_more():
    values = np.array([[90.0, 110.0]])
    assert mazziotta_pareto(values, weights=np.ones(2)).tolist() == [99.0]
    assert mazziotta_pareto(values, weights=np.ones(2), ddof=1).tolist() == [98.0]


def test_a_mean_at_zero_has_no_penalty_and_an_unknown_penalty_is_refused():
    assert np.isnan(mazziotta_pareto(np.array([[-1.0, 1.0]]), weights=np.ones(2))).all()
    with pytest.raises(UnfitMethod, match="none"):
        mazziotta_pareto(Z, weights=FOUR, penalty="none")


@given(positive)
def test_the_median_of_equal_weights_is_the_plain_one(values):
    assert median(values, weights=FOUR) == pytest.approx(np.median(values, axis=1))
    assert median(values[:, :3], weights=np.ones(3)) == pytest.approx(np.median(values[:, :3], axis=1))


@given(positive, arrays(int, 4, elements=st.integers(1, 5)))
def test_a_weight_counts_a_child_as_often(values, times):
    repeated = np.repeat(values, times, axis=1)
    assert median(values, weights=times.astype(float)) == pytest.approx(np.median(repeated, axis=1))


@given(positive)
def test_ordered_weights_reach_from_the_worst_to_the_best(values):
    assert owa(values, shares=FOUR, weights=(1, 0, 0, 0)) == pytest.approx(values.max(axis=1))
    assert owa(values, shares=FOUR, weights=(0, 0, 0, 1)) == pytest.approx(values.min(axis=1))
    assert owa(values, shares=FOUR, weights=(2, 2, 2, 2)) == pytest.approx(values.mean(axis=1))
    given_places = (0.4, 0.3, 0.2, 0.1)
    assert owa(values, shares=FOUR, weights=given_places) == pytest.approx(-np.sort(-values) @ np.array(given_places))


def test_ordered_weights_keep_their_attitude_where_a_score_is_missing():
    holed = np.array([[0.5, np.nan, 0.25, 1.0]])
    assert owa(holed, shares=FOUR, weights=(1, 0, 0, 0)).tolist() == [1.0]
    assert owa(holed, shares=FOUR, weights=(0, 0, 0, 1)).tolist() == [0.25]
    assert owa(holed, shares=FOUR, weights=(1, 1, 1, 1)) == pytest.approx([1.75 / 3])


@pytest.mark.parametrize("weights", [(), (0, 0), (-1, 2)])
def test_ordered_weights_that_say_nothing_are_refused(weights):
    with pytest.raises(UnfitMethod, match="owa"):
        owa(Z, shares=FOUR, weights=weights)


def test_too_few_children_give_no_score():
    holed = np.array([[0.5, np.nan, 0.25], [np.nan, np.nan, 0.25], [np.nan, np.nan, np.nan]])
    three = np.ones(3)
    for found in (
        minimum(holed, weights=three, min_coverage=2 / 3),
        median(holed, weights=three, min_coverage=2 / 3),
        owa(holed, shares=three, weights=(1, 1, 1), min_coverage=2 / 3),
        mazziotta_pareto(holed, weights=three, min_coverage=2 / 3),
        formula(holed, weights=three, evaluate=lambda x: np.nansum(x, axis=-1), min_coverage=2 / 3),
    ):
        assert np.isnan(found).tolist() == [False, True, True]


def test_a_child_of_no_weight_is_no_child():
    values, weights = np.array([0.0, 4.0, np.nan]), np.array([0.0, 1.0, 0.0])
    assert minimum(values, weights=weights, min_coverage=1) == 4
    assert median(values, weights=weights, min_coverage=1) == 4
    assert owa(values, shares=weights, weights=(0, 0, 1), min_coverage=1) == 4
    assert formula(values, weights=weights, evaluate=lambda x: x[..., 1], min_coverage=1) == 4
