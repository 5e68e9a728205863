"""How much of an index an indicator accounts for: weights are not importance."""

from __future__ import annotations

import numpy as np

from mezon.methods import statistics
from mezon.methods.arrays import Values

#: Below so few rows only the linear effect is told (methods.md M2.7).
LEAST_ROWS = 15
#: The smoother bends at this many points at most, and its stiffness is one of these.
KNOTS = 8
STIFFNESS = 10.0 ** np.arange(-6, 4)


def linear_effects(values: Values, index: Values) -> Values:
    """Main effect of each column on the index, as if the index were linear in it: the squared correlation.

        S_j = Var(E[I | x_j]) / Var(I)  ~  r_jI^2

    values : (rows, columns). index : (rows,). Returns : (columns,), NaN where one does not vary.
    Source : Paruolo, Saisana and Saltelli (2013); methods.md M2.7.
    """
    pairs = (np.column_stack([column, index]) for column in values.T)
    return np.array([statistics.pearson(pair)[0][0, 1] ** 2 for pair in pairs], dtype=np.float64)


def smoothed_effects(values: Values, index: Values) -> Values:
    """Main effect of each column on the index, by a curve of E[I | x_j]: a penalised cubic spline.

        S_j = Var(f_j(x_j)) / Var(I),   f_j with the stiffness of least generalised cross-validation error

    values : (rows, columns). index : (rows,). Rows that lack either are left out.
    Returns : (columns,), from 0 to 1; NaN below 15 rows, or where one does not vary.
    Source : Paruolo, Saisana and Saltelli (2013); Ruppert, Wand and Carroll (2003) for the spline.
    """
    return np.array([_smoothed(column, index) for column in values.T], dtype=np.float64)


def _smoothed(x: Values, y: Values) -> float:
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < LEAST_ROWS or not x.std() > statistics.FLAT * np.abs(x).max() or not y.std() > 0:
        return float("nan")
    basis, curved = _basis((x - x.mean()) / x.std())
    gram, gained = basis.T @ basis, basis.T @ y
    best, spread = np.inf, float("nan")
    for stiffness in STIFFNESS:
        solved = np.linalg.lstsq(gram + stiffness * np.diag(curved), np.column_stack([gained, gram]), rcond=None)[0]
        fitted, freedom = basis @ solved[:, 0], np.trace(solved[:, 1:])
        error = ((y - fitted) ** 2).sum() / (len(x) - freedom) ** 2
        if error < best * (1 - 1e-12):
            best, spread = error, float(fitted.var() / y.var())
    return min(spread, 1.0)


def _basis(x: Values) -> tuple[Values, Values]:
    """Give 1, x, and cubic bends at quantiles of x; and which of them the penalty bears on."""
    inner = np.unique(np.quantile(x, np.linspace(0, 1, KNOTS + 2)[1:-1]))
    bends = np.abs(x[:, None] - inner) ** 3
    # What straight lines say already is taken out, so that the penalty bears on curvature alone.
    lines = np.column_stack([np.ones(len(x)), x])
    bends = bends - lines @ np.linalg.lstsq(lines, bends, rcond=None)[0]
    size = np.sqrt((bends**2).sum(axis=0))
    bends = bends[:, size > 1e-9] / size[size > 1e-9]
    return np.column_stack([lines, bends]), np.concatenate([[0.0, 0.0], np.ones(bends.shape[1])])
