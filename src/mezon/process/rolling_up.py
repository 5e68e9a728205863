"""Rolling up: values of a whole from those of its members, as it was made up then, with the coverage said.

A whole's own reported value always wins. Below half of the members nothing is published: the row says that the value
exists and is not fully collected (status L). A ratio is the formula on sums over the members that have every term, in
every period the formula reads, so that a growth rate compares the same members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.engine import roll_up
from mezon.engine.cells import NO_ANSWER, Cells, Flags
from mezon.engine.formula import Formula
from mezon.engine.roll_up import SUPPRESS_BELOW, WARN_BELOW
from mezon.model.codelists import RollUp
from mezon.model.indicator import Indicator
from mezon.model.observations import ROLLED_UP as ORIGIN
from mezon.model.pack import Definitions
from mezon.process.cubes import ROLLED_UP, Cube, Mask
from mezon.process.derivation import Plan, parameter_row, terms_of
from mezon.process.hierarchy import Whole
from mezon.process.ledger import WITHHELD, Ledger

Array = npt.NDArray[np.float64]
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """One whole's cells over the periods, and whose values are in them.

    `used` : (members, periods) or (leaves, periods), as `parts` says; `known` : members at the bottom they stand for.
    """

    cells: Cells
    parts: npt.NDArray[np.int64]
    used: Mask
    belongs: Mask
    known: Array
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    cube: Cube
    indicator: Indicator
    plan: Plan
    definitions: Definitions


def roll_up_cube(cube: Cube, indicator: Indicator, wholes: tuple[Whole, ...], plan: Plan, ledger: Ledger) -> None:
    """Roll an indicator up to every whole, the lower ones first, and enter what was found into cube and ledger."""
    rule = _RULES.get(indicator.roll_up)
    if rule is None or indicator.code in cube.borrowed:
        return
    _count_known(cube, indicator.code, wholes)
    task = _Task(cube=cube, indicator=indicator, plan=plan, definitions=ledger.definitions)
    for whole in wholes:
        # A whole that is reported in every period has nothing left to be filled.
        rolled = None if cube.stated_of(indicator.code)[whole.unit].all() else rule(task, whole)
        if rolled is not None:
            _enter(task, whole, rolled, ledger)


def _count_known(cube: Cube, code: str, wholes: tuple[Whole, ...]) -> None:
    """Say how many members at the bottom each value stands for: a reported whole for all of its own."""
    weight = np.ones(cube.shape)
    for whole in wholes:
        weight[whole.unit] = whole.leaf_belongs.sum(axis=0)
    cube.known[code] = np.where(np.isnan(cube.cells_of(code).values), 0.0, weight)


def _sum(task: _Task, whole: Whole) -> Rolled | None:
    cells = task.cube.cells_of(task.indicator.code)
    values = cells.values[whole.members]
    used = whole.belongs & ~np.isnan(values)
    if not used.any():
        return None
    rolled = roll_up.total(values, whole.belongs)
    return _rolled(task, whole, rolled.values, used, cells.flags, how="sum")


def _weighted_mean(task: _Task, whole: Whole) -> Rolled | None:
    weight = task.plan.conditions.get(task.indicator.code)
    if weight is None:
        return None
    cells = task.cube.cells_of(task.indicator.code)
    weights = weight.apply(terms_of(task.cube, weight, task.plan.parameters))
    values, heavy = cells.values[whole.members], weights.values[whole.members]
    rolled = roll_up.weighted_mean(values, heavy, whole.belongs)
    used = whole.belongs & ~np.isnan(values) & ~np.isnan(heavy)
    return _rolled(task, whole, rolled.values, used, cells.flags | weights.flags, how=f"mean weighted by {weight.text}")


def _rate(task: _Task, whole: Whole) -> Rolled | None:
    """Share of the units at the bottom for which the condition holds, of those for which it is known."""
    condition = task.plan.conditions.get(task.indicator.code)
    cells = task.cube.cells_of(task.indicator.code)
    if condition is not None:
        cells = condition.apply(terms_of(task.cube, condition, task.plan.parameters))
    conditions = cells.values[whole.leaves]
    rolled = roll_up.rate(conditions, whole.leaf_belongs)
    unit = task.definitions.units_of_measure.get(task.indicator.unit)
    used = whole.leaf_belongs & ~np.isnan(conditions)
    return Rolled(
        cells=_flagged(rolled.values / (unit.scale if unit else 1.0), used, cells.flags[whole.leaves]),
        parts=whole.leaves,
        used=used,
        belongs=whole.leaf_belongs,
        known=used.sum(axis=0).astype(np.float64),
        how=f"share of members with {condition.text if condition else task.indicator.code}",
    )


def _ratio_of_sums(task: _Task, whole: Whole) -> Rolled | None:
    formula = task.plan.formulas.get(task.indicator.code)
    summed = _summed_terms(task, formula) if formula else []
    if formula is None or not summed:
        return None
    members = {code: task.cube.cells_of(code).values[whole.members] for code in summed}
    complete = whole.belongs.copy()
    for code, back in formula.reads:
        if code in members:
            complete &= ~np.isnan(_earlier(members[code], back))
    fixed = _fixed_terms(task, formula, whole, summed)
    if not complete.any():
        return None
    if any(back for _, back in formula.reads):
        cells = _matched(formula, members, fixed, complete)
    else:
        cells = formula.apply({**fixed, **{code: _summed(members[code], complete) for code in summed}})
    flags = np.bitwise_or.reduce([task.cube.cells_of(code).flags for code in summed])
    marked = _rolled(task, whole, cells.values, complete, flags, how=f"{formula.text} on sums", counted_by=summed)
    return Rolled(
        cells=Cells(marked.cells.values, marked.cells.flags | cells.flags),
        parts=marked.parts, used=marked.used, belongs=marked.belongs, known=marked.known, how=marked.how,
    )  # fmt: skip


_RULES: Mapping[RollUp, Callable[[_Task, Whole], Rolled | None]] = {
    RollUp.SUM: _sum,
    RollUp.RATIO_OF_SUMS: _ratio_of_sums,
    RollUp.WEIGHTED_MEAN: _weighted_mean,
    RollUp.RATE: _rate,
}


def _summed_terms(task: _Task, formula: Formula) -> list[str]:
    known = task.definitions.indicators
    return [
        code
        for code in sorted(formula.terms)
        if code in known and known[code].roll_up == RollUp.SUM and code in task.cube.cells
    ]


def _fixed_terms(task: _Task, formula: Formula, whole: Whole, summed: list[str]) -> dict[str, Cells]:
    """Give the terms that are not summed: parameters, and what the whole itself has (a price, a mean)."""
    fixed = {}
    for code in sorted(formula.terms - set(summed)):
        if code in task.plan.parameters:
            row = parameter_row(task.plan.parameters[code], task.cube.periods)
            fixed[code] = Cells(row, np.zeros(row.shape, dtype=np.uint16))
        else:
            cells = task.cube.cells_of(code)
            fixed[code] = Cells(cells.values[whole.unit], cells.flags[whole.unit])
    return fixed


def _earlier(values: Array, back: int) -> Array:
    shifted = np.full(values.shape, np.nan)
    if back < values.shape[-1]:
        shifted[:, back:] = values[:, : values.shape[-1] - back]
    return shifted


def _summed(values: Array, complete: Mask) -> Cells:
    total = np.where(complete.any(axis=0), np.where(complete, values, 0.0).sum(axis=0), np.nan)
    return Cells(total, np.zeros(total.shape, dtype=np.uint16))


def _matched(formula: Formula, members: Mapping[str, Array], fixed: Mapping[str, Cells], complete: Mask) -> Cells:
    """Evaluate a formula that reads earlier periods, each period on the members that are complete for it."""
    values, flags = np.full(complete.shape[1], np.nan), np.zeros(complete.shape[1], dtype=np.uint16)
    by_members: dict[bytes, Cells] = {}
    for period in np.nonzero(complete.any(axis=0))[0].tolist():
        same = complete[:, period]
        found = by_members.get(same.tobytes())
        if found is None:
            sums = {code: table[same].sum(axis=0) for code, table in members.items()}
            terms = {code: Cells(total, np.zeros(total.shape, dtype=np.uint16)) for code, total in sums.items()}
            found = by_members[same.tobytes()] = formula.apply({**fixed, **terms})
        values[period], flags[period] = found.values[period], found.flags[period]
    return Cells(values, flags)


def _flagged(values: Array, used: Mask, flags: Flags) -> Cells:
    marks = np.bitwise_or.reduce(np.where(used, flags, 0).astype(np.uint16), axis=0) & ~np.uint16(NO_ANSWER)
    return Cells(values, marks | np.uint16(ROLLED_UP))


def _rolled(
    task: _Task, whole: Whole, values: Array, used: Mask, flags: Flags, *, how: str, counted_by: list[str] | None = None
) -> Rolled:
    stands_for = np.min([task.cube.known[code][whole.members] for code in counted_by or [task.indicator.code]], axis=0)
    return Rolled(
        cells=_flagged(values, used, flags[whole.members]),
        parts=whole.members,
        used=used,
        belongs=whole.belongs,
        known=np.where(used, stands_for, 0.0).sum(axis=0),
        how=how,
    )


def _enter(task: _Task, whole: Whole, rolled: Rolled, ledger: Ledger) -> None:
    """Publish what rests on enough members, and say of the rest that it is withheld and why."""
    cube, indicator = task.cube, task.indicator
    size = whole.leaf_belongs.sum(axis=0)
    coverage = rolled.known / np.where(size == 0, np.nan, size)
    free = ~cube.stated_of(indicator.code)[whole.unit] & (rolled.known > 0)
    if not free.any():
        return
    valued = ~np.isnan(rolled.cells.values)
    enough = coverage >= SUPPRESS_BELOW
    note = _note(cube, whole, rolled, size, coverage)
    published = free & valued & enough
    cube.put_row(indicator.code, whole.unit, published, rolled.cells)
    cube.known[indicator.code][whole.unit, published] = rolled.known[published]
    where = _at(cube, whole, published)
    ledger.enter(cube, indicator, where, cube.cells_of(indicator.code), origin=ORIGIN, note=note)
    if not enough.all():
        withheld = _at(cube, whole, free & ~enough)
        nothing = _nothing(cube, whole, rolled.cells)
        ledger.enter(cube, indicator, withheld, nothing, origin=ORIGIN, note=note, status=WITHHELD)
        ledger.report_withheld(cube, indicator, withheld)
    undefined = free & ~valued & enough & ((rolled.cells.flags & NO_ANSWER) != 0)
    if undefined.any():
        ledger.report_undefined(cube, indicator, _at(cube, whole, undefined), indicator.formula)


def _at(cube: Cube, whole: Whole, periods: Mask) -> Mask:
    where = np.zeros(cube.shape, dtype=bool)
    where[whole.unit] = periods
    return where


def _nothing(cube: Cube, whole: Whole, cells: Cells) -> Cells:
    """Keep the marks of a whole's cells without their values."""
    flags = np.zeros(cube.shape, dtype=np.uint16)
    flags[whole.unit] = cells.flags
    return Cells(np.full(cube.shape, np.nan), flags)


def _note(cube: Cube, whole: Whole, rolled: Rolled, size: Array, coverage: Array) -> Callable[[int, int], str]:
    """Say how a cell was rolled up, on how many members, and who is missing."""
    absent = rolled.belongs & ~rolled.used
    some_absent = np.any(absent, axis=0)

    def words(_: int, column: int) -> str:
        missing = [cube.units[part] for part in rolled.parts[absent[:, column]].tolist()] if some_absent[column] else []
        named = ", ".join(missing[:_NAMED]) + (f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else "")
        text = f"{rolled.how}: {rolled.known[column]:.0f} of {size[column]:.0f} members ({whole.hierarchy})"
        text += f"; missing: {named}" if missing else ""
        if coverage[column] < SUPPRESS_BELOW:
            return text + "; withheld, because fewer than half are known"
        return text + ("; low coverage" if coverage[column] < WARN_BELOW else "")

    return words
