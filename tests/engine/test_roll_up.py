"""From the parts to the whole: laws 1 and 14 of methods.md section 14, and the vector of its section 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.engine.roll_up import rate, ratio_of_sums, total, weighted_mean

NAN = np.nan
AMOUNTS = arrays(np.float64, (6, 2), elements=st.floats(0.1, 1e6))


def column(*values: float) -> np.ndarray:
    return np.array([values]).T


def everyone(values: np.ndarray) -> np.ndarray:
    return np.ones(values.shape, dtype=bool)


def test_a_ratio_of_sums_is_not_the_mean_of_ratios() -> None:
    """Vector agg.ratio of methods.md section 0."""
    numerators, denominators = column(10, 30, 5), column(100, 600, 20)
    ratio = ratio_of_sums(numerators, denominators, everyone(numerators)).values
    assert ratio == pytest.approx([0.0625])
    assert np.mean(numerators / denominators) == pytest.approx(0.1333333, rel=1e-6)
    weighted = weighted_mean(numerators / denominators, denominators, everyone(numerators)).values
    assert weighted == pytest.approx([0.0625])


def test_a_sum_says_how_many_members_it_rests_on() -> None:
    values = np.array([[1.0, NAN], [2.0, NAN], [NAN, NAN], [4.0, 4.0]])
    members = np.array([[True, True], [True, True], [True, True], [True, False]])
    rolled = total(values, members)
    np.testing.assert_array_equal(rolled.values, [7.0, NAN])
    np.testing.assert_array_equal(rolled.coverage, [0.75, 0.0])
    np.testing.assert_array_equal(rolled.publishable, [True, False])


def test_a_ratio_takes_only_members_that_have_both_terms() -> None:
    rolled = ratio_of_sums(column(10, 99, NAN), column(100, NAN, 7), np.ones((3, 1), dtype=bool))
    assert rolled.values == pytest.approx([0.1])
    assert rolled.coverage == pytest.approx([1 / 3])


def test_denominators_that_add_up_to_zero_give_no_ratio() -> None:
    assert np.isnan(ratio_of_sums(column(1, 2), column(0, 0), np.ones((2, 1), dtype=bool)).values).all()


def test_a_mean_leaves_out_members_without_a_weight() -> None:
    rolled = weighted_mean(column(1, 3, 100), column(10, 30, NAN), np.ones((3, 1), dtype=bool))
    assert rolled.values == pytest.approx([2.5])
    assert rolled.known.tolist() == [2.0]


def test_a_rate_is_the_share_of_those_of_whom_it_is_known() -> None:
    rolled = rate(column(1, 0, NAN, 5), np.ones((4, 1), dtype=bool))
    assert rolled.values == pytest.approx([2 / 3])
    assert rolled.coverage == pytest.approx([0.75])


def test_a_whole_without_members_has_no_value_and_no_coverage() -> None:
    rolled = total(column(1, 2), np.zeros((2, 1), dtype=bool))
    assert np.isnan(rolled.values).all()
    assert np.isnan(rolled.coverage).all()


@given(AMOUNTS, AMOUNTS, st.integers(1, 5))
def test_ratio_of_sums_of_disjoint_parts_equals_that_of_the_union(
    numerators: np.ndarray, denominators: np.ndarray, cut: int
) -> None:
    """Law 14: the parts' sums, divided, are the union's ratio."""
    union = ratio_of_sums(numerators, denominators, everyone(numerators)).values
    parts = [slice(None, cut), slice(cut, None)]
    above = np.array([total(numerators[part], everyone(numerators[part])).values for part in parts])
    below = np.array([total(denominators[part], everyone(denominators[part])).values for part in parts])
    np.testing.assert_allclose(ratio_of_sums(above, below, everyone(above)).values, union, rtol=1e-12)


@given(AMOUNTS, AMOUNTS, st.sampled_from([1e-3, 1e3, 1e6]))
def test_a_change_of_unit_leaves_shares_unchanged(
    numerators: np.ndarray, denominators: np.ndarray, scale: float
) -> None:
    """Law 1: tonnes or kilotonnes, the share is the same."""
    before = ratio_of_sums(numerators, denominators, everyone(numerators)).values
    after = ratio_of_sums(numerators * scale, denominators * scale, everyone(numerators)).values
    np.testing.assert_allclose(after, before, rtol=1e-12)


@given(AMOUNTS, AMOUNTS)
def test_a_weighted_mean_lies_between_the_extremes(values: np.ndarray, weights: np.ndarray) -> None:
    mean = weighted_mean(values, weights, everyone(values)).values
    assert (mean >= values.min(axis=0) * (1 - 1e-12)).all()
    assert (mean <= values.max(axis=0) * (1 + 1e-12)).all()
