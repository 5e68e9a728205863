"""methods.md M2.2, M2.6; agreement with SciPy, which the product itself does not load."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from mezon.methods import statistics
from mezon.methods.adequacy import kmo_of

OUTLIER = np.array([1, 2, 2, 3, 3, 4, 4, 5, 60.0])[:, None]
#: R's `attitude` (Chatterjee and Price 1977): 30 departments, 7 questions; methods.md M2.6.
ATTITUDE = np.array(
    [
        [43, 51, 30, 39, 61, 92, 45], [63, 64, 51, 54, 63, 73, 47], [71, 70, 68, 69, 76, 86, 48],
        [61, 63, 45, 47, 54, 84, 35], [81, 78, 56, 66, 71, 83, 47], [43, 55, 49, 44, 54, 49, 34],
        [58, 67, 42, 56, 66, 68, 35], [71, 75, 50, 55, 70, 66, 41], [72, 82, 72, 67, 71, 83, 31],
        [67, 61, 45, 47, 62, 80, 41], [64, 53, 53, 58, 58, 67, 34], [67, 60, 47, 39, 59, 74, 41],
        [69, 62, 57, 42, 55, 63, 25], [68, 83, 83, 45, 59, 77, 35], [77, 77, 54, 72, 79, 77, 46],
        [81, 90, 50, 72, 60, 54, 36], [74, 85, 64, 69, 79, 79, 63], [65, 60, 65, 75, 55, 80, 60],
        [65, 70, 46, 57, 75, 85, 46], [50, 58, 68, 54, 64, 78, 52], [50, 40, 33, 34, 43, 64, 33],
        [64, 61, 52, 62, 66, 80, 41], [53, 66, 52, 50, 63, 80, 37], [40, 37, 42, 58, 50, 57, 49],
        [63, 54, 42, 48, 66, 75, 33], [66, 77, 66, 63, 88, 76, 72], [78, 75, 58, 74, 80, 78, 49],
        [48, 57, 44, 45, 51, 83, 38], [85, 85, 71, 71, 77, 74, 55], [82, 82, 39, 59, 64, 78, 39],
    ],
    dtype=float,
)  # fmt: skip


def test_skewness_and_kurtosis_of_the_specification():
    """methods.md M2.2, vector `outlier`."""
    assert statistics.skewness(OUTLIER)[0] == pytest.approx(2.976089, abs=1e-6)
    assert statistics.kurtosis(OUTLIER)[0] == pytest.approx(8.893877, abs=1e-6)


@given(arrays(float, st.tuples(st.integers(4, 30), st.integers(1, 3)), elements=st.integers(-1000, 1000)))
def test_skewness_and_kurtosis_agree_with_scipy(values):
    varied = np.ptp(values, axis=0) > 0
    values = values[:, varied]
    assert statistics.skewness(values) == pytest.approx(stats.skew(values, bias=False, axis=0), abs=1e-8)
    assert statistics.kurtosis(values) == pytest.approx(stats.kurtosis(values, bias=False, axis=0), abs=1e-7)


def test_statistics_leave_missing_values_out():
    holed = np.concatenate([OUTLIER, [[np.nan]]])
    assert statistics.skewness(holed) == pytest.approx(statistics.skewness(OUTLIER))
    assert statistics.mean(holed) == pytest.approx(OUTLIER.mean())
    assert statistics.deviation(holed) == pytest.approx(OUTLIER.std(ddof=1))


def test_statistics_of_too_few_or_equal_values_are_missing():
    two, flat = np.array([[1.0], [2.0]]), np.full((9, 1), 0.1)
    assert np.isnan(statistics.skewness(two)).all()
    assert np.isnan(statistics.kurtosis(two)).all()
    assert np.isnan(statistics.skewness(flat)).all()
    assert np.isnan(statistics.lowest(np.full((2, 1), np.nan))).all()


def test_coherence_of_the_attitude_survey():
    """methods.md M2.6, vector `attitude`; R package psych prints alpha .84 and MSA .76."""
    assert statistics.cronbach_alpha(ATTITUDE) == pytest.approx(0.843143, abs=1e-6)
    assert kmo_of(np.corrcoef(ATTITUDE.T))[0] == pytest.approx(0.763275, abs=1e-6)
    assert statistics.first_component_share(ATTITUDE) == pytest.approx(3.716376 / 7, abs=1e-6)


def test_pearson_is_pairwise_complete():
    values = ATTITUDE[:, :3].copy()
    values[3, 0] = np.nan
    r, n = statistics.pearson(values)
    assert n[0, 1] == 29
    assert n[1, 2] == 30
    assert r[0, 1] == pytest.approx(stats.pearsonr(np.delete(values[:, 0], 3), np.delete(values[:, 1], 3))[0])


def test_pearson_of_a_column_without_spread_is_missing():
    r, _ = statistics.pearson(np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]))
    assert np.isnan(r[0, 1])


@pytest.mark.parametrize("n", [5, 6, 12, 120, 3000])
@pytest.mark.parametrize("r", [-0.99, -0.3, 0.0, 0.02, 0.5, 0.9])
def test_p_values_agree_with_students_t(r, n):
    expected = 2 * stats.t.sf(abs(r) * np.sqrt((n - 2) / (1 - r**2)), n - 2)
    assert statistics.correlation_p(np.array(r), np.array(float(n))) == pytest.approx(expected, rel=1e-8, abs=1e-300)


def test_p_values_are_refused_below_five_rows_and_zero_for_a_perfect_line():
    assert np.isnan(statistics.correlation_p(np.array(0.9), np.array(4.0)))
    assert statistics.correlation_p(np.array(1.0), np.array(9.0)) == 0.0


@pytest.mark.parametrize(("n", "r"), [(5, 0.878), (8, 0.707), (10, 0.632), (15, 0.514), (20, 0.444)])
def test_least_significant_correlations_of_the_specification(n, r):
    """methods.md section 0: the smallest |r| with p < 0.05."""
    assert statistics.correlation_p(np.array(r), np.array(float(n))) == pytest.approx(0.05, abs=1e-3)
