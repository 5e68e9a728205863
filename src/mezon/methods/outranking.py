"""Aggregations that compare units pair by pair: only who is better counts, never by how much."""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Values
from mezon.methods.consensus import consensus_places
from mezon.methods.coverage import is_covered, seen_children
from mezon.methods.rank import DIGITS, significant
from mezon.methods.registry import method

#: A share of weights this close to a half is a half.
EVEN = 1e-9


@method("aggregate/copeland")
def copeland(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Count the units that a unit outranks, less those that outrank it.

        y_a = number of b with o_ab > 1/2  -  number of b with o_ab < 1/2        o : see `outranking_matrix`

    values : (..., units, children), the units that are compared; NaN = no score. weights : broadcasts to it.
    min_coverage : the least share of a unit's children, by count, that must have a score.
    Returns : (..., units), from -(n - 1) to n - 1; NaN for a unit without a score or with too few.
    Source : Copeland (1951); OECD/JRC Handbook (2008), step 7; methods.md M2.5.
    """
    there = is_covered(values, weights, min_coverage)
    above = outranking_matrix(np.where(there[..., None], values, np.nan), weights=weights)
    wins = (above > 0.5 + EVEN).sum(axis=-1).astype(np.float64) - (above < 0.5 - EVEN).sum(axis=-1)
    return np.where(there, wins, np.nan)


@method("aggregate/borda")
def borda(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Give a unit, in every child, a point for each unit it is better than and half a point for each it equals.

        y_a = sum_j w_j (number of b with x_aj > x_bj + half the number of others with x_aj = x_bj) = sum_b o_ab

    Weights are made to add up to one, so that the best possible is n - 1 points; the Handbook's tables, in which each
    vote counts one, are this times the number of votes.
    values, weights, min_coverage : as for copeland. Returns : (..., units).
    Source : Borda (1784); OECD/JRC Handbook (2008), step 7, tables 25-33.
    """
    there = is_covered(values, weights, min_coverage)
    above = outranking_matrix(np.where(there[..., None], values, np.nan), weights=weights)
    return np.where(there, np.where(np.isnan(above), 0.0, above).sum(axis=-1), np.nan)


@method("aggregate/kemeny")
def kemeny(values: Values, *, weights: Values, exact_up_to: int = 12, min_coverage: float = 0.0) -> Values:
    """Score units by the order that agrees with most comparisons, weighted (Condorcet-Kemeny-Young-Levenglick).

        maximise over all orders   sum o_ab over pairs with a before b
        y_a = n - place of a in the best order, or the mean of that over all best orders where several are equally good

    Units are split first into classes no lower one of which outranks a higher; within a class of up to `exact_up_to`
    units (at most 16) the best order is found exactly, beyond it by improving the Borda order until moving no single
    unit helps: a good order, not always the best.
    values, weights, min_coverage : as for copeland.
    Returns : (..., units), from 0 to n - 1; NaN for a unit without a score or with too few.
    Source : Kemeny (1959); Young and Levenglick (1978); OECD/JRC Handbook (2008), step 7, tables 36-37.
    """
    there = is_covered(values, weights, min_coverage)
    above = outranking_matrix(np.where(there[..., None], values, np.nan), weights=weights)
    flat, seen = above.reshape(-1, *above.shape[-2:]), there.reshape(-1, there.shape[-1])
    scores = np.full(seen.shape, np.nan)
    for case, matrix in enumerate(flat):
        mine = np.flatnonzero(seen[case])
        if not len(mine):
            continue
        places = consensus_places(_filled(matrix[np.ix_(mine, mine)]), exact_up_to=exact_up_to)
        scores[case, mine] = len(mine) - places
    return scores.reshape(there.shape)


def outranking_matrix(values: Values, *, weights: Values) -> Values:
    """Say of each pair of units in what share of the weights the first is better; a tie counts half.

        o_ab = sum_j w_j ([x_aj > x_bj] + [x_aj = x_bj] / 2) / sum_j w_j        over children that both have

    values : (..., units, children); NaN = no score. Values that agree to 10 significant digits are equal.
    weights : broadcasts to it; a child that one of two units lacks does not count between them.
    Returns : (..., units, units); o_ab + o_ba = 1; NaN on the diagonal, and for units that share no child.
    Source : OECD/JRC Handbook (2008), table 36; Munda and Nardo (2009).
    """
    share = np.where(seen_children(values, weights), np.broadcast_to(weights, values.shape), 0.0)
    x = significant(np.where(share > 0, values, 0.0), digits=DIGITS)
    units = x.shape[-2]
    won, total = np.zeros((*x.shape[:-1], units)), np.zeros((*x.shape[:-1], units))
    for child in range(x.shape[-1]):
        mine, weight = x[..., child], share[..., child]
        both = np.minimum(weight[..., :, None], weight[..., None, :])
        won += both * (np.sign(mine[..., :, None] - mine[..., None, :]) + 1.0) / 2
        total += both
    compared = (total > 0) & ~np.eye(units, dtype=bool)
    return np.where(compared, won / np.where(compared, total, 1.0), np.nan)


def _filled(above: Values) -> Values:
    """Let two units that share no child tie."""
    return np.where(np.isnan(above) & ~np.eye(len(above), dtype=bool), 0.5, np.nan_to_num(above))
