"""Whether columns have enough in common to be one thing: Kaiser-Meyer-Olkin, Bartlett, correlation with the rest."""

from __future__ import annotations

import math

import numpy as np

from mezon.methods.arrays import Values
from mezon.methods.statistics import complete_rows, pearson

#: Added to the diagonal of a correlation matrix that cannot be inverted (methods.md M2.6).
RIDGE = 1e-8
#: From here a matrix counts as one that cannot be inverted.
SINGULAR = 1e12


def correlations_of(values: Values) -> Values | None:
    """Correlate the complete rows; None with fewer than 3 of them, fewer than 2 columns, or one that does not vary."""
    complete = complete_rows(values)
    if complete.shape[0] < 3 or complete.shape[1] < 2:
        return None
    r, _ = pearson(complete)
    return None if np.isnan(r).any() else r


def is_singular(r: Values) -> bool:
    """Say whether a correlation matrix can only be inverted with a ridge."""
    return bool(np.linalg.cond(r) > SINGULAR)


def kmo_of(r: Values) -> tuple[float, Values]:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, overall and of each column.

        KMO = sum r^2 / (sum r^2 + sum partial^2)   over pairs of different columns; of column j over its own pairs

    r : (columns, columns). A singular matrix is inverted with a ridge of 1e-8.
    Returns : below 0.5 unacceptable, above 0.8 good; NaN where columns have nothing in common at all.
    Source : Kaiser (1974); OECD/JRC Handbook (2008), step 4; methods.md M2.6.
    """
    inverse = np.linalg.inv(r + RIDGE * np.eye(len(r)) if is_singular(r) else r)
    scale = np.sqrt(np.diag(inverse))
    apart = ~np.eye(len(r), dtype=bool)
    plain, rest = (np.where(apart, each**2, 0.0) for each in (r, inverse / np.outer(scale, scale)))
    own = plain.sum(axis=0) + rest.sum(axis=0)
    total = plain.sum() + rest.sum()
    items = np.where(own > 0, plain.sum(axis=0) / np.where(own > 0, own, 1.0), np.nan)
    return float(plain.sum() / total) if total > 0 else math.nan, items


def bartlett(r: Values, rows: int) -> tuple[float, int, float]:
    """Bartlett's test that columns have nothing in common: chi-squared, degrees of freedom, p-value.

        chi^2 = -(n - 1 - (2p + 5) / 6) ln |R|,   df = p (p - 1) / 2

    r : (p, p). rows : n. A singular matrix has its determinant with a ridge of 1e-8. p-value NaN below 5 rows.
    Source : Bartlett (1951); methods.md M2.6.
    """
    p = len(r)
    _, logarithm = np.linalg.slogdet(r + RIDGE * np.eye(p) if is_singular(r) else r)
    statistic = max(float(-(rows - 1 - (2 * p + 5) / 6) * logarithm), 0.0)
    freedom = p * (p - 1) // 2
    return statistic, freedom, upper_chi_squared(statistic, freedom) if rows >= 5 else math.nan


def upper_chi_squared(statistic: float, freedom: int) -> float:
    """Chance that chi-squared is at least `statistic`: Q(df / 2, x / 2), by series below df + 2 and Lentz above.

    Source : Abramowitz and Stegun (1964), 6.5.29 and 6.5.31.
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    return 1.0 - front * _lower_series(a, x) if x < a + 1 else front * _upper_fraction(a, x)


def item_rest(values: Values) -> Values:
    """Correlate each column with the sum of the others, on complete rows: (columns,); NaN where one does not vary."""
    complete = complete_rows(values)
    if len(complete) < 3:
        return np.full(values.shape[1], np.nan)
    total = complete.sum(axis=1)
    pairs = [np.column_stack([column, total - column]) for column in complete.T]
    return np.array([pearson(pair)[0][0, 1] for pair in pairs])


def _lower_series(a: float, x: float) -> float:
    term = total = 1.0 / a
    for step in range(1, 10_000):
        term *= x / (a + step)
        total += term
        if term < total * 1e-16:
            break
    return total


def _upper_fraction(a: float, x: float) -> float:
    b, c = x + 1.0 - a, 1e300
    d = 1.0 / b
    fraction = d
    for step in range(1, 10_000):
        top = -step * (step - a)
        b += 2.0
        d = 1.0 / (top * d + b)
        c = b + top / c
        fraction *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return fraction
