"""Formulas over the observations as stated: divisions by zero, and the rules that a pack writes as expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.errors import FormulaFault
from mezon.model.codelists import Variant
from mezon.model.finding import Finding, Rule
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import as_text

if TYPE_CHECKING:
    from mezon.engine.formula import Formula

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """Values of some codes, in their indicators' units, as arrays of shape (units, periods) on a dense time axis.

    `rows` holds for each value its line in observations.csv (0 where nothing is stated); `values` NaN there.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    values: Mapping[str, Array]
    rows: Mapping[str, npt.NDArray[np.int64]]


@check("division-by-zero")
def formulas_do_not_divide_by_zero(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report, at the row of the denominator, units and periods in which a formula of an indicator divides by zero."""
    for indicator in sorted(evidence.definitions.indicators.values(), key=lambda indicator: indicator.code):
        formula = parsed_or_none(indicator.formula) if "/" in indicator.formula else None
        if formula is None or not is_known(evidence, formula):
            continue
        denominators = denominators_of(indicator.formula)
        for cube in cubes_of(evidence, formula.terms):
            for unit, period in np.argwhere(_flags(formula, evidence, cube)):
                row, code = _zero_at(cube, denominators, unit, period)
                yield evidence.rulebook.finding(
                    rule.code, file=evidence.file, row=row, column="value",
                    value=as_text(float(cube.values[code][unit, period])), denominator=code,
                    indicator=indicator.code, unit=cube.units[unit], period=cube.periods[period],
                )  # fmt: skip


@check("expression")
def expressions_hold(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report, at the row of its first term, each unit and period for which a rule's expression is false.

    Facts in nominal prices and without breakdown, of the statement that a release would use; a term that is absent
    makes no finding.
    """
    formula = parsed_or_none(rule.expression)
    if formula is None or not is_known(evidence, formula):
        return
    order = in_order_of_text(rule.expression, formula.terms)
    for cube in cubes_of(evidence, formula.terms):
        holds = formula.evaluate(environment_of(evidence, cube))
        for unit, period in np.argwhere(np.broadcast_to(holds, _shape(cube)) == 0.0):
            stated = {code: float(cube.values[code][unit, period]) for code in order if code in cube.values}
            first = next((code for code in stated if cube.rows[code][unit, period]), None)
            if first is None:
                continue
            yield evidence.rulebook.finding(
                rule.code, file=evidence.file, row=int(cube.rows[first][unit, period]), column="value",
                value=as_text(stated[first]), unit=cube.units[unit], period=cube.periods[period],
                expression=rule.expression, indicator=first,
                values=", ".join(f"{code} = {as_text(value)}" for code, value in stated.items()),
            )  # fmt: skip


def parsed_or_none(text: str) -> Formula | None:
    """Parse a formula; None when it is none, which reading the definitions has reported already."""
    from mezon.engine.formula import Formula

    try:
        return Formula.parse(text)
    except FormulaFault:
        return None


def is_known(evidence: Evidence, formula: Formula) -> bool:
    """Whether every term of a formula is an indicator or a parameter."""
    parameters = {name for name, _ in evidence.definitions.parameters}
    return formula.terms <= (evidence.definitions.indicators.keys() | parameters)


def cubes_of(evidence: Evidence, terms: frozenset[str]) -> Iterator[Cube]:
    """Lay the stated values of some codes out by unit and period, one cube a frequency."""
    rows = evidence.chosen(pl.col("indicator").is_in(sorted(terms))).filter(
        (pl.col("breakdown") == "")
        & (pl.col("variant") == Variant.FACT)
        & (pl.col("price_basis") == "NOMINAL")
        & pl.col("comparable").is_not_null()
    )
    by_frequency = rows.partition_by("periods_a_year", as_dict=True)
    for _, part in sorted(by_frequency.items()):
        yield _cube(part.sort("indicator", "unit", "ordinal", "row"))


def _cube(rows: pl.DataFrame) -> Cube:
    units = sorted(set(rows["unit"].to_list()))
    first, last = rows["ordinal"].min(), rows["ordinal"].max()
    width = int(last) - int(first) + 1  # type: ignore[arg-type]
    names = dict(rows.select(pl.col("ordinal") - first, "period").unique().sort(pl.all()).rows())
    values: dict[str, Array] = {}
    places: dict[str, npt.NDArray[np.int64]] = {}
    codes = dict(zip(units, range(len(units)), strict=True))
    for (code,), part in rows.partition_by("indicator", as_dict=True, maintain_order=True).items():
        at = part["unit"].replace_strict(codes, return_dtype=pl.Int64).to_numpy(), (part["ordinal"] - first).to_numpy()
        values[code] = np.full((len(units), width), np.nan)
        values[code][at] = part["comparable"].to_numpy()
        places[code] = np.zeros((len(units), width), dtype=np.int64)
        places[code][at] = part["row"].fill_null(0).to_numpy()
    periods = tuple(names.get(place, "") for place in range(width))
    return Cube(units=tuple(units), periods=periods, values=values, rows=places)


def _shape(cube: Cube) -> tuple[int, int]:
    return len(cube.units), len(cube.periods)


def environment_of(evidence: Evidence, cube: Cube) -> dict[str, Array]:
    """Give every code a value: what is stated, the parameters (one of the period wins), else absent."""
    environment: dict[str, Array] = {}
    for code in evidence.definitions.indicators:
        environment[code] = cube.values.get(code, np.full(_shape(cube), np.nan))
    for (name, period), value in sorted(evidence.definitions.parameters.items()):
        row = environment.setdefault(name, np.full(_shape(cube), np.nan))
        if not period:
            row[:] = value
        elif period in cube.periods:
            row[:, cube.periods.index(period)] = value
    return environment


def _flags(formula: Formula, evidence: Evidence, cube: Cube) -> npt.NDArray[np.bool_]:
    return np.broadcast_to(formula.zero_divisions(environment_of(evidence, cube)), _shape(cube))


def denominators_of(text: str) -> tuple[str, ...]:
    """Give the codes that stand under a division line, in alphabetical order."""
    from sqlglot import exp

    from mezon.design.expressions import parse

    divisions = parse(text).find_all(exp.Div)
    return tuple(sorted({column.name for node in divisions for column in node.expression.find_all(exp.Column)}))


def _zero_at(cube: Cube, denominators: tuple[str, ...], unit: Any, period: Any) -> tuple[int | None, str]:
    """Find the row to show: of a denominator that is itself 0, else of any that is stated."""
    stated = [code for code in denominators if code in cube.rows and cube.rows[code][unit, period]]
    zero = [code for code in stated if cube.values[code][unit, period] == 0]
    code = (zero or stated or [next(iter(sorted(cube.values)))])[0]
    return int(cube.rows[code][unit, period]) or None, code


def in_order_of_text(text: str, terms: frozenset[str]) -> list[str]:
    """Give the terms of a formula in the order in which its text names them."""
    found = {code: re.search(rf"(?<![\w.-]){re.escape(code)}(?![\w.-])", text) for code in terms}
    places = {code: match.start() if match else len(text) for code, match in found.items()}
    return sorted(terms, key=lambda code: (places[code], code))
