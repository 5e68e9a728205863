"""Curves that draw a long tail in: the logarithm, the shifted logarithm, and the powers of Box and Cox.

Each takes `base`, the rows its own parameters (shift, power) are taken from, so that goalposts and targets can be
brought onto the same scale as the values: `log_shifted(goalposts, values)`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mezon.methods import transform
from mezon.methods.arrays import Values
from mezon.methods.registry import method
from mezon.methods.statistics import FLAT, highest, lowest

#: Powers among which the likeliest is looked for.
LEAST_POWER, MOST_POWER = -5.0, 5.0

#: A power this close to zero is the logarithm.
NEARLY_ZERO = 1e-12

_GOLDEN = (np.sqrt(5.0) - 1) / 2


@method("treat/log")
def log(values: Values) -> Values:
    """Take the natural logarithm of every value, whatever its skewness.

    values : (..., rows, indicators); NaN = no value. Returns : ln x; NaN where x <= 0.
    Source : OECD/JRC Handbook (2008), step 3.
    """
    return transform.log(values)


@method("treat/log-shifted")
def log_shifted(values: Values, base: Values | None = None) -> Values:
    """Take the natural logarithm of the distance from just below the column's lowest value: defined whatever its sign.

        y = ln(x - min + 0.01 (max - min))

    values : (..., rows, indicators); NaN = no value. base : the rows of the extremes; None = `values`.
    Returns : the same shape; NaN stays NaN, and a column without spread is left as it is.
    Source : JRC, COIN Tool user's guide (2019); COINr's `log_CT`.
    """
    seen = values if base is None else base
    least, most = lowest(seen)[..., None, :], highest(seen)[..., None, :]
    span = most - least
    inner = values - least + 0.01 * span
    flat = ~(span > FLAT * np.maximum(np.abs(least), np.abs(most)))
    return np.where(flat, values, np.log(np.where(inner > 0, inner, np.nan)))


@method("treat/box-cox")
def box_cox(values: Values, base: Values | None = None, *, lambda_: float | None = None, shift: bool = False) -> Values:
    """Take the power of Box and Cox that makes each column most like a normal one, or a given power.

        y = (x^L - 1) / L        (L = 0: ln x)

    In a methodology file the power is written `lambda`; omitted, it is found for each column by maximum likelihood
    between -5 and 5. shift : take x - min + 1 in place of x (COINr's `makepos`).
    values : (..., rows, indicators); NaN = no value. base : the rows of power and shift; None = `values`.
    Returns : the same shape; NaN where x (shifted) is at or below zero; a column without spread is left as it is when
        its power has to be found.
    Source : Box and Cox (1964); the same as scipy.stats.boxcox; COINr's `boxcox`.
    """
    seen = values if base is None else base
    if shift:
        least = lowest(seen)[..., None, :]
        values, seen = values - least + 1.0, seen - least + 1.0
    powers = likeliest_power(seen) if lambda_ is None else np.full(seen.shape[:-2] + seen.shape[-1:], float(lambda_))
    return _power(values, powers[..., None, :])


def likeliest_power(values: Values) -> Values:
    """Find the power of Box and Cox of each column by maximum likelihood.

        L* = argmax  (L - 1) sum ln x - n/2 ln(variance of the transformed column)

    values : (..., rows, indicators); values at or below zero do not count.
    Returns : (..., indicators); NaN with fewer than 2 positive values or without spread.
    """
    powers = np.full(values.shape[:-2] + values.shape[-1:], np.nan)
    for place in np.ndindex(powers.shape):
        column = values[(*place[:-1], slice(None), place[-1])]
        logs = np.log(column[column > 0])
        if len(logs) >= 2 and np.ptp(logs) > FLAT:
            powers[place] = _best_power(logs)
    return powers


def _best_power(logs: npt.NDArray[np.float64]) -> float:
    grid = np.linspace(LEAST_POWER, MOST_POWER, 41)
    at = int(np.argmax([_likelihood(logs, power) for power in grid]))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    for _ in range(60):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _likelihood(logs, left) >= _likelihood(logs, right):
            high = right
        else:
            low = left
    return float((low + high) / 2)


def _likelihood(logs: npt.NDArray[np.float64], power: float) -> float:
    """Profile log-likelihood; the column is divided by its geometric mean, which changes nothing but overflow."""
    centred = logs - logs.mean()
    changed = centred if abs(power) < NEARLY_ZERO else np.expm1(power * centred) / power
    variance = changed.var()
    return float(-np.log(variance)) if variance > 0 else -np.inf


def _power(values: Values, powers: Values) -> Values:
    positive = np.where(values > 0, values, np.nan)
    zero = np.abs(powers) < NEARLY_ZERO
    safe = np.where(zero | np.isnan(powers), 1.0, powers)
    with np.errstate(over="ignore"):
        curved = np.where(zero, np.log(positive), np.expm1(safe * np.log(positive)) / safe)
    curved = np.where(np.isinf(curved), np.nan, curved)
    return np.where(np.isnan(powers), values, curved)
