"""methods.md M2.6, vector `attitude` (R psych)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mezon.methods.adequacy import bartlett, correlations_of, is_singular, item_rest, kmo_of, upper_chi_squared
from tests.methods.test_statistics import ATTITUDE

R = np.corrcoef(ATTITUDE.T)


def test_kaiser_meyer_olkin_of_the_attitude_survey():
    whole, items = kmo_of(R)
    assert whole == pytest.approx(0.763275, abs=1e-6)
    assert items == pytest.approx([0.731726, 0.737496, 0.844183, 0.811414, 0.814375, 0.693598, 0.651074], abs=1e-6)


def test_bartlett_of_the_attitude_survey():
    statistic, freedom, p = bartlett(R, 30)
    assert (statistic, freedom) == (pytest.approx(98.752778, abs=1e-5), 21)
    assert p == pytest.approx(stats.chi2.sf(statistic, 21), rel=1e-6, abs=1e-15)
    assert np.isnan(bartlett(R, 4)[2])


@pytest.mark.parametrize(
    ("statistic", "freedom"), [(0.0, 1), (0.1, 1), (3.84, 1), (10, 21), (21, 21), (80, 45), (500, 3)]
)
def test_chi_squared_agrees_with_scipy(statistic, freedom):
    expected = stats.chi2.sf(statistic, freedom)
    assert upper_chi_squared(statistic, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-14)


def test_a_column_told_by_the_others_is_singular_and_still_has_an_answer():
    values = np.column_stack([ATTITUDE[:, :2], ATTITUDE[:, 0] + ATTITUDE[:, 1]])
    r = correlations_of(values)
    assert r is not None
    assert is_singular(r)
    assert 0 <= kmo_of(r)[0] <= 1
    assert np.isfinite(bartlett(r, 30)[0])


def test_columns_with_nothing_in_common_have_no_measure():
    whole, items = kmo_of(np.eye(3))
    assert np.isnan(whole)
    assert np.isnan(items).all()
    assert bartlett(np.eye(3), 30)[::2] == (0.0, 1.0)
    assert correlations_of(np.column_stack([np.ones(9), np.arange(9.0)])) is None


def test_correlation_of_an_item_with_the_rest():
    found = item_rest(ATTITUDE)
    expected = [np.corrcoef(ATTITUDE[:, j], np.delete(ATTITUDE, j, axis=1).sum(axis=1))[0, 1] for j in range(7)]
    assert found == pytest.approx(expected)
    assert np.isnan(item_rest(ATTITUDE[:2])).all()
