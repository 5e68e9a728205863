from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import UnfitMethod
from mezon.methods.aggregate import arithmetic, geometric, harmonic, power

Z = np.array(
    [
        [0.525, 0.48, 0.3, 0.6],
        [0.2, 0.2, 0.45, 0.2],
        [0.875, 0.8, 0.55, 0.9],
        [0.35, 0.36, 0.2, 0.45],
        [0.7, 0.56, 0.7, 0.75],
    ]
)
QUARTERS = np.full(4, 0.25)
MEANS = (arithmetic, geometric, harmonic)


def test_means_of_the_toy():
    """methods.md M2.5, vector `aggregate`."""
    assert arithmetic(Z, weights=QUARTERS) == pytest.approx([0.47625, 0.2625, 0.78125, 0.34, 0.6775])
    assert geometric(Z, weights=QUARTERS) == pytest.approx([0.461496, 0.244949, 0.76723, 0.326327, 0.673537], abs=1e-6)
    assert harmonic(Z, weights=QUARTERS) == pytest.approx([0.445033, 0.232258, 0.751576, 0.311111, 0.669323], abs=1e-6)


def test_what_if_of_the_toy():
    """methods.md M12.1, vector `whatif`: the second unit's first indicator from 0.2 to 0.4."""
    after = np.array([0.4, 0.2, 0.45, 0.2])
    assert geometric(after, weights=QUARTERS) == pytest.approx(0.291295, abs=1e-6)
    assert arithmetic(after, weights=QUARTERS) == pytest.approx(0.3125)


positive = arrays(float, (6, 4), elements=st.floats(0.01, 100))
weighting = arrays(float, 4, elements=st.floats(0.01, 10))


@given(positive, weighting)
def test_arithmetic_is_at_least_geometric_at_least_harmonic_at_least_the_minimum(values, weights):
    """methods.md section 14, law 2."""
    means = [mean(values, weights=weights) for mean in MEANS] + [values.min(axis=1)]
    for upper, lower in pairwise(means):
        assert (upper >= lower * (1 - 1e-12)).all()


@given(positive, weighting, st.integers(0, 3), st.floats(0.01, 50))
def test_means_rise_with_every_child(values, weights, child, more):
    """methods.md section 14, law 3."""
    raised = values.copy()
    raised[:, child] += more
    for mean in MEANS:
        assert (mean(raised, weights=weights) >= mean(values, weights=weights) * (1 - 1e-12)).all()


@pytest.mark.parametrize("mean", MEANS)
def test_a_missing_child_passes_its_weight_to_the_others(mean):
    holed, whole = np.array([0.5, np.nan, 0.25]), np.array([0.5, 0.25])
    assert mean(holed, weights=np.array([1.0, 5, 3])) == pytest.approx(mean(whole, weights=np.array([1.0, 3])))


@pytest.mark.parametrize("mean", MEANS)
def test_too_few_children_give_no_score(mean):
    values = np.array([[0.5, np.nan, 0.25], [np.nan, np.nan, 0.25], [np.nan, np.nan, np.nan]])
    assert np.isnan(mean(values, weights=np.ones(3), min_coverage=2 / 3)).tolist() == [False, True, True]


def test_a_mean_is_undefined_at_zero_where_its_scale_is():
    values = np.array([0.0, 1.0])
    assert arithmetic(values, weights=np.ones(2)) == 0.5
    assert np.isnan(geometric(values, weights=np.ones(2)))
    assert np.isnan(harmonic(values, weights=np.ones(2)))


def test_a_child_of_no_weight_is_no_child():
    values, weights = np.array([0.0, 4.0, np.nan]), np.array([0.0, 1.0, 0.0])
    assert geometric(values, weights=weights, min_coverage=1) == 4


@given(positive, weighting, st.lists(st.floats(-20, 20), min_size=2, max_size=4))
def test_power_means_rise_with_their_exponent(values, weights, exponents):
    means = [power(values, weights=weights, p=p) for p in sorted(exponents)]
    for lower, upper in pairwise(means):
        assert (upper >= lower * (1 - 1e-9)).all()


@pytest.mark.parametrize(("p", "mean"), [(1, arithmetic), (0, geometric), (1e-12, geometric), (-1, harmonic)])
def test_power_means_of_one_zero_and_minus_one_have_names(p, mean):
    assert power(Z, weights=QUARTERS, p=p) == pytest.approx(mean(Z, weights=QUARTERS))


def test_power_means_say_where_they_are_undefined():
    values = np.array([[0.0, 4.0], [-1.0, 4.0]])
    assert power(values, weights=np.ones(2), p=2)[0] == pytest.approx(np.sqrt(8))
    assert np.isnan(power(values, weights=np.ones(2), p=2)[1])
    assert np.isnan(power(values, weights=np.ones(2), p=-2)).all()
    with pytest.raises(UnfitMethod):
        power(values, weights=np.ones(2), p=float("inf"))


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize(
    ("weights", "message"),
    [([0.5, -0.5, 0.5, 0.5], "A weight is -0.5"), ([0.5, 0.5], r"\(2,\) for values of shape \(5, 4\)")],
)
def test_weights_that_cannot_be_are_refused(mean, weights, message):
    with pytest.raises(UnfitMethod, match=message):
        mean(Z, weights=np.array(weights))


@pytest.mark.parametrize("mean", MEANS)
def test_weights_may_be_a_list(mean):
    assert mean(Z, weights=[0.25] * 4) == pytest.approx(mean(Z, weights=QUARTERS))
