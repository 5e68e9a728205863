from __future__ import annotations

import numpy as np
import pytest

from mezon.errors import WrongUse
from mezon.methods.impute_multiple import completed, multiple, pooled, rubin_variance

NAN = np.nan


def table_with_gaps() -> np.ndarray:
    chance = np.random.Generator(np.random.PCG64(3))
    table = chance.normal(size=(200, 1)) * 2 + chance.normal(size=(200, 3))
    table[:20, 2] = NAN
    return table


def test_rubin_adds_what_lies_within_and_between_the_tables():
    """methods.md M2.1, vector `impute`."""
    assert rubin_variance(4.0, 1.0, m=5) == pytest.approx(5.2)


def test_pooling_gives_mean_and_total_variance():
    estimates = np.array([[1.0, 4.0], [3.0, 4.0]])
    mean, variance = pooled(estimates, np.array([[1.0, 2.0], [3.0, 2.0]]))
    assert mean.tolist() == [2, 4]
    assert variance.tolist() == [2 + 1.5 * 2, 2]
    assert pooled(estimates)[1].tolist() == [3, 0]


@pytest.mark.parametrize("of", ["regression", "em", "knn"])
def test_each_table_is_complete_keeps_what_was_observed_and_differs_from_the_others(of):
    values = table_with_gaps()
    tables = multiple(values, m=4, of=of)
    assert tables.shape == (4, *values.shape)
    assert not np.isnan(tables).any()
    seen = ~np.isnan(values)
    assert all(np.array_equal(table[seen], values[seen]) for table in tables)
    assert (tables[:, :20, 2].std(axis=0) > 0).any()


@pytest.mark.parametrize("of", ["regression", "em"])
def test_the_tables_spread_around_the_prediction_as_much_as_the_residuals_do(of):
    """x3 given x1, x2 has variance 1 + 4 / (1 + 8) = 13/9 in truth; 200 rows leave some play."""
    values = table_with_gaps()
    tables = multiple(values, m=200, of=of)
    spread = tables[:, :20, 2].var(axis=0, ddof=1).mean()
    assert spread == pytest.approx(13 / 9, rel=0.25)


def test_a_table_does_not_depend_on_how_many_there_are():
    values = table_with_gaps()
    assert np.array_equal(multiple(values, m=3)[2], multiple(values, m=5)[2])
    assert np.array_equal(completed(values, of="regression", seed=12345, number=2), multiple(values, m=5)[2])
    assert not np.array_equal(multiple(values, m=2, seed=1), multiple(values, m=2, seed=2))


def test_what_it_does_not_know_is_refused():
    with pytest.raises(WrongUse, match="astrology"):
        multiple(table_with_gaps(), of="astrology")
    with pytest.raises(WrongUse, match="two tables"):
        multiple(table_with_gaps(), m=1)


def test_a_table_without_a_value_stays_without():
    assert np.isnan(multiple(np.full((4, 2), NAN), m=2)).all()
