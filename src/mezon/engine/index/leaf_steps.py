"""Steps that work on the values of leaves: screen, denominate, treat, transform, normalise, and rounding of values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from mezon.engine.index.anchors import BEST, GOALPOSTS, TARGET, WORST
from mezon.engine.index.leaf_columns import (
    REASONS,
    Places,
    Rows,
    Run,
    anchors_through,
    columns_of,
    context_of,
    cut_to_window,
    emptied,
    named,
    on_columns,
    settings_of,
    takes_base,
    with_losses,
)
from mezon.engine.index.panel import Panel
from mezon.engine.index.state import Scale, State, same
from mezon.errors import UnfitMethod
from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.methods.normalise import percentiles
from mezon.methods.treat import CURVES, Treated
from mezon.model.methodology import MethodCall, Step

__all__ = ["REASONS", "Places", "Run", "cut_to_window", "start"]

#: The scale that a method without `low` and `high` of its own brings values to.
_SCALES: dict[str, Scale] = {
    "normalise/scaled": (0.0, 100.0),
    "normalise/fraction-of-best": (0.0, 1.0),
    "normalise/above-below-mean": (-1.0, 1.0),
    "normalise/distance-to-best": (0.0, 1.0),
}

# Other steps know these under their first names.
_settings, _context = settings_of, context_of


def start(panel: Panel, values: Values) -> State:
    """The line before its first step; `values` : (variants, units, periods, leaves)."""
    leaves = len(panel.indicators)
    shape = (len(panel.units), len(panel.window), leaves)
    state = State(
        values=values,
        cut=False,
        rows=panel.in_force,
        columns=np.ones(leaves, dtype=bool),
        direction=panel.direction,
        anchors=panel.anchors[None],
        transformed=np.array([call is None for call in panel.transforms], dtype=bool),
        normalised=np.zeros(leaves, dtype=bool),
        imputed=np.zeros(shape, dtype=bool),
        imputed_variance=np.full(shape, np.nan),
        lost=np.zeros((1, *shape), dtype=bool),
        weights=np.empty((1, 0)),
    )
    return state if panel.in_force.all() else emptied(state, panel)


def screen_masks(state: State, step: Step, run: Run) -> tuple[Mask, Mask]:
    """Give the rows and columns that a screen leaves, judged on the first variant, the dropped leaf disregarded."""
    panel, taking_part = run.panel, state.columns.copy()
    if run.dropped >= 0:
        taking_part[run.dropped] = False
    columns = np.flatnonzero(taking_part & named(step, run.tree))
    inside = np.flatnonzero(state.rows.ravel())
    values = cut_to_window(state, panel).values[0].reshape(-1, len(panel.indicators))[np.ix_(inside, columns)]
    applicable = panel.applicable[:, panel.window].reshape(-1, len(panel.indicators))[np.ix_(inside, columns)]
    units = np.repeat(np.array(panel.units, dtype=object), len(panel.window))[inside]
    found = METHODS["screen"].function(values, applicable=applicable, units=units, **settings_of(step.call))
    rows, stays = np.zeros(state.rows.size, dtype=bool), state.columns.copy()
    rows[inside] = found.rows
    stays[columns[~found.indicators]] = False
    return rows.reshape(state.rows.shape), stays


def screened(state: State, step: Step, run: Run, masks: tuple[Mask, Mask]) -> State:
    """Take out the unit-periods and indicators that a screen found wanting."""
    rows, columns = masks
    named_units = {*step.call.parameters.get("keep", ()), *step.call.parameters.get("drop", ())}
    strangers = sorted(map(str, named_units - set(run.panel.units)))
    if strangers:
        run.tell("units-not-assessed", step.call, units=", ".join(strangers))
    gone, dropped = int((state.rows & ~rows).sum()), int((state.columns & ~columns).sum())
    if gone or dropped:
        names = [run.tree.leaves[at] for at in np.flatnonzero(state.columns & ~columns)]
        run.tell("screened-out", step.call, rows=gone, indicators=dropped, names=", ".join(names) or "none")
    else:
        run.tell("step-without-effect", step.call)
    return emptied(replace(state, rows=rows, columns=columns), run.panel)


def denominate(state: State, step: Step, run: Run) -> State:
    """Divide columns by their denominators; an indicator's own scale wins over the step's."""
    panel, columns = run.panel, columns_of(state, step, run.tree)
    divisors = {code: found[:, panel.window] if state.cut else found for code, found in panel.divisors.items()}
    flat = {code: found.reshape(-1) for code, found in divisors.items()}
    settings = settings_of(step.call)
    own = [panel.denominators[column] for column in columns]

    def divided(rows: Rows) -> Values:
        found: Values = METHODS[step.call.name].function(rows.values, denominators=flat, own=own, **settings)
        scales = panel.scales[columns] / float(settings.get("scale", 1.0))
        touched = np.array([bool(settings.get("by") or code) for code in own], dtype=bool)
        return found * np.where(np.isnan(scales) | ~touched, 1.0, scales)

    after = on_columns(state, columns, divided, pool="all", panel=panel)
    if same(state.values, after.values):
        run.tell("step-without-effect", step.call)
    return with_losses(state, after, step.call, columns, run)


def treat(state: State, step: Step, run: Run) -> State:
    """Treat outliers; a column that goes through a curve has its anchors on the curved scale as well."""
    columns = columns_of(state, step, run.tree)
    if step.call.name != "treat/winsorise":
        return _transformed(state, step.call, columns, run, pool=step.pool)
    _no_base(step)
    settings = settings_of(step.call)
    done: list[Treated] = []

    def winsorise(rows: Rows) -> Values:
        done.append(METHODS["treat/winsorise"].function(rows.values, **settings))
        return done[-1].values

    after = on_columns(state, columns, winsorise, pool=step.pool, panel=run.panel)
    treated = done[0]
    curved = treated.curved.reshape(state.variants, -1, len(columns))
    if curved.any():
        function, where = CURVES[str(settings["then"])], np.asarray(curved.any(axis=1))
        after = replace(after, anchors=anchors_through(state, columns, function, pool=step.pool, where=where))
    for at, column in enumerate(columns):
        points, still = int(treated.points[..., at].sum()), bool(treated.still[..., at].any())
        if points or still or curved[..., at].any():
            run.tell(
                "outliers-remain" if still else "outliers-treated",
                step.call,
                indicator=run.tree.leaves[column],
                points=points,
                logged=str(settings["then"]) if curved[..., at].any() else "no log",
            )
    if same(state.values, after.values):
        run.tell("step-without-effect", step.call)
    return after


def transform(state: State, step: Step, run: Run) -> State:
    """Apply a transform to values and anchors alike."""
    columns = columns_of(state, step, run.tree)
    return _transformed(state, step.call, columns, run, pool="all")


def normalise(state: State, step: Step, run: Run) -> State:
    """Bring columns to points; declared transforms that no step has applied are applied first."""
    columns = columns_of(state, step, run.tree)
    for place in columns:
        call = run.panel.transforms[place]
        if call is not None and not state.transformed[place]:
            state = _transformed(state, call, np.array([place]), run, pool="all")
    settings, function = settings_of(step.call), METHODS[step.call.name].function

    def points(rows: Rows) -> Values:
        context = context_of(step.call, _offered(state, columns, run, rows))
        if rows.base is None or not takes_base(function):
            return np.asarray(function(rows.values, **context, **settings), dtype=np.float64)
        return np.asarray(function(rows.values, rows.base, **context, **settings), dtype=np.float64)

    after = on_columns(state, columns, points, pool=step.pool, panel=run.panel)
    after = with_losses(state, after, step.call, columns, run)
    _tell_clipped(state, columns, step.call, run)
    direction, normalised = state.direction.copy(), state.normalised.copy()
    direction[columns], normalised[columns] = 1.0, True
    return replace(after, direction=direction, normalised=normalised, scale=_scale(step.call, run, columns))


def round_values(state: State, step: Step, run: Run) -> State:
    """Round the values of leaves."""
    columns = columns_of(state, step, run.tree)
    function, settings = METHODS[step.call.name].function, settings_of(step.call)
    return on_columns(state, columns, lambda rows: function(rows.values, **settings), pool="all", panel=run.panel)


def _offered(state: State, columns: Places, run: Run, rows: Rows) -> dict[str, Any]:
    """Give all that normalisations may ask for, in the shape of the rows they see."""
    anchors = state.anchors[..., columns]
    shared = anchors[..., 0, :]
    if rows.values.ndim == 4:
        anchors, shared = anchors[:, None], shared[:, None]
    target = shared[..., TARGET, :]
    best = shared[..., BEST, :]
    return {
        "direction": state.direction[columns],
        "goalposts": _posts(anchors[..., GOALPOSTS, :, :], run.panel.percentiles[:, columns], rows),
        "target": np.where(np.isnan(target), best, target),
        "best": best[..., 0, :],
        "worst": shared[..., WORST, :][..., 0, :],
        "bands": tuple(run.panel.bands[column] for column in columns),
        "units": rows.units,
        "base_units": run.panel.units,
    }


def _posts(posts: Values, wanted: Values, rows: Rows) -> Values:
    """Give goalposts, (..., 2, columns), or (..., 2, rows, columns) by group; percentiles are taken from the rows."""
    by_group = posts.shape[-2] > 1
    posts = np.repeat(posts, rows.repeat, axis=-2) if by_group else posts[..., 0, :]
    if np.isnan(wanted).all():
        return posts
    seen = percentiles(rows.seen, wanted)
    return (
        np.where(np.isnan(wanted)[:, None, :], posts, seen[..., None, :])
        if by_group
        else np.where(np.isnan(wanted), posts, seen)
    )


def _scale(call: MethodCall, run: Run, columns: Places) -> Scale:
    settings = {**METHODS[call.name].settings, **call.parameters}
    if call.name in _SCALES:
        return _SCALES[call.name]
    if call.name == "normalise/z-score":
        return float(settings["mean"]) - float(settings["sd"]), float(settings["mean"]) + float(settings["sd"])
    if call.name == "normalise/bands":
        written = [own.get("points", ()) for column in columns if (own := run.panel.bands[column])]
        points = [float(each) for listed in (*written, settings["points"]) for each in listed] or [0.0, 100.0]
        return min(points), max(points)
    if "scale" in settings:
        return 0.0, float(settings["scale"])
    return (float(settings["low"]), float(settings["high"])) if "low" in settings else None


def _no_base(step: Step) -> None:
    """Refuse a treatment frozen at a period: which values are outliers is a question of all that are treated."""
    if step.pool not in {"all", "period"}:
        raise UnfitMethod(
            f"{step.call.name} has no statistics that could be frozen at {step.pool}.",
            hint='Write pool = "all" or "period".',
        )


def _transformed(state: State, call: MethodCall, columns: Places, run: Run, *, pool: str) -> State:
    function: Callable[..., Values] = METHODS[call.name].function
    curve = partial(function, **settings_of(call))

    def curved(rows: Rows) -> Values:
        return curve(rows.values) if rows.base is None or not takes_base(function) else curve(rows.values, rows.base)

    after = on_columns(state, columns, curved, pool=pool, panel=run.panel)
    direction, transformed = state.direction.copy(), state.transformed.copy()
    transformed[columns] = True
    if call.name != "transform/cap":
        after = replace(after, anchors=anchors_through(state, columns, curve, pool=pool))
    if call.name == "transform/reciprocal":
        direction[columns] *= -1.0
    after = replace(after, direction=direction, transformed=transformed)
    if same(state.values, after.values):
        run.tell("step-without-effect", call)
    return with_losses(state, after, call, columns, run)


def _tell_clipped(before: State, columns: Places, call: MethodCall, run: Run) -> None:
    if run.events is None or not call.name.endswith("/goalposts") or not call.parameters.get("clip", True):
        return
    for column in columns:
        low, high = before.anchors[0, GOALPOSTS, :, column]
        raw = before.values[0, ..., column]
        beyond = int(((raw < low[:, None]) | (raw > high[:, None])).sum())
        if beyond:
            run.tell("clipped-to-goalposts", call, indicator=run.tree.leaves[column], cells=beyond)
