"""What drawn variants leave behind: either every score, or counts of a fixed size however many are drawn.

Both answer the same questions. `Kept` holds each draw and answers exactly. `Tally` holds counts of ranks, of who was
above whom and of scores in narrow bins; all but the quantiles of scores are exact, and these are off by less than a
bin, a thousandth of the range that the first draws span. Counts add up to the same in any order, so that neither
workers nor batches change a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mezon.engine.index.ranking import ranks as ranks_of_rows
from mezon.engine.index.ranking import wins
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall

Counts = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]

#: Bins a score's range is cut into, and how many counters of scores there may be in all.
BINS, MOST_COUNTERS = 1024, 2**25

#: Scores that differ by less than this, relative to their size, are the same.
SAME = 5e-10

_ONE = np.uint32(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Nodes, units and periods of an index, and how its units are ranked."""

    nodes: int
    units: int
    periods: int
    ranking: MethodCall

    @property
    def cells(self) -> int:
        """Scores a draw has."""
        return self.nodes * self.units * self.periods

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """Every two periods, earlier first, between which a unit may have improved."""
        return tuple((a, b) for a in range(self.periods) for b in range(a + 1, self.periods))

    @property
    def counters(self) -> int:
        """Bytes of a tally, about."""
        ranks = self.cells * (2 * self.units + 1)
        return 4 * (ranks + self.nodes * self.periods * 2 * self.units**2 + self.cells * self.bins)

    @property
    def bins(self) -> int:
        """Bins a score's range is cut into."""
        return int(np.clip(MOST_COUNTERS // max(1, self.cells), 32, BINS))


@dataclass(frozen=True, slots=True)
class Bins:
    """The ranges that scores are counted over: (nodes, periods, units) each."""

    low: Values
    width: Values
    number: int

    @classmethod
    def spanning(cls, scores: Values, number: int) -> Bins:
        """Span what the first draws reached, and a quarter more on each side: scores (nodes, draws, periods, units)."""
        blank = np.isnan(scores)
        low = np.where(blank, np.inf, scores).min(axis=1, initial=np.inf)
        high = np.where(blank, -np.inf, scores).max(axis=1, initial=-np.inf)
        known = high >= low
        low, high = np.where(known, low, 0.0), np.where(known, high, 1.0)
        span = np.where(high > low, high - low, np.maximum(np.abs(high), 1.0) * 1e-9)
        return cls(low - 0.25 * span, 1.5 * span / number, number)


@dataclass(slots=True)
class Tally:
    """Counts over draws that fit. Arrays run over (nodes, periods, units, ...)."""

    shape: Shape
    bins: Bins
    draws: int = 0
    rank_counts: Counts = field(init=False)
    score_counts: Counts = field(init=False)
    above: npt.NDArray[np.int64] = field(init=False)
    both: npt.NDArray[np.int64] = field(init=False)
    rose: npt.NDArray[np.int64] = field(init=False)
    told: npt.NDArray[np.int64] = field(init=False)
    least: Values = field(init=False)
    most: Values = field(init=False)

    def __post_init__(self) -> None:
        size = (self.shape.nodes, self.shape.periods, self.shape.units)
        self.rank_counts = np.zeros((*size, 2 * self.shape.units + 1), dtype=np.uint32)
        self.score_counts = np.zeros((*size, self.bins.number), dtype=np.uint32)
        self.above = np.zeros((*size, self.shape.units), dtype=np.int64)
        self.both = np.zeros((*size, self.shape.units), dtype=np.int64)
        changes = (self.shape.nodes, len(self.shape.steps), self.shape.units)
        self.rose, self.told = np.zeros(changes, dtype=np.int64), np.zeros(changes, dtype=np.int64)
        self.least, self.most = np.full(size, np.inf), np.full(size, -np.inf)

    def add(self, scores: Values) -> None:
        """Count draws that fit: (nodes, draws, periods, units)."""
        if not scores.shape[1]:
            return
        self.draws += scores.shape[1]
        for node, own in enumerate(scores):
            # Node by node, so that what is worked on stays in the processor's cache.
            gaps = bool(np.isnan(own).any())
            self._count_scores(node, own, gaps=gaps)
            self._count_ranks(node, ranks_of_rows(own, self.shape.ranking), gaps=gaps)
            self._count_rises(node, own, gaps=gaps)

    def merge(self, other: Tally) -> None:
        """Add the counts of other draws."""
        self.draws += other.draws
        for name in ("rank_counts", "score_counts", "above", "both", "rose", "told"):
            mine = getattr(self, name)
            mine += getattr(other, name)
        np.minimum(self.least, other.least, out=self.least)
        np.maximum(self.most, other.most, out=self.most)

    def _count_scores(self, node: int, scores: Values, *, gaps: bool) -> None:
        low, width, number = self.bins.low[node], self.bins.width[node], self.bins.number
        known = np.where(np.isnan(scores), np.inf, scores) if gaps else scores
        np.minimum(self.least[node], known.min(axis=0), out=self.least[node])
        highest = np.where(np.isnan(scores), -np.inf, scores) if gaps else scores
        np.maximum(self.most[node], highest.max(axis=0), out=self.most[node])
        place = scores - low
        place *= 1.0 / width
        np.clip(place, 0, number - 1, out=place)
        binned = np.nan_to_num(place).astype(np.int32) if gaps else place.astype(np.int32)
        binned += (np.arange(low.size, dtype=np.int32) * number).reshape(low.shape)
        counted = binned[~np.isnan(scores)] if gaps else binned.reshape(-1)
        np.add.at(self.score_counts[node].reshape(-1), counted, _ONE)

    def _count_ranks(self, node: int, ranks: Values, *, gaps: bool) -> None:
        gaps = gaps or bool(np.isnan(ranks[:, :, 0]).any())
        blank = np.isnan(ranks) if gaps else None
        doubled = ((np.nan_to_num(ranks) if gaps else ranks) * 2).astype(np.int32)
        cells = self.shape.periods * self.shape.units
        places = doubled + (np.arange(cells, dtype=np.int32) * (2 * self.shape.units + 1)).reshape(ranks.shape[1:])
        np.add.at(self.rank_counts[node].reshape(-1), places.reshape(-1), _ONE)
        for period in range(self.shape.periods):
            self.above[node, period] += wins(doubled[:, period])
            if blank is None:
                self.both[node, period] += len(ranks)
            else:
                one = (~blank[:, period]).astype(np.float64)
                self.both[node, period] += np.rint(one.T @ one).astype(np.int64)

    def _count_rises(self, node: int, scores: Values, *, gaps: bool) -> None:
        if not self.shape.steps:
            return
        by_period = np.ascontiguousarray(scores.swapaxes(0, 1))
        for at, (earlier, later) in enumerate(self.shape.steps):
            after, before = by_period[[later]], by_period[[earlier]]
            self.rose[node, at] += _rose(after, before)[0]
            self.told[node, at] += _told(after, before)[0] if gaps else len(scores)

    # --- answers: (nodes, units, periods), NaN where there is nothing to say -----------------------------------------

    def score_quantiles(self, shares: Sequence[float]) -> list[Values]:
        """Read quantiles of scores from the bins, evenly spread within each."""
        total = self.score_counts.sum(axis=-1, dtype=np.int64)
        reached = np.cumsum(self.score_counts, axis=-1, dtype=np.int64)
        found = []
        for share in shares:
            target = share * np.maximum(total - 1, 0)
            at = np.minimum((reached <= target[..., None]).sum(axis=-1), self.bins.number - 1)
            inside = np.take_along_axis(self.score_counts, at[..., None], -1)[..., 0].astype(np.float64)
            before = np.take_along_axis(reached, at[..., None], -1)[..., 0] - inside
            part = (target - before + 0.5) / np.maximum(inside, 1.0)
            value = self.bins.low + self.bins.width * (at + np.clip(part, 0.0, 1.0))
            value = np.clip(value, self.least, self.most)
            found.append(np.where(total > 0, value, np.nan).swapaxes(1, 2))
        return found

    def rank_quantiles(self, shares: Sequence[float]) -> list[Values]:
        """Give type-7 quantiles of ranks, exactly."""
        counts = self.rank_counts[..., 1:]
        total = counts.sum(axis=-1, dtype=np.int64)
        reached = np.cumsum(counts, axis=-1, dtype=np.int64)

        def ranked(place: npt.NDArray[np.int64]) -> Values:
            return np.asarray(((reached <= place[..., None]).sum(axis=-1) + 1) / 2)

        found = []
        for share in shares:
            position = np.maximum(total - 1, 0) * share
            low = np.floor(position).astype(np.int64)
            start, end = ranked(low), ranked(np.minimum(low + 1, np.maximum(total - 1, 0)))
            value = np.where(start == end, start, start + (end - start) * (position - low))
            found.append(np.where(total > 0, value, np.nan).swapaxes(1, 2))
        return found

    def rank_means(self) -> Values:
        """Give the mean rank."""
        counts = self.rank_counts[..., 1:].astype(np.float64)
        total = counts.sum(axis=-1)
        sums = counts @ (np.arange(1, counts.shape[-1] + 1) / 2)
        return np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan).swapaxes(1, 2)

    def share_of_rank(self, ranks: Values) -> Values:
        """Give the share of draws, of those with a rank, with the rank given: (nodes, units, periods)."""
        doubled = np.nan_to_num(2 * ranks).astype(np.intp).swapaxes(1, 2)
        counts = np.take_along_axis(self.rank_counts, doubled[..., None], -1)[..., 0].astype(np.float64)
        total = self.rank_counts[..., 1:].sum(axis=-1, dtype=np.float64)
        return np.where((total > 0) & (doubled > 0), counts / np.where(total > 0, total, 1.0), np.nan).swapaxes(1, 2)

    def rank_shares(self, node: int, period: int) -> Values:
        """Give the share of draws with each rank 1 ... n, of those in which the unit has one: (units, n).

        A rank shared half-way between two places counts for the better.
        """
        counts = self.rank_counts[node, period].astype(np.float64)
        whole = _halves(counts)
        total = counts[:, 1:].sum(axis=1, keepdims=True)
        return np.where(total > 0, whole / np.where(total > 0, total, 1.0), np.nan)

    def shares_above_others(self, node: int, period: int, unit: int, others: Places) -> Values:
        """Give the share of draws in which a unit ranks above each of others, both having a rank."""
        both = self.both[node, period, unit][others]
        return np.where(both > 0, self.above[node, period, unit][others] / np.maximum(both, 1), np.nan)

    def shares_above(self, node: int, period: int, rows: Sequence[int]) -> Values:
        """Give the share of draws in which the row's unit ranks above the column's, both having a rank."""
        at = np.ix_(rows, rows)
        both = self.both[node, period][at]
        return np.where(both > 0, self.above[node, period][at] / np.maximum(both, 1), np.nan)

    def shares_improved(self) -> Values:
        """Give the share of draws in which the later score is the higher: (nodes, steps, units)."""
        return np.where(self.told > 0, self.rose / np.maximum(self.told, 1), np.nan)


@dataclass(slots=True)
class Kept:
    """Every draw that fits: scores and ranks (nodes, draws, periods, units)."""

    shape: Shape
    scores: Values
    ranks: Values

    @classmethod
    def of(cls, shape: Shape, scores: Values) -> Kept:
        """Rank the scores and keep both."""
        return cls(shape, scores, ranks_of_rows(scores, shape.ranking))

    @property
    def draws(self) -> int:
        """Number of draws that fit."""
        return int(self.scores.shape[1])

    def score_quantiles(self, shares: Sequence[float]) -> list[Values]:
        """Give type-7 quantiles of scores."""
        return [found.swapaxes(1, 2) for found in quantiles(np.moveaxis(self.scores, 1, 0), shares)]

    def rank_quantiles(self, shares: Sequence[float]) -> list[Values]:
        """Give type-7 quantiles of ranks."""
        return [found.swapaxes(1, 2) for found in quantiles(np.moveaxis(self.ranks, 1, 0), shares)]

    def rank_means(self) -> Values:
        """Give the mean rank."""
        blank = np.isnan(self.ranks)
        counted = (~blank).sum(axis=1)
        some = np.where(counted > 0, counted, np.nan)
        return np.asarray(np.where(blank, 0.0, self.ranks).sum(axis=1) / some).swapaxes(1, 2)

    def share_of_rank(self, ranks: Values) -> Values:
        """Give the share of draws, of those with a rank, with the rank given: (nodes, units, periods)."""
        counted = (~np.isnan(self.ranks)).sum(axis=1)
        same = (self.ranks == ranks.swapaxes(1, 2)[:, None]).sum(axis=1)
        told = (counted > 0) & ~np.isnan(ranks.swapaxes(1, 2))
        return np.where(told, same / np.where(counted > 0, counted, 1), np.nan).swapaxes(1, 2)

    def rank_shares(self, node: int, period: int) -> Values:
        """Give the share of draws with each rank 1 ... n, of those in which the unit has one: (units, n)."""
        ranks = self.ranks[node, :, period]
        units = ranks.shape[1]
        places = np.floor(ranks) + np.arange(units) * (units + 1)
        counts = np.bincount(places[~np.isnan(ranks)].astype(np.intp), minlength=units * (units + 1) + 1)
        counts = counts[1:].reshape(units, units + 1)[:, :units]
        total = counts.sum(axis=1, keepdims=True)
        return np.where(total > 0, counts / np.maximum(total, 1), np.nan)

    def shares_above_others(self, node: int, period: int, unit: int, others: Places) -> Values:
        """Give the share of draws in which a unit ranks above each of others, both having a rank."""
        mine, theirs = self.ranks[node, :, period][:, [unit]], self.ranks[node, :, period][:, others]
        both = (~np.isnan(mine) & ~np.isnan(theirs)).sum(axis=0)
        return np.where(both > 0, (mine < theirs).sum(axis=0) / np.maximum(both, 1), np.nan)

    def shares_above(self, node: int, period: int, rows: Sequence[int]) -> Values:
        """Give the share of draws in which the row's unit ranks above the column's, both having a rank."""
        ranks = self.ranks[node, :, period][:, rows]
        seen = (~np.isnan(ranks)).astype(np.float64)
        both = seen.T @ seen
        return np.where(
            both > 0, wins(np.nan_to_num(2 * ranks).astype(np.int32)) / np.where(both > 0, both, 1.0), np.nan
        )

    def shares_improved(self) -> Values:
        """Give the share of draws in which the later score is the higher: (nodes, steps, units)."""
        steps = self.shape.steps
        found = np.full((self.shape.nodes, len(steps), self.shape.units), np.nan)
        for at, (earlier, later) in enumerate(steps):
            after, before = self.scores[:, :, later], self.scores[:, :, earlier]
            told = _told(after, before)
            found[:, at] = np.where(told > 0, _rose(after, before) / np.maximum(told, 1), np.nan)
        return found


def quantiles(values: Values, shares: Sequence[float]) -> list[Values]:
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


def _halves(counts: Values) -> Values:
    """Bring counts of doubled ranks 0, 1, 2, ... to whole ranks 1, 2, ...: a half counts for the better place."""
    whole = counts[:, 2::2].copy()
    whole[:, : counts[:, 3::2].shape[1]] += counts[:, 3::2]
    return whole


def _told(after: Values, before: Values) -> npt.NDArray[np.int64]:
    return np.asarray((~np.isnan(after) & ~np.isnan(before)).sum(axis=1), dtype=np.int64)


def _rose(after: Values, before: Values) -> npt.NDArray[np.int64]:
    """Count the draws in which a score rose, by more than its tenth digit: (nodes, draws, units) -> (nodes, units)."""
    return np.asarray(np.count_nonzero(after > before + SAME * np.abs(before), axis=1), dtype=np.int64)


def is_small(shape: Shape, draws: int) -> bool:
    """Say whether keeping every draw costs little, or less than counting."""
    return 16 * draws * shape.cells <= max(2**27, shape.counters)


def nothing_drawn(shape: Shape) -> Kept:
    """Give the record of no draws."""
    none: Values = np.empty((shape.nodes, 0, shape.periods, shape.units))
    return Kept(shape, none, none)


def fits(unfit: Mask, scores: Values) -> Values:
    """Leave the draws that combine unfit methods out: (nodes, draws, ...)."""
    return scores if not unfit.any() else np.ascontiguousarray(scores[:, ~unfit])
