"""Derivation: indicators that are computed from others, cell by cell, where nobody reported them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mezon.engine.cells import NO_ANSWER, Cells, plain
from mezon.engine.formula import Formula, dependency_order
from mezon.model.codelists import RollUp
from mezon.model.indicator import Indicator
from mezon.model.observations import DERIVED
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.process.cubes import ROLLED_UP, Cube, Mask
from mezon.process.ledger import Ledger

Parameters = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What has to be computed in a pack, in an order in which every term is there before it is asked for."""

    formulas: Mapping[str, Formula]
    conditions: Mapping[str, Formula]
    parameters: Parameters
    order: tuple[str, ...] = ()
    indicators: frozenset[str] = field(default_factory=frozenset)


def plan_of(definitions: Definitions) -> Plan:
    """Work out which indicators are computed, and in which order. Raises : FormulaFault, for a circle among others."""
    known = definitions.indicators
    formulas = {code: Formula.parse(known[code].formula) for code in sorted(known) if known[code].formula}
    rolled = [code for code in sorted(known) if known[code].roll_up != RollUp.NONE and definitions.memberships]
    conditions = {code: Formula.parse(known[code].roll_up_weight) for code in rolled if known[code].roll_up_weight}
    parameters: dict[str, dict[str, float]] = {}
    for (name, period), value in sorted(definitions.parameters.items()):
        parameters.setdefault(name, {})[period] = value
    needs = {
        code: frozenset().union(*(by[code].terms for by in (formulas, conditions) if code in by)) - {code}
        for code in sorted({*formulas, *rolled})
    }
    order = dependency_order(_with_own_circles(needs, formulas))
    involved = frozenset(order).union(*needs.values()) & known.keys()
    return Plan(formulas=formulas, conditions=conditions, parameters=parameters, order=order, indicators=involved)


def _with_own_circles(
    needs: Mapping[str, frozenset[str]], formulas: Mapping[str, Formula]
) -> dict[str, frozenset[str]]:
    """A rate's condition may be about the indicator itself; a formula may not."""
    return {
        code: terms | ({code} & (formulas[code].terms if code in formulas else set())) for code, terms in needs.items()
    }


def derive(cube: Cube, indicator: Indicator, plan: Plan, ledger: Ledger) -> None:
    """Compute an indicator's formula wherever no row states it, and enter what was found into cube and ledger.

    What is rolled up by a rule of its own (sum, mean, rate, ratio of sums) is not computed here from rolled-up terms:
    its roll-up does it, over the members that have every term.
    """
    formula = plan.formulas.get(indicator.code)
    if formula is None or indicator.code in cube.borrowed or not _has_own_term(cube, formula):
        return
    found = formula.apply(terms_of(cube, formula, plan.parameters))
    found = Cells(np.broadcast_to(found.values, cube.shape), np.broadcast_to(found.flags, cube.shape))
    open_cells = ~cube.stated_of(indicator.code)
    if indicator.roll_up != RollUp.NONE:
        open_cells = open_cells & ((found.flags & ROLLED_UP) == 0)
    where: Mask = open_cells & ~np.isnan(found.values)
    cube.put(indicator.code, where, found)
    ledger.enter(cube, indicator, where, found, origin=DERIVED, note=formula.text)
    ledger.report_undefined(cube, indicator, open_cells & ((found.flags & NO_ANSWER) != 0), formula.text)


def terms_of(cube: Cube, formula: Formula, parameters: Parameters) -> dict[str, Cells]:
    """Give a formula's terms in a cube: indicators as (units, periods), parameters as (periods,)."""
    return {
        code: plain(parameter_row(parameters[code], cube.periods)) if code in parameters else cube.cells_of(code)
        for code in sorted(formula.terms)
    }


def parameter_row(
    values: Mapping[str, float], periods: tuple[Period, ...]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Give a parameter's value in each period: that of the period itself, else the one that holds for all."""
    return np.array([values.get(str(period), values.get("", np.nan)) for period in periods], dtype=np.float64)


def _has_own_term(cube: Cube, formula: Formula) -> bool:
    return any(code in cube.cells and code not in cube.borrowed for code in formula.terms)
