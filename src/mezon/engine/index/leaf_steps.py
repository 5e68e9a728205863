"""Steps that work on the values of leaves: screen, impute, treat, transform, normalise, and rounding of values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mezon.engine.index.panel import Panel
from mezon.engine.index.state import Event, State, same
from mezon.engine.index.tree import Tree
from mezon.errors import UnfitMethod
from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.methods.treat import Treated
from mezon.model.methodology import MethodCall, Methodology, Step

Places = npt.NDArray[np.intp]

#: Why a method gives no value for a cell that had one.
REASONS = {
    "transform/log": "a value at or below zero has no logarithm",
    "treat/log": "a value at or below zero has no logarithm",
    "transform/reciprocal": "a reciprocal turns the order round only above zero",
    "transform/square-root": "a value below zero has no square root",
    "normalise/min-max": "a column that does not vary cannot be scaled",
    "normalise/goalposts": "goalposts are missing, do not rise, or do not go with the transform",
    "aggregate/geometric": "a geometric mean needs values above zero",
    "aggregate/harmonic": "a harmonic mean needs values above zero",
}


@dataclass(slots=True)
class Run:
    """What steps work with: panel, tree, the leaf left out of the draw, and (if wanted) a list for events."""

    panel: Panel
    tree: Tree
    methodology: Methodology
    dropped: int = -1
    events: list[Event] | None = None
    place: int = 0

    def tell(self, code: str, call: MethodCall | str, **details: object) -> None:
        """Note an event, when somebody listens."""
        if self.events is not None:
            self.events.append(Event(code=code, step=self.place, call=str(call), details=details))


def start(panel: Panel, values: Values) -> State:
    """The line before its first step; `values` : (variants, units, periods, leaves)."""
    leaves = len(panel.indicators)
    return State(
        values=values,
        cut=False,
        rows=panel.in_force,
        columns=np.ones(leaves, dtype=bool),
        direction=panel.direction,
        goalposts=panel.goalposts[None],
        transformed=np.array([call is None for call in panel.transforms], dtype=bool),
        normalised=np.zeros(leaves, dtype=bool),
        imputed=np.zeros((len(panel.units), len(panel.window), leaves), dtype=bool),
        lost=np.zeros((1, len(panel.units), len(panel.window), leaves), dtype=bool),
        weights=np.empty((1, 0)),
    )


def cut_to_window(state: State, panel: Panel) -> State:
    """Leave the periods that only imputation looks at."""
    return state if state.cut else replace(state, values=state.values[:, :, panel.window], cut=True)


def screen_masks(state: State, step: Step, run: Run) -> tuple[Mask, Mask]:
    """Give the rows and columns that a screen leaves, judged on the first variant, the dropped leaf disregarded."""
    panel, taking_part = run.panel, state.columns.copy()
    if run.dropped >= 0:
        taking_part[run.dropped] = False
    columns = np.flatnonzero(taking_part & _named(step, run.tree))
    inside = np.flatnonzero(state.rows.ravel())
    values = cut_to_window(state, panel).values[0].reshape(-1, len(panel.indicators))[np.ix_(inside, columns)]
    applicable = panel.applicable[:, panel.window].reshape(-1, len(panel.indicators))[np.ix_(inside, columns)]
    units = np.repeat(np.array(panel.units, dtype=object), len(panel.window))[inside]
    found = METHODS["screen"].function(values, applicable=applicable, units=units, **_settings(step.call))
    rows, stays = np.zeros(state.rows.size, dtype=bool), state.columns.copy()
    rows[inside] = found.rows
    stays[columns[~found.indicators]] = False
    return rows.reshape(state.rows.shape), stays


def screened(state: State, step: Step, run: Run, masks: tuple[Mask, Mask]) -> State:
    """Take out the unit-periods and indicators that a screen found wanting."""
    rows, columns = masks
    gone, dropped = int((state.rows & ~rows).sum()), int((state.columns & ~columns).sum())
    if gone or dropped:
        names = [run.tree.leaves[at] for at in np.flatnonzero(state.columns & ~columns)]
        run.tell("screened-out", step.call, rows=gone, indicators=dropped, names=", ".join(names) or "none")
    else:
        run.tell("step-without-effect", step.call)
    return _emptied(replace(state, rows=rows, columns=columns), run.panel)


def impute(state: State, step: Step, run: Run) -> State:
    """Fill gaps, except where a value cannot exist or the unit-period is screened out."""
    columns = _columns(state, step, run.tree)
    times = run.panel.times[run.panel.window] if state.cut else run.panel.times
    filled = state.values.copy()
    filled[..., columns] = METHODS[step.call.name].function(
        state.values[..., columns], **_context(step.call, {"times": times}), **_settings(step.call)
    )
    after = _emptied(replace(state, values=filled), run.panel)
    before, now = (cut_to_window(each, run.panel).values[0] for each in (state, after))
    fresh = np.isnan(before) & ~np.isnan(now)
    if not fresh.any():
        run.tell("step-without-effect", step.call)
    return replace(after, imputed=state.imputed | fresh)


def treat(state: State, step: Step, run: Run) -> State:
    """Treat outliers; a column whose logarithm is taken has its goalposts on the logarithmic scale as well."""
    columns = _columns(state, step, run.tree)
    if step.call.name != "treat/winsorise":
        return transform(state, step, run)
    done: list[Treated] = []

    def winsorise(values: Values) -> Values:
        done.append(METHODS["treat/winsorise"].function(values, **_settings(step.call)))
        return done[-1].values

    after = _on_columns(state, columns, winsorise, pool=step.pool)
    treated = done[0]
    logged = treated.logged.reshape(state.variants, -1, len(columns))
    if logged.any():
        after = _log_goalposts(after, columns, np.asarray(logged.any(axis=1)))
    for at, column in enumerate(columns):
        points, still = int(treated.points[..., at].sum()), bool(treated.still[..., at].any())
        if points or still or logged[..., at].any():
            run.tell(
                "outliers-remain" if still else "outliers-treated",
                step.call,
                indicator=run.tree.leaves[column],
                points=points,
                logged="log" if logged[..., at].any() else "no log",
            )
    if same(state.values, after.values):
        run.tell("step-without-effect", step.call)
    return after


def transform(state: State, step: Step, run: Run) -> State:
    """Apply a transform to values and goalposts alike."""
    columns = _columns(state, step, run.tree)
    return _transformed(state, step.call, columns, run)


def normalise(state: State, step: Step, run: Run) -> State:
    """Bring columns to points; declared transforms that no step has applied are applied first."""
    columns = _columns(state, step, run.tree)
    for place in columns:
        call = run.panel.transforms[place]
        if call is not None and not state.transformed[place]:
            state = _transformed(state, call, np.array([place]), run)
    settings = _settings(step.call)
    posts = state.goalposts[..., columns]
    context = _context(step.call, {"direction": state.direction[columns], "goalposts": posts})
    pool = "all" if "goalposts" in context else step.pool
    function = METHODS[step.call.name].function
    after = _on_columns(state, columns, lambda values: function(values, **context, **settings), pool=pool)
    after = _with_losses(state, after, step.call, columns, run)
    _tell_clipped(state, columns, step.call, run)
    direction, normalised = state.direction.copy(), state.normalised.copy()
    direction[columns], normalised[columns] = 1.0, True
    defaults = {**METHODS[step.call.name].settings, **settings}
    scale = (float(defaults["low"]), float(defaults["high"])) if "low" in defaults else None
    return replace(after, direction=direction, normalised=normalised, scale=scale)


def round_values(state: State, step: Step, run: Run) -> State:
    """Round the values of leaves."""
    columns = _columns(state, step, run.tree)
    function, settings = METHODS[step.call.name].function, _settings(step.call)
    return _on_columns(state, columns, lambda values: function(values, **settings), pool="all")


def _named(step: Step, tree: Tree) -> Mask:
    return np.array([(not step.only or leaf in step.only) and leaf not in step.without for leaf in tree.leaves])


def _columns(state: State, step: Step, tree: Tree) -> Places:
    return np.flatnonzero(state.columns & _named(step, tree)).astype(np.intp)


def _settings(call: MethodCall) -> dict[str, Any]:
    known = METHODS[call.name]
    unknown = sorted(set(call.parameters) - set(known.settings))
    if unknown:
        raise UnfitMethod(f"{call.name} has no parameter {unknown[0]!r}.", hint=f"It has: {', '.join(known.settings)}.")
    return dict(call.parameters)


def _context(call: MethodCall, offered: dict[str, Any]) -> dict[str, Any]:
    return {name: offered[name] for name in METHODS[call.name].context if name in offered}


def _emptied(state: State, panel: Panel) -> State:
    """Hold what must be empty empty: cells that cannot exist, rows and columns that are out."""
    values = state.values.copy()
    applicable = panel.applicable[:, panel.window] if state.cut else panel.applicable
    values[:, ~applicable] = np.nan
    values[..., ~state.columns] = np.nan
    units, windows = np.nonzero(~state.rows)
    values[:, units, windows if state.cut else panel.window[windows]] = np.nan
    return replace(state, values=values)


def _on_columns(state: State, columns: Places, function: Callable[[Values], Values], *, pool: str) -> State:
    """Apply a function of (..., rows, indicators) to some columns, over all periods or in each alone."""
    values = state.values.copy()
    variants, units, periods, _ = values.shape
    chosen = values[..., columns]
    if pool == "period":
        result = np.moveaxis(function(np.moveaxis(chosen, 2, 1)), 1, 2)
    else:
        result = function(chosen.reshape(variants, units * periods, len(columns))).reshape(chosen.shape)
    values[..., columns] = result
    return replace(state, values=values)


def _transformed(state: State, call: MethodCall, columns: Places, run: Run) -> State:
    function, settings = METHODS[call.name].function, _settings(call)
    after = _on_columns(state, columns, lambda values: function(values, **settings), pool="all")
    posts, direction, transformed = state.goalposts.copy(), state.direction.copy(), state.transformed.copy()
    transformed[columns] = True
    if call.name != "transform/cap":
        posts[..., columns] = np.sort(function(posts[..., columns], **settings), axis=-2)
    if call.name == "transform/reciprocal":
        direction[columns] *= -1.0
    after = replace(after, goalposts=posts, direction=direction, transformed=transformed)
    if same(state.values, after.values):
        run.tell("step-without-effect", call)
    return _with_losses(state, after, call, columns, run)


def _log_goalposts(state: State, columns: Places, logged: Mask) -> State:
    posts = np.broadcast_to(state.goalposts, (len(logged), *state.goalposts.shape[1:])).copy()
    chosen = posts[..., columns]
    posts[..., columns] = np.where(logged[:, None, :], np.log(np.where(chosen > 0, chosen, np.nan)), chosen)
    return replace(state, goalposts=posts)


def _with_losses(before: State, after: State, call: MethodCall, columns: Places, run: Run) -> State:
    lost = ~np.isnan(before.values) & np.isnan(after.values)
    for column in columns if run.events is not None else ():
        cells = np.argwhere(lost[0, ..., column])
        if len(cells):
            unit, period = cells[0]
            run.tell(
                "unfit-method",
                call,
                subject=run.tree.leaves[column],
                reason=REASONS.get(call.name, "the method is not defined there"),
                cells=len(cells),
                first=f"{run.panel.units[unit]} {run.panel.assessed[period]}",
            )
    return replace(after, lost=before.lost | lost)


def _tell_clipped(before: State, columns: Places, call: MethodCall, run: Run) -> None:
    if run.events is None or not call.name.endswith("/goalposts") or not call.parameters.get("clip", True):
        return
    low, high = before.goalposts[0]
    for column in columns:
        raw = before.values[0, ..., column]
        beyond = int(((raw < low[column]) | (raw > high[column])).sum())
        if beyond:
            run.tell("clipped-to-goalposts", call, indicator=run.tree.leaves[column], cells=beyond)
