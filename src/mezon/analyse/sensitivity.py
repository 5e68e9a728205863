"""Which choice matters: variance shares of each factor, and what leaving out each part of the tree would change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.analyse.long_table import table
from mezon.engine.index import CompiledIndex, Outcome
from mezon.engine.index.sampling import Answers, left_out
from mezon.methods.arrays import Values
from mezon.methods.sensitivity import Indices, sobol_with_bounds
from mezon.model.assessment import TABLES

Places = npt.NDArray[np.intp]

#: The largest sample that is taken without being asked for, and the least that says anything.
MOST_ROWS, FEWEST_ROWS = 4096, 64

#: Unit-periods whose indices are worked out together.
_CELLS = 256

_BOUNDS = ("first", "first_low", "first_high", "total", "total_low", "total_high")


def rows_for(draws: int) -> int:
    """Give the size of a sample that goes with a number of draws: a power of two, not above it; 0 for too few."""
    return 0 if draws < FEWEST_ROWS else min(MOST_ROWS, 2 ** (draws.bit_length() - 1))


def sensitivity_table(answers: Answers, *, seed: int) -> pl.DataFrame:
    """Give first-order and total indices of each factor on the mean rank shift of the root."""
    found = sobol_with_bounds(
        answers.shift_a[:, None], answers.shift_b[:, None], answers.shift_mixed[:, :, None], seed=seed
    )
    rows = [(name, *(float(each[at, 0]) for each in _columns(found))) for at, name in enumerate(answers.factors)]
    return table("sensitivity", rows, {"factor": pl.String()})


def sensitivity_scores_table(index: CompiledIndex, answers: Answers, *, seed: int) -> pl.DataFrame:
    """Give the same on the root's score of every unit and period that has one in all variants."""
    units, periods = index.panel.units, index.panel.assessed
    every = np.concatenate([answers.scores_a, answers.scores_b, *answers.scores_mixed])
    cells = np.flatnonzero(~np.isnan(every).any(axis=0))
    # Cells run over all units of a period side by side; rows of the table by unit, then period.
    cells = cells[np.argsort((cells % max(1, len(units))) * len(periods) + cells // max(1, len(units)), kind="stable")]
    parts = [_of_cells(answers, cells[at : at + _CELLS], seed) for at in range(0, len(cells), _CELLS)]
    factors = len(answers.factors)
    values = np.concatenate(parts, axis=1) if parts else np.empty((len(_BOUNDS), 0, factors))
    flat = values.reshape(len(_BOUNDS), -1)
    data: dict[str, pl.Series] = {
        "unit": pl.Series([units[cell % len(units)] for cell in cells for _ in range(factors)], dtype=pl.String),
        "period": pl.Series([periods[cell // len(units)] for cell in cells for _ in range(factors)], dtype=pl.String),
        "factor": pl.Series(list(answers.factors) * len(cells), dtype=pl.String),
    }
    for name, column in zip(TABLES["sensitivity_scores"][3:], flat, strict=True):
        data[name] = pl.Series(column, dtype=pl.Float64).fill_nan(None)
    return pl.DataFrame(data)


def leave_one_out_table(index: CompiledIndex, nominal: Outcome) -> pl.DataFrame:
    """Give the root's score and rank without each leaf and each node, and how far the rank moves (above 0: down)."""
    children, scores, ranks = left_out(index, nominal)
    panel = index.panel
    where = np.argwhere(np.broadcast_to(panel.in_force, (len(children), *panel.in_force.shape)))
    at = (where[:, 0], where[:, 2], where[:, 1])
    usual = nominal.ranks[index.tree.root][where[:, 1], where[:, 2]]
    names = np.array(index.tree.names, dtype=object)
    frame = pl.DataFrame(
        {
            "dropped": pl.Series(names[children[where[:, 0]]], dtype=pl.String),
            "unit": pl.Series(np.array(panel.units, dtype=object)[where[:, 1]], dtype=pl.String),
            "period": pl.Series(np.array(panel.assessed, dtype=object)[where[:, 2]], dtype=pl.String),
            "score": pl.Series(scores[at], dtype=pl.Float64).fill_nan(None),
            "rank": pl.Series(ranks[at], dtype=pl.Float64).fill_nan(None),
            "rank_change": pl.Series(ranks[at] - usual, dtype=pl.Float64).fill_nan(None),
        }
    )
    return with_whole(frame, "rank", "rank_change")


def with_whole(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Give ranks as whole numbers, except in a table in which ties share an average."""
    broken = any(bool((frame[column] % 1 != 0).any()) for column in columns)
    return frame if broken else frame.with_columns(pl.col(column).cast(pl.Int64) for column in columns)


def without_effect(answers: Answers) -> tuple[str, ...]:
    """Name the factors that change no score and no rank of the root in any row of the sample."""
    idle = []
    for at, name in enumerate(answers.factors):
        shift = np.array_equal(answers.shift_mixed[at], answers.shift_a)
        if shift and np.array_equal(answers.scores_mixed[at], answers.scores_a, equal_nan=True):
            idle.append(name)
    return tuple(idle)


def _of_cells(answers: Answers, cells: Places, seed: int) -> Values:
    """Give the indices of some unit-periods: (bounds, cells, factors)."""
    found = sobol_with_bounds(
        answers.scores_a[:, cells], answers.scores_b[:, cells], answers.scores_mixed[:, :, cells], seed=seed
    )
    return np.stack([each.T for each in _columns(found)])


def _columns(found: Indices) -> list[Values]:
    return [getattr(found, name) for name in _BOUNDS]
