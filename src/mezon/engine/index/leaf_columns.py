"""What every step on leaves needs: which columns it is about, its rows, its losses, and the anchors of the scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

import numpy as np
import numpy.typing as npt

from mezon.engine.index.panel import Panel
from mezon.engine.index.state import Event, State
from mezon.engine.index.tree import Tree
from mezon.errors import UnfitMethod
from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall, Methodology, Step

Places = npt.NDArray[np.intp]

_NO_REFERENCE = "nothing is declared, or seen, that it could be compared with, or that is zero"
_NO_SPREAD = "a column that does not vary cannot be scaled"
_ONE_VALUE = "one value has no rank"

#: Why a method gives no value for a cell that had one.
REASONS = {
    "transform/log": "a value at or below zero has no logarithm",
    "treat/log": "a value at or below zero has no logarithm",
    "treat/box-cox": "a value at or below zero has no power of Box and Cox",
    "transform/reciprocal": "a reciprocal turns the order round only above zero",
    "transform/square-root": "a value below zero has no square root",
    "denominate/by": "its denominator is missing or zero",
    "normalise/min-max": _NO_SPREAD,
    "normalise/z-score": _NO_SPREAD,
    "normalise/goalposts": "goalposts are missing, do not rise, or do not go with the transform",
    "normalise/rank": _ONE_VALUE,
    "normalise/borda": _ONE_VALUE,
    "normalise/percentile-rank": _ONE_VALUE,
    "normalise/bands": "no bands are declared",
    "normalise/distance-to-best": _NO_REFERENCE,
    "normalise/distance-to-worst": _NO_REFERENCE,
    "normalise/distance-to-mean": _NO_REFERENCE,
    "normalise/distance-to-reference": _NO_REFERENCE,
    "normalise/fraction-of-best": _NO_REFERENCE,
    "normalise/distance-to-target": "no target is declared, or it is no better than the worst value",
    "normalise/two-ended-target": "no target is declared",
    "normalise/scaled": "its two bounds are the same",
    "aggregate/geometric": "a geometric mean needs values above zero",
    "aggregate/harmonic": "a harmonic mean needs values above zero",
}


@dataclass(slots=True)
class Run:
    """What steps work with: panel, tree, the leaf left out of the draw, and (if wanted) a list for events.

    `imputation` : which of the completed tables of impute/multiple is used, -1 = their mean.
    """

    panel: Panel
    tree: Tree
    methodology: Methodology
    dropped: int = -1
    events: list[Event] | None = None
    place: int = 0
    imputation: int = -1

    def tell(self, code: str, call: MethodCall | str, **details: object) -> None:
        """Note an event, when somebody listens."""
        if self.events is not None:
            self.events.append(Event(code=code, step=self.place, call=str(call), details=details))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows a method sees: `values` (..., rows, columns), and `base` where its statistics come from other rows.

    `units` : the unit of each row of `values`, `base_units` of each row of `base`. `repeat` : how many rows in turn
    belong to one unit.
    """

    values: Values
    base: Values | None
    panel_units: tuple[str, ...]
    repeat: int

    @property
    def seen(self) -> Values:
        """The rows that statistics are taken from."""
        return self.values if self.base is None else self.base

    @property
    def units(self) -> tuple[str, ...]:
        """The unit of each row."""
        return tuple(unit for unit in self.panel_units for _ in range(self.repeat))

    def per_row(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """Repeat what is known of each unit for each of its rows."""
        return tuple(label for label in labels for _ in range(self.repeat))


def named(step: Step, tree: Tree) -> Mask:
    """Say of each leaf whether a step is about it."""
    return np.array([(not step.only or leaf in step.only) and leaf not in step.without for leaf in tree.leaves])


def columns_of(state: State, step: Step, tree: Tree) -> Places:
    """Give the places of the leaves that a step is about and that take part."""
    return np.flatnonzero(state.columns & named(step, tree)).astype(np.intp)


def settings_of(call: MethodCall) -> dict[str, Any]:
    """Give the parameters of a call. Raises : UnfitMethod for one that the method does not have."""
    known = METHODS[call.name]
    unknown = sorted(set(call.parameters) - set(known.settings))
    if unknown:
        raise UnfitMethod(f"{call.name} has no parameter {unknown[0]!r}.", hint=f"It has: {', '.join(known.settings)}.")
    return dict(call.parameters)


def context_of(call: MethodCall, offered: dict[str, Any]) -> dict[str, Any]:
    """Give what a method asks of the engine."""
    return {name: offered[name] for name in METHODS[call.name].context if name in offered}


def takes_base(function: Callable[..., Values]) -> bool:
    """Say whether a method can take its statistics from other rows than it is applied to."""
    return "base" in signature(function).parameters


def cut_to_window(state: State, panel: Panel) -> State:
    """Leave the periods that only imputation looks at."""
    return state if state.cut else replace(state, values=state.values[:, :, panel.window], cut=True)


def emptied(state: State, panel: Panel) -> State:
    """Hold what must be empty empty: cells that cannot exist, rows and columns that are out."""
    values = state.values.copy()
    applicable = panel.applicable[:, panel.window] if state.cut else panel.applicable
    values[:, ~applicable] = np.nan
    values[..., ~state.columns] = np.nan
    units, windows = np.nonzero(~state.rows)
    values[:, units, windows if state.cut else panel.window[windows]] = np.nan
    return replace(state, values=values)


def on_rows(values: Values, function: Callable[[Rows], Values], *, pool: str, panel: Panel, cut: bool) -> Values:
    """Apply a method to (variants, units, periods, columns), its statistics taken over what `pool` says.

    Raises : UnfitMethod for a pool that is no assessed period.
    """
    variants, units, periods, columns = values.shape
    if pool == "period":
        apart = np.moveaxis(values, 2, 1)
        found = function(Rows(values=apart, base=None, panel_units=panel.units, repeat=1))
        return np.moveaxis(found, 1, 2)
    base = None if pool == "all" else values[:, :, _base_place(pool, panel.assessed if cut else panel.periods)]
    flat = values.reshape(variants, units * periods, columns)
    return function(Rows(values=flat, base=base, panel_units=panel.units, repeat=periods)).reshape(values.shape)


def on_columns(state: State, columns: Places, function: Callable[[Rows], Values], *, pool: str, panel: Panel) -> State:
    """Apply a method to some columns of a state."""
    if len(columns) == state.values.shape[-1]:
        return replace(state, values=on_rows(state.values, function, pool=pool, panel=panel, cut=state.cut))
    values = state.values.copy()
    values[..., columns] = on_rows(state.values[..., columns], function, pool=pool, panel=panel, cut=state.cut)
    return replace(state, values=values)


def with_losses(before: State, after: State, call: MethodCall, columns: Places, run: Run) -> State:
    """Mark, and tell of, cells that had a value which a method could not use."""
    panel = run.panel
    lost = ~np.isnan(cut_to_window(before, panel).values) & np.isnan(cut_to_window(after, panel).values)
    for column in columns if run.events is not None else ():
        cells = np.argwhere(lost[0, ..., column])
        if len(cells):
            run.tell(
                "unfit-method",
                call,
                subject=run.tree.leaves[column],
                reason=REASONS.get(call.name, "the method is not defined there"),
                cells=len(cells),
                first=cell_name(cells[0], panel),
            )
    return replace(after, lost=before.lost | lost)


def cell_name(cell: npt.NDArray[np.intp], panel: Panel) -> str:
    """Name a cell of (units, window)."""
    return f"{panel.units[cell[0]]} {panel.assessed[cell[1]]}"


def anchors_through(
    state: State, columns: Places, function: Callable[..., Values], *, pool: str, where: Mask | None = None
) -> Values:
    """Bring the anchors of some columns onto the scale that a curve brings their values to.

    function : takes (..., rows, columns), and `base` if its own parameters come from the values. A curve whose
    parameters differ between periods has no one place for an anchor: it becomes NaN.
    where : (variants, columns), which columns went through it; None = all.
    """
    variants, (ends, units) = state.variants, state.anchors.shape[1:3]
    anchors = np.broadcast_to(state.anchors, (variants, *state.anchors.shape[1:])).copy()
    flat = anchors[..., columns].reshape(variants, ends * units, len(columns))
    if not takes_base(function):
        found = function(flat)
    elif pool == "all":
        found = function(flat, state.values[..., columns].reshape(variants, -1, len(columns)))
    else:
        found = np.full(flat.shape, np.nan)
    chosen = found if where is None else np.where(where[:, None, :], found, flat)
    pairs = np.sort(chosen.reshape(variants, ends // 2, 2, units, len(columns)), axis=2)
    anchors[..., columns] = pairs.reshape(variants, ends, units, len(columns))
    return anchors


def _base_place(pool: str, periods: tuple[str, ...]) -> int:
    if pool not in periods:
        raise UnfitMethod(
            f"Statistics cannot be frozen at {pool}, which is not assessed.",
            hint=f'Write pool = "all", "period", or one of: {", ".join(periods)}.',
        )
    return periods.index(pool)
