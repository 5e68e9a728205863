"""Descriptive statistics and coherence measures of columns, in plain NumPy so that no large library is loaded."""

from __future__ import annotations

import math

import numpy as np

from mezon.methods.arrays import Mask, Values

#: A spread below this share of the column's largest magnitude is rounding, not variation.
FLAT = 1e-12


def lowest(values: Values) -> Values:
    """Smallest value of each column: (..., rows, indicators) -> (..., indicators); NaN where there is none."""
    return _finite(np.fmin.reduce(values, axis=-2, initial=np.inf))


def highest(values: Values) -> Values:
    """Largest value of each column: (..., rows, indicators) -> (..., indicators); NaN where there is none."""
    return _finite(np.fmax.reduce(values, axis=-2, initial=-np.inf))


def _finite(extremes: Values) -> Values:
    return np.where(np.isinf(extremes), np.nan, extremes)


def count(values: Values) -> Values:
    """Number of values in each column, as a float."""
    return np.asarray(np.sum(~np.isnan(values), axis=-2), dtype=np.float64)


def mean(values: Values) -> Values:
    """Arithmetic mean of each column's values; NaN where there is none."""
    n = count(values)
    return _divided(np.where(np.isnan(values), 0.0, values).sum(axis=-2), n)


def deviation(values: Values, *, ddof: int = 1) -> Values:
    """Standard deviation of each column's values.

        s = sqrt(sum (x - mean)^2 / (n - ddof))

    Returns : (..., indicators); NaN where n <= ddof.
    """
    return np.sqrt(_divided(_moment(values, 2), count(values) - ddof))


def skewness(values: Values) -> Values:
    """Bias-corrected skewness of each column.

        G1 = n / ((n - 1)(n - 2)) * sum ((x - mean) / s)^3,   s with n - 1

    values : (..., rows, indicators); NaN = no value.
    Returns : (..., indicators); NaN with fewer than 3 values or without spread.
    Source : Joanes and Gill (1998), G1; OECD/JRC Handbook (2008), step 3; the same as scipy.stats.skew(bias=False).
    """
    n, spread = count(values), _true_spread(values)
    return _divided(n * _divided(_moment(values, 3), spread**3), (n - 1) * (n - 2), where=n > 2)


def kurtosis(values: Values) -> Values:
    """Bias-corrected excess kurtosis of each column.

        G2 = n(n + 1) / ((n-1)(n-2)(n-3)) * sum ((x - mean) / s)^4 - 3(n - 1)^2 / ((n-2)(n-3)),   s with n - 1

    values : (..., rows, indicators); NaN = no value.
    Returns : (..., indicators); NaN with fewer than 4 values or without spread.
    Source : Joanes and Gill (1998), G2; the same as scipy.stats.kurtosis(bias=False).
    """
    n, spread = count(values), _true_spread(values)
    enough = n > 3
    fourth = _divided(n * (n + 1) * _divided(_moment(values, 4), spread**4), (n - 1) * (n - 2) * (n - 3), where=enough)
    return fourth - _divided(3 * (n - 1) ** 2, (n - 2) * (n - 3), where=enough)


def has_outliers(values: Values, *, skew: float = 2.0, kurtosis_limit: float = 3.5) -> Mask:
    """Say of each column whether |G1| > `skew` and G2 > `kurtosis_limit` (the rule of the JRC)."""
    return (np.abs(skewness(values)) > skew) & (kurtosis(values) > kurtosis_limit)


def pearson(values: Values) -> tuple[Values, Values]:
    """Pairwise complete correlations of the columns.

    values : (rows, columns); NaN = no value.
    Returns : (r, n), both (columns, columns); r is NaN where fewer than 2 rows have both, or one does not vary.
    """
    seen = (~np.isnan(values)).astype(np.float64)
    centred = np.where(seen > 0, values - mean(values), 0.0)
    n = seen.T @ seen
    sums, squares, products = centred.T @ seen, (centred**2).T @ seen, centred.T @ centred
    covariance = products - _divided(sums * sums.T, n)
    variance = squares - _divided(sums**2, n)
    varies = (variance > FLAT**2 * np.maximum(squares, 1e-300)) & (n >= 2)
    r = _divided(covariance, np.sqrt(np.where(varies & varies.T, variance * variance.T, np.nan)))
    return np.clip(r, -1.0, 1.0), n


def correlation_p(r: Values, n: Values) -> Values:
    """Two-sided p-value of correlations: the chance of one as far from zero if there were none in truth.

        t^2 = r^2 (n - 2) / (1 - r^2),   p = I_x(v / 2, 1 / 2) with v = n - 2 and x = v / (v + t^2) = 1 - r^2

    r, n : any shape. Returns : the same shape; NaN where n < 5, for so few rows carry no p-value (methods.md 0).
    Source : Student's t distribution; the incomplete beta function by Lentz's continued fraction.
    """
    told = (n >= 5) & ~np.isnan(r)
    x = np.where(told, 1.0 - np.minimum(r**2, 1.0), 0.5)
    a = np.where(told, (n - 2.0) / 2.0, 1.5)
    # The fraction converges fast below (a + 1) / (a + b + 2) and is mirrored above it.
    mirrored = x > (a + 1.0) / (a + 2.5)
    half = np.full(x.shape, 0.5)
    one = _incomplete_beta(np.where(mirrored, half, a), np.where(mirrored, a, half), np.where(mirrored, 1.0 - x, x))
    return np.where(told, np.where(mirrored, 1.0 - one, one), np.nan)


def _incomplete_beta(a: Values, b: Values, x: Values) -> Values:
    log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])
    log_beta = log_gamma(a) + log_gamma(b) - log_gamma(a + b)
    inside = np.clip(x, 1e-300, 1.0)
    front = np.exp(a * np.log(inside) + b * np.log1p(-np.minimum(inside, 1 - 1e-16)) - log_beta) / a
    c, d = np.ones(x.shape), 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    fraction = d.copy()
    for m in range(1, 200):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away_from_zero(1.0 + top * d)
            c = _away_from_zero(1.0 + top / c)
            fraction = fraction * d * c
    return np.where(x <= 0, 0.0, front * fraction)


def _away_from_zero(values: Values) -> Values:
    return np.where(np.abs(values) < 1e-300, 1e-300, values)


def complete_rows(values: Values) -> Values:
    """Keep the rows in which every column has a value."""
    return values[~np.isnan(values).any(axis=1)]


def cronbach_alpha(values: Values) -> float:
    """Cronbach's alpha of the columns, on complete rows.

        alpha = k / (k - 1) * (1 - sum of the columns' variances / variance of the row totals)

    values : (rows, columns). Returns : NaN with fewer than 2 columns or rows, or totals that do not vary.
    Source : OECD/JRC Handbook (2008), step 4; Cronbach (1951).
    """
    complete = complete_rows(values)
    rows, k = complete.shape
    if rows < 2 or k < 2:
        return float("nan")
    total = complete.sum(axis=1).var(ddof=1)
    return float(k / (k - 1) * (1 - complete.var(axis=0, ddof=1).sum() / total)) if total > 0 else float("nan")


def first_component_share(values: Values) -> float:
    """Share of the variance of the standardised columns that their first principal component explains."""
    r = _complete_correlations(values)
    return float("nan") if r is None else float(np.linalg.eigvalsh(r)[-1] / len(r))


def _complete_correlations(values: Values) -> Values | None:
    complete = complete_rows(values)
    if complete.shape[0] < 3 or complete.shape[1] < 2:
        return None
    r, _ = pearson(complete)
    return None if np.isnan(r).any() else r


def _moment(values: Values, power: int) -> Values:
    centre = np.expand_dims(mean(values), -2)
    apart: Values = np.where(np.isnan(values), 0.0, values - centre)
    raised = apart * apart
    for _ in range(power - 2):
        raised = raised * apart
    return np.asarray(raised.sum(axis=-2), dtype=np.float64)


def _true_spread(values: Values) -> Values:
    spread = deviation(values)
    size = np.maximum(np.abs(lowest(values)), np.abs(highest(values)))
    return np.where(spread > FLAT * size, spread, np.nan)


def _divided(top: Values, bottom: Values, *, where: Mask | None = None) -> Values:
    sound = (bottom > 0) if where is None else (where & (bottom > 0))
    result = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    np.divide(top, bottom, out=result, where=sound)
    return result
