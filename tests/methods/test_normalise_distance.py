from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import WrongUse
from mezon.methods.normalise_distance import (
    above_below_mean,
    distance_to_best,
    distance_to_mean,
    distance_to_reference,
    distance_to_target,
    distance_to_worst,
    fraction_of_best,
    two_ended_target,
)

NAN = np.nan
UP, DOWN, NONE = np.ones(1), -np.ones(1), np.array([NAN])
VALUES = np.array([[2.0], [4.0], [8.0], [NAN]])
UNITS = ("A", "B", "C", "D")


def column(found: np.ndarray) -> list[float | None]:
    return [None if np.isnan(each) else pytest.approx(each) for each in found[:, 0].tolist()]


def pair(low: float, high: float) -> np.ndarray:
    return np.array([[low], [high]])


def test_distance_to_best_in_three_forms():
    assert column(distance_to_best(VALUES, direction=UP, best=NONE)) == [0.25, 0.5, 1, None]
    assert column(distance_to_best(VALUES, direction=UP, best=NONE, form="difference")) == [-0.75, -0.5, 0, None]
    assert column(distance_to_best(VALUES, direction=UP, best=NONE, form="range")) == [0, 1 / 3, 1, None]
    assert column(distance_to_best(VALUES, direction=DOWN, best=NONE)) == [1, 0.5, 0.25, None]
    assert column(fraction_of_best(VALUES, direction=UP, best=np.array([10.0]))) == [0.2, 0.4, 0.8, None]


def test_distance_to_worst_and_mean():
    assert column(distance_to_worst(VALUES, direction=UP, worst=NONE)) == [1, 2, 4, None]
    assert column(distance_to_worst(VALUES, direction=UP, worst=NONE, form="difference")) == [0, 1, 3, None]
    assert column(distance_to_worst(VALUES, direction=DOWN, worst=NONE)) == [4, 2, 1, None]
    mean = 14 / 3
    assert [2 / mean, 4 / mean, 8 / mean, None] == column(distance_to_mean(VALUES, direction=UP))
    with pytest.raises(WrongUse, match="range"):
        distance_to_worst(VALUES, direction=UP, worst=NONE, form="range")
    with pytest.raises(WrongUse, match="leap"):
        distance_to_mean(VALUES, direction=UP, form="leap")


def test_distance_to_a_reference_unit_in_its_first_period():
    found = distance_to_reference(VALUES, direction=UP, units=UNITS, base_units=UNITS, unit="B")
    assert column(found) == [0.5, 1, 2, None]
    years = ("A", "A", "B", "B")
    later = distance_to_reference(np.array([[NAN], [2.0], [4.0], [6.0]]), direction=UP, units=years,
                                  base_units=years, unit="A")  # fmt: skip
    assert column(later) == [None, 1, 2, 3]


def test_a_reference_without_value_gives_nothing_and_one_not_assessed_is_refused():
    known = {"direction": UP, "units": UNITS, "base_units": UNITS}
    assert np.isnan(distance_to_reference(VALUES, **known, unit="D")).all()
    with pytest.raises(WrongUse, match="'E'"):
        distance_to_reference(VALUES, **known, unit="E")


def test_distance_to_target_counts_from_the_worst_and_stops_at_the_target():
    assert column(distance_to_target(VALUES, direction=UP, target=pair(6, 6))) == [0, 0.5, 1, None]
    assert column(distance_to_target(VALUES, direction=UP, target=pair(6, 6), cap=False)) == [0, 0.5, 1.5, None]
    assert column(distance_to_target(VALUES, direction=DOWN, target=pair(4, 4))) == [1, 1, 0, None]
    for target in (pair(NAN, NAN), pair(2, 2), pair(1, 1)):
        assert np.isnan(distance_to_target(VALUES, direction=UP, target=target)).all()


def test_a_two_ended_target_takes_points_off_on_either_side():
    values = np.array([[0.0], [1.0], [2.0], [3.0], [5.0], [7.0], [9.0], [NAN]])
    found = two_ended_target(values, goalposts=pair(0, 7), target=pair(2, 3))
    assert column(found) == [0, 0.5, 1, 1, 0.5, 0, 0, None]
    observed = two_ended_target(values, goalposts=pair(NAN, NAN), target=pair(3, 3))
    assert column(observed) == [0, 1 / 3, 2 / 3, 1, 2 / 3, 1 / 3, 0, None]
    assert np.isnan(two_ended_target(values, goalposts=pair(0, 7), target=pair(NAN, NAN))).all()


def test_above_and_below_the_mean_with_edges_inside_the_band():
    values = np.array([[0.8], [1.0], [1.2], [0.7], [1.3], [NAN]])
    assert column(above_below_mean(values, direction=UP)) == [0, 0, 0, -1, 1, None]
    assert column(above_below_mean(values, direction=DOWN)) == [0, 0, 0, 1, -1, None]


def test_statistics_may_come_from_other_rows():
    base = np.array([[1.0], [5.0]])
    assert column(distance_to_best(VALUES, base, direction=UP, best=NONE)) == [0.4, 0.8, 1.6, None]
    assert column(distance_to_mean(VALUES, base, direction=UP)) == [2 / 3, 4 / 3, 8 / 3, None]
    assert column(distance_to_target(VALUES, base, direction=UP, target=pair(10, 10))) == [1 / 9, 3 / 9, 7 / 9, None]


def test_a_ratio_to_zero_or_below_says_nothing():
    values = np.array([[-2.0], [0.0]])
    assert np.isnan(distance_to_best(values, direction=UP, best=NONE)).all()
    assert np.isnan(distance_to_worst(values, direction=DOWN, worst=NONE)).all()
    assert np.isnan(above_below_mean(np.full((2, 1), NAN), direction=UP)).all()


@given(arrays(float, (6, 2), elements=st.floats(1.0, 1e5)), st.sampled_from([0.001, 0.25, 1000.0]))
def test_distances_forget_the_unit_of_measure(values, scale):
    """methods.md section 14, law 1; only values that spread, for at a flat column the guard decides."""
    direction, none = np.array([1.0, -1.0]), np.full(2, NAN)
    ways = (
        lambda v: distance_to_best(v, direction=direction, best=none),
        lambda v: distance_to_worst(v, direction=direction, worst=none, form="difference"),
        lambda v: distance_to_mean(v, direction=direction),
    )
    for way in ways:
        assert way(values * scale) == pytest.approx(way(values), rel=1e-9, abs=1e-9)
