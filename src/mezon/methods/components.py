"""Principal components, rotation, and the weights read off them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mezon.errors import UnfitMethod
from mezon.methods import statistics
from mezon.methods.arrays import Values
from mezon.methods.registry import method

#: Rotation stops when a round turns no pair of factors by more than this angle.
STILL = 1e-10
MOST_ROUNDS = 500
#: An eigenvalue this close to one counts as one, and not as above it.
ONE = 1e-9

_ROTATIONS = ("varimax", "none")


@dataclass(frozen=True, slots=True)
class Components:
    """Factors of the columns: `loadings` (columns, factors), after rotation; all `eigenvalues`, the largest first.

    A column without spread has NaN loadings. `rows` : how many complete rows they rest on.
    """

    loadings: Values
    eigenvalues: Values
    rows: int

    @property
    def variances(self) -> Values:
        """Variance that each factor explains: the sum of its squared loadings."""
        return np.asarray(np.nansum(self.loadings**2, axis=0))


@method("weight/pca")
def pca(values: Values) -> Values:
    """Weigh a child by its loading on the first principal component of the standardised children.

        w_j = v_j / sum v,   v : first eigenvector of the correlations, its sign such that sum v >= 0

    values : (units, children), more is better; NaN = no value; on the complete rows.
    Returns : (children,), adding up to one; a child that runs against the component (v_j < 0), or does not vary, weighs
        nothing. NaN throughout with fewer than 3 complete rows or fewer than 2 children that vary.
    Source : OECD/JRC Handbook (2008), step 6; the choice of the first component as Becker et al. (2017).
    """
    found = components_of(values, components=1, rotation="none")
    if found is None:
        return np.full(values.shape[1], np.nan)
    first = np.nan_to_num(found.loadings[:, 0])
    # Rounding leaves a loading of nothing on either side of zero.
    kept = np.where(first > ONE, first, 0.0)
    return np.asarray(kept / kept.sum())


@method("weight/factor")
def factor(values: Values, *, rotation: str = "varimax", components: int = 0) -> Values:
    """Weigh a child by how much of the variance that the factors explain it carries, as the Handbook does.

        w_j ~ l_jf^2 / V_f * V_f / sum V,   V_f = sum_j l_jf^2,   made to add up to one

    Each child is taken for the one factor f in which its share l_jf^2 / V_f is largest.
    values : (units, children); NaN = no value; on the complete rows. rotation : "varimax" (with Kaiser normalisation)
        or "none". components : how many factors are kept; 0 = those with an eigenvalue above one, at least one.
    Returns : (children,); a child that does not vary weighs nothing. NaN throughout with fewer than 3 complete rows or
        fewer than 2 children that vary.
    Raises : UnfitMethod for another rotation, or more components than children.
    Source : OECD/JRC Handbook (2008), step 6, tables 17-18; Nicoletti, Scarpetta and Boylaud (2000).
    """
    found = components_of(values, components=components, rotation=rotation)
    if found is None:
        return np.full(values.shape[1], np.nan)
    squared = np.nan_to_num(found.loadings**2)
    own = np.argmax(squared / found.variances, axis=1)
    carried = squared[np.arange(len(own)), own]
    return np.asarray(carried / carried.sum())


def components_of(values: Values, *, components: int = 0, rotation: str = "none") -> Components | None:
    """Take the standardised columns apart into principal components, and rotate those that are kept.

        R = sum_f lambda_f v_f v_f',   loading l_jf = v_jf sqrt(lambda_f);  each factor's sign such that sum_j l_jf >= 0

    values : (rows, columns); NaN = no value; on the complete rows. components : kept; 0 = eigenvalue above one.
    Returns : None with fewer than 3 complete rows or fewer than 2 columns that vary.
    Raises : UnfitMethod for another rotation, or more components than columns.
    Source : OECD/JRC Handbook (2008), step 4, tables 7-9 and 16.
    """
    _check(values.shape[1], components, rotation)
    complete = statistics.complete_rows(values)
    if len(complete) < 3:
        return None
    r, _ = statistics.pearson(complete)
    varies = ~np.isnan(np.diag(r))
    if varies.sum() < 2:
        return None
    eigenvalues, vectors = np.linalg.eigh(r[np.ix_(varies, varies)])
    eigenvalues, vectors = np.maximum(eigenvalues[::-1], 0.0), vectors[:, ::-1]
    kept = min(components or max(int((eigenvalues > 1 + ONE).sum()), 1), len(eigenvalues))
    loadings = vectors[:, :kept] * np.sqrt(eigenvalues[:kept])
    if rotation == "varimax" and kept > 1:
        loadings = varimax(loadings)
    return Components(_with_gaps(_turned(loadings), varies), eigenvalues, len(complete))


def varimax(loadings: Values) -> Values:
    """Turn factors so that each column loads on as few as can be, weighing columns alike (Kaiser normalisation).

        maximise  sum_f [ mean_j h_jf^4 - (mean_j h_jf^2)^2 ],   h_jf = l_jf / sqrt(sum_f l_jf^2)

    loadings : (columns, factors). Returns : the same shape, factors by the variance they explain.
    Source : Kaiser (1958); plane by plane, each pair of factors turned by the best angle.
    """
    size = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned = loadings / np.where(size > 0, size, 1.0)
    for _ in range(MOST_ROUNDS):
        angles = [_turn(turned, a, b) for a in range(turned.shape[1]) for b in range(a + 1, turned.shape[1])]
        if max(abs(angle) for angle in angles) < STILL:
            break
    result = turned * size
    return np.asarray(result[:, np.argsort(-(result**2).sum(axis=0), kind="stable")])


def _turn(loadings: Values, a: int, b: int) -> float:
    """Turn two factors, in place, by the angle that raises the criterion most; give that angle."""
    x, y = loadings[:, a].copy(), loadings[:, b].copy()
    u, v, n = x * x - y * y, 2 * x * y, len(x)
    top = 2 * (n * (u * v).sum() - u.sum() * v.sum())
    bottom = n * (u * u - v * v).sum() - (u.sum() ** 2 - v.sum() ** 2)
    angle = float(np.arctan2(top, bottom)) / 4
    cosine, sine = np.cos(angle), np.sin(angle)
    loadings[:, a], loadings[:, b] = cosine * x + sine * y, cosine * y - sine * x
    return angle


def _check(columns: int, components: int, rotation: str) -> None:
    if rotation not in _ROTATIONS:
        raise UnfitMethod(f"There is no rotation {rotation!r}.", hint=f"Write one of {', '.join(_ROTATIONS)}.")
    if not 0 <= components <= columns:
        raise UnfitMethod(f"{columns} children have no {components} components.", hint=f"Ask for 1 to {columns}.")


def _turned(loadings: Values) -> Values:
    return np.asarray(np.where(loadings.sum(axis=0) < 0, -loadings, loadings))


def _with_gaps(loadings: Values, varies: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Values:
    result = np.full((len(varies), loadings.shape[1]), np.nan)
    result[varies] = loadings
    return result
