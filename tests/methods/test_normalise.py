from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.methods.normalise import goalposts, min_max, percentiles, scaled, z_score

X = np.array([[2.1, 12, 30, 180], [0.8, 5, 45, 260], [3.5, 20, 55, 120], [1.4, 9, 20, 210], [2.8, 14, 70, 150]])
DIRECTION = np.array([1.0, 1, 1, -1])
POSTS = np.array([[0.0, 0, 0, 100], [4, 25, 100, 300]])
Z = [
    [0.525, 0.48, 0.3, 0.6],
    [0.2, 0.2, 0.45, 0.2],
    [0.875, 0.8, 0.55, 0.9],
    [0.35, 0.36, 0.2, 0.45],
    [0.7, 0.56, 0.7, 0.75],
]
MIN_MAX = [
    [0.481481, 0.466667, 0.2, 0.571429],
    [0, 0, 0.5, 0],
    [1, 1, 0.7, 1],
    [0.222222, 0.266667, 0, 0.357143],
    [0.740741, 0.6, 1, 0.785714],
]
UP = np.ones(1)


def test_goalposts_of_the_toy():
    """methods.md section 2, vector `toy`, Z."""
    found = goalposts(X, direction=DIRECTION, goalposts=POSTS, low=0, high=1)
    assert found == pytest.approx(np.array(Z), abs=1e-12)


def test_min_max_of_the_toy():
    """methods.md section 2, vector `toy`, minmax."""
    assert min_max(X, direction=DIRECTION, low=0, high=1) == pytest.approx(np.array(MIN_MAX), abs=1e-6)


def test_goalposts_clip_unless_told_not_to():
    values, posts = np.array([[-1.0], [0.5], [2.0]]), np.array([[0.0], [1.0]])
    clipped = goalposts(values, direction=UP, goalposts=posts, low=1, high=100)
    assert clipped.ravel().tolist() == [1, 50.5, 100]
    free = goalposts(values, direction=UP, goalposts=posts, low=0, high=1, clip=False)
    assert free.ravel().tolist() == [-1, 0.5, 2]


def test_a_flat_column_ranks_nobody():
    assert np.isnan(min_max(np.array([[3.0], [3.0]]), direction=UP)).all()
    assert np.isnan(min_max(np.array([[0.0], [0.0]]), direction=UP)).all()


def test_goalposts_that_are_missing_or_do_not_rise_give_nothing():
    for posts in ([[1.0], [1.0]], [[2.0], [1.0]], [[np.nan], [1.0]]):
        assert np.isnan(goalposts(np.array([[1.0]]), direction=UP, goalposts=np.array(posts))).all()


def test_missing_stays_missing_and_zero_is_a_value():
    values = np.array([[0.0], [np.nan], [4.0]])
    assert min_max(values, direction=UP).ravel() == pytest.approx([0, np.nan, 100], nan_ok=True)


columns = arrays(float, (5, 2), elements=st.floats(-1e6, 1e6))


@given(columns, st.floats(0.01, 1e3), st.floats(-1e3, 1e3))
def test_scores_forget_the_unit_of_measure(values, scale, shift):
    """methods.md section 14, law 1."""
    assume((np.ptp(values, axis=0) > 1.0).all())
    direction = np.array([1.0, -1.0])
    again = min_max(values * scale + shift, direction=direction)
    assert again == pytest.approx(min_max(values, direction=direction), abs=1e-3)
    posts = np.array([[-1e5, 0.0], [1e5, 1e4]])
    fixed = goalposts(values * scale, direction=direction, goalposts=posts * scale)
    assert fixed == pytest.approx(goalposts(values, direction=direction, goalposts=posts), abs=1e-6)


@given(columns, st.permutations(range(5)))
def test_permuting_units_permutes_scores(values, order):
    """methods.md section 14, law 4."""
    direction = np.array([1.0, -1.0])
    left, right = min_max(values[order], direction=direction), min_max(values, direction=direction)[order]
    assert np.array_equal(left, right, equal_nan=True)


@given(columns)
def test_rows_without_any_value_change_no_other_score(values):
    """methods.md section 14, law 15."""
    direction = np.array([1.0, -1.0])
    holed = np.concatenate([values, np.full((2, 2), np.nan)])
    posts = np.array([[-1e5, 0.0], [1e5, 1e4]])
    assert np.array_equal(
        goalposts(holed, direction=direction, goalposts=posts)[:5],
        goalposts(values, direction=direction, goalposts=posts),
    )
    assert np.array_equal(min_max(holed, direction=direction)[:5], min_max(values, direction=direction), equal_nan=True)


def test_z_scores_take_the_sample_deviation_unless_told_otherwise():
    values = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [np.nan, np.nan]])
    found = z_score(values, direction=np.array([1.0, -1.0]))
    assert found == pytest.approx(np.array([[-1, 1], [0, 0], [1, -1], [np.nan, np.nan]]), nan_ok=True)
    population = z_score(values, direction=np.ones(2), mean=100, sd=10, ddof=0)
    assert population[0, 0] == pytest.approx(100 - 10 / np.sqrt(2 / 3))
    assert np.isnan(z_score(np.full((3, 1), 4.0), direction=UP)).all()
    assert np.isnan(z_score(np.array([[4.0]]), direction=UP)).all()


def test_scaled_reads_values_between_two_numbers_and_clips_nothing():
    """COINr, `n_scaled`: (x - l) / (u - l) * 100."""
    values = np.array([[1.0, 1.0], [4.0, 4.0], [8.0, np.nan]])
    found = scaled(values, direction=np.array([1.0, -1.0]), low=1, high=7)
    assert found == pytest.approx(np.array([[0, 100], [50, 50], [700 / 6, np.nan]]), nan_ok=True)
    assert np.isnan(scaled(values, direction=np.ones(2), low=1, high=1)).all()


def test_statistics_may_be_frozen_at_other_rows():
    """A base year: 2 was the worst and 4 the best of it, whatever came later."""
    base, later = np.array([[2.0], [4.0]]), np.array([[3.0], [5.0]])
    assert min_max(later, base, direction=UP).ravel().tolist() == [50, 150]
    assert z_score(later, base, direction=UP).ravel() == pytest.approx([0, np.sqrt(2)])


def test_each_row_may_have_goalposts_of_its_own():
    """UNDP, Human Development Report 2023-24, technical note 3: life expectancy of women 22.5-87.5, men 17.5-82.5."""
    posts = np.array([[[22.5], [17.5]], [[87.5], [82.5]]])
    found = goalposts(np.array([[55.0], [50.0]]), direction=UP, goalposts=posts, high=1)
    assert found.ravel().tolist() == [0.5, 0.5]


def test_percentiles_are_those_of_numpy():
    values = np.random.Generator(np.random.PCG64(4)).normal(size=(31, 3))
    values[values < -1] = np.nan
    found = percentiles(values, np.array([[5.0, 0, np.nan], [95.0, 100, np.nan]]))
    assert found[:, 0] == pytest.approx(np.nanpercentile(values[:, 0], [5, 95]))
    assert found[:, 1].tolist() == [np.nanmin(values[:, 1]), np.nanmax(values[:, 1])]
    assert np.isnan(found[:, 2]).all()
    assert np.isnan(percentiles(np.full((3, 1), np.nan), np.array([[5.0], [95.0]]))).all()
    assert np.isnan(percentiles(np.empty((0, 1)), np.array([[5.0], [95.0]]))).all()
