"""What the drawn variants say: intervals, rank statistics, who is above whom, and bands of ranks.

Everything here is a share of modelling variants, not a probability about the world.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.analyse.long_table import cell_table, table
from mezon.analyse.scoring import Intervals
from mezon.analyse.sensitivity import with_whole
from mezon.engine.index import CompiledIndex, Draws, Outcome
from mezon.engine.index.choices import BLOCK, Factor, drawn_weights
from mezon.engine.index.drawing import Part, labels_of, places_of
from mezon.engine.index.tallying import Kept, Tally
from mezon.methods.arrays import Values


def intervals_of(draws: Draws | None, shape: tuple[int, ...], *, interval: float) -> Intervals:
    """Give the central `interval` of scores and ranks over the variants; NaN without draws."""
    if draws is None or not draws.record.draws:
        none = np.full(shape, np.nan)
        return Intervals(none, none, none, none)
    tails = ((1 - interval) / 2, (1 + interval) / 2)
    score_low, score_high = draws.record.score_quantiles(tails)
    rank_low, rank_high = draws.record.rank_quantiles(tails)
    return Intervals(score_low, score_high, rank_low, rank_high)


def robustness_table(index: CompiledIndex, nominal: Outcome, draws: Draws, *, interval: float) -> pl.DataFrame:
    """Give rank statistics over the variants, and the band, of every unit that has a rank."""
    low, median, high = draws.record.rank_quantiles((0.05, 0.5, 0.95))
    columns = {
        "rank": nominal.ranks,
        "mean": draws.record.rank_means(),
        "median": median,
        "p05": low,
        "p95": high,
        "share_same": draws.record.share_of_rank(nominal.ranks),
        "band": bands_of(nominal, draws, interval=interval),
    }
    frame = cell_table(
        "robustness",
        units=index.panel.units,
        periods=index.panel.assessed,
        third=index.tree.nodes,
        third_column="node",
        columns=columns,
        keep=~np.isnan(nominal.ranks),
    )
    return with_whole(frame.with_columns(pl.col("band").cast(pl.Int64)), "rank")


def bands_of(nominal: Outcome, draws: Draws, *, interval: float) -> Values:
    """Number the bands of ranks: (nodes, units, periods), 1 = best.

    In the order of rank (then of code), a band runs from its first unit to the last one that this first unit does not
    rank above in at least `interval` of the variants in which both have a rank. So bands never contradict ranks, and
    the first unit of a band is told apart from every unit of a later one.
    """
    bands = np.full(nominal.ranks.shape, np.nan)
    for node in range(len(nominal.ranks)):
        for period in range(nominal.ranks.shape[-1]):
            ranks = nominal.ranks[node, :, period]
            bands[node, :, period] = band_numbers(draws.record, node, period, ranks, interval=interval)
    return bands


def band_numbers(record: Kept | Tally, node: int, period: int, ranks: Values, *, interval: float) -> Values:
    """Number the bands of one node and period, as `bands_of` does: ranks (units,) -> (units,)."""
    bands = np.full(ranks.shape, np.nan)
    order = np.argsort(ranks, kind="stable")[: int((~np.isnan(ranks)).sum())]
    bands[order] = _banded(record, node, period, order, interval)
    return bands


def pairwise_table(index: CompiledIndex, nominal: Outcome, draws: Draws) -> pl.DataFrame:
    """Give, for the root, the share of variants in which one unit ranks above another, for every ordered pair."""
    root, parts = index.tree.root, []
    for period, name in enumerate(index.panel.assessed):
        there = np.flatnonzero(~np.isnan(nominal.ranks[root, :, period]))
        codes = np.array(index.panel.units, dtype=object)[there]
        shares = draws.record.shares_above(root, period, there.tolist())
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


def block_frame(index: CompiledIndex, factors: tuple[Factor, ...], part: Part) -> pl.DataFrame:
    """Give one row a draw of a block: every choice and weight drawn, and the root's score of every unit and period."""
    first = part.block * BLOCK + 1
    columns: dict[str, object] = {"replicate": np.arange(first, first + part.size), "unfit": part.unfit}
    for factor in factors:
        labels = np.array(labels_of(index, factor), dtype=object)
        columns[factor.name] = pl.Series(labels[places_of(factor, part.drawn, part.size)], dtype=pl.String)
    if part.drawn.factors is not None:
        weights = drawn_weights(index, factors, part.drawn)
        for at, name in enumerate(index.tree.names):
            if at != len(index.tree.leaves) + index.tree.root:
                columns[f"weight:{name}"] = weights[: part.size, at]
    scores = np.where(part.unfit[:, None, None], np.nan, part.scores[index.tree.root])
    for unit, code in enumerate(index.panel.units):
        for period, text in enumerate(index.panel.assessed):
            columns[f"score:{code}:{text}"] = pl.Series(scores[:, period, unit]).fill_nan(None)
    return pl.DataFrame(columns)


def _banded(record: Kept | Tally, node: int, period: int, order: npt.NDArray[np.intp], interval: float) -> Values:
    """Number the bands of units in order of rank: (units,)."""
    bands, first, band = np.empty(len(order)), 0, 1
    while first < len(order):
        above = record.shares_above_others(node, period, int(order[first]), order[first:])
        not_told_apart = np.flatnonzero(above < interval)
        last = first + (int(not_told_apart[-1]) if len(not_told_apart) else 0)
        bands[first : last + 1] = band
        first, band = last + 1, band + 1
    return bands


def acceptability_table(index: CompiledIndex, nominal: Outcome, draws: Draws) -> pl.DataFrame:
    """Give, for the root, the share of variants in which a unit has each rank; ranks that it never has are left out.

    Where units that tie share the mean of their places, a half counts for the better place.
    """
    root, parts = index.tree.root, []
    codes = np.array(index.panel.units, dtype=object)
    for period, name in enumerate(index.panel.assessed):
        shares = draws.record.rank_shares(root, period)
        shares[np.isnan(nominal.ranks[root, :, period])] = np.nan
        units, places = np.nonzero(shares > 0)
        parts.append(
            pl.DataFrame(
                {
                    "unit": pl.Series(codes[units], dtype=pl.String),
                    "period": pl.Series([name] * len(units), dtype=pl.String),
                    "rank": pl.Series(places + 1, dtype=pl.Int64),
                    "share": pl.Series(shares[units, places], dtype=pl.Float64),
                }
            )
        )
    empty = table("acceptability", [], {"unit": pl.String(), "period": pl.String(), "rank": pl.Int64()})
    return pl.concat(parts).sort("unit", "period", "rank") if parts else empty


def improvements_table(index: CompiledIndex, draws: Draws) -> pl.DataFrame:
    """Give the share of variants in which a unit's score is higher in the later of two periods, of every two.

    Both scores are of the same variant: the draws are common to all periods. An increase counts from the tenth digit.
    """
    shares = draws.record.shares_improved()
    steps, periods = draws.record.shape.steps, np.array(index.panel.assessed, dtype=object)
    nodes, at, units = np.nonzero(~np.isnan(shares))
    earlier, later = (np.array([step[end] for step in steps], dtype=np.intp) for end in (0, 1))
    frame = pl.DataFrame(
        {
            "unit": pl.Series(np.array(index.panel.units, dtype=object)[units], dtype=pl.String),
            "node": pl.Series(np.array(index.tree.nodes, dtype=object)[nodes], dtype=pl.String),
            "from": pl.Series(periods[earlier[at]], dtype=pl.String),
            "to": pl.Series(periods[later[at]], dtype=pl.String),
            "share_improved": pl.Series(shares[nodes, at, units], dtype=pl.Float64),
        }
    )
    return frame.sort("unit", "node", "from", "to")
