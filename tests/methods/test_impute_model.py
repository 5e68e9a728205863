from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.methods.impute_model import em, knn, regression

NAN = np.nan


def holed_table(rows: int = 60, columns: int = 4, share: float = 0.1) -> np.ndarray:
    chance = np.random.Generator(np.random.PCG64(7))
    table = chance.normal(size=(rows, 1)) + chance.normal(size=(rows, columns))
    table = table * 10.0 ** np.arange(columns)
    table[chance.random(table.shape) < share] = NAN
    return table


@pytest.mark.parametrize("k", [1, 5, 100])
def test_knn_agrees_with_scikit_learn_on_standardised_columns(k):
    impute, preprocessing = pytest.importorskip("sklearn.impute"), pytest.importorskip("sklearn.preprocessing")
    table = holed_table()
    scaler = preprocessing.StandardScaler().fit(table)
    expected = scaler.inverse_transform(impute.KNNImputer(n_neighbors=k).fit_transform(scaler.transform(table)))
    assert knn(table, k=k) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_regression_settles_where_scikit_learn_does():
    pytest.importorskip("sklearn")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer
        from sklearn.linear_model import LinearRegression

        table = holed_table()
        expected = IterativeImputer(LinearRegression(), max_iter=300, tol=1e-12).fit_transform(table)
    assert regression(table) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_regression_on_a_line_finds_the_line():
    values = np.array([[1.0, 3.0], [2.0, 5.0], [3.0, 7.0], [4.0, 9.0], [5.0, NAN]])
    assert regression(values)[4, 1] == pytest.approx(11, abs=1e-6)
    assert em(values)[4, 1] == pytest.approx(11, abs=1e-4)


def test_em_with_one_column_to_fill_is_the_regression_on_the_complete_ones():
    """With one incomplete column the maximum likelihood slope is that of least squares (Little and Rubin 2002, 7.2)."""
    table = holed_table(share=0.0)
    table[:6, 3] = NAN
    design = np.column_stack([np.ones(54), table[6:, :3]])
    slopes = np.linalg.lstsq(design, table[6:, 3], rcond=None)[0]
    assert em(table)[:6, 3] == pytest.approx(np.column_stack([np.ones(6), table[:6, :3]]) @ slopes, rel=1e-5)


def test_too_few_rows_for_the_columns_stay_empty_instead_of_being_made_up():
    values = np.array([[1.0, 2.0, NAN], [2.0, 1.0, 4.0], [4.0, 4.0, 1.0]])
    assert np.isnan(em(values)[0, 2])
    assert np.isnan(regression(values)[0, 2])


def test_a_row_without_any_value_has_no_neighbour():
    values = np.array([[NAN, NAN], [1.0, 2.0], [2.0, 3.0], [3.0, 5.0], [4.0, 4.0]])
    for fill in (knn, regression, em):
        assert np.isnan(fill(values)[0]).all()
        assert np.array_equal(fill(values)[1:], values[1:])


@pytest.mark.parametrize("fill", [knn, regression, em])
@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (1, 5), (5, 1), (3, 3)])
def test_degenerate_tables_neither_crash_nor_warn(fill, shape):
    for content in (NAN, 3.0):
        table = np.full(shape, content)
        assert np.array_equal(fill(table), table, equal_nan=True)
    table = np.full(shape, 3.0)
    table[:1, :1] = NAN
    assert fill(table).shape == shape


def test_a_column_that_repeats_another_fills_it():
    values = np.array([[1.0, 1.0, 5], [2, 2, 1], [3, 3, 4], [4, 4, 2], [5, NAN, 3], [6, 6, 9]])
    assert regression(values)[4, 1] == pytest.approx(5, abs=1e-5)
    assert em(values)[4, 1] == pytest.approx(5, abs=1e-3)


@given(arrays(float, (8, 3), elements=st.integers(-50, 50).map(float)), st.sampled_from([0.001, 1000.0]))
def test_neighbours_do_not_depend_on_units_of_measure(values, scale):
    """methods.md section 14, law 1."""
    values[0, 0], values[3, 1] = NAN, NAN
    found = knn(values, k=8)
    assert knn(values * [scale, 1, 1], k=8) == pytest.approx(found * [scale, 1, 1], rel=1e-9, abs=1e-9, nan_ok=True)
    assert np.array_equal(found[~np.isnan(values)], values[~np.isnan(values)])
