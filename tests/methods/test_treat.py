from __future__ import annotations

import numpy as np
import pytest

from mezon.errors import WrongUse
from mezon.methods import statistics
from mezon.methods.treat import CURVES, allowed_points, log, winsorise

OUTLIER = np.array([1, 2, 2, 3, 3, 4, 4, 5, 60.0])[:, None]


def test_winsorise_moves_the_outlier_to_the_next_value():
    """methods.md M2.2, vector `outlier`."""
    treated = winsorise(OUTLIER)
    assert treated.values.ravel().tolist() == [1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert treated.points.tolist() == [1]
    assert statistics.skewness(treated.values)[0] == pytest.approx(-0.146355, abs=1e-6)
    assert statistics.kurtosis(treated.values)[0] == pytest.approx(-1.060058, abs=1e-6)


def test_winsorise_works_on_the_low_side_too():
    assert winsorise(-OUTLIER).values.ravel().tolist() == [-1, -2, -2, -3, -3, -4, -4, -5, -5]


def test_winsorise_leaves_calm_columns_and_gaps_alone():
    calm = np.array([[1.0], [2.0], [np.nan], [3.0], [4.0]])
    assert winsorise(calm).values == pytest.approx(calm, nan_ok=True)
    assert winsorise(calm).points.tolist() == [0]


def test_two_outliers_take_two_points():
    values = np.array([*range(1, 21), 300.0, 400.0])[:, None]
    treated = winsorise(values)
    assert treated.points.tolist() == [2]
    assert treated.values.ravel()[-3:].tolist() == [20, 20, 20]


def test_winsorise_stops_at_max_points_and_says_that_the_column_still_fails():
    values = np.array([*range(1, 31), 300.0, 400.0])[:, None]
    treated = winsorise(values, max_points=1)
    assert treated.points.tolist() == [1]
    assert treated.still.tolist() == [True]


def test_winsorise_takes_the_logarithm_of_the_untreated_column_when_told_to():
    values = np.array([*range(1, 31), 300.0, 400.0])[:, None]
    treated = winsorise(values, max_points=1, then="log")
    assert treated.curved.tolist() == [True]
    assert treated.values == pytest.approx(np.log(values))


def test_winsorise_leaves_short_columns_alone_below_min_n():
    assert winsorise(OUTLIER, min_n=10).points.tolist() == [0]


def test_winsorise_treats_every_repetition_on_its_own():
    both = np.stack([OUTLIER, np.arange(9.0)[:, None]])
    treated = winsorise(both)
    assert treated.points.tolist() == [[1], [0]]
    assert treated.values[0].ravel()[-1] == 5


@pytest.mark.parametrize(
    ("written", "n", "points"),
    [(5, 100, 5), ("5%", 100, 5), ("5%", 20, 1), ("5%", 9, 1), ("10%", 39, 3), (0.1, 39, 3), (0, 9, 0)],
)
def test_max_points_is_a_number_or_a_share_of_at_least_one(written, n, points):
    assert allowed_points(written, n) == points


def test_winsorise_refuses_what_it_does_not_know():
    with pytest.raises(WrongUse, match="prayer"):
        winsorise(OUTLIER, then="prayer")
    with pytest.raises(WrongUse, match="many"):
        winsorise(OUTLIER, max_points="many")


def test_log_treatment_gives_no_value_at_or_below_zero():
    assert log(np.array([[1.0], [0.0], [-1.0]])) == pytest.approx(np.array([[0.0], [np.nan], [np.nan]]), nan_ok=True)


def test_outliers_on_both_sides_are_pulled_in_on_both():
    """The side is looked at afresh after each point, as COINr's `winsorise` does."""
    values = np.array([*np.linspace(-1, 1, 40), 500.0, -120.0])[:, None]
    treated = winsorise(values)
    assert treated.points.tolist() == [2]
    assert treated.values.max() == 1
    assert treated.values.min() == -1
    assert not treated.still.any()


@pytest.mark.parametrize("then", ["log", "log-shifted", "box-cox"])
def test_a_column_that_winsorising_cannot_mend_goes_through_the_curve_untreated(then):
    values = np.array([*range(1, 31), 300.0, 400.0])[:, None]
    treated = winsorise(values, max_points=1, then=then)
    assert treated.curved.tolist() == [True]
    assert treated.points.tolist() == [0]
    assert treated.values == pytest.approx(CURVES[then](values))


def test_a_curve_that_is_not_defined_leaves_the_column_winsorised():
    values = np.array([*range(-15, 15), 300.0, 400.0])[:, None]
    for then in ("log", "box-cox"):
        treated = winsorise(values, max_points=1, then=then)
        assert not treated.curved.any()
        assert treated.still.all()
        assert treated.values.max() == 300
