from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from mezon.methods.rank import average, competition, dense, significant


def test_ties_share_the_better_rank():
    assert competition(np.array([3.0, 5, 5, 1])).tolist() == [3, 1, 1, 4]


def test_scores_that_agree_to_ten_digits_tie():
    assert competition(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]
    assert competition(np.array([1.0, 1.0 + 1e-8])).tolist() == [2, 1]


def test_a_unit_without_score_has_no_rank_and_takes_none():
    assert competition(np.array([2.0, np.nan, 3])) == pytest.approx([2, np.nan, 1], nan_ok=True)


def test_one_unit_has_no_rank():
    assert np.isnan(competition(np.array([[2.0, np.nan]]))).all()
    assert np.isnan(competition(np.array([2.0]))).all()


def test_rank_shift_of_the_specification():
    """methods.md M2.8, vector `rankshift`."""
    ref, alt = np.array([1, 2, 3, 4, 5]), np.array([2, 1, 3, 5, 4])
    assert competition(-alt.astype(float)).tolist() == alt.tolist()
    assert np.abs(ref - alt).mean() == pytest.approx(0.8)


@given(arrays(float, st.integers(2, 12), elements=st.integers(-5, 5)))
def test_ranks_agree_with_scipy(values):
    assert competition(values).tolist() == stats.rankdata(-values, method="min").tolist()


@given(arrays(float, 6, elements=st.integers(-5, 5)), st.permutations(range(6)))
def test_permuting_units_permutes_ranks(values, order):
    """methods.md section 14, law 4."""
    assert competition(values[order]).tolist() == competition(values)[order].tolist()


def test_significant_digits_keep_zero_and_missing():
    found = significant(np.array([0.0, np.nan, 123456.789]), digits=4)
    assert found == pytest.approx([0, np.nan, 123500], nan_ok=True)


def test_dense_ranks_leave_no_number_out_and_average_ranks_share_the_mean_place():
    scores = np.array([9.0, 7.0, 7.0, 3.0, np.nan])
    assert dense(scores) == pytest.approx([1, 2, 2, 3, np.nan], nan_ok=True)
    assert average(scores) == pytest.approx([1, 2.5, 2.5, 4, np.nan], nan_ok=True)
    assert average(np.full(4, 1.0)).tolist() == [2.5] * 4
    for ranked in (dense, average):
        assert np.isnan(ranked(np.array([1.0, np.nan]))).all()


def test_average_ranks_agree_with_scipy():
    rankdata = pytest.importorskip("scipy.stats").rankdata
    scores = np.random.Generator(np.random.PCG64(2)).integers(0, 8, size=(5, 40)).astype(float)
    assert np.array_equal(average(scores), rankdata(-scores, axis=-1))
    assert np.array_equal(dense(scores), rankdata(-scores, axis=-1, method="dense"))
