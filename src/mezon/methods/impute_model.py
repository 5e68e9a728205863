"""Imputation from the other indicators: nearest neighbours, regressions, and the normal model fitted by EM."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method
from mezon.methods.statistics import FLAT, count, deviation, highest, lowest
from mezon.methods.statistics import mean as column_mean

#: Rounds after which chained regressions and EM stop, converged or not, and the change that counts as none (in
#: standard deviations).
ROUNDS = 200
TOLERANCE = 1e-9

#: The change at which EM stops, in standard deviations: it creeps, and further digits say nothing.
EM_TOLERANCE = 1e-7

#: Added to the variances of a standardised covariance matrix, so that it can be solved when columns repeat others.
RIDGE = 1e-9

#: Distances held at once: neighbours are looked for in blocks of rows.
CELLS_AT_ONCE = 4_000_000

Places = npt.NDArray[np.intp]


@method("impute/knn")
def knn(values: Values, *, k: int = 5) -> Values:
    """Fill each gap with the mean of its column over the k nearest rows that have a value there.

        distance(a, b)^2 = p / c * sum over the c columns that both have of (z_a - z_b)^2

    z is the column standardised (population deviation), so that no unit of measure decides who is near; p is the
    number of columns.
    values : (..., rows, indicators); NaN = no value.
    Returns : the same shape; a row that shares no column with any donor stays empty there. With fewer than k donors
        all count. Distances that tie are taken in the order of rows.
    Source : Troyanskaya et al. (2001); the same as scikit-learn's KNNImputer on columns from its StandardScaler.
    """
    return each_table(values, lambda table: nearest_fill(table, k, _mean_of_donors))


@method("impute/regression")
def regression(values: Values) -> Values:
    """Fill each gap with what a linear regression of its column on all others predicts, repeated until it settles.

    Gaps begin at the mean; columns are taken in turn, fewest gaps first, each fitted by least squares on its observed
    rows, until no filled value moves by more than 1e-9 standard deviations (at most 200 rounds).
    values : (..., rows, indicators); NaN = no value.
    Returns : the same shape; empty stay a row without any value, and a column with fewer observed rows than
        predictors plus two: a statistic of too few.
    Source : OECD/JRC Handbook (2008), step 3 "Regression imputation"; scikit-learn's IterativeImputer with
        LinearRegression settles at the same values.
    """
    return each_table(values, lambda table: chained(table, rounds=ROUNDS))


@method("impute/em")
def em(values: Values) -> Values:
    """Fill each gap with its expected value, given the row's own values, under a normal model fitted by EM.

        x_missing = m_m + S_mo S_oo^-1 (x_observed - m_o),   m and S the maximum likelihood mean and covariance

    values : (..., rows, indicators); NaN = no value.
    Returns : the same shape; empty stay a row without any value, and everything where there are not more rows than
        columns: a statistic of too few.
    Source : Dempster, Laird and Rubin (1977); Little and Rubin (2002); OECD/JRC Handbook (2008), step 3.
    """
    return each_table(values, _em_filled)


def each_table(values: Values, fill: Callable[[Values], Values]) -> Values:
    """Apply a function of one standardised table to every table of an array, and bring the results back.

    Columns are standardised with their population deviation; one that does not vary keeps its size. Observed cells
    come back as they were, to the last bit.
    """
    result = values.copy()
    for place in np.ndindex(values.shape[:-2]):
        table = values[place]
        if not np.isnan(table).any() or np.isnan(table).all():
            continue
        centre, spread = column_mean(table), _spread(table)
        found = fill((table - centre) / spread) * spread + centre
        result[place] = np.where(np.isnan(table), found, table)
    return result


def nearest_fill(table: Values, k: int, take: Callable[[Values, Places], Values]) -> Values:
    """Fill a standardised table, column by column, from the k nearest rows that have the column.

    take : (the column, donors (receivers, k) with -1 for none) -> one value a receiver.
    """
    seen, result = ~np.isnan(table), table.copy()
    receivers = np.flatnonzero(~seen.all(axis=1) & seen.any(axis=1))
    block = max(1, CELLS_AT_ONCE // max(len(table), 1))
    for start in range(0, len(receivers), block):
        rows = receivers[start : start + block]
        distance = _distances(table, seen, rows)
        for column in np.flatnonzero((~seen[rows]).any(axis=0) & seen.any(axis=0)):
            lacking = ~seen[rows, column]
            donors = _donors(distance[lacking], seen[:, column], k)
            result[rows[lacking], column] = take(table[:, column], donors)
    return result


def chained(table: Values, *, rounds: int, chance: np.random.Generator | None = None) -> Values:
    """Fill a standardised table by regressions of each column on all others, in turn.

    Sums of products are kept for all rows, so that a regression on the observed rows costs those of its gaps.
    chance : when given, coefficients and residuals are drawn from what the data leave possible (a Bayesian linear
    regression with a flat prior), which makes the result one draw of a multiple imputation (van Buuren 2018, `norm`).
    """
    seen = ~np.isnan(table)
    usable, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
    known = seen[np.ix_(rows, usable)]
    filled = np.where(known, table[np.ix_(rows, usable)], 0.0)
    gaps, enough = (~known).sum(axis=0), known.sum(axis=0) > len(usable)
    order = [int(c) for c in np.argsort(gaps, kind="stable") if gaps[c] and enough[c] and len(usable) > 1]
    design = np.concatenate([filled, np.ones((len(rows), 1))], axis=1)
    products = design.T @ design
    for _ in range(rounds):
        moved = 0.0
        for column in order:
            lacking = ~known[:, column]
            found = _predicted(design, products, lacking, column, chance)
            moved = max(moved, float(np.abs(found - design[lacking, column]).max()))
            design[lacking, column] = found
            products[:, column] = products[column] = design.T @ design[:, column]
        if moved <= TOLERANCE:
            break
    known[:, order] = True
    result = table.copy()
    result[np.ix_(rows, usable)] = np.where(known, design[:, :-1], np.nan)
    return result


def fitted_normal(table: Values) -> tuple[Values, Values]:
    """Fit mean and covariance of a normal model to a standardised table with gaps, by EM."""
    centre = np.nan_to_num(column_mean(table))
    covariance = np.diag(np.nan_to_num(deviation(table, ddof=0) ** 2, nan=1.0))
    groups = _patterns(table)
    for _ in range(ROUNDS):
        before, precision = (centre, covariance), _precision(covariance)
        filled, spread = table.copy(), np.zeros_like(covariance)
        for seen, rows in groups:
            filled[rows], left = _conditional(table[rows], seen, centre, precision)
            spread[np.ix_(~seen, ~seen)] += len(rows) * left
        centre = filled.mean(axis=0)
        apart = filled - centre
        covariance = (apart.T @ apart + spread) / len(table)
        if max(np.abs(centre - before[0]).max(), np.abs(covariance - before[1]).max()) <= EM_TOLERANCE:
            break
    return centre, covariance


def normal_fill(table: Values, centre: Values, covariance: Values, chance: np.random.Generator | None = None) -> Values:
    """Fill a table with conditional means of a normal model, or (with `chance`) with draws from it."""
    result, precision = table.copy(), _precision(covariance)
    for seen, rows in _patterns(table):
        if not seen.any() or seen.all():
            continue
        filled, left = _conditional(table[rows], seen, centre, precision)
        if chance is not None:
            values, vectors = np.linalg.eigh(left)
            noise = chance.standard_normal((len(rows), len(values))) * np.sqrt(np.maximum(values, 0.0))
            filled[:, ~seen] += noise @ vectors.T
        result[rows] = filled
    return result


def enough_for_normal(table: Values) -> bool:
    """Say whether more rows than columns have something: fewer leave a covariance without meaning."""
    seen = ~np.isnan(table)
    return int(seen.any(axis=1).sum()) > int(seen.any(axis=0).sum())


def _em_filled(table: Values) -> Values:
    seen = ~np.isnan(table)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    result = table.copy()
    part = table[np.ix_(rows, columns)]
    if enough_for_normal(table):
        result[np.ix_(rows, columns)] = normal_fill(part, *fitted_normal(part))
    return result


def _spread(table: Values) -> Values:
    spread = deviation(table, ddof=0)
    size = np.maximum(np.abs(lowest(table)), np.abs(highest(table)))
    return np.where((count(table) > 0) & (spread > FLAT * size), spread, 1.0)


def _distances(table: Values, seen: Mask, rows: Places) -> Values:
    """Squared distances of some rows to all: (rows, all rows); NaN where no column is shared, and to itself."""
    filled, known = np.where(seen, table, 0.0), seen.astype(np.float64)
    squares = filled**2
    shared = known[rows] @ known.T
    apart = squares[rows] @ known.T + known[rows] @ squares.T - 2 * filled[rows] @ filled.T
    found = np.maximum(apart, 0.0) * table.shape[1] / np.where(shared > 0, shared, np.nan)
    found[np.arange(len(rows)), rows] = np.nan
    return np.asarray(found, dtype=np.float64)


def _donors(distance: Values, has: Mask, k: int) -> Places:
    """Give the k nearest rows that have the column, nearest first; -1 where there are fewer."""
    usable = np.where(has[None, :] & ~np.isnan(distance), np.round(distance, 12), np.inf)
    nearest = np.argsort(usable, axis=1, kind="stable")[:, : max(k, 1)]
    return np.where(np.isinf(np.take_along_axis(usable, nearest, 1)), -1, nearest)


def _mean_of_donors(column: Values, donors: Places) -> Values:
    there = donors >= 0
    total = np.where(there, column[np.maximum(donors, 0)], 0.0).sum(axis=1)
    n = there.sum(axis=1)
    return np.asarray(total / np.where(n > 0, n, np.nan), dtype=np.float64)


def _predicted(
    design: Values, products: Values, lacking: Mask, column: int, chance: np.random.Generator | None
) -> Values:
    """Predict a column's gaps from the others (and the constant, which is last), by least squares on observed rows."""
    others = np.delete(np.arange(design.shape[1]), column)
    gaps = design[lacking]
    sums = products - gaps.T @ gaps
    inner, outer = sums[np.ix_(others, others)], sums[others, column]
    observed = len(design) - len(gaps)
    inner = inner + RIDGE * 1e-2 * observed * np.eye(len(others))
    slopes = np.linalg.solve(inner, outer)
    if chance is None:
        return np.asarray(gaps[:, others] @ slopes, dtype=np.float64)
    freedom = max(observed - len(others), 1)
    left = max(float(sums[column, column] - slopes @ outer), 0.0)
    deviation_ = np.sqrt(left / chance.chisquare(freedom))
    slopes = slopes + deviation_ * np.linalg.solve(np.linalg.cholesky(inner).T, chance.standard_normal(len(others)))
    return np.asarray(gaps[:, others] @ slopes + deviation_ * chance.standard_normal(len(gaps)), dtype=np.float64)


def _patterns(table: Values) -> list[tuple[Mask, Places]]:
    """Group rows by which columns they have."""
    patterns, member = np.unique(~np.isnan(table), axis=0, return_inverse=True)
    return [(seen, np.flatnonzero(member.ravel() == number)) for number, seen in enumerate(patterns)]


def _precision(covariance: Values) -> Values:
    return np.asarray(np.linalg.inv(covariance + RIDGE * np.eye(len(covariance))), dtype=np.float64)


def _conditional(rows: Values, seen: Mask, centre: Values, precision: Values) -> tuple[Values, Values]:
    """Expected rows, and the covariance that is left among their gaps: (rows, columns), (gaps, gaps).

    Written with the inverse K of the covariance, so that the cost is that of the gaps: S_m|o = K_mm^-1,
    m_m|o = m_m - K_mm^-1 K_mo (x_o - m_o).
    """
    filled = np.where(seen, rows, centre)
    left = np.linalg.inv(precision[np.ix_(~seen, ~seen)])
    filled[:, ~seen] -= (rows[:, seen] - centre[seen]) @ precision[np.ix_(seen, ~seen)] @ left
    return filled, np.asarray((left + left.T) / 2, dtype=np.float64)
