from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import AskedForUnknown
from mezon.methods.impute_average import group_mean, group_median, mean, median, row_mean, row_median

NAN = np.nan
VALUES = np.array([[1.0, NAN], [2.0, 10.0], [6.0, 20.0], [NAN, NAN]])
GROUPINGS = {"region": ["A", "A", "B", "B"], "none": ["", "", "", ""]}
TWO_UP = {"direction": np.array([1.0, 1.0]), "parents": ["P", "P"], "below": {"P": np.array([True, True])}}


def test_mean_and_median_of_the_column_fill_its_gaps():
    assert mean(VALUES) == pytest.approx(np.array([[1, 15], [2, 10], [6, 20], [3, 15.0]]))
    assert median(VALUES)[:, 0].tolist() == [1, 2, 6, 2]
    assert median(np.array([[4.0], [1.0], [2.0], [3.0], [NAN]])).ravel().tolist() == [4, 1, 2, 3, 2.5]


def test_a_column_without_values_stays_empty_and_zero_is_a_value():
    values = np.array([[NAN, 0.0], [NAN, NAN], [NAN, 4.0]])
    assert mean(values) == pytest.approx(np.array([[NAN, 0], [NAN, 2], [NAN, 4]]), nan_ok=True)
    assert median(values) == pytest.approx(np.array([[NAN, 0], [NAN, 2], [NAN, 4]]), nan_ok=True)
    assert mean(np.empty((0, 2))).shape == median(np.empty((0, 2))).shape == (0, 2)


def test_a_group_fills_only_its_own_gaps():
    found = group_mean(VALUES, groupings=GROUPINGS, by="region")
    assert found == pytest.approx(np.array([[1, 10], [2, 10], [6, 20], [6, 20.0]]))
    values = np.array([[1.0], [2.0], [9.0], [NAN]])
    labels = {"size": ["S", "S", "S", "S"]}
    assert group_median(values, groupings=labels, by="size").ravel().tolist() == [1, 2, 9, 2]


def test_a_unit_without_group_is_filled_from_nobody():
    assert np.array_equal(group_mean(VALUES, groupings=GROUPINGS, by="none"), VALUES, equal_nan=True)


def test_a_grouping_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(AskedForUnknown, match="region"):
        group_median(VALUES, groupings=GROUPINGS, by="continent")


def test_siblings_fill_a_gap_on_the_common_scale_and_back():
    """A row half way up one indicator is put half way up its sibling: 0.5 of 100 to 300 is 200."""
    values = np.array([[0.0, 100.0], [5.0, NAN], [10.0, 300.0]])
    assert row_mean(values, **TWO_UP)[1, 1] == pytest.approx(200)
    down = {**TWO_UP, "direction": np.array([1.0, -1.0])}
    values[1, 0] = 2.5
    assert row_mean(values, **TWO_UP)[1, 1] == pytest.approx(150)
    assert row_mean(values, **down)[1, 1] == pytest.approx(250)


def test_only_siblings_help_unless_a_node_above_is_named():
    values = np.array([[0.0, 0.0, 0.0], [NAN, 1.0, 4.0], [10.0, 2.0, 4.0]])
    tree = {
        "direction": np.ones(3),
        "parents": ["P", "P", "Q"],
        "below": {"P": np.array([True, True, False]), "ALL": np.array([True, True, True])},
    }
    assert row_mean(values, **tree)[1, 0] == pytest.approx(5)
    assert row_mean(values, **tree, node="ALL")[1, 0] == pytest.approx(7.5)
    assert row_median(values, **tree, node="ALL")[1, 0] == pytest.approx(7.5)
    with pytest.raises(AskedForUnknown, match="NOWHERE"):
        row_mean(values, **tree, node="NOWHERE")


def test_a_row_without_siblings_stays_empty_and_a_flat_column_gets_its_one_value():
    lonely = np.array([[NAN, NAN], [1.0, 2.0], [3.0, 4.0]])
    assert np.isnan(row_mean(lonely, **TWO_UP)[0]).all()
    flat = np.array([[7.0, 0.0], [NAN, 1.0], [7.0, 2.0]])
    assert row_mean(flat, **TWO_UP)[1, 0] == 7
    assert row_median(flat, **TWO_UP)[1, 0] == 7


#: Hundredths, so that no value is so small that another unit of measure makes it zero.
hundredths = st.integers(-10_000, 10_000).map(lambda value: value / 100)
holed = arrays(float, (6, 3), elements=st.one_of(hundredths, st.just(NAN)))


@given(holed, st.floats(0.1, 100), st.permutations(range(6)))
def test_what_fills_a_gap_follows_units_of_measure_and_order_of_rows(values, scale, order):
    """methods.md section 14, laws 1 and 4."""
    tree = {"direction": np.array([1.0, -1, 1]), "parents": ["P"] * 3, "below": {}}
    for fill in (mean, median, lambda v: row_mean(v, **tree), lambda v: row_median(v, **tree)):
        found = fill(values)
        assert fill(values * scale) == pytest.approx(found * scale, nan_ok=True, rel=1e-6, abs=1e-6)
        assert fill(values[order]) == pytest.approx(found[order], nan_ok=True, rel=1e-9, abs=1e-9)
        assert np.array_equal(found[~np.isnan(values)], values[~np.isnan(values)])
