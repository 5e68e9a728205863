"""Exactly which values a treatment changed, and which an imputation filled: one row a cell (`--steps`)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from mezon.analyse.long_table import table
from mezon.engine.index import CompiledIndex, Outcome
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import Step


def changed_values(index: CompiledIndex, nominal: Outcome) -> dict[str, pl.DataFrame]:
    """Give the tables `treated` and `imputed`, each where a step changes or fills something."""
    text = dict.fromkeys(("step", "unit", "period", "indicator", "how", "method"), pl.String())
    found = {"treated": list(_treated(index, nominal)), "imputed": list(_imputed(index, nominal))}
    return {name: table(name, rows, text) for name, rows in found.items() if rows}


def _treated(index: CompiledIndex, nominal: Outcome) -> Iterator[tuple[object, ...]]:
    for place, step, before, after in _pairs(index, nominal):
        if step.call.family != "treat":
            continue
        curves = _curves(nominal, place)
        for unit, period, leaf, names in _cells(index, (before != after) & ~np.isnan(before)):
            own = step.call.name.partition("/")[2]
            how = curves.get(names[2], "winsorised") if own == "winsorise" else own
            yield _name(place, step), *names, before[unit, period, leaf], after[unit, period, leaf], how


def _imputed(index: CompiledIndex, nominal: Outcome) -> Iterator[tuple[object, ...]]:
    error = np.sqrt(nominal.state.imputed_variance)
    for place, step, before, after in _pairs(index, nominal):
        if step.call.family != "impute":
            continue
        for unit, period, leaf, names in _cells(index, np.isnan(before) & ~np.isnan(after)):
            yield _name(place, step), *names, after[unit, period, leaf], step.call.name, error[unit, period, leaf]


def _pairs(index: CompiledIndex, nominal: Outcome) -> Iterator[tuple[int, Step, Values, Values]]:
    """Give each step with the values before and after it: (units, window, leaves)."""
    before = index.panel.values[:, index.panel.window]
    for place, (step, state) in enumerate(zip(index.methodology.steps, nominal.steps, strict=True), start=1):
        yield place, step, before, state.values[0]
        before = state.values[0]


def _cells(index: CompiledIndex, changed: Mask) -> Iterator[tuple[int, int, int, tuple[str, str, str]]]:
    for unit, period, leaf in np.argwhere(changed).tolist():
        names = (index.panel.units[unit], index.panel.assessed[period], index.tree.leaves[leaf])
        yield unit, period, leaf, names


def _curves(nominal: Outcome, place: int) -> dict[str, str]:
    """Which indicators a winsorising step sent through a curve, and through which."""
    told = (event.details for event in nominal.events if event.step == place and "logged" in event.details)
    return {str(each["indicator"]): str(each["logged"]) for each in told if each["logged"] != "no log"}


def _name(place: int, step: Step) -> str:
    return f"{place:02d}-{step.call.name.replace('/', '-')}"
