"""methods.md M2.4, vector `weights`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import UnfitMethod
from mezon.methods.weight import balanced, benefit_of_the_doubt, critic, entropy, equal
from mezon.methods.weight import given as given_weights
from tests.methods.test_statistics import ATTITUDE

Z = np.array(
    [
        [0.525, 0.48, 0.3, 0.6],
        [0.2, 0.2, 0.45, 0.2],
        [0.875, 0.8, 0.55, 0.9],
        [0.35, 0.36, 0.2, 0.45],
        [0.7, 0.56, 0.7, 0.75],
    ]
)
columns = arrays(float, (8, 3), elements=st.floats(0, 100))


def test_given_weights_stay_as_written():
    assert given_weights(np.array([2.0, 0.0, 1.0])).tolist() == [2, 0, 1]


def test_equal_weights_leave_out_what_weighs_nothing():
    assert equal(np.array([2.0, 0.0, 1.0])).tolist() == [1, 0, 1]


def test_entropy_weights_of_the_toy():
    assert entropy(Z) == pytest.approx([0.286163, 0.237087, 0.221506, 0.255244], abs=1e-6)


def test_critic_weights_of_the_toy():
    scaled = (Z - Z.min(axis=0)) / np.ptp(Z, axis=0)
    published = [0.150251, 0.180434, 0.491854, 0.177461]
    assert critic(scaled) == pytest.approx(published, abs=1e-5)
    assert critic(Z) == pytest.approx(published, abs=1e-5)
    assert critic(Z, ddof=0) == pytest.approx(critic(Z))


@given(columns, st.floats(0.01, 1e3))
def test_entropy_and_critic_forget_the_unit_of_measure(values, scale):
    assume((np.ptp(values, axis=0) > 1).all())
    factors = np.array([scale, 1, 1])
    assert entropy(values * factors) == pytest.approx(entropy(values), abs=1e-9)
    before, after = critic(values), critic(values * factors)
    assert np.isnan(before).all() or after == pytest.approx(before, abs=1e-6)


def test_zeros_and_flat_columns_in_entropy():
    values = np.array([[0.0, 5.0], [1.0, 5.0], [3.0, 5.0]])
    assert entropy(values).tolist() == [1.0, 0.0]
    assert np.isnan(entropy(values - 1)).all()
    assert np.isnan(entropy(np.full((3, 2), 5.0))).all()
    assert np.isnan(entropy(np.array([[1.0, np.nan], [2.0, 1.0]]))).all()


def test_a_flat_column_carries_nothing_in_critic():
    values = np.array([[1.0, 4.0, 7.0], [2.0, 1.0, 7.0], [3.0, 2.0, 7.0]])
    assert critic(values)[2] == 0
    assert critic(values).sum() == pytest.approx(1)
    assert np.isnan(critic(np.full((4, 2), 1.0))).all()


def test_balanced_weights_give_equal_influence():
    weights = balanced(ATTITUDE)
    r = np.array([np.corrcoef(column, ATTITUDE @ weights)[0, 1] for column in ATTITUDE.T])
    told = weights > 0
    assert weights.sum() == pytest.approx(1)
    assert r[told] == pytest.approx(np.full(told.sum(), r[told].mean()), abs=1e-6)
    assert (r[~told] >= r[told].mean()).all()


def test_balanced_weights_of_unrelated_columns_undo_their_spread():
    values = np.array([[1.0, 10, 5], [1, 30, 5], [3, 10, 5], [3, 30, 5]])
    assert balanced(values) == pytest.approx([10 / 11, 1 / 11, 0])
    assert np.isnan(balanced(values[:2])).all()
    assert np.isnan(balanced(values[:, 2:])).all()


def test_common_benefit_of_the_doubt_leaves_incomplete_rows_out():
    holed = np.concatenate([Z, [[np.nan, 9, 9, 9]]])
    bounds = {"bounds": "weight-share", "low": 0.1, "high": 0.5}
    assert benefit_of_the_doubt(holed, **bounds) == pytest.approx([0.1, 0.1, 0.5, 0.3])
    with pytest.raises(UnfitMethod, match="pie"):
        benefit_of_the_doubt(Z, bounds="pie-share")
