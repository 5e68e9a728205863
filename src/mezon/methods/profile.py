"""Aggregations that look at a unit's profile and are no mean on another scale: the least, the middle, the uneven."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mezon.errors import UnfitMethod
from mezon.methods.arrays import Values
from mezon.methods.coverage import is_covered, seen_children, shares
from mezon.methods.registry import method

#: Shares whose sums agree this closely are equal: halves of thirds and sixths are seldom exact.
EQUAL = 1e-12

_PENALTIES = {"minus": -1.0, "plus": 1.0}


@method("aggregate/minimum")
def minimum(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Take the weakest child: nothing makes up for it.

        y = min x        over the children that have a score; weights only say who is a child

    values : (..., children); NaN = no score. weights : broadcasts to it; a child of weight 0 is no child.
    min_coverage : the least share of children, by count, that must have a score.
    Returns : (...); NaN where none has a score or too few have one.
    Source : methods.md M2.5 (Leontief); the power mean's limit as p falls.
    """
    least = np.where(seen_children(values, weights), values, np.inf).min(axis=-1, initial=np.inf)
    return np.where(is_covered(values, weights, min_coverage), least, np.nan)


@method("aggregate/median")
def median(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Take the child in the middle of the weights: single outliers do not matter.

        y = the x at which the weights of those below and of those above are at most a half each;
            half way between two where the weights below come to exactly a half

    With equal weights this is the plain median. values, weights, min_coverage : as for minimum.
    Returns : (...); NaN where none has a score or too few have one.
    Source : Edgeworth (1888), weighted median; both middle values averaged as in the plain one.
    """
    seen = seen_children(values, weights)
    order = np.argsort(np.where(seen, values, np.inf), axis=-1, kind="stable")
    ordered = np.take_along_axis(np.where(seen, values, 0.0), order, -1)
    reached = np.cumsum(np.take_along_axis(shares(values, weights), order, -1), axis=-1)
    last = np.maximum(seen.sum(axis=-1, keepdims=True) - 1, 0)
    low = np.minimum((reached < 0.5 - EQUAL).sum(axis=-1, keepdims=True), last)
    high = np.minimum((reached <= 0.5 + EQUAL).sum(axis=-1, keepdims=True), last)
    middle = (np.take_along_axis(ordered, low, -1) + np.take_along_axis(ordered, high, -1))[..., 0] / 2
    return np.where(is_covered(values, weights, min_coverage), middle, np.nan)


@method("aggregate/owa")
def owa(values: Values, *, shares: Values, weights: Sequence[float] = (), min_coverage: float = 0.0) -> Values:
    """Weigh places instead of children: the best score of a unit takes the first weight, its worst the last.

        y = sum v_i x_(i),   x_(1) >= x_(2) >= ...,   v_i = Q(i / m) - Q((i - 1) / m)

    Q joins (0, 0), (1/k, v_1), (2/k, v_1 + v_2), ... by straight lines, so that with all k children v is as given, and
    with m of them the same attitude is kept: 1, 0, 0 stays the best, 0, 0, 1 the worst, equal weights the mean.
    values : (..., children); NaN = no score. shares : weights of the children, which only say who is a child.
    weights : v, from the best place to the worst, at or above 0; they are made to add up to one.
    Returns : (...); NaN where none has a score or too few have one.
    Raises : UnfitMethod when `weights` are none, negative, or all zero.
    Source : Yager (1988), On ordered weighted averaging; Yager (1996) for quantifiers.
    """
    given = np.array(weights, dtype=np.float64)
    if given.ndim != 1 or not len(given) or not (given >= 0).all() or not given.sum() > 0:
        raise UnfitMethod(
            "aggregate/owa needs weights of places, at or above 0.", hint="Write weights = [0.4, 0.3, 0.2, 0.1]."
        )
    knots = np.concatenate([[0.0], np.cumsum(given) / given.sum()])
    seen = seen_children(values, shares)
    ordered = -np.sort(-np.where(seen, values, -np.inf), axis=-1)
    m = np.maximum(seen.sum(axis=-1, keepdims=True), 1)
    places = np.minimum(np.arange(values.shape[-1] + 1) / m, 1.0)
    share = np.diff(np.interp(places, np.linspace(0.0, 1.0, len(knots)), knots), axis=-1)
    score = (share * np.where(np.isfinite(ordered), ordered, 0.0)).sum(axis=-1)
    return np.where(is_covered(values, shares, min_coverage), score, np.nan)


@method("aggregate/mazziotta-pareto")
def mazziotta_pareto(
    values: Values, *, weights: Values, penalty: str = "minus", ddof: int = 0, min_coverage: float = 0.0
) -> Values:
    """Take the mean, less a penalty for an uneven profile: of two equal means the more balanced unit scores higher.

        y = M - S cv,   cv = S / M,   M = sum w x,   S^2 = sum w (x - M)^2 * n / (n - ddof)

    values : (..., children), standardised to mean 100 and deviation 10 with ddof 0; NaN = no score.
    weights : made to add up to one among the n children that have a score. ddof : 0 population, 1 sample deviation.
    penalty : "minus" where more is better, "plus" for an index of something bad.
    Returns : (...); NaN where M is at or below 0, for cv has no meaning there, none has a score, or too few have one.
    Raises : UnfitMethod for another penalty.
    Source : Mazziotta and Pareto (2013); methods.md M2.5.
    """
    if penalty not in _PENALTIES:
        raise UnfitMethod(f"No penalty is called {penalty!r}.", hint='Write penalty = "minus" or "plus".')
    share, seen = shares(values, weights), seen_children(values, weights)
    known = np.where(seen, values, 0.0)
    mean = (share * known).sum(axis=-1)
    n = seen.sum(axis=-1)
    spread = (share * np.where(seen, known - mean[..., None], 0.0) ** 2).sum(axis=-1)
    corrected = spread * np.where(n > ddof, n / np.maximum(n - ddof, 1), 0.0)
    sound = is_covered(values, weights, min_coverage) & (mean > 0)
    score = mean + _PENALTIES[penalty] * corrected / np.where(sound, mean, 1.0)
    return np.where(sound, score, np.nan)


@method("aggregate/adjusted-mazziotta-pareto")
def adjusted_mazziotta_pareto(
    values: Values, *, weights: Values, penalty: str = "minus", ddof: int = 0, min_coverage: float = 0.0
) -> Values:
    """Take the mean less a penalty for unevenness, of values between goalposts, so that years can be compared.

        y = M - S cv        as for mazziotta-pareto, of values scaled to 70-130 with the reference at 100

    values, weights, penalty, ddof, min_coverage, Returns, Raises : as for mazziotta-pareto.
    Source : Mazziotta and Pareto (2016); methods.md M2.5.
    """
    return mazziotta_pareto(values, weights=weights, penalty=penalty, ddof=ddof, min_coverage=min_coverage)


@method("aggregate/formula")
def formula(
    values: Values,
    *,
    weights: Values,
    evaluate: Callable[[Values], Values],
    expression: str = "",  # noqa: ARG001  a setting of the methodology, which `evaluate` has compiled
    min_coverage: float = 0.0,
) -> Values:
    """Compute a node by a declared formula of its children, of anything scored before, and of the pack's parameters.

        y = expression(children)

    values : (..., children); NaN = no score. weights : only say who is a child.
    evaluate : computes the expression: (..., children) -> (...). expression : its text, written in the methodology.
    Returns : (...); NaN where the formula has no answer, none has a score, or too few have one.
    Source : design.md appendix A.
    """
    found = evaluate(np.where(np.broadcast_to(weights > 0, values.shape), values, np.nan))
    return np.where(is_covered(values, weights, min_coverage), found, np.nan)
