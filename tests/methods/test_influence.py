"""methods.md M2.7, vector `paruolo.linear`; a smoothed effect finds what a straight line does not."""

from __future__ import annotations

import numpy as np
import pytest

from mezon.methods.influence import linear_effects, smoothed_effects

RNG = np.random.default_rng(11)
X = RNG.uniform(-1, 1, (300, 2))


def test_linear_effects_of_the_toy():
    toy = np.array(
        [
            [0.525, 0.48, 0.3, 0.6],
            [0.2, 0.2, 0.45, 0.2],
            [0.875, 0.8, 0.55, 0.9],
            [0.35, 0.36, 0.2, 0.45],
            [0.7, 0.56, 0.7, 0.75],
        ]
    )
    assert linear_effects(toy, toy.mean(axis=1)) == pytest.approx([0.985569, 0.92733, 0.447673, 0.942086], abs=1e-6)
    assert np.isnan(smoothed_effects(toy, toy.mean(axis=1))).all()


def test_of_a_straight_line_both_effects_agree():
    index = 2 * X[:, 0] + X[:, 1]
    assert smoothed_effects(X, index) == pytest.approx(linear_effects(X, index), abs=0.02)


def test_a_bent_effect_is_seen_by_the_smoother_alone():
    index = X[:, 0] ** 2 + 0.1 * X[:, 1]
    share = np.corrcoef(X[:, 0] ** 2, index)[0, 1] ** 2
    assert linear_effects(X, index)[0] < 0.05
    assert smoothed_effects(X, index)[0] == pytest.approx(share, abs=0.02)


def test_effects_forget_the_unit_of_measure_and_do_not_leave_zero_to_one():
    index = np.exp(2 * X[:, 0])
    found = smoothed_effects(np.column_stack([X[:, 0], 1e6 * X[:, 0] - 5]), index)
    assert found[0] == pytest.approx(found[1])
    assert 0.95 < found[0] <= 1


def test_what_does_not_vary_has_no_effect_to_tell():
    assert np.isnan(smoothed_effects(np.ones((30, 1)), RNG.random(30))).all()
    assert np.isnan(linear_effects(np.ones((30, 1)), RNG.random(30))).all()
    assert np.isfinite(smoothed_effects(RNG.integers(0, 2, (30, 1)).astype(float), RNG.random(30))).all()
