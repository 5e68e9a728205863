"""OECD/JRC Handbook (2008), tables 25-33, 36 and 37: votes as children, their number as weights."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.methods.aggregate import borda, copeland, kemeny
from mezon.methods.consensus import agreement, consensus_places, majority_classes
from mezon.methods.outranking import outranking_matrix

Z = np.array(
    [
        [0.525, 0.48, 0.3, 0.6],
        [0.2, 0.2, 0.45, 0.2],
        [0.875, 0.8, 0.55, 0.9],
        [0.35, 0.36, 0.2, 0.45],
        [0.7, 0.56, 0.7, 0.75],
    ]
)
#: Rankings and how many voted so.
TABLE_25 = {"abcd": 3, "acbd": 5, "bdca": 7, "cbda": 6}
TABLE_28 = {"abc": 23, "bca": 17, "bac": 2, "cab": 10, "cba": 8}
TABLE_31 = {"cbad": 3, "badc": 2, "adcb": 2}
#: Table 35: Finland, United States, Sweden, Japan, Korea; patents, royalties, internet, exports, telephones (log),
#: electricity (log), schooling, university.
FIVE = np.array(
    [
        [187, 125.6, 200.2, 50.7, 3.08, 4.15, 10.0, 27.4],
        [289, 130.0, 179.1, 66.2, 2.997, 4.073, 12.0, 13.9],
        [271, 156.6, 125.8, 59.7, 3.096, 4.145, 11.4, 15.3],
        [994, 64.6, 49.0, 80.8, 3.003, 3.865, 9.5, 10.0],
        [779, 9.8, 4.8, 66.7, 2.972, 3.653, 10.8, 23.2],
    ]
)
TABLE_36 = [
    [0, 0.5, 0.375, 0.75, 0.625],
    [0.5, 0, 0.5, 0.625, 0.625],
    [0.625, 0.5, 0, 0.75, 0.625],
    [0.25, 0.375, 0.25, 0, 0.75],
    [0.375, 0.375, 0.375, 0.25, 0],
]


def ballots(table: dict[str, int], candidates: str) -> tuple[np.ndarray, np.ndarray]:
    values = [[-ranking.index(candidate) for ranking in table] for candidate in candidates]
    return np.array(values, dtype=float), np.array(list(table.values()), dtype=float)


@pytest.mark.parametrize(
    ("table", "candidates", "points"),
    [(TABLE_25, "abcd", [24, 44, 38, 20]), (TABLE_28, "abc", [58, 69, 53]), (TABLE_31, "abcd", [13, 12, 11, 6])],
)
def test_borda_points_are_those_of_the_handbook(table, candidates, points):
    values, votes = ballots(table, candidates)
    assert votes.sum() * borda(values, weights=votes) == pytest.approx(points)


def test_borda_turns_when_a_candidate_leaves():
    """Table 33: without d, c wins instead of a."""
    shortened = {ranking.replace("d", ""): number for ranking, number in TABLE_31.items()}
    values, votes = ballots(shortened, "abc")
    assert votes.sum() * borda(values, weights=votes) == pytest.approx([6, 7, 8])


def test_condorcet_order_and_cycle_of_the_handbook():
    """Table 25: c > b > d > a. Table 28: a > b > c > a, one class."""
    values, votes = ballots(TABLE_25, "abcd")
    assert copeland(values, weights=votes).tolist() == [-3, 1, 3, -1]
    assert kemeny(values, weights=votes).tolist() == [0, 2, 3, 1]
    values, votes = ballots(TABLE_28, "abc")
    assert copeland(values, weights=votes).tolist() == [0, 0, 0]
    assert len(majority_classes(np.nan_to_num(outranking_matrix(values, weights=votes)))) == 1


def test_kemeny_scores_of_all_orders_are_those_of_the_handbook():
    """Table 28."""
    values, votes = ballots(TABLE_28, "abc")
    above = np.nan_to_num(outranking_matrix(values, weights=votes)) * votes.sum()
    published = {"abc": 100, "bca": 104, "cab": 86, "bac": 94, "cba": 80, "acb": 76}
    found = {order: agreement(above, np.array(["abc".index(each) for each in order])) for order in published}
    assert found == pytest.approx(published)
    assert kemeny(values, weights=votes).tolist() == [0, 2, 1]


def test_outranking_matrix_of_five_countries():
    """Table 36; Sweden leads Finland and Korea trails everybody."""
    above = outranking_matrix(FIVE, weights=np.ones(8))
    published = np.array(TABLE_36)
    assert np.nan_to_num(above).tolist() == published.tolist()


def test_equally_good_orders_of_five_countries_share_places():
    """Table 37: three orders reach 6.375; Japan and Korea are last in all of them."""
    above = np.array(TABLE_36)
    best = [order for order in permutations(range(5)) if agreement(above, np.array(order)) == pytest.approx(6.375)]
    assert len(best) == 3
    mean_places = np.array([[order.index(unit) + 1 for unit in range(5)] for order in best]).mean(axis=0)
    assert consensus_places(above) == pytest.approx(mean_places)


def test_copeland_scores_of_the_toy():
    """methods.md M2.5, vector `aggregate`."""
    assert copeland(Z, weights=np.ones(4)).tolist() == [0, -4, 4, -2, 2]


small = arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.integers(0, 4))


@given(small)
def test_kemeny_agrees_with_trying_every_order(values):
    above = outranking_matrix(values, weights=np.ones(values.shape[1]))
    filled = np.nan_to_num(above)
    every = [np.array(order) for order in permutations(range(len(values)))]
    reached = np.array([agreement(filled, order) for order in every])
    best = [order for order, each in zip(every, reached, strict=True) if each >= reached.max() - 1e-9]
    mean = np.array([np.argsort(order) + 1.0 for order in best]).mean(axis=0)
    assert kemeny(values, weights=np.ones(values.shape[1])) == pytest.approx(len(values) - mean)


@given(arrays(float, (14, 3), elements=st.integers(0, 9)))
def test_beyond_the_exact_search_no_single_move_helps(values):
    above = np.nan_to_num(outranking_matrix(values, weights=np.ones(3)))
    order = np.argsort(consensus_places(above, exact_up_to=1), kind="stable")
    reached = agreement(above, order)
    for unit in range(14):
        rest = np.delete(order, unit)
        assert all(agreement(above, np.insert(rest, at, order[unit])) <= reached + 1e-9 for at in range(14))


@given(small, st.randoms(use_true_random=False))
def test_permuting_units_permutes_their_scores(values, chance):
    """methods.md section 14, law 4."""
    order = list(range(len(values)))
    chance.shuffle(order)
    for method in (copeland, borda, kemeny):
        weights = np.ones(values.shape[1])
        assert method(values[order], weights=weights) == pytest.approx(method(values, weights=weights)[order])


def test_a_missing_value_is_compared_over_what_both_have():
    values = np.array([[1.0, np.nan], [2.0, 1.0], [3.0, 0.0], [np.nan, np.nan]])
    assert outranking_matrix(values, weights=np.ones(2))[1].tolist()[0] == 1.0
    assert copeland(values, weights=np.ones(2)).tolist()[:3] == [-2, 1, 1]
    assert np.isnan(copeland(values, weights=np.ones(2))[3])
    assert np.isnan(borda(values, weights=np.ones(2), min_coverage=1)).tolist() == [True, False, False, True]


def test_without_any_unit_that_has_a_score_there_is_no_order():
    nothing = np.full((2, 3, 2), np.nan)
    nothing[1] = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]]
    scores = kemeny(nothing, weights=np.array([2.0, 1.0]))
    assert np.isnan(scores[0]).all()
    assert scores[1].tolist() == [0.0, 1.0, 2.0]


def test_one_unit_outranks_nobody():
    for method in (copeland, borda, kemeny):
        assert method(np.array([[1.0, 2.0]]), weights=np.ones(2)).tolist() == [0]


def test_tables_of_the_handbook_from_the_copy_beside_the_repository(shared):
    """All of tables 25-33, 36 and 37; the sixth row of 37 is an erratum (6.125, not 6.375)."""
    folder = shared / "golden" / "oecd_tai_2008"
    published = pl.read_csv(folder / "published.csv").filter(pl.col("table") == "T36_outranking")
    wide = pl.read_csv(folder / "inputs_table35_five_countries.csv")
    names = wide["country"].to_list()
    above = np.nan_to_num(outranking_matrix(wide.drop("country").to_numpy().astype(float), weights=np.ones(8)))
    for _, a, b, value in published.iter_rows():
        assert above[names.index(a), names.index(b)] == float(value)
    orders = pl.read_csv(folder / "published.csv").filter(pl.col("table").str.starts_with("T37"))
    for table, order, _, value in orders.iter_rows():
        places = np.array([names.index(name) for name in order.split(">")])
        assert agreement(above, places) == (6.125 if table.endswith("erratum") else float(value))
