"""Benefit of the doubt: every unit is scored with the weights that suit it best, found by linear programmes (HiGHS)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mezon.errors import UnfitMethod
from mezon.methods.arrays import Mask, Values
from mezon.methods.coverage import is_covered, seen_children
from mezon.methods.registry import method

#: Bounds whose sums miss one by less than this can be met.
SLACK = 1e-9

#: Units whose programmes are solved side by side as one, which is several times faster than one by one.
AT_ONCE = 32

#: A share of all children alike, or one for each in the order of the tree.
Bound = float | Sequence[float]

_BOUNDS = ("none", "weight-share", "pie-share")


@method("aggregate/benefit-of-the-doubt")
def benefit_of_the_doubt(
    values: Values,
    *,
    weights: Values,
    bounds: str = "none",
    low: Bound = 0.0,
    high: Bound = 1.0,
    min_coverage: float = 0.0,
) -> Values:
    """Score each unit by the weights that suit it best, as long as they put no unit above one.

        y_k = max sum_j w_j z_kj    with  sum_j w_j z_ij <= 1 for every unit i,  w >= 0,  and one of
        weight-share   low_j sum w <= w_j <= high_j sum w             every weight has its share of all weights
        pie-share      low_j y_k <= w_j z_kj <= high_j y_k            every child has its share of the unit's own score

    These are two different programmes: the first bounds importance, the second contributions.
    values : (units, children), at or above 0, of a common scale for weight-share; NaN = no score. A unit that lacks a
        child is scored without it, and counts as 0 in it for the others.
    weights : only say who is a child. low, high : one share, or one a child. min_coverage : as everywhere.
    Returns : (units,), from 0 to 1; NaN for a unit with a negative value, too few scores, or bounds that its children
        cannot meet (they leave less or more than the whole).
        A node of one child has no shares to bound.
    Raises : UnfitMethod for bounds of another name, of the wrong number, or not in order.
    Source : Cherchye et al. (2007); OECD/JRC Handbook (2008), step 6, table 19; methods.md M2.4.
    """
    found = most_favourable_weights(
        values, weights=weights, bounds=bounds, low=low, high=high, min_coverage=min_coverage
    )
    scores = np.where(np.isnan(values), 0.0, np.nan_to_num(found) * np.nan_to_num(values)).sum(axis=-1)
    return np.where(np.isnan(found).any(axis=-1), np.nan, np.minimum(scores, 1.0))


def most_favourable_weights(
    values: Values,
    *,
    weights: Values,
    bounds: str = "none",
    low: Bound = 0.0,
    high: Bound = 1.0,
    min_coverage: float = 0.0,
) -> Values:
    """Give the weights behind each unit's benefit of the doubt; they need not be the only ones as good.

    values, weights, bounds, low, high, min_coverage, Raises : as for `benefit_of_the_doubt`.
    Returns : (units, children), NaN for a unit without a score; 0 for a child that it lacks.
    """
    limits = share_limits(values.shape[-1], bounds=bounds, low=low, high=high)
    if values.shape[-1] == 1:
        bounds = "none"
    seen = seen_children(values, weights)
    known = np.where(seen, values, 0.0)
    compared = is_covered(values, weights, min_coverage) & (known >= 0).all(axis=-1)
    met = np.array([bounds == "none" or _can_be_met(limits[:, own]) for own in seen], dtype=bool)
    frontier = _not_dominated(known[compared])
    found = np.full(values.shape, np.nan)
    scored = np.flatnonzero(compared & met)
    for first in range(0, len(scored), AT_ONCE):
        part = scored[first : first + AT_ONCE]
        optima = _optima(known[part], seen[part], frontier, bounds, limits)
        if optima is None:
            each = [_optima(known[[unit]], seen[[unit]], frontier, bounds, limits) for unit in part]
            optima = np.concatenate(
                [one if one is not None else np.full((1, values.shape[-1]), np.nan) for one in each]
            )
        found[part] = optima
    return found


def common_weights(values: Values, *, bounds: str = "none", low: Bound = 0.0, high: Bound = 1.0) -> Values:
    """Give the one set of weights that suits all units together best, as long as it puts no unit above one.

        max sum_k sum_j w_j z_kj    with  sum_j w_j z_ij <= 1 for every i,  w >= 0,  low_j sum w <= w_j <= high_j sum w

    values : (units, children), at or above 0, without gaps.
    Returns : (children,), adding up to one; NaN when there is no answer, as with bounds that cannot add up to one.
    Raises : UnfitMethod for pie-share bounds, which are a single unit's, and as `benefit_of_the_doubt`.
    """
    if bounds == "pie-share":
        raise UnfitMethod(
            "weight/benefit-of-the-doubt finds one set of weights, and pie shares are each unit's own.",
            hint='Use bounds = "weight-share", or aggregate/benefit-of-the-doubt.',
        )
    limits = share_limits(values.shape[1], bounds=bounds, low=low, high=high)
    if bounds != "none" and values.shape[1] > 1 and not _can_be_met(limits):
        return np.full(values.shape[1], np.nan)
    if not len(values) or (values < 0).any() or not (values > 0).any(axis=0).all():
        return np.full(values.shape[1], np.nan)
    rows = _share_rows(np.ones(values.shape[1]), bounds, limits)
    found = _maximise(values.sum(axis=0), values, rows)
    return found / found.sum() if found is not None and found.sum() > 0 else np.full(values.shape[1], np.nan)


def share_limits(children: int, *, bounds: str, low: Bound, high: Bound) -> Values:
    """Give the least and greatest share of each child: (2, children).

    Raises : UnfitMethod for bounds of another name, of the wrong number, or not in order from 0.
    """
    if bounds not in _BOUNDS:
        raise UnfitMethod(f"Benefit of the doubt has no bounds {bounds!r}.", hint=f"Write one of {', '.join(_BOUNDS)}.")
    if bounds == "none":
        return np.stack([np.zeros(children), np.ones(children)])
    both = [np.atleast_1d(np.array(each, dtype=np.float64)) for each in (low, high)]
    if any(len(each) not in (1, children) for each in both):
        raise UnfitMethod(f"Benefit of the doubt wants one bound, or one for each of {children} children.")
    limits = np.stack([np.broadcast_to(each, (children,)) for each in both])
    if not ((limits[0] >= 0) & (limits[0] <= limits[1])).all():
        raise UnfitMethod(f"Shares from {low} to {high} are no bounds.", hint="Write low and high from 0 to 1.")
    return limits


def _can_be_met(limits: Values) -> bool:
    low, high = limits
    return bool(low.sum() <= 1 + SLACK and high.sum() >= 1 - SLACK)


def _not_dominated(values: Values) -> Values:
    """Keep the rows that no other equals or exceeds in every column: only they bound the weights."""
    kept = np.empty((0, values.shape[1]))
    for row in values[np.argsort(-values.sum(axis=1), kind="stable")]:
        if not (kept >= row).all(axis=1).any():
            kept = np.concatenate([kept, row[None]])
    return kept


def _optima(own: Values, seen: Mask, frontier: Values, bounds: str, limits: Values) -> Values | None:
    """Solve the programmes of several units, side by side as one; None when that has no answer.

    own, seen : (units, children). frontier : (rows, children). Returns : weights, (units, children).
    """
    from scipy.optimize import linprog
    from scipy.sparse import block_diag

    units, children = own.shape
    largest = frontier.max(axis=0, initial=0.0)
    # Columns are scaled to a largest value of one, so that the solver's tolerances mean the same for every child.
    scale = np.where(largest > 0, largest, 1.0)
    pieces, rights = [], []
    for unit in range(units):
        rows = np.zeros((0, children))
        if bounds != "none":
            share = _share_rows(own[unit] if bounds == "pie-share" else seen[unit].astype(np.float64), bounds, limits)
            rows = share[np.tile(seen[unit], 2)]
        size = np.abs(rows / scale).max(initial=0.0)
        pieces.append(np.concatenate([frontier / scale, rows / scale / (size if size > 0 else 1.0)]))
        rights.append(np.concatenate([np.ones(len(frontier)), np.zeros(len(rows))]))
    # A child that a unit lacks stays at zero, and one that is zero for all, unless it must have its share of weights.
    free = seen & ((largest > 0) | (bounds == "weight-share"))
    upper = np.where(free, np.inf, 0.0).ravel()
    box = np.stack([np.zeros(units * children), upper], axis=1)
    goal = -(own / scale).ravel()
    found = linprog(goal, A_ub=block_diag(pieces, "csr"), b_ub=np.concatenate(rights), bounds=box, method="highs")
    return np.maximum(found.x, 0.0).reshape(own.shape) / scale if found.status == 0 else None


def _share_rows(scale: Values, bounds: str, limits: Values) -> Values:
    """Write low <= s_j w_j / sum s w <= high as rows of A w <= 0."""
    if bounds == "none":
        return np.empty((0, len(scale)))
    low, high = limits
    mine, all_ = np.diag(scale), np.broadcast_to(scale, (len(scale), len(scale)))
    return np.concatenate([low[:, None] * all_ - mine, mine - high[:, None] * all_])


def _maximise(gain: Values, frontier: Values, rows: Values) -> Values | None:
    """Maximise gain @ w under frontier @ w <= 1, rows @ w <= 0, w >= 0; None when that has no end.

    Columns are scaled to a largest value of one, so that the solver's tolerances mean the same for every child. A child
    that is zero for all is held at zero.
    """
    from scipy.optimize import linprog

    largest = frontier.max(axis=0, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0)
    common = scale.max() if len(rows) else 1.0
    limits = np.concatenate([frontier / scale, rows / scale * common])
    right = np.concatenate([np.ones(len(frontier)), np.zeros(len(rows))])
    upper = [(0.0, None if each > 0 or len(rows) else 0.0) for each in largest]
    found = linprog(-gain / scale, A_ub=limits, b_ub=right, bounds=upper, method="highs")
    return np.maximum(found.x, 0.0) / scale if found.status == 0 else None
