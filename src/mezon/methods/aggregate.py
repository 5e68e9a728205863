"""Aggregation of a node's children: weighted means, each an arithmetic mean seen through a change of scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method

#: A coverage this close below its limit reaches it.
GUARD = 1e-9


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


@method("aggregate/arithmetic")
def arithmetic(values: Values, *, weights: Values, min_coverage: float = 0.0) -> Values:
    """Average the children: a surplus of one makes up for a lack of another.

        y = sum w x / sum w        over the children that have a score

    values : (..., children); NaN = no score. weights : broadcasts to it; a child of weight 0 is no child.
    min_coverage : the least share of children, by count, that must have a score.
    Returns : (...); NaN where none has a score or too few have one.
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


def _mean(mean: Mean, values: Values, weights: Values, min_coverage: float) -> Values:
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
