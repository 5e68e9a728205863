"""Splitting a change exactly among the causes that act together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np

from mezon.methods.arrays import Values


def split_change(values: Mapping[frozenset[str], Values], causes: Sequence[str]) -> dict[str, Values]:
    """Split what changed from none of the causes to all of them: each gets its Shapley value.

        phi_c = mean over the orders in which the causes can come, of v(those before and c) - v(those before)

    An order counts for a cell when every value along it is known. With all known this is the Shapley value; where
    one cause cannot come before another (nobody can see next year's values in last year's data), it is that of
    Faigle and Kern. Either way the parts add up to the change.

    values : set of causes that have acted -> (...); NaN, or no entry, = not known. Returns : cause -> (...), NaN where
    no order is known.
    Source : Shapley (1953); Faigle and Kern (1992), International Journal of Game Theory 21; methods.md M2.10.
    """
    shape = np.shape(values[frozenset()])
    unknown = np.full(shape, np.nan)
    sums = {cause: np.zeros(shape) for cause in causes}
    orders = np.zeros(shape)
    for order in permutations(causes):
        path = [values.get(frozenset(order[:length]), unknown) for length in range(len(order) + 1)]
        known = ~np.isnan(np.stack(path)).any(axis=0)
        orders += known
        for at, cause in enumerate(order):
            sums[cause] += np.where(known, path[at + 1] - path[at], 0.0)
    count = np.where(orders > 0, orders, np.nan)
    return {cause: total / count for cause, total in sums.items()}
