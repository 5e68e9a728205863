"""Imputation as a step: along time over the whole series, across units and indicators over the assessed window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mezon.engine.index.leaf_columns import (
    Places,
    Rows,
    Run,
    cell_name,
    columns_of,
    context_of,
    cut_to_window,
    emptied,
    on_rows,
    settings_of,
)
from mezon.engine.index.state import State
from mezon.methods import METHODS
from mezon.methods.arrays import Values
from mezon.methods.impute_multiple import completed, pooled
from mezon.model.methodology import MethodCall, Step

#: Methods that fill a gap from the unit's own series.
ALONG_TIME = frozenset({"impute/linear", "impute/last", "impute/linear-constant"})

#: Methods that fill a gap from other indicators: what they give depends on which indicators take part.
ACROSS_INDICATORS = frozenset(
    {"impute/row-mean", "impute/row-median", "impute/knn", "impute/regression", "impute/em", "impute/multiple"}
)

MULTIPLE = "impute/multiple"


def impute(state: State, step: Step, run: Run) -> State:
    """Fill gaps, except where a value cannot exist or the unit-period is screened out."""
    columns = columns_of(state, step, run.tree)
    if step.call.name in ACROSS_INDICATORS:
        columns = columns[columns != run.dropped]
    filled = state.values.copy()
    spread = state.imputed_variance
    if step.call.name in ALONG_TIME:
        times = run.panel.times[run.panel.window] if state.cut else run.panel.times
        function = METHODS[step.call.name].function
        filled[..., columns] = function(filled[..., columns], times=times, **settings_of(step.call))
    else:
        window = slice(None) if state.cut else run.panel.window
        found, variance = _across(state.values[:, :, window][..., columns], state, step, run, columns)
        inside = state.values[:, :, window].copy()
        inside[..., columns] = found
        filled[:, :, window] = inside
        spread = spread.copy()
        spread[..., columns] = np.where(np.isnan(variance), spread[..., columns], variance)
    after = emptied(replace(state, values=filled, imputed_variance=spread), run.panel)
    before, now = (cut_to_window(each, run.panel).values[0] for each in (state, after))
    fresh = np.isnan(before) & ~np.isnan(now)
    if not fresh.any():
        run.tell("step-without-effect", step.call)
    _tell_gaps(now, after, step.call, run, columns)
    return replace(after, imputed=state.imputed | fresh)


def tables_of(call: MethodCall | None) -> int:
    """Give the number of completed tables a call makes: 0 for all but multiple imputation."""
    if call is None or call.name != MULTIPLE:
        return 0
    return int({**METHODS[MULTIPLE].settings, **call.parameters}["m"])


def _across(values: Values, state: State, step: Step, run: Run, columns: Places) -> tuple[Values, Values]:
    """Fill (variants, units, periods, columns); and give the variance of each filled cell, of the first variant."""
    settings = settings_of(step.call)
    none = np.full(values.shape[1:], np.nan)

    def apply(function: Any) -> Values:
        return on_rows(values, function, pool=step.pool, panel=run.panel, cut=True)

    if step.call.name != MULTIPLE:

        def filled(rows: Rows) -> Values:
            context = context_of(step.call, _offered(state, columns, run, rows))
            return np.asarray(METHODS[step.call.name].function(rows.values, **context, **settings), dtype=np.float64)

        return apply(filled), none
    plan = {**METHODS[MULTIPLE].settings, **settings}
    of, seed = str(plan["of"]), int(plan["seed"])
    if run.imputation >= 0:
        return apply(lambda rows: completed(rows.values, of=of, seed=seed, number=run.imputation)), none
    METHODS[MULTIPLE].function(np.empty((0, 0)), **settings)  # says what is wrong with the settings
    tables = np.stack(
        [apply(lambda rows, at=at: completed(rows.values, of=of, seed=seed, number=at)) for at in range(int(plan["m"]))]
    )
    mean, variance = pooled(tables)
    gaps = np.isnan(values)
    return np.where(gaps, mean, values), np.where(gaps[0], variance[0], np.nan)


def _offered(state: State, columns: Places, run: Run, rows: Rows) -> dict[str, Any]:
    tree = run.tree
    return {
        "direction": state.direction[columns],
        "groupings": {name: rows.per_row(labels) for name, labels in run.panel.groupings.items()},
        "parents": tuple(tree.parents[column] for column in columns),
        "below": {name: tree.below(node)[columns] for node, name in enumerate(tree.nodes)},
    }


def _tell_gaps(now: Values, after: State, call: MethodCall, run: Run, columns: Places) -> None:
    """Tell which cells a method that should fill all of them could not."""
    if run.events is None or call.name in ALONG_TIME:
        return
    possible = run.panel.applicable[:, run.panel.window] & after.rows[..., None] & after.columns
    gaps = np.isnan(now) & possible
    for column in columns:
        cells = np.argwhere(gaps[..., column])
        if len(cells):
            name, first = run.tree.leaves[column], cell_name(cells[0], run.panel)
            run.tell("gaps-remain", call, indicator=name, cells=len(cells), first=first)
