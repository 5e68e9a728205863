"""What the drawn variants say: intervals, rank statistics, who is above whom, and bands of units not told apart.

Everything here is a share of modelling variants, not a probability about the world.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from mezon.analyse.long_table import cell_table, table
from mezon.analyse.scoring import Intervals
from mezon.engine.index import CompiledIndex, Draws, Outcome
from mezon.methods.arrays import Values


def intervals_of(draws: Draws | None, shape: tuple[int, ...], *, interval: float) -> Intervals:
    """Give the central `interval` of scores and ranks over the variants; NaN without draws."""
    if draws is None or not len(draws.scores):
        none = np.full(shape, np.nan)
        return Intervals(none, none, none, none)
    tails = ((1 - interval) / 2, (1 + interval) / 2)
    score_low, score_high = quantiles(draws.scores, tails)
    rank_low, rank_high = quantiles(draws.ranks, tails)
    return Intervals(score_low, score_high, rank_low, rank_high)


def quantiles(values: Values, shares: tuple[float, ...]) -> list[Values]:
    """Give type-7 quantiles along the first axis, NaN left out; NaN where nothing is left.

    values : (draws, ...). Returns : one array of shape (...) a share.
    """
    draws = values.shape[0]
    ordered = np.sort(np.ascontiguousarray(values.reshape(draws, -1).T), axis=1)
    n = (~np.isnan(ordered)).sum(axis=1)
    found = []
    for share in shares:
        position = np.maximum(n - 1, 0) * share
        low = np.floor(position).astype(np.intp)
        high = np.minimum(low + 1, np.maximum(n - 1, 0))
        start, end = (np.take_along_axis(ordered, at[:, None], 1)[:, 0] for at in (low, high))
        # Where both ends agree the weight must not touch them: 0.3 a + 0.7 a is not always a.
        value = np.where(start == end, start, start + (end - start) * (position - low))
        found.append(np.where(n > 0, value, np.nan).reshape(values.shape[1:]))
    return found


def robustness_table(index: CompiledIndex, nominal: Outcome, draws: Draws, *, interval: float) -> pl.DataFrame:
    """Give rank statistics over the variants, and the band, of every unit that has a rank."""
    ranked = ~np.isnan(nominal.ranks)
    counted = (~np.isnan(draws.ranks)).sum(axis=0)
    some = np.where(counted > 0, counted, np.nan)
    low, median, high = quantiles(draws.ranks, (0.05, 0.5, 0.95))
    columns = {
        "rank": nominal.ranks,
        "mean": np.where(np.isnan(draws.ranks), 0.0, draws.ranks).sum(axis=0) / some,
        "median": median,
        "p05": low,
        "p95": high,
        "share_same": (draws.ranks == nominal.ranks).sum(axis=0) / some,
        "band": bands_of(nominal, draws, interval=interval),
    }
    frame = cell_table(
        "robustness",
        units=index.panel.units,
        periods=index.panel.assessed,
        third=index.tree.nodes,
        third_column="node",
        columns=columns,
        keep=ranked,
    )
    return frame.with_columns(pl.col("rank", "band").cast(pl.Int64))


def bands_of(nominal: Outcome, draws: Draws, *, interval: float) -> Values:
    """Number the bands of units that the variants do not tell apart: (nodes, units, periods), 1 = best.

    In the order of rank (then of code), a band runs from its first unit to the last one that this first unit does not
    rank above in at least `interval` of the variants in which both have a rank. So bands never contradict ranks, and
    the first unit of a band is told apart from every unit of a later one.
    """
    bands = np.full(nominal.ranks.shape, np.nan)
    for node in range(len(nominal.ranks)):
        for period in range(nominal.ranks.shape[-1]):
            ranks = nominal.ranks[node, :, period]
            order = np.argsort(ranks, kind="stable")[: int((~np.isnan(ranks)).sum())]
            bands[node, order, period] = _banded(draws.ranks[:, node, order, period], interval)
    return bands


def pairwise_table(index: CompiledIndex, nominal: Outcome, draws: Draws) -> pl.DataFrame:
    """Give, for the root, the share of variants in which one unit ranks above another, for every ordered pair."""
    root, parts = index.tree.root, []
    for period, name in enumerate(index.panel.assessed):
        there = np.flatnonzero(~np.isnan(nominal.ranks[root, :, period]))
        codes = np.array(index.panel.units, dtype=object)[there]
        shares = _shares_above(draws.ranks[:, root, there, period])
        a, b = np.nonzero(~np.eye(len(there), dtype=bool))
        parts.append(
            pl.DataFrame(
                {
                    "period": pl.Series([name] * len(a), dtype=pl.String),
                    "a": pl.Series(codes[a], dtype=pl.String),
                    "b": pl.Series(codes[b], dtype=pl.String),
                    "share_a_above_b": pl.Series(shares[a, b], dtype=pl.Float64).fill_nan(None),
                }
            )
        )
    return pl.concat(parts) if parts else table("pairwise", [], dict.fromkeys(("period", "a", "b"), pl.String()))


def draws_table(index: CompiledIndex, draws: Draws) -> pl.DataFrame:
    """Give one row a replicate: every choice drawn, and the root's score of every unit and period."""
    columns: dict[str, object] = {"replicate": np.arange(1, len(draws.fit) + 1), "unfit": ~draws.fit}
    columns.update(draws.choices)
    if draws.weights is not None:
        for at, name in enumerate(index.tree.names):
            if at != len(index.tree.leaves) + index.tree.root:
                columns[f"weight:{name}"] = draws.weights[:, at]
    scores = np.full((len(draws.fit), len(index.panel.units), len(index.panel.window)), np.nan)
    scores[draws.fit] = draws.scores[:, index.tree.root]
    for unit, code in enumerate(index.panel.units):
        for period, text in enumerate(index.panel.assessed):
            columns[f"score:{code}:{text}"] = pl.Series(scores[:, unit, period]).fill_nan(None)
    return pl.DataFrame(columns)


def _banded(ranks: Values, interval: float) -> Values:
    """Number the bands of units in order: (draws, units) -> (units,)."""
    units = ranks.shape[1]
    bands, first, band = np.empty(units), 0, 1
    while first < units:
        seen = ~np.isnan(ranks[:, first:]) & ~np.isnan(ranks[:, [first]])
        above = (ranks[:, [first]] < ranks[:, first:]).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
        not_told_apart = np.flatnonzero((above < interval) & seen.any(axis=0))
        last = first + (int(not_told_apart[-1]) if len(not_told_apart) else 0)
        bands[first : last + 1] = band
        first, band = last + 1, band + 1
    return bands


def _shares_above(ranks: Values) -> Values:
    """Share of variants in which the row's unit ranks above the column's: (draws, units) -> (units, units)."""
    seen = (~np.isnan(ranks)).astype(np.float64)
    both = seen.T @ seen
    wins = np.stack([(ranks[:, [unit]] < ranks).sum(axis=0) for unit in range(ranks.shape[1])]) if ranks.size else both
    return np.asarray(np.where(both > 0, wins / np.where(both > 0, both, 1.0), np.nan), dtype=np.float64)
