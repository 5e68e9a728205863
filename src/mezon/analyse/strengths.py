"""What each unit is strong and weak in, compared with the others of its period."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import polars as pl

from mezon.analyse.long_table import cell_table
from mezon.engine.index import CompiledIndex, Outcome
from mezon.engine.index.replay import ranks_of
from mezon.errors import AskedForUnknown
from mezon.methods.arrays import Values
from mezon.model.methodology import MethodCall, Methodology

#: How a rule measures a unit's standing in each indicator: (units, periods, leaves), above zero = strong.
Measure = Callable[[CompiledIndex, Outcome, Values], Values]


def strengths_table(index: CompiledIndex, nominal: Outcome, observed: Values) -> pl.DataFrame:
    """Give, for every unit and period, the indicators it is strongest and weakest in.

    `observed` : (units, periods, leaves), the values in their own unit, imputed ones included. By the rule "gap" these
    are the largest differences to the peer median, in normalised points; by "rank" the best and worst ranks; by
    "residual" the largest differences to what the unit's own root score lets expect. Peers are all units with a value
    in the period, the unit itself among them.
    Raises : AskedForUnknown for another rule.
    """
    rule, top = index.methodology.strengths_rule, index.methodology.strengths_top
    if rule not in _RULES:
        raise AskedForUnknown(f"Strengths have no rule {rule!r}.", hint=f"Write one of {', '.join(sorted(_RULES))}.")
    values = nominal.state.values[0]
    median = peer_median(values)
    standing = _RULES[rule](index, nominal, values)
    kind = _kinds(standing, top)
    leading = np.moveaxis(np.stack([observed, values, np.broadcast_to(median[None], values.shape)]), -1, 1)
    ranks = ranks_of(np.moveaxis(values, -1, 0), MethodCall(name="rank/competition"))
    frame = cell_table(
        "strengths",
        units=index.panel.units,
        periods=index.panel.assessed,
        third=index.tree.leaves,
        third_column="indicator",
        columns={
            "kind": np.moveaxis(kind, -1, 0),
            "value": leading[0],
            "normalised": leading[1],
            "peer_median": leading[2],
            "gap": leading[1] - leading[2],
            "rank": ranks,
        },
        keep=np.moveaxis(kind != "", -1, 0),
    )
    frame = frame.with_columns(pl.col("rank").cast(pl.Int64))
    return frame.sort("unit", "period", "kind", pl.col("gap").abs().neg(), "indicator")


def least_gap(methodology: Methodology, table: pl.DataFrame) -> float:
    """Give the smallest gap worth calling a strength or weakness: what rounds to a hundredth of the scale of points.

    `table` : as strengths_table gives it. The scale is the power of ten next to the range of its points: 100 where they
    go from 0 to 100, so that a gap counts from half a point. A rule other than "gap" has its own measure: zero.
    """
    points = pl.concat([table["normalised"], table["peer_median"]]).drop_nulls().drop_nans()
    spread = float(points.max() - points.min()) if points.len() else 0.0  # type: ignore[operator, arg-type]
    if methodology.strengths_rule != "gap" or spread <= 0:
        return 0.0
    return float(10.0 ** round(math.log10(spread)) / 200)


def peer_median(values: Values) -> Values:
    """Median over the units that have a value: (units, periods, leaves) -> (periods, leaves)."""
    ordered = np.sort(values, axis=0)
    n = (~np.isnan(values)).sum(axis=0)
    low, high = np.maximum(n - 1, 0) // 2, n // 2
    pair = [np.take_along_axis(ordered, np.minimum(at, len(values) - 1)[None], 0)[0] for at in (low, high)]
    return np.where(n > 0, (pair[0] + pair[1]) / 2, np.nan)


def _gap(_index: CompiledIndex, _nominal: Outcome, values: Values) -> Values:
    return values - peer_median(values)


def _by_rank(_index: CompiledIndex, _nominal: Outcome, values: Values) -> Values:
    """Half the field minus the rank, so that the middle is at zero."""
    ranks = np.moveaxis(ranks_of(np.moveaxis(values, -1, 0), MethodCall(name="rank/competition")), 0, -1)
    return np.asarray(((~np.isnan(values)).sum(axis=0) + 1) / 2 - ranks, dtype=np.float64)


def _residual(index: CompiledIndex, nominal: Outcome, values: Values) -> Values:
    """Difference to the straight line of the indicator on the root score, over the units of the period."""
    score = np.broadcast_to(nominal.scores[index.tree.root][..., None], values.shape)
    both = ~np.isnan(score) & ~np.isnan(values)
    n = np.maximum(both.sum(axis=0), 1)
    x, y = np.where(both, score, 0.0), np.where(both, values, 0.0)
    dx, dy = np.where(both, x - x.sum(axis=0) / n, 0.0), np.where(both, y - y.sum(axis=0) / n, 0.0)
    spread = (dx**2).sum(axis=0)
    slope = (dx * dy).sum(axis=0) / np.where(spread > 0, spread, 1.0)
    return np.where(both, dy - slope * dx, np.nan)


_RULES: dict[str, Measure] = {"gap": _gap, "rank": _by_rank, "residual": _residual}


def _kinds(standing: Values, top: int) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Name the `top` largest above zero "strength", the `top` smallest below zero "weakness", the rest ""."""
    kind = np.full(standing.shape, "", dtype=object)
    for sign, name in ((1.0, "strength"), (-1.0, "weakness")):
        size = np.where(np.isnan(standing), -np.inf, sign * standing)
        place = np.argsort(np.argsort(-size, axis=-1, kind="stable"), axis=-1, kind="stable")
        kind[(place < top) & (size > 0)] = name
    return kind
