"""Normalisation by place: ranks, Borda points, percentile ranks and bands forget how far apart values are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mezon.errors import WrongUse
from mezon.methods.arrays import Values
from mezon.methods.rank import significant
from mezon.methods.registry import method
from mezon.methods.statistics import count

#: Values that agree to this many significant digits tie: arithmetic before the step leaves no finer difference.
DIGITS = 14

#: A value this close above an edge (as a share of it) lies on it.
EDGE_GUARD = 1e-9

Bands = Mapping[str, Sequence[float]]


@method("normalise/rank")
def rank(values: Values, base: Values | None = None, *, direction: Values, ties: str = "min") -> Values:
    """Number the values of each column from worst to best: 1 = worst, n = best.

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    base : the rows among which a place is taken (1 + the number of worse ones among them); None = `values`.
    ties : values that tie (to 14 significant digits) take the lowest, the mean or the highest of their places.
    Returns : the same shape; NaN stays NaN, and a column with one value is NaN: a rank of one unit says nothing.
    Raises : WrongUse for other `ties`.
    Source : OECD/JRC Handbook (2008), step 5 "Ranking of indicators", table 15; COINr's `n_rank`.
    """
    if base is None:
        return np.where(count(values)[..., None, :] >= 2, ascending(values * direction, ties=ties), np.nan)
    placed = _placed(values * direction, base * direction, ties=ties)
    return np.where(count(base)[..., None, :] >= 2, placed, np.nan)


@method("normalise/borda")
def borda(values: Values, base: Values | None = None, *, direction: Values, ties: str = "min") -> Values:
    """Give each value as many points as there are worse ones: rank - 1.

    values, base, direction, ties, returns, raises : as for normalise/rank.
    Source : OECD/JRC Handbook (2008), step 7 (Borda rule); COINr's `n_borda`.
    """
    return rank(values, base, direction=direction, ties=ties) - 1.0


@method("normalise/percentile-rank")
def percentile_rank(
    values: Values,
    base: Values | None = None,
    *,
    direction: Values,
    ties: str = "min",
    denominator: str = "n-1",
    scale: float = 1.0,
) -> Values:
    """Give each value the share of the others that it is not below.

        p = (rank - 1) / (n - 1)      denominator = "n-1": worst 0, best 1
        p = rank / n                  denominator = "n"  : best 1, worst 1 / n (the Handbook's percentiles)
        y = scale * p

    values, base, direction, ties : as for normalise/rank. n : the values of the column (of `base`, where it is given).
    Returns : the same shape; NaN stays NaN, and a column with one value is NaN.
    Raises : WrongUse for other `ties` or `denominator`.
    Source : COINr's `n_prank`; OECD/JRC Handbook (2008), table 15 (rank / n).
    """
    places = rank(values, base, direction=direction, ties=ties)
    n = count(values if base is None else base)[..., None, :]
    if denominator not in {"n", "n-1"}:
        raise WrongUse(
            f"normalise/percentile-rank does not know denominator={denominator!r}.", hint='Write "n-1" or "n".'
        )
    share = places / np.maximum(n, 1) if denominator == "n" else (places - 1) / np.maximum(n - 1, 1)
    return scale * share


@method("normalise/bands")
def bands(
    values: Values,
    base: Values | None = None,
    *,
    direction: Values,
    bands: Sequence[Bands | None],
    edges: Sequence[float] = (),
    percentiles: Sequence[float] = (),
    points: Sequence[float] = (),
) -> Values:
    """Give every value the points of the band that it falls into; an edge belongs to the band below it.

    Edges are on the scale of the values, bands counted upwards from the lowest value; with `percentiles` they are
    percentile ranks (100 * rank / n, ties at the lowest place), counted upwards from the worst.
    Without `points` the bands have equal steps from 0 to 100, turned round for direction -1 where edges are values.

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    base : the rows among which percentile ranks are taken; None = `values`.
    bands : each column's own {edges or percentiles, points}, or None; it wins over the settings.
    Returns : the same shape; NaN stays NaN, and a column without edges is all NaN.
    Raises : WrongUse for edges that do not rise, or points that are not one more than the edges.
    Source : OECD/JRC Handbook (2008), step 5 "Categorical scale", table 15.
    """
    result = np.full(values.shape, np.nan)
    for column, own in enumerate(bands):
        plan: Bands = own or {"edges": edges, "percentiles": percentiles, "points": points}
        seen = None if base is None else base[..., [column]]
        result[..., column] = _banded(values[..., [column]], seen, float(direction[column]), plan)
    return result


def own_bands(written: Any) -> Bands | None:
    """Read an indicator's `bands`: a list of edges, or a table with edges (or percentiles) and points (or scores)."""
    if written is None:
        return None
    if not isinstance(written, Mapping):
        return {"edges": tuple(written)}
    points = written.get("points", written.get("scores", ()))
    return {"edges": written.get("edges", ()), "percentiles": written.get("percentiles", ()), "points": points}


def ascending(values: Values, *, ties: str) -> Values:
    """Rank each column upwards from 1, with the ties rule of normalise/rank: the same shape, NaN stays NaN.

    Raises : WrongUse for other `ties`.
    """
    if ties not in {"min", "average", "max"}:
        raise WrongUse(f"Ranks do not know ties={ties!r}.", hint='Write ties = "min", "average" or "max".')
    if values.shape[-2] == 0:
        return values.copy()
    alike = significant(values, digits=DIGITS)
    order = np.argsort(alike, axis=-2, kind="stable")
    ordered = np.take_along_axis(alike, order, -2)
    differs = ordered[..., 1:, :] != ordered[..., :-1, :]
    end = np.ones((*values.shape[:-2], 1, values.shape[-1]), dtype=bool)
    place = np.arange(1.0, values.shape[-2] + 1)[:, None]
    first = np.maximum.accumulate(np.where(np.concatenate([end, differs], axis=-2), place, 0.0), axis=-2)
    closing = np.where(np.concatenate([differs, end], axis=-2), place, np.inf)
    last = np.minimum.accumulate(closing[..., ::-1, :], axis=-2)[..., ::-1, :]
    chosen = {"min": first, "max": last, "average": (first + last) / 2}[ties]
    result = np.empty(values.shape)
    np.put_along_axis(result, order, chosen, -2)
    return np.where(np.isnan(values), np.nan, result)


def _placed(values: Values, base: Values, *, ties: str) -> Values:
    """Rank each value among the rows of `base`, as if it stood with its equals there."""
    result = np.full(values.shape, np.nan)
    wanted, known = significant(values, digits=DIGITS), np.sort(significant(base, digits=DIGITS), axis=-2)
    for place in np.ndindex(*values.shape[:-2], values.shape[-1]):
        column = (*place[:-1], slice(None), place[-1])
        seen = known[column][~np.isnan(known[column])]
        below, upto = (np.searchsorted(seen, wanted[column], side=side) for side in ("left", "right"))
        first, last = below + 1.0, np.maximum(upto, below + 1.0)
        result[column] = {"min": first, "max": last, "average": (first + last) / 2}[ties]
    return np.where(np.isnan(values), np.nan, result)


def _banded(column: Values, base: Values | None, direction: float, plan: Bands) -> Values:
    by_place = len(plan.get("percentiles", ())) > 0
    edges = np.asarray(plan["percentiles"] if by_place else plan.get("edges", ()), dtype=np.float64)
    if not len(edges):
        return np.full(column.shape[:-1], np.nan)
    points = _points(plan.get("points", ()), len(edges), turned=direction < 0 and not by_place)
    if (np.diff(edges) <= 0).any() or len(points) != len(edges) + 1:
        raise WrongUse(
            f"normalise/bands cannot use edges {edges.tolist()} with points {points.tolist()}.",
            hint="Write rising edges, and one number of points more than edges.",
        )
    if by_place:
        n = count(column if base is None else base)[..., None, :]
        turned = column * direction
        places = ascending(turned, ties="min") if base is None else _placed(turned, base * direction, ties="min")
        column = 100.0 * places / np.maximum(n, 1)
    guarded = edges + EDGE_GUARD * np.maximum(np.abs(edges), 1e-300)
    place = np.searchsorted(guarded, np.nan_to_num(column), side="left")
    return np.where(np.isnan(column), np.nan, points[place])[..., 0]


def _points(written: Sequence[float], edges: int, *, turned: bool) -> Values:
    if len(written):
        return np.asarray(written, dtype=np.float64)
    steps = np.linspace(0.0, 100.0, edges + 1)
    return steps[::-1] if turned else steps
