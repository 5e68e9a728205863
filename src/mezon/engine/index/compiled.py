"""The loops of the kernel, compiled by numba: the only file that imports it, and nobody does without the extra `fast`.

Arrays are (..., rows, lanes) inside: the same row of many draws side by side, so that the processor takes several at
once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

#: Draws that go through side by side.
LANES = 64

#: As in `tallying`.
SAME = 5e-10

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
Counts = npt.NDArray[np.integer[Any]]
Function = TypeVar("Function", bound=Callable[..., Any])


def _compiled(function: Function) -> Function:
    return cast("Function", njit(cache=True, nogil=True, fastmath={"contract"}, error_model="numpy")(function))


@_compiled
def run(
    place: Places,
    domain: Places,
    leaf_from: Places,
    leaf_child: Places,
    node_from: Places,
    node_child: Places,
    forward: Floats,
    weights: Floats,
    units: int,
    low: Floats,
    per_width: Floats,
    score_counts: Counts,
    rank_counts: Counts,
    above: Counts,
    rose: Counts,
    least: Floats,
    most: Floats,
) -> None:
    """Score all nodes of each draw, then rank and count each node, period by period.

    Rows are all units of a period side by side. `weights` : (children, draws).
    """
    draws, rows = weights.shape[1], forward.shape[1]
    leaves = weights.shape[0] - score_counts.shape[0]
    inner = np.empty((score_counts.shape[0], rows, LANES))
    spare, rounded = np.empty((rows, LANES)), np.empty((units, LANES))
    single = np.empty((units, LANES), dtype=np.float32)
    lost = np.empty((rows, LANES), dtype=np.int32)
    won = np.empty((units, units), dtype=np.int32)
    own, total = np.empty((weights.shape[0], LANES)), np.empty(LANES)
    for start in range(0, draws, LANES):
        lanes = min(LANES, draws - start)
        for child in range(weights.shape[0]):
            for lane in range(LANES):
                own[child, lane] = weights[child, start + min(lane, lanes - 1)]
        for at in range(len(place)):
            node = place[at]
            mean(at, domain, place, leaf_from, leaf_child, node_from, node_child, forward, own, leaves, inner, total)
            scores = inner[node]
            if domain[at] != 0:
                scores = spare
                back(domain[at], inner[node], scores)
            for period in range(rows // units):
                first = period * units
                here, losses = scores[first : first + units], lost[first : first + units]
                if lanes < LANES or not rank_single(here, single, losses, won):
                    digits(here, rounded)
                    rank(rounded, losses, won, lanes)
                for a in range(units):
                    for b in range(units):
                        above[node, period, a, b] += won[a, b]
            tally(scores, lost, lanes, low[node], per_width[node], score_counts[node], rank_counts[node],
                  least[node], most[node])  # fmt: skip
            improved(scores, lanes, units, rose[node])


@_compiled
def improved(scores: Floats, lanes: int, units: int, rose: Counts) -> None:
    """Count in how many draws each unit rose between any two periods, by more than its tenth digit."""
    step = 0
    periods = scores.shape[0] // units
    for earlier in range(periods):
        for later in range(earlier + 1, periods):
            for unit in range(units):
                for lane in range(lanes):
                    before, after = scores[earlier * units + unit, lane], scores[later * units + unit, lane]
                    if after > before + SAME * abs(before):
                        rose[step, unit] += 1
            step += 1


@_compiled
def mean(
    at: int,
    domain: Places,
    place: Places,
    leaf_from: Places,
    leaf_child: Places,
    node_from: Places,
    node_child: Places,
    forward: Floats,
    own: Floats,
    leaves: int,
    inner: Floats,
    total: Floats,
) -> None:
    """Take the mean of a node's children in its domain."""
    top = inner[place[at]]
    rows = top.shape[0]
    total[:] = 0.0
    top[:] = 0.0
    first, last = leaf_from[at], leaf_from[at + 1]
    while last - first >= 4:
        add_four(forward, leaf_child, first, own, top, total)
        first += 4
    for k in range(first, last):
        add_leaf(forward[k], own[leaf_child[k]], top, total)
    for k in range(node_from[at], node_from[at + 1]):
        child = node_child[k]
        theirs = domain[np.argmax(place == child)]
        add_node(inner[child], theirs, domain[at], own[leaves + child], top, total)
    for row in range(rows):
        for lane in range(LANES):
            top[row, lane] /= total[lane]


@_compiled
def add_four(forward: Floats, leaf_child: Places, k: int, own: Floats, top: Floats, total: Floats) -> None:
    """Add four leaves at once, which touches the sums a fourth as often."""
    a, b, c, d = own[leaf_child[k]], own[leaf_child[k + 1]], own[leaf_child[k + 2]], own[leaf_child[k + 3]]
    for lane in range(LANES):
        total[lane] += (a[lane] + b[lane]) + (c[lane] + d[lane])
    for row in range(top.shape[0]):
        w, x, y, z = forward[k, row], forward[k + 1, row], forward[k + 2, row], forward[k + 3, row]
        for lane in range(LANES):
            top[row, lane] += (a[lane] * w + b[lane] * x) + (c[lane] * y + d[lane] * z)


@_compiled
def add_leaf(values: Floats, weight: Floats, top: Floats, total: Floats) -> None:
    """Add a leaf, the same for all draws."""
    for lane in range(LANES):
        total[lane] += weight[lane]
    for row in range(top.shape[0]):
        value = values[row]
        for lane in range(LANES):
            top[row, lane] += weight[lane] * value


@_compiled
def add_node(values: Floats, theirs: int, ours: int, weight: Floats, top: Floats, total: Floats) -> None:
    """Add a node, brought to the domain of its parent."""
    for lane in range(LANES):
        total[lane] += weight[lane]
    for row in range(top.shape[0]):
        if theirs == ours:
            for lane in range(LANES):
                top[row, lane] += weight[lane] * values[row, lane]
        else:
            for lane in range(LANES):
                top[row, lane] += weight[lane] * moved(values[row, lane], theirs, ours)


@_compiled
def moved(value: float, theirs: int, ours: int) -> float:
    """Bring a value from one domain to another."""
    if theirs == 1:
        value = math.exp(value)
    elif theirs == 2:
        value = 1.0 / value
    if ours == 1:
        return math.log(value)
    if ours == 2:
        return 1.0 / value
    return value


@_compiled
def back(domain: int, inner: Floats, scores: Floats) -> None:
    """Bring means back to scores."""
    if domain == 1:
        exponential(inner, scores)
        return
    for row in range(inner.shape[0]):
        for lane in range(LANES):
            scores[row, lane] = 1.0 / inner[row, lane]


@_compiled
def exponential(inner: Floats, scores: Floats) -> None:
    """Take e to the power of each, to the last digit or the one before, several at once.

    e^x = 2^n e^r with n = round(x / ln 2) and |r| <= ln 2 / 2; e^r by its series to r^13 (Cody and Waite, 1980).
    """
    bits = np.empty(LANES, dtype=np.int64)
    powers = bits.view(np.float64)
    for row in range(inner.shape[0]):
        for lane in range(LANES):
            x = min(max(inner[row, lane], -700.0), 700.0)
            n = np.floor(x * 1.4426950408889634 + 0.5)
            r = (x - n * 0.693145751953125) - n * 1.4286068203094173e-06
            y = 1.0 / 6227020800.0
            y = y * r + 1.0 / 479001600.0
            y = y * r + 1.0 / 39916800.0
            y = y * r + 1.0 / 3628800.0
            y = y * r + 1.0 / 362880.0
            y = y * r + 1.0 / 40320.0
            y = y * r + 1.0 / 5040.0
            y = y * r + 1.0 / 720.0
            y = y * r + 1.0 / 120.0
            y = y * r + 1.0 / 24.0
            y = y * r + 1.0 / 6.0
            y = y * r + 0.5
            y = y * r + 1.0
            scores[row, lane] = y * r + 1.0
            bits[lane] = (np.int64(n) + 1023) << 52
        for lane in range(LANES):
            scores[row, lane] *= powers[lane]


@_compiled
def digits(scores: Floats, rounded: Floats) -> None:
    """Round to ten significant digits; the power of ten is counted from the few that lie between least and largest."""
    smallest, largest = extremes(scores)
    first, last = math.floor(math.log10(smallest)), math.floor(math.log10(largest))
    rounded[:] = 10.0 ** (9 - first)
    for power in range(first + 1, last + 1):
        edge, scale = 10.0**power, 10.0 ** (9 - power)
        for row in range(scores.shape[0]):
            for lane in range(LANES):
                if abs(scores[row, lane]) >= edge:
                    rounded[row, lane] = scale
    for row in range(scores.shape[0]):
        for lane in range(LANES):
            scale = rounded[row, lane]
            rounded[row, lane] = np.rint(scores[row, lane] * scale) / scale


@_compiled
def extremes(scores: Floats) -> tuple[float, float]:
    """Give the least size above zero and the largest; 1 where there is none."""
    smallest, largest = math.inf, 0.0
    for row in range(scores.shape[0]):
        for lane in range(LANES):
            size = abs(scores[row, lane])
            largest = max(largest, size)
            if size > 0.0:
                smallest = min(smallest, size)
    return (1.0, 1.0) if smallest == math.inf else (smallest, largest)


@_compiled
def rank_single(scores: Floats, single: Singles, lost: Counts, won: Counts) -> bool:
    """Rank in single precision; False where two units are too close for it, so that it has to be done again.

    Single precision keeps the order of what it tells apart, and tells apart what differs by more than its last digit:
    scores that agree to ten digits never do.
    """
    rows = scores.shape[0]
    least, most = np.empty(rows, dtype=np.float32), np.empty(rows, dtype=np.float32)
    always = np.zeros(rows, dtype=np.int32)
    for row in range(rows):
        small, large = np.float32(math.inf), np.float32(-math.inf)
        for lane in range(LANES):
            value = np.float32(scores[row, lane])
            single[row, lane] = value
            small, large = min(small, value), max(large, value)
            lost[row, lane] = 0
        least[row], most[row] = small, large
    ties = np.int32(0)
    for a in range(rows):
        first, mine = single[a], lost[a]
        won[a, a] = 0
        for b in range(a + 1, rows):
            # Two units whose scores do not overlap in these draws need no look at each of them.
            if least[a] > most[b]:
                always[b] += 1
                won[a, b], won[b, a] = LANES, 0
                continue
            if least[b] > most[a]:
                always[a] += 1
                won[a, b], won[b, a] = 0, LANES
                continue
            second, theirs = single[b], lost[b]
            count, same = np.int32(0), np.int32(0)
            always[a] += 1
            for lane in range(LANES):
                higher = np.int32(first[lane] > second[lane])
                theirs[lane] += higher
                mine[lane] -= higher
                count += higher
                same += np.int32(first[lane] == second[lane])
            won[a, b], won[b, a] = count, LANES - count
            ties += same
    for row in range(rows):
        for lane in range(LANES):
            lost[row, lane] += always[row]
    return bool(ties == 0)


@_compiled
def rank(rounded: Floats, lost: Counts, won: Counts, lanes: int) -> None:
    """Count above whom and below whom each unit is, ties told; `lost` is how many are above it."""
    rows = rounded.shape[0]
    for row in range(rows):
        for lane in range(LANES):
            lost[row, lane] = 0
    for a in range(rows):
        won[a, a] = 0
        for b in range(a + 1, rows):
            count = beaten = np.int32(0)
            # The last lanes of an incomplete batch repeat a draw: they count for nothing.
            for lane in range(lanes):
                higher = np.int32(rounded[a, lane] > rounded[b, lane])
                lower = np.int32(rounded[a, lane] < rounded[b, lane])
                lost[b, lane] += higher
                lost[a, lane] += lower
                count += higher
                beaten += lower
            won[a, b], won[b, a] = count, beaten


@_compiled
def tally(
    scores: Floats,
    lost: Counts,
    lanes: int,
    low: Floats,
    per_width: Floats,
    score_counts: Counts,
    rank_counts: Counts,
    least: Floats,
    most: Floats,
) -> None:
    """Count scores in their bins, and ranks."""
    last = float(score_counts.shape[1] - 1)
    places = np.empty(LANES, dtype=np.int32)
    for row in range(scores.shape[0]):
        smallest, largest = math.inf, -math.inf
        start, scale = low[row], per_width[row]
        for lane in range(LANES):
            value = scores[row, lane]
            smallest, largest = min(smallest, value), max(largest, value)
            places[lane] = np.int32(min(max((value - start) * scale, 0.0), last))
        least[row], most[row] = min(least[row], smallest), max(most[row], largest)
        mine, ranks = score_counts[row], rank_counts[row]
        for lane in range(lanes):
            mine[places[lane]] += np.uint32(1)
            ranks[2 * (lost[row, lane] + 1)] += np.uint32(1)
