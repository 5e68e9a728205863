"""Variance-based sensitivity: how much of what a model gives, varies because of each of its choices.

A and B are two independent samples of all choices; A with choice i from B is a third. From the model's answers to them
follow the share of variance that choice i accounts for by itself, and the share in which it has any part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mezon.methods.arrays import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Indices:
    """First-order and total index of each factor, with bounds: (factors, ...)."""

    first: Values
    first_low: Values
    first_high: Values
    total: Values
    total_low: Values
    total_high: Values


def sobol_indices(a: Values, b: Values, mixed: Values) -> tuple[Values, Values]:
    """Estimate first-order and total Sobol indices.

        S_i = mean(f_B (f_ABi - f_A)) / V          T_i = mean((f_A - f_ABi)^2) / (2 V)

    V is the variance of f_A and f_B together; all are centred first, which lessens the error of S.
    a, b : (n, ...), the model's answers to the samples A and B. mixed : (factors, n, ...), to A with one factor from B.
    Returns : (factors, ...) each; NaN where nothing varies.
    Source : Saltelli et al. (2010), Computer Physics Communications 181, table 2 (b) and (f); Jansen (1999).
    """
    middle = np.concatenate([a, b]).mean(axis=0)
    spread = np.concatenate([a, b]).var(axis=0)
    scale = np.where(spread > _least(middle), spread, np.nan)
    first = ((b - middle) * (mixed - a)).mean(axis=1) / scale
    total = ((a - mixed) ** 2).mean(axis=1) / (2 * scale)
    return np.asarray(first, dtype=np.float64), np.asarray(total, dtype=np.float64)


def sobol_with_bounds(
    a: Values, b: Values, mixed: Values, *, seed: int, resamples: int = 200, interval: float = 0.95
) -> Indices:
    """Estimate Sobol indices, and bounds from resampled rows (percentile bootstrap).

    a, b, mixed : as for sobol_indices; (n, cells) and (factors, n, cells). seed, resamples : of the bootstrap.
    Returns : (factors, cells) each.
    Source : Archer, Saltelli and Sobol (1997) for the bootstrap.
    """
    first, total = sobol_indices(a, b, mixed)
    chance = np.random.Generator(np.random.PCG64(seed))
    n = len(a)
    counts = np.stack([np.bincount(chance.integers(n, size=n), minlength=n) for _ in range(resamples)]) / n
    middle = np.concatenate([a, b]).mean(axis=0)
    own, other = a - middle, b - middle
    means = counts @ ((own + other) / 2)
    spread = counts @ ((own**2 + other**2) / 2) - means**2
    scale = np.where(spread > _least(middle), spread, np.nan)
    tails = ((1 - interval) / 2, (1 + interval) / 2)
    bounds = []
    for each in mixed:
        firsts = (counts @ (other * (each - a)) - means * (counts @ (each - a))) / scale
        totals = counts @ ((a - each) ** 2) / (2 * scale)
        bounds.append([*_quantiles(firsts, tails), *_quantiles(totals, tails)])
    first_low, first_high, total_low, total_high = np.moveaxis(np.array(bounds), 1, 0)
    return Indices(
        first=first,
        first_low=first_low,
        first_high=first_high,
        total=total,
        total_low=total_low,
        total_high=total_high,
    )


def rank_shift(ranks: Values, reference: Values) -> Values:
    """Mean absolute shift of ranks.

        R = (1/n) sum |rank_ref - rank|        over the units that have both

    ranks : (..., units); reference : (units,). NaN = no rank; NaN where no unit has both.
    Source : Saisana, Saltelli and Tarantola (2005); methods.md M2.8.
    """
    shifts = np.abs(ranks - reference)
    known = ~np.isnan(shifts)
    count = known.sum(axis=-1)
    return np.where(count > 0, np.where(known, shifts, 0.0).sum(axis=-1) / np.maximum(count, 1), np.nan)


def stratified(n: int, columns: int, chance: np.random.Generator) -> Values:
    """Draw a Latin hypercube: each column has one point in each n-th of the line from 0 to 1, in random order.

    Returns : (n, columns). Source : McKay, Beckman and Conover (1979).
    """
    places = np.stack([chance.permutation(n) for _ in range(columns)], axis=1) if columns else np.empty((n, 0))
    return np.asarray((places + chance.random((n, columns))) / n, dtype=np.float64)


def _least(middle: Values) -> Values:
    """The variance that rounding alone can give."""
    return np.asarray((1e-12 * np.maximum(np.abs(middle), 1e-30)) ** 2)


def _quantiles(values: Values, shares: tuple[float, float]) -> list[Values]:
    blank = np.isnan(values).any(axis=0)
    found = np.quantile(np.where(np.isnan(values), 0.0, values), shares, axis=0)
    return [np.where(blank, np.nan, each) for each in found]
