"""The order of units that agrees with most of the comparisons made between them (Kemeny)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mezon.methods.arrays import Values

#: Orders whose agreement differs by less than this are equally good.
EQUAL = 1e-9
#: Above this the exact search would take too long: it looks at 2^n sets of units.
MOST_EXACT = 16

Places = npt.NDArray[np.intp]


def consensus_places(above: Values, *, exact_up_to: int = 12) -> Values:
    """Give the place of each unit in the best order, from 1; the mean of it over all best orders that are equally good.

    above : (units, units), in what share a unit is better than another; above[a, b] + above[b, a] = 1.
    exact_up_to : units in one class up to which the best order is certain; see `aggregate/kemeny`.
    Returns : (units,).
    """
    places = np.empty(len(above))
    first = 0.0
    for group in majority_classes(above):
        inner = above[np.ix_(group, group)]
        found = _exact(inner) if len(group) <= min(exact_up_to, MOST_EXACT) else _improved(inner)
        places[group] = first + found
        first += len(group)
    return places


def agreement(above: Values, order: Places) -> float:
    """Give the Kemeny score of an order: the sum of above[a, b] over the pairs with a before b."""
    return float(np.triu(above[np.ix_(order, order)], k=1).sum())


def majority_classes(above: Values) -> list[Places]:
    """Split units into classes, best first: every unit of a class is better, in most comparisons, than all of a later.

    These are the classes within which a majority for the one or a tie leads round in a circle; every best order keeps
    to them (Truchon 1998, extended Condorcet criterion).
    """
    strict = above > 0.5 + EQUAL
    order = np.argsort(-strict.sum(axis=1), kind="stable")
    weak = ~strict[np.ix_(order, order)]
    last = len(order) - 1 - weak[:, ::-1].argmax(axis=1)  # the lowest unit that each does not beat; at least itself
    ends = np.flatnonzero(np.maximum.accumulate(last) == np.arange(len(order))) + 1
    return [np.sort(each) for each in np.split(order, ends[:-1])]


def _exact(above: Values) -> Values:
    """Mean places over all best orders, by dynamic programming over sets of units that come first."""
    n = len(above)
    if n == 1:
        return np.ones(1)
    sets = np.arange(1 << n)
    inside = ((sets[:, None] >> np.arange(n)) & 1).astype(bool)
    gain = (~inside).astype(np.float64) @ above.T  # gain[S, a]: what a agrees on when it comes next after S
    ahead, ways = _built_up(gain, inside)
    behind, rest = _built_up(inside.astype(np.float64) @ above.T, inside)
    return _mean_places(ahead, ways, behind, rest, gain, inside)


def _built_up(gain: Values, inside: npt.NDArray[np.bool_]) -> tuple[Values, Values]:
    """Best agreement with which each set can come about one unit at a time, and in how many ways."""
    count, n = inside.shape
    best, ways = np.full(count, -np.inf), np.zeros(count)
    best[0], ways[0] = 0.0, 1.0
    sizes = inside.sum(axis=1)
    for size in range(1, n + 1):
        mine = np.flatnonzero(sizes == size)
        before = mine[:, None] & ~(1 << np.arange(n))
        reached = np.where(inside[mine], best[before] + gain[before, np.arange(n)], -np.inf)
        best[mine] = reached.max(axis=1)
        ways[mine] = np.where(reached >= best[mine, None] - EQUAL, ways[before], 0.0).sum(axis=1)
    return best, ways


def _mean_places(
    ahead: Values, ways: Values, behind: Values, rest: Values, gain: Values, inside: npt.NDArray[np.bool_]
) -> Values:
    """Weigh every place of every unit by the number of best orders that have it there."""
    count, n = inside.shape
    places = np.zeros(n)
    sets, sizes = np.arange(count), inside.sum(axis=1)
    for unit in range(n):
        before = sets[~inside[:, unit]]
        after = (count - 1) & ~(before | (1 << unit))
        total = ahead[before] + gain[before, unit] + behind[after]
        orders = np.where(total >= ahead[-1] - EQUAL, ways[before] * rest[after], 0.0)
        places[unit] = (orders * (sizes[before] + 1)).sum() / ways[-1]
    return places


def _improved(above: Values) -> Values:
    """Start from the Borda order, and move single units to where they agree best until no move helps."""
    order = np.argsort(-above.sum(axis=1), kind="stable")
    helped = True
    while helped:
        helped = False
        for unit in range(len(order)):
            order, moved = _moved(above, order, unit)
            helped = helped or moved
    places = np.empty(len(order))
    places[order] = np.arange(1.0, len(order) + 1)
    return places


def _moved(above: Values, order: Places, unit: int) -> tuple[Places, bool]:
    """Put one unit where the order agrees best; the earliest such place."""
    at = int(np.flatnonzero(order == unit)[0])
    others = np.delete(order, at)
    behind = np.concatenate([[0.0], np.cumsum(above[others, unit] - above[unit, others])])
    best = int(np.argmax(behind >= behind.max() - EQUAL))
    if behind[best] <= behind[at] + EQUAL:
        return order, False
    return np.insert(others, best, unit), True
