"""Whether enough of a node's children have a score: what every aggregation asks first."""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Mask, Values

#: A coverage this close below its limit reaches it.
GUARD = 1e-9


def seen_children(values: Values, weights: Values) -> Mask:
    """Say which children count and have a score: (..., children); one of weight 0 is no child."""
    return np.asarray(np.broadcast_to(weights > 0, values.shape) & ~np.isnan(values))


def is_covered(values: Values, weights: Values, min_coverage: float) -> Mask:
    """Say of each row whether at least one, and `min_coverage` of its children by count, have a score: (...)."""
    counts = np.broadcast_to(weights > 0, values.shape).sum(axis=-1)
    seen = seen_children(values, weights).sum(axis=-1)
    return np.asarray((seen > 0) & (seen >= min_coverage * counts - GUARD))


def shares(values: Values, weights: Values) -> Values:
    """Give the weights of the children that have a score, made to add up to one in each row: (..., children)."""
    mine = np.where(seen_children(values, weights), weights, 0.0)
    total = mine.sum(axis=-1, keepdims=True)
    return np.asarray(mine / np.where(total > 0, total, 1.0))
