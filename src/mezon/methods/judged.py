"""Weights from experts' judgments: points to share out, comparisons of pairs, the best and the worst.

Judgments are declared data, one grammar for all: expert -> item -> number. An item is a child's code (points shared
out), or two codes as "A:B" (how many times more important A is than B). They stand in the step of the methodology file,
or in the register of ratings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mezon.errors import UnfitMethod
from mezon.methods.arrays import Values
from mezon.methods.registry import method

#: expert -> item -> number.
Judgments = Mapping[str, Mapping[str, float]]

#: Mean consistency index of random matrices of n = 1, 2, 3 ... by who tabled it.
RANDOM_INDEX = {
    "saaty-1980": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "saaty-2008": (0.0, 0.0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
}
#: The greatest consistency ratio that is accepted: for three children, four, and more.
ACCEPTED_RATIO = {3: 0.05, 4: 0.08}
ACCEPTED = 0.10
#: Greatest xi of a best-worst comparison of 1, 2, ... 9 (Rezaei 2015, table 1).
BEST_WORST_INDEX = (0.0, 0.44, 1.0, 1.63, 2.3, 3.0, 3.73, 4.47, 5.23)
#: Bisection of the nonlinear best-worst programme stops at a bracket this narrow.
NARROW = 1e-12

_GROUPS = ("judgments", "priorities")
_MODELS = ("linear", "nonlinear")


@dataclass(frozen=True, slots=True)
class Consistency:
    """How well a matrix of comparisons hangs together: eigenvalue, index, ratio, and what is accepted."""

    eigenvalue: float
    index: float
    ratio: float
    accepted: float


@method("weight/budget-allocation")
def budget_allocation(children: tuple[str, ...], *, judgments: Judgments | None = None) -> Values:
    """Take the mean of how experts share out a budget of points.

        w_j = mean over experts e of  b_ej / sum_j b_ej

    children : codes. judgments : expert -> child -> points, at or above 0, in any total; a child that an expert leaves
        out has none of that expert's points. An expert who gives these children no points is not asked about them.
    Returns : (children,), adding up to one; NaN throughout without any expert.
    Source : OECD/JRC Handbook (2008), step 6, budget allocation; methods.md M2.4.
    """
    points = allocations(children, judgments or {})
    return points.mean(axis=0) if len(points) else np.full(len(children), np.nan)


def allocations(children: tuple[str, ...], judgments: Judgments) -> Values:
    """Give each expert's shares, experts by name: (experts, children). Raises : UnfitMethod for negative points."""
    rows = np.array([[float(judgments[who].get(c, 0.0)) for c in children] for who in sorted(judgments)])
    rows = rows.reshape(len(judgments), len(children))
    if (rows < 0).any():
        raise UnfitMethod("A budget is shared out in points at or above 0.")
    total = rows.sum(axis=1, keepdims=True)
    return np.asarray((rows / np.where(total > 0, total, 1.0))[total[:, 0] > 0])


@method("weight/ahp")
def ahp(
    children: tuple[str, ...],
    *,
    judgments: Judgments | None = None,
    group: str = "judgments",
    random_index: str = "saaty-1980",
) -> Values:
    """Take the principal eigenvector of experts' pairwise comparisons (analytic hierarchy process).

        A w = lambda_max w,   a_ij = how many times more important i is than j,   a_ji = 1 / a_ij;   sum w = 1

    children : codes. judgments : expert -> "A:B" -> ratio above 0; pairs may be left out as long as the rest connect
        all children (Harker 1987). group : "judgments" takes the geometric mean of the experts' ratios cell by cell,
        "priorities" the mean of their weights. random_index : which table `consistency` uses; it moves no weight.
    Returns : (children,), adding up to one; NaN throughout without comparisons that connect all children.
    Raises : UnfitMethod for a ratio at or below 0, a pair judged both ways unequally, or another group or table.
    Source : Saaty (1980, 2008); Forman and Peniwati (1998) for groups; methods.md M9.2.
    """
    _one_of("group", group, _GROUPS)
    _one_of("random index", random_index, tuple(RANDOM_INDEX))
    tables = tables_of(children, judgments or {})
    none = np.full(len(children), np.nan)
    if not tables:
        return none
    if group == "judgments":
        found = principal(pooled(tables))
        return none if found is None else found[0]
    each = [found[0] for table in tables if (found := principal(table)) is not None]
    return np.mean(each, axis=0) if each else none


def comparisons(children: tuple[str, ...], items: Mapping[str, float]) -> Values:
    """Write one expert's comparisons as logarithms in a skew matrix; 0 on the diagonal, NaN where nothing was said.

    Returns : (children, children); NaN off the diagonal throughout without any comparison of these children.
    Raises : UnfitMethod for a ratio at or below 0, or a pair judged both ways that does not agree.
    """
    place = {code: at for at, code in enumerate(children)}
    table = np.full((len(children), len(children)), np.nan)
    for item in sorted(items):
        a, _, b = item.partition(":")
        if a not in place or b not in place or a == b:
            continue
        ratio = float(items[item])
        if not ratio > 0:
            raise UnfitMethod(f"Comparison {item} is {ratio:g}; a ratio is above 0.")
        said = np.log(ratio)
        if not np.isnan(table[place[a], place[b]]) and abs(table[place[a], place[b]] - said) > 1e-6:
            raise UnfitMethod(f"{a} and {b} are compared both ways, and the ratios do not agree.")
        table[place[a], place[b]], table[place[b], place[a]] = said, -said
    np.fill_diagonal(table, 0.0)
    return table


def tables_of(children: tuple[str, ...], judgments: Judgments) -> list[Values]:
    """Give the comparisons of each expert who compared any of the children, experts by name."""
    every = [comparisons(children, judgments[who]) for who in sorted(judgments)]
    return [table for table in every if (~np.isnan(table)).sum() > len(children)]


def pooled(tables: list[Values]) -> Values:
    """Take the geometric mean of the ratios, cell by cell, over the experts who compared the pair."""
    cube = np.stack(tables)
    said = (~np.isnan(cube)).sum(axis=0)
    return np.where(said > 0, np.where(np.isnan(cube), 0.0, cube).sum(axis=0) / np.maximum(said, 1), np.nan)


def principal(table: Values) -> tuple[Values, float] | None:
    """Give the principal eigenvector, adding up to one, and its eigenvalue; None where comparisons do not connect all.

    table : logarithms of ratios, NaN where nothing was said. A pair that is left out counts as the ratio of the weights
    themselves: its cell is 0, and each diagonal cell is 1 plus the number of its row's gaps (Harker 1987).
    """
    said = ~np.isnan(table)
    if not _connected(said):
        return None
    matrix = np.where(said, np.exp(np.where(said, table, 0.0)), 0.0) + np.diag((~said).sum(axis=1).astype(np.float64))
    values, vectors = np.linalg.eig(matrix)
    first = int(np.argmax(values.real))
    vector = np.abs(vectors[:, first].real)
    return vector / vector.sum(), float(values[first].real)


def consistency(table: Values, *, random_index: str = "saaty-1980") -> Consistency | None:
    """Say how consistent comparisons are; None where they do not connect all children.

        CI = (lambda_max - n) / (n - 1),   CR = CI / RI(n);  accepted up to .05 for n = 3, .08 for n = 4, .10 beyond

    Source : Saaty (1980); methods.md M9.2.
    """
    found, n = principal(table), len(table)
    if found is None:
        return None
    index = max((found[1] - n) / (n - 1), 0.0) if n > 1 else 0.0
    random = RANDOM_INDEX[random_index][min(n, 15) - 1]
    return Consistency(found[1], index, index / random if random else 0.0, ACCEPTED_RATIO.get(n, ACCEPTED))


def least_consistent(children: tuple[str, ...], table: Values, *, most: int = 3) -> list[tuple[str, float, float]]:
    """Name the comparisons that depart most from the weights: item, ratio said, ratio of the weights; worst first."""
    found = principal(table)
    if found is None:
        return []
    implied = np.log(found[0])[:, None] - np.log(found[0])[None, :]
    a, b = np.triu_indices(len(children), k=1)
    apart = np.nan_to_num(np.abs(table[a, b] - implied[a, b]), nan=-1.0)
    worst = [at for at in np.argsort(-apart, kind="stable")[:most] if apart[at] > 1e-6]
    pairs = [(int(a[at]), int(b[at])) for at in worst]
    return [
        (f"{children[i]}:{children[j]}", float(np.exp(table[i, j])), float(np.exp(implied[i, j]))) for i, j in pairs
    ]


@method("weight/best-worst")
def best_worst(children: tuple[str, ...], *, judgments: Judgments | None = None, model: str = "linear") -> Values:
    """Take the weights that agree best with comparisons of the best child with all, and of all with the worst.

        linear      min xi   with  |w_B - a_Bj w_j| <= xi   and  |w_j - a_jW w_W| <= xi
        nonlinear   min xi   with  |w_B / w_j - a_Bj| <= xi and  |w_j / w_W - a_jW| <= xi;   the middle of its optima

    children : codes. judgments : expert -> "B:j" and "j:W" -> ratio from 1; the best is the child compared with all
        others on the left, the worst the one on the right. The mean of the experts' weights is taken.
    Returns : (children,), adding up to one; NaN throughout without an expert who compared all.
    Raises : UnfitMethod for another model, or comparisons that a best and a worst child cannot be told from.
    Source : Rezaei (2015, 2016); methods.md M9.3.
    """
    _one_of("model", model, _MODELS)
    solve = best_worst_linear if model == "linear" else best_worst_nonlinear
    each = [solve(*each)[0] for table in tables_of(children, judgments or {}) for each in [best_and_worst(table)]]
    return np.mean(each, axis=0) if each else np.full(len(children), np.nan)


def best_and_worst(table: Values) -> tuple[Values, Values, int, int]:
    """Read ratios best to others, others to worst, and the places of both, from one expert's comparisons.

    Raises : UnfitMethod when no child is compared as the best, or the worst, with all others.
    """
    best = [at for at in range(len(table)) if (table[at] >= 0).all()]
    worst = [at for at in range(len(table)) if (table[:, at] >= 0).all()]
    if not best or not worst:
        raise UnfitMethod(
            "Best-worst wants the best child compared with all others, and all others with the worst.",
            hint='Write items "BEST:OTHER" and "OTHER:WORST" with ratios from 1.',
        )
    return np.exp(table[best[0]]), np.exp(table[:, worst[-1]]), best[0], worst[-1]


def best_worst_linear(to_others: Values, to_worst: Values, best: int, worst: int) -> tuple[Values, float]:
    """Solve the linear best-worst programme: weights (children,) that add up to one, and xi.

    to_others : a_B, (children,). to_worst : a_W, (children,). best, worst : places.
    """
    from scipy.optimize import linprog

    rows = _best_worst_rows(to_others, to_worst, best, worst)
    limits = np.concatenate([np.hstack([rows, -np.ones((len(rows), 1))]), np.hstack([-rows, -np.ones((len(rows), 1))])])
    goal = np.append(np.zeros(len(to_others)), 1.0)
    total = np.append(np.ones(len(to_others)), 0.0)[None]
    found = linprog(goal, A_ub=limits, b_ub=np.zeros(len(limits)), A_eq=total, b_eq=[1.0], method="highs")
    return np.asarray(found.x[:-1]), float(found.x[-1])


def best_worst_nonlinear(to_others: Values, to_worst: Values, best: int, worst: int) -> tuple[Values, float]:
    """Solve the nonlinear best-worst programme by bisection on xi: the middle of the weights that reach it, and xi."""
    low, high = 0.0, float(max(to_others.max(), to_worst.max()))
    while high - low > NARROW * max(high, 1.0):
        middle = (low + high) / 2
        if _interval(to_others, to_worst, best, worst, middle, at=0) is None:
            low = middle
        else:
            high = middle
    bounds = best_worst_intervals(to_others, to_worst, best, worst, high * (1 + 1e-9) + 1e-12)
    centre = bounds.mean(axis=0)
    return np.asarray(centre / centre.sum()), high


def best_worst_intervals(to_others: Values, to_worst: Values, best: int, worst: int, xi: float) -> Values:
    """Give the least and greatest weight of each child among the weights that depart by `xi` at most: (2, children)."""
    found = [_interval(to_others, to_worst, best, worst, xi, at=at) for at in range(len(to_others))]
    return np.array([each if each is not None else (np.nan, np.nan) for each in found]).T


def best_worst_ratio(xi: float, to_others: Values, worst: int) -> float:
    """Consistency ratio of a nonlinear programme: xi over the greatest xi for the best's ratio to the worst."""
    steps = np.arange(1.0, len(BEST_WORST_INDEX) + 1)
    greatest = float(np.interp(to_others[worst], steps, BEST_WORST_INDEX))
    return xi / greatest if greatest > 0 else 0.0


def _interval(
    to_others: Values, to_worst: Values, best: int, worst: int, xi: float, *, at: int
) -> tuple[float, float] | None:
    """Give the least and greatest weight of one child with departures up to xi; None where no weights are so close."""
    from scipy.optimize import linprog

    n = len(to_others)
    unit = np.eye(n)
    rows = []
    for j in range(n):
        rows += [unit[best] - (to_others[j] + xi) * unit[j], (to_others[j] - xi) * unit[j] - unit[best]]
        rows += [unit[j] - (to_worst[j] + xi) * unit[worst], (to_worst[j] - xi) * unit[worst] - unit[j]]
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * unit[at], A_ub=np.array(rows), b_ub=np.zeros(len(rows)), A_eq=np.ones((1, n)), b_eq=[1.0]
        )
        if found.status != 0:
            return None
        ends.append(sign * float(found.fun))
    return ends[0], ends[1]


def _best_worst_rows(to_others: Values, to_worst: Values, best: int, worst: int) -> Values:
    n = len(to_others)
    unit = np.eye(n)
    from_best = [unit[best] - to_others[j] * unit[j] for j in range(n) if j != best]
    to_last = [unit[j] - to_worst[j] * unit[worst] for j in range(n) if j not in (worst, best)]
    return np.array(from_best + to_last)


def _connected(said: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> bool:
    reached = np.zeros(len(said), dtype=bool)
    reached[0] = True
    for _ in range(len(said)):
        reached = reached | said[reached].any(axis=0)
    return bool(reached.all())


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UnfitMethod(f"There is no {what} {value!r}.", hint=f"Write one of {', '.join(allowed)}.")
