"""Aggregation of a node's children: weighted means, each an arithmetic mean seen through a change of scale.

What is no such mean (minimum, median, the Mazziotta-Pareto index ...) lies in `profile`, what compares units with one
another in `outranking` and `linear_programmes`; all are reached from here, as `mezon.methods.aggregate.<name>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from mezon.errors import UnfitMethod
from mezon.methods.arrays import Mask, Values
from mezon.methods.coverage import GUARD
from mezon.methods.linear_programmes import benefit_of_the_doubt
from mezon.methods.outranking import borda, copeland, kemeny
from mezon.methods.profile import (
    adjusted_mazziotta_pareto,
    formula,
    mazziotta_pareto,
    median,
    minimum,
    owa,
)
from mezon.methods.registry import method

__all__ = [
    "GUARD",
    "MEANS",
    "Mean",
    "adjusted_mazziotta_pareto",
    "arithmetic",
    "benefit_of_the_doubt",
    "borda",
    "copeland",
    "formula",
    "geometric",
    "harmonic",
    "kemeny",
    "mazziotta_pareto",
    "mean_of",
    "median",
    "minimum",
    "owa",
    "power",
]


#: An exponent this close to zero is zero: its mean is the geometric one, to all digits that can be told apart.
NEARLY_ZERO = 1e-15
#: Below this plain powers lose digits.
SMALL_POWER = 1e-2
#: Powers beyond this overflow for scores in the hundreds; the mean is then the largest or smallest score.
MOST_POWER = 100


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean that is arithmetic after a change of scale: forward(mean) = sum w * forward(x).

    `fits` says of each value whether the mean is defined for it. Knowing this much, the engine takes thousands of
    weightings as one matrix product, and the analysis takes a score apart exactly.
    """

    forward: Callable[[Values], Values]
    back: Callable[[Values], Values]
    fits: Callable[[Values], Mask]


def _same(values: Values) -> Values:
    return values


def _not_negative(values: Values) -> Mask:
    return values >= 0


def _positive(values: Values) -> Mask:
    return values > 0


def _seen(values: Values) -> Mask:
    return ~np.isnan(values)


def _inverse(values: Values) -> Values:
    return 1.0 / np.where(values > 0, values, np.nan)


def _log(values: Values) -> Values:
    return np.log(np.where(values > 0, values, np.nan))


MEANS: dict[str, Mean] = {
    "aggregate/arithmetic": Mean(_same, _same, _seen),
    "aggregate/geometric": Mean(_log, np.exp, _positive),
    "aggregate/harmonic": Mean(_inverse, _inverse, _positive),
}


def mean_of(name: str, settings: Mapping[str, Any]) -> Mean | None:
    """Give the mean that an aggregation is, or None when it is none; `settings` : its parameters (p)."""
    return power_mean(float(settings.get("p", 1.0))) if name == "aggregate/power" else MEANS.get(name)


def power_mean(p: float) -> Mean:
    """Give the power mean of exponent `p`: 1 arithmetic, 0 geometric, -1 harmonic; the larger, the more forgiving.

    Close to 0 its scale is (x^p - 1) / p, which goes over into ln x without loss of digits.
    Raises : UnfitMethod for an exponent that is no number, or so far from 0 that powers run out of digits.
    """
    if not abs(p) <= MOST_POWER:
        raise UnfitMethod(
            f"aggregate/power has no mean of p = {p}.",
            hint=f"Take -{MOST_POWER} to {MOST_POWER}, or aggregate/minimum.",
        )
    if p == 1:
        return MEANS["aggregate/arithmetic"]
    if abs(p) < NEARLY_ZERO:
        return MEANS["aggregate/geometric"]
    fits = _positive if p < 0 else _not_negative
    if abs(p) < SMALL_POWER:
        return Mean(partial(_near_log, p=p), partial(_near_exp, p=p), fits)
    return Mean(partial(_powered, p=p), partial(_powered, p=1 / p), fits)


def _powered(values: Values, *, p: float) -> Values:
    sound = (values > 0) | ((values == 0) & (p > 0))
    return np.asarray(np.where(sound, values, np.nan) ** p)


def _near_log(values: Values, *, p: float) -> Values:
    powered = np.expm1(p * np.log(np.where(values > 0, values, 1.0))) / p
    at_zero = -1.0 / p if p > 0 else np.nan
    return np.where(values > 0, powered, np.where(values == 0, at_zero, np.nan))


def _near_exp(values: Values, *, p: float) -> Values:
    inside = p * values
    return np.where(inside > -1.0, np.exp(np.log1p(np.where(inside > -1.0, inside, 0.0)) / p), 0.0)


@method("aggregate/arithmetic")
def arithmetic(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Average the children: a surplus of one makes up for a lack of another.

        y = sum w x / sum w        over the children that have a score

    values : (..., children); NaN = no score. weights : broadcasts to it; a child of weight 0 is no child.
    min_coverage : the least share of children, by count, that must have a score.
    Returns : (...); NaN where none has a score or too few have one.
    Raises : UnfitMethod for a weight below zero, or weights of another number than the children.
    Source : OECD/JRC Handbook (2008), step 7.
    """
    return _mean(MEANS["aggregate/arithmetic"], values, weights, min_coverage)


@method("aggregate/geometric")
def geometric(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Average the children's logarithms: a weak child weighs more, for ratios count instead of differences.

        y = exp(sum w ln x / sum w)        over the children that have a score

    values : (..., children), above 0; NaN = no score. weights, min_coverage : as for arithmetic.
    Returns : (...); NaN where a child that counts is at or below 0, where none has a score, or too few have one.
    Source : OECD/JRC Handbook (2008), step 7.
    """
    return _mean(MEANS["aggregate/geometric"], values, weights, min_coverage)


@method("aggregate/harmonic")
def harmonic(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Average the children's reciprocals: the least forgiving of the three means.

        y = sum w / sum (w / x)        over the children that have a score

    values : (..., children), above 0; NaN = no score. weights, min_coverage : as for arithmetic.
    Returns : (...); NaN where a child that counts is at or below 0, where none has a score, or too few have one.
    Source : methods.md M2.5; UNDP, Human Development Report 2023-24, technical note 4.
    """
    return _mean(MEANS["aggregate/harmonic"], values, weights, min_coverage)


@method("aggregate/power")
def power(values: Values, *, weights: Values, p: float = 1.0, min_coverage: float = 0.0) -> Values:
    """Average the children's p-th powers: one dial from forgiving (p above 1) to strict (p below 0).

        y = (sum w x^p / sum w)^(1 / p),   exp(sum w ln x / sum w) for p = 0

    values : (..., children), above 0 for p <= 0, at or above 0 for other p than 1; NaN = no score.
    weights, min_coverage : as for arithmetic.
    Returns : (...); NaN where a child that counts is outside that range, none has a score, or too few have one.
    Raises : UnfitMethod for an exponent beyond -100 to 100.
    Source : Hardy, Littlewood and Polya (1934), ch. 2; Decancq and Lugo (2013).
    """
    return _mean(power_mean(p), values, weights, min_coverage)


def _fitting(values: Values, weights: Values) -> Values:
    """Give weights that broadcast to the values. Raises : UnfitMethod for others, and for weights below zero."""
    given = np.asarray(weights, dtype=np.float64)
    try:
        np.broadcast_to(given, values.shape)
    except ValueError:
        shapes = f"{given.shape} for values of shape {values.shape}"
        raise UnfitMethod(
            f"Weights of shape {shapes} do not fit.", hint="Give one weight a child (last axis)."
        ) from None
    if (given < 0).any():
        raise UnfitMethod(f"A weight is {np.nanmin(given):g}.", hint="A weight is 0 or more; 0 leaves the child out.")
    return given


def _mean(mean: Mean, values: Values, weights: Values, min_coverage: float) -> Values:
    weights = _fitting(values, weights)
    counts = np.broadcast_to(weights > 0, values.shape)
    seen = counts & ~np.isnan(values)
    unfit = (seen & ~mean.fits(values)).any(axis=-1)
    share = np.where(seen, weights, 0.0)
    total = share.sum(axis=-1)
    enough = seen.sum(axis=-1) >= min_coverage * counts.sum(axis=-1) - GUARD
    sound = (total > 0) & enough & ~unfit
    scaled = np.where(seen & mean.fits(values), mean.forward(values), 0.0)
    inner = (share * scaled).sum(axis=-1) / np.where(sound, total, 1.0)
    return np.where(sound, mean.back(np.where(sound, inner, 1.0)), np.nan)
