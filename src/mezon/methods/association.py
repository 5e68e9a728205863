"""How columns go together by rank: Spearman's and Kendall's correlations, pairwise complete, with their p-values."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mezon.methods.arrays import Mask, Values
from mezon.methods.statistics import correlation_p, pearson

#: Pairs of rows that are compared at once.
ROW_PAIRS = 1_000_000
#: With more pairs of rows times columns squared than this Kendall's tau is left out; with more rows times columns
#: squared, and gaps, Spearman's is: they would take minutes.
MOST_COMPARISONS = 2e8
MOST_RANKS = 5e7
#: Up to this many rows, and without ties, the p-value of tau is counted out exactly.
EXACT_ROWS = 33
#: Below so few rows no p-value is given (methods.md section 0).
LEAST_ROWS = 5

Places = npt.NDArray[np.intp]


def spearman(values: Values) -> tuple[Values, Values, Values]:
    """Correlate the ranks of each two columns, ranked anew among the rows that have both; ties share their mean rank.

    values : (rows, columns); NaN = no value.
    Returns : (r, p, n), all (columns, columns); r is NaN where fewer than 2 rows have both, or one does not vary; p is
        that of Student's t, NaN below 5 rows.
    All NaN but n with gaps and too much to rank (MOST_RANKS).
    Source : Spearman (1904); pairwise complete as R's cor(use = "pairwise").
    """
    seen = ~np.isnan(values)
    columns = values.shape[1]
    r, n = np.full((columns, columns), np.nan), seen.astype(np.float64).T @ seen.astype(np.float64)
    if not len(values) or (not seen.all() and len(values) * columns**2 > MOST_RANKS):
        return r, r.copy(), n
    order = np.argsort(np.where(seen, values, np.inf), axis=0, kind="stable")
    groups = [_tied(values[order[:, at], at]) for at in range(columns)]
    if seen.all():
        whole = np.ones((len(values), 1), dtype=bool)
        r, _ = pearson(np.column_stack([_ranks(order[:, at], groups[at], whole) for at in range(columns)]))
        return r, correlation_p(r, n), n
    for a in range(columns):
        mine = _ranks(order[:, a], groups[a], seen)  # rank of a among the rows that column b has, for every b
        theirs = np.stack([_ranks(order[:, b], groups[b], seen[:, [a]])[:, 0] for b in range(columns)], axis=1)
        r[a] = _product(mine, theirs, seen[:, [a]] & seen)
    np.fill_diagonal(r, np.where(np.isnan(np.diag(r)), np.nan, 1.0))
    return r, correlation_p(r, n), n


def kendall(values: Values) -> tuple[Values, Values, Values]:
    """Correlate each two columns by how many pairs of rows they put in the same order (tau-b).

        tau = (agreeing - disagreeing) / sqrt(pairs not tied in a * pairs not tied in b)

    values : (rows, columns); NaN = no value; over the pairs of rows that have both.
    Returns : (tau, p, n), all (columns, columns); tau is NaN where one does not vary. p is exact without ties up to 33
        rows, else that of the normal approximation with ties corrected; NaN below 5 rows. All NaN but n where there is
        too much to compare (MOST_COMPARISONS).
    Source : Kendall (1938, 1945); the same as scipy.stats.kendalltau on each pair's complete rows.
    """
    seen = (~np.isnan(values)).astype(np.float64)
    rows, columns = values.shape
    n = seen.T @ seen
    tau, p = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    if rows * rows / 2 * columns * columns > MOST_COMPARISONS:
        return tau, p, n
    score, untied = np.zeros(n.shape), np.zeros(n.shape)
    for first, second in _row_pairs(rows):
        sign = np.sign(np.nan_to_num(values[first] - values[second], nan=0.0)).astype(np.float32)
        both = (seen[first] * seen[second]).astype(np.float32)
        score += sign.T @ sign
        untied += np.abs(sign).T @ both
    size = np.sqrt(untied * untied.T)
    tau = np.where(size > 0, np.clip(score / np.where(size > 0, size, 1.0), -1.0, 1.0), np.nan)
    ties = _Ties(values)
    for a, b in np.argwhere(np.triu(~np.isnan(tau) & (n >= LEAST_ROWS))):
        of_both = ties.among(int(a), int(b))
        p[a, b] = p[b, a] = _kendall_p(of_both, int(n[a, b]), float(score[a, b]), float(untied[a, b]))
    return tau, p, n


def _row_pairs(rows: int) -> list[tuple[Places, Places]]:
    """Cut all pairs of rows into parts."""
    first, second = np.triu_indices(rows, k=1)
    cuts = range(ROW_PAIRS, len(first), ROW_PAIRS)
    return list(zip(np.split(first, cuts), np.split(second, cuts), strict=True))


class _Ties:
    """How many rows share each value of a column, among the rows that another column has too; counted once a set."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._seen = ~np.isnan(values)
        self._known: dict[tuple[int, bytes], Values] = {}

    def among(self, a: int, b: int) -> tuple[Values, Values]:
        """Give the sizes of the groups of equal values of two columns, over the rows that both have."""
        both = self._seen[:, a] & self._seen[:, b]
        return self._of(a, both), self._of(b, both)

    def _of(self, column: int, rows: Mask) -> Values:
        key = (column, rows.tobytes())
        if key not in self._known:
            counts = np.unique(self._values[rows, column], return_counts=True)[1]
            self._known[key] = counts.astype(np.float64)
        return self._known[key]


def _kendall_p(ties: tuple[Values, Values], n: int, score: float, untied: float) -> float:
    every = n * (n - 1) / 2
    if n <= EXACT_ROWS and untied == every and all((each == 1).all() for each in ties):
        return _exact_p(n, round((every - abs(score)) / 2))
    one = [float((t * (t - 1)).sum()) for t in ties]
    two = [float((t * (t - 1) * (t - 2)).sum()) for t in ties]
    three = [float((t * (t - 1) * (2 * t + 5)).sum()) for t in ties]
    variance = (n * (n - 1) * (2 * n + 5) - three[0] - three[1]) / 18
    variance += one[0] * one[1] / (2 * n * (n - 1)) + two[0] * two[1] / (9 * n * (n - 1) * (n - 2))
    return math.erfc(abs(score) / math.sqrt(2 * variance)) if variance > 0 else math.nan


def _exact_p(n: int, swaps: int) -> float:
    """Chance that two random orders of n rows disagree on as few pairs as `swaps`, or on as many at the other end."""
    counts = _orders_by_swaps(n)
    return min(1.0, 2.0 * sum(counts[: swaps + 1]) / math.factorial(n))


@lru_cache(maxsize=EXACT_ROWS + 1)
def _orders_by_swaps(n: int) -> list[int]:
    """Count the orders of n rows by the number of pairs that they turn round."""
    counts = [1]
    for rows in range(2, n + 1):
        fresh = [0] * (len(counts) + rows - 1)
        for swaps, ways in enumerate(counts):
            for more in range(rows):
                fresh[swaps + more] += ways
        counts = fresh
    return counts


def _tied(ordered: Values) -> Places:
    """Number the groups of equal values in an ordered column."""
    return np.concatenate([[0], np.cumsum(ordered[1:] != ordered[:-1])]).astype(np.intp)


def _ranks(order: Places, groups: Places, chosen: Mask) -> Values:
    """Rank a column among the rows chosen: (rows, choices); of rows that are not chosen the rank means nothing."""
    reached = np.cumsum(chosen[order], axis=0, dtype=np.float64)
    last = np.searchsorted(groups, groups, side="right") - 1
    first = np.searchsorted(groups, groups, side="left")
    before = np.where((first > 0)[:, None], reached[np.maximum(first - 1, 0)], 0.0)
    ranks = np.empty(reached.shape)
    ranks[order] = (before + reached[last] + 1) / 2
    return ranks


def _product(mine: Values, theirs: Values, both: Mask) -> Values:
    n = both.sum(axis=0)
    known = np.maximum(n, 1)
    apart = [np.where(both, x - np.where(both, x, 0.0).sum(axis=0) / known, 0.0) for x in (mine, theirs)]
    size = np.sqrt((apart[0] ** 2).sum(axis=0) * (apart[1] ** 2).sum(axis=0))
    sound = (size > 0) & (n >= 2)
    return np.where(sound, np.clip((apart[0] * apart[1]).sum(axis=0) / np.where(sound, size, 1.0), -1, 1), np.nan)
