from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import WrongUse
from mezon.methods.normalise_rank import bands, borda, own_bands, percentile_rank, rank

NAN = np.nan
UP, DOWN = np.ones(1), -np.ones(1)
VALUES = np.array([[5.0], [1.0], [5.0], [9.0], [NAN], [3.0]])


def column(found: np.ndarray) -> list[float]:
    return [None if np.isnan(each) else each for each in found[:, 0].tolist()]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("min", [3, 1, 3, 5, None, 2]), ("average", [3.5, 1, 3.5, 5, None, 2]), ("max", [4, 1, 4, 5, None, 2])],
)
def test_ranks_go_from_worst_to_best_and_ties_share_a_place(ties, expected):
    assert column(rank(VALUES, direction=UP, ties=ties)) == expected
    less = [None if each is None else each - 1 for each in expected]
    assert column(borda(VALUES, direction=UP, ties=ties)) == less


def test_the_lowest_value_is_the_best_when_less_is_better():
    assert column(rank(VALUES, direction=DOWN)) == [2, 5, 2, 1, None, 4]


def test_percentile_ranks_go_from_0_to_1_or_are_shares_of_n():
    assert column(percentile_rank(VALUES, direction=UP)) == [0.5, 0, 0.5, 1, None, 0.25]
    assert column(percentile_rank(VALUES, direction=UP, denominator="n")) == [0.6, 0.2, 0.6, 1, None, 0.4]
    assert column(percentile_rank(VALUES, direction=UP, scale=100))[3] == 100


def test_ranks_agree_with_scipy():
    rankdata = pytest.importorskip("scipy.stats").rankdata
    values = np.random.Generator(np.random.PCG64(1)).integers(0, 10, size=(50, 3)).astype(float)
    for ties in ("min", "average", "max"):
        expected = np.stack([rankdata(each, method=ties) for each in values.T], axis=1)
        assert np.array_equal(rank(values, direction=np.ones(3), ties=ties), expected)


def test_a_rank_of_one_says_nothing():
    for method in (rank, borda, percentile_rank):
        assert np.isnan(method(np.array([[1.0], [NAN]]), direction=UP)).all()
        assert method(np.empty((0, 1)), direction=UP).shape == (0, 1)


def test_what_ranks_do_not_know_is_refused():
    with pytest.raises(WrongUse, match="random"):
        rank(VALUES, direction=UP, ties="random")
    with pytest.raises(WrongUse, match="n \\+ 2"):
        percentile_rank(VALUES, direction=UP, denominator="n + 2")


def test_an_edge_belongs_to_the_band_below_it_also_where_binary_fractions_lie_above():
    values = np.array([[0.05], [0.1 + 0.2], [0.31], [0.9], [NAN]])
    found = bands(values, direction=UP, bands=(None,), edges=(0.1, 0.3, 0.5), points=(1, 2, 3, 4))
    assert column(found) == [1, 2, 3, 4, None]


def test_bands_of_the_indicator_win_and_bands_without_points_have_equal_steps():
    own = own_bands({"edges": [10.0], "scores": [7, 9]})
    values = np.array([[5.0, 5.0], [15.0, 15.0]])
    found = bands(values, direction=np.array([1.0, -1.0]), bands=(own, own_bands([10.0])))
    assert found.tolist() == [[7, 100], [9, 0]]
    assert own_bands(None) is None


def test_a_column_without_bands_is_empty_and_bands_that_contradict_themselves_are_refused():
    assert np.isnan(bands(VALUES, direction=UP, bands=(None,))).all()
    with pytest.raises(WrongUse, match="rising"):
        bands(VALUES, direction=UP, bands=(None,), edges=(2, 1), points=(1, 2, 3))
    with pytest.raises(WrongUse, match="points"):
        bands(VALUES, direction=UP, bands=(None,), edges=(1, 2), points=(1, 2))


@given(arrays(float, (7, 2), elements=st.integers(-5, 5).map(float)), st.permutations(range(7)))
def test_ranks_ignore_rising_changes_of_scale_and_the_order_of_rows(values, order):
    direction = np.array([1.0, -1.0])
    for ties in ("min", "average", "max"):
        found = rank(values, direction=direction, ties=ties)
        assert np.array_equal(rank(values**3 + 7, direction=direction, ties=ties), found)
        assert np.array_equal(rank(values[order], direction=direction, ties=ties), found[order])
        ways = {"min": "max", "max": "min", "average": "average"}
        turned = rank(values, direction=-direction, ties=ways[ties])
        assert np.array_equal(found, 8 - turned)


def test_a_place_may_be_taken_among_other_rows_a_base_year():
    base, later = np.array([[1.0], [3.0], [3.0], [9.0]]), np.array([[0.0], [3.0], [5.0], [10.0], [NAN]])
    assert column(rank(later, base, direction=UP)) == [1, 2, 4, 5, None]
    assert column(rank(later, base, direction=UP, ties="max")) == [1, 3, 4, 5, None]
    assert column(borda(later, base, direction=UP)) == [0, 1, 3, 4, None]
    assert column(percentile_rank(later, base, direction=UP))[1] == pytest.approx(1 / 3)
    assert column(bands(later, base, direction=UP, bands=(None,), percentiles=(50,), points=(0, 1)))[:4] == [0, 0, 1, 1]


@given(arrays(float, (7, 2), elements=st.integers(-5, 5).map(float)))
def test_a_place_among_the_same_rows_is_the_rank(values):
    for ties in ("min", "average", "max"):
        assert np.array_equal(
            rank(values, values, direction=np.array([1.0, -1.0]), ties=ties),
            rank(values, direction=np.array([1.0, -1.0]), ties=ties),
        )
