"""Weights inside a node. They are relative: aggregation makes them add up to one among the children that count.

Some are written (`given`, `equal`), some read off the children's values (here and in `components`), some follow from
experts' judgments (`judged`). All are reached from here, as `mezon.methods.weight.<name>`. Weights that the data or the
judgments do not determine are NaN throughout: the caller keeps the written ones, and says so.
"""

from __future__ import annotations

import numpy as np

from mezon.methods import statistics
from mezon.methods.arrays import Values
from mezon.methods.components import factor, pca
from mezon.methods.judged import ahp, best_worst, budget_allocation
from mezon.methods.linear_programmes import Bound, common_weights
from mezon.methods.registry import method

__all__ = [
    "ahp",
    "balanced",
    "benefit_of_the_doubt",
    "best_worst",
    "budget_allocation",
    "critic",
    "entropy",
    "equal",
    "factor",
    "given",
    "pca",
]


@method("weight/given")
def given(weights: Values) -> Values:
    """Take the weights that the methodology writes.

    weights : (children,), at or above zero, in any scale. Returns : the same.
    Source : OECD/JRC Handbook (2008), step 6.
    """
    return weights.copy()


@method("weight/equal")
def equal(weights: Values) -> Values:
    """Give every child of a node the same weight, whatever is written.

    weights : (children,). Returns : ones; a child whose written weight is zero is no child, and stays at zero.
    Source : OECD/JRC Handbook (2008), step 6.
    """
    return np.where(weights > 0, 1.0, 0.0)


@method("weight/entropy")
def entropy(values: Values) -> Values:
    """Weigh a child by how unevenly it is spread over the units: one that is the same for all tells nothing.

        p_ij = z_ij / sum_i z_ij,   e_j = -sum_i p_ij ln p_ij / ln n_j  (0 ln 0 = 0),   w_j = (1 - e_j) / sum (1 - e)

    values : (units, children), at or above 0; NaN = no value. n_j : units that have a value of child j.
    Returns : (children,), adding up to one; NaN throughout with a negative value, a child with fewer than 2 values or
        with zeros only, or where no child varies.
    Source : Shannon (1948); Zeleny (1982); methods.md M2.4.
    """
    none = np.full(values.shape[1], np.nan)
    n = statistics.count(values)
    known = np.where(np.isnan(values), 0.0, values)
    total = known.sum(axis=0)
    if (known < 0).any() or (n < 2).any() or not (total > 0).all():
        return none
    share = known / total
    spread = -(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=0) / np.log(n)
    told = np.where(_flat(values), 0.0, np.maximum(1.0 - spread, 0.0))
    return told / told.sum() if told.sum() > 0 else none


@method("weight/critic")
def critic(values: Values, *, ddof: int = 1) -> Values:
    """Weigh a child by how much it varies, and how little of that the others tell already.

        C_j = s_j sum_k (1 - r_jk),   w_j = C_j / sum C        on values scaled to 0-1 between each child's extremes

    values : (units, children), more is better; NaN = no value. s : deviation with `ddof`, which moves no weight unless
        children lack different units. r : Pearson, pairwise complete; a child without spread has s = 0, and counts in
        no sum.
    Returns : (children,), adding up to one; NaN throughout where no child carries anything of its own.
    Source : Diakoulaki, Mavrotas and Papayannakis (1995); methods.md M2.4.
    """
    low, high = statistics.lowest(values), statistics.highest(values)
    varies = ~_flat(values)
    scaled = (values - low) / np.where(varies, high - low, 1.0)
    r, _ = statistics.pearson(scaled)
    spread = statistics.deviation(scaled, ddof=ddof)
    apart = np.where(np.isnan(r), 0.0, 1.0 - r).sum(axis=1)
    carried = np.where(varies & ~np.isnan(spread), spread, 0.0) * apart
    total = carried.sum()
    return carried / total if total > statistics.FLAT else np.full(values.shape[1], np.nan)


@method("weight/balanced")
def balanced(values: Values) -> Values:
    """Find the weights with which every child correlates equally with the weighted mean: equal influence, not weight.

        minimise  u' R u / 2 - sum u  over u >= 0,   w_j = u_j / s_j        R : correlations, s : deviations

    At the optimum all children that weigh have the same correlation with sum w x, and those at zero weight, if any,
    have at least as high a one without weighing: they are told by the others. On the complete rows.
    values : (units, children), more is better; NaN = no value.
    Returns : (children,), adding up to one; a child without spread weighs nothing; NaN throughout with fewer than 3
        complete rows or fewer than 2 children that vary.
    Source : Paruolo, Saisana and Saltelli (2013); Becker et al. (2017), whose targets are here equal.
    """
    from scipy.optimize import nnls

    weights = np.full(values.shape[1], np.nan)
    complete = statistics.complete_rows(values)
    varies = ~_flat(complete) if len(complete) else np.zeros(values.shape[1], dtype=bool)
    if len(complete) < 3 or varies.sum() < 2:
        return weights
    r, _ = statistics.pearson(complete[:, varies])
    # The least of u'Ru/2 - sum u is that of |F u - g|^2 with F'F = R and F'g = 1; the ridge makes R invertible.
    root = np.linalg.cholesky(r + RIDGE * np.eye(len(r))).T
    found, _ = nnls(root, np.linalg.solve(root.T, np.ones(len(r))))
    scaled = found / statistics.deviation(complete[:, varies])
    weights[:] = 0.0
    weights[varies] = scaled / scaled.sum()
    return weights


@method("weight/benefit-of-the-doubt")
def benefit_of_the_doubt(values: Values, *, bounds: str = "none", low: Bound = 0.0, high: Bound = 1.0) -> Values:
    """Take the one set of weights that suits all units together best, as long as it puts no unit above one.

        max sum_k sum_j w_j z_kj    with  sum_j w_j z_ij <= 1 for every i,  w >= 0,  low_j sum w <= w_j <= high_j sum w

    For weights of each unit's own see aggregate/benefit-of-the-doubt; these serve an index whose units share weights.
    values : (units, children), at or above 0; NaN = no value; on the complete rows.
    bounds : "none", or "weight-share" with low and high, one share or one a child.
    Returns : (children,), adding up to one; NaN throughout with a negative value or a child that is zero for all.
    Raises : UnfitMethod for bounds that cannot be met, and for pie shares, which are a single unit's.
    Source : Cherchye et al. (2007); Kao and Hung (2005) for common weights.
    """
    return common_weights(statistics.complete_rows(values), bounds=bounds, low=low, high=high)


#: Added to the diagonal of a correlation matrix, so that it can be inverted (methods.md M2.6).
RIDGE = 1e-8


def _flat(values: Values) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Say which columns do not vary beyond rounding."""
    low, high = statistics.lowest(values), statistics.highest(values)
    return np.asarray(~(high - low > statistics.FLAT * np.maximum(np.abs(low), np.abs(high))))
