"""Rank correlations agree with SciPy, which the product itself does not load."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mezon.methods import association
from tests.methods.test_statistics import ATTITUDE

RNG = np.random.default_rng(7)
GAPS = np.where(RNG.random((40, 4)) < 0.2, np.nan, RNG.random((40, 4)))
GAPS_AND_TIES = np.where(RNG.random((25, 4)) < 0.2, np.nan, RNG.integers(0, 6, (25, 4)).astype(float))
SHORT = RNG.random((9, 3))


@pytest.mark.parametrize("values", [ATTITUDE, GAPS, GAPS_AND_TIES, SHORT])
@pytest.mark.parametrize("method", ["spearman", "kendall"])
def test_rank_correlations_agree_with_scipy_on_the_rows_that_have_both(values, method):
    r, p, n = getattr(association, method)(values)
    reference = {"spearman": stats.spearmanr, "kendall": stats.kendalltau}[method]
    for a in range(values.shape[1]):
        for b in range(a + 1, values.shape[1]):
            both = ~np.isnan(values[:, [a, b]]).any(axis=1)
            found = reference(values[both, a], values[both, b])
            assert (r[a, b], p[a, b]) == pytest.approx((found[0], found[1]), abs=1e-10)
            assert n[a, b] == both.sum()
            assert r[a, b] == pytest.approx(r[b, a])


def test_anscombes_first_set():
    """methods.md, vector `anscombe1`."""
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    r, _, _ = association.spearman(np.column_stack([x, y]).astype(float))
    assert r[0, 1] == pytest.approx(0.818182, abs=1e-6)


def test_rank_correlation_of_what_does_not_vary_or_is_not_there_is_missing():
    flat = np.column_stack([np.ones(8), np.arange(8.0), np.full(8, np.nan)])
    for method in (association.spearman, association.kendall):
        r, p, n = method(flat)
        assert np.isnan(r[0, 1])
        assert np.isnan(r[1, 2])
        assert np.isnan(p[0, 1])
        assert n[1, 2] == 0
        assert np.isnan(method(np.empty((0, 2)))[0][0, 1])


def test_few_rows_carry_no_p_value():
    four = np.column_stack([np.arange(4.0), np.arange(4.0)])
    for method in (association.spearman, association.kendall):
        r, p, _ = method(four)
        assert r[0, 1] == pytest.approx(1)
        assert np.isnan(p[0, 1])


def test_too_much_to_compare_is_left_out(monkeypatch):
    monkeypatch.setattr(association, "MOST_COMPARISONS", 1.0)
    monkeypatch.setattr(association, "MOST_RANKS", 1.0)
    assert np.isnan(association.kendall(ATTITUDE)[0]).all()
    assert np.isnan(association.spearman(GAPS)[0]).all()
    assert association.spearman(ATTITUDE)[0][0, 1] == pytest.approx(stats.spearmanr(ATTITUDE[:, 0], ATTITUDE[:, 1])[0])
