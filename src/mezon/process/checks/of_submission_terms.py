"""Cells against one another: parts and their whole, the ratios that they make, and those ratios among peers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from mezon.methods.history import robust_z
from mezon.model.finding import Finding, Rule
from mezon.model.indicator import Indicator
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.formulas import denominators_of, in_order_of_text, is_known, parsed_or_none
from mezon.process.checks.of_submission import Cubes, Submitted, laid_out, submission_check, with_own_units
from mezon.process.checks.reporting import OPEN_END, allowed, as_text, measure_of, name_of, number, percent

#: Of a computed indicator, which units it has a value for, in the period of the submission.
ByUnit = dict[str, float]


@submission_check("sum")
def parts_make_their_whole(submitted: Submitted, rule: Rule) -> Iterator[Finding]:
    """Warn where the cells of a line do not add up to the line that the form says they add up to.

    Where some of the parts are not stated, only a sum above the whole is a fault.
    """
    tolerance = number(rule, "tolerance", 0.005)
    for item in submitted.form.items:
        whole_place = submitted.place_of.get(item.adds_up_to)
        if whole_place is None or whole_place in submitted.flagged:
            continue
        cells = submitted.cells.filter(pl.col("value").is_not_null())
        parts = cells.filter((pl.col("indicator") == item.indicator) & (pl.col("variant") == "FACT"))
        whole = cells.filter(pl.col("place") == whole_place)["value"]
        if parts.is_empty() or whole.is_empty() or set(parts["place"]) & submitted.flagged:
            continue
        total, value = float(parts["value"].sum()), float(whole[0])
        excess = total - value
        complete = parts.height >= len(item.breakdowns)
        if abs(excess) > tolerance * abs(value) and (complete or excess > 0):
            deviation = percent(total / value - 1, digits=1) if value else "–"
            yield submitted.rulebook.finding(
                rule.code, key=whole_place, value=as_text(value), part=name_of(submitted.evidence, item.indicator),
                whole=name_of(submitted.evidence, item.adds_up_to),
                sum=as_text(float(f"{total:.10g}")), deviation=deviation,
            )  # fmt: skip


@submission_check("ratio")
def ratios_lie_in_their_range(submitted: Submitted, rule: Rule) -> Iterator[Finding]:
    """Warn where an indicator computed of the cells would lie outside its range; at the first term that is a cell."""
    for indicator, order in _computed(submitted):
        low, high = indicator.range
        if low is None and high is None:
            continue
        value = _values(submitted.cubes, indicator, submitted.period).get(submitted.unit)
        if value is None or ((low is None or value >= low) and (high is None or value <= high)):
            continue
        stated = submitted.cells.filter((pl.col("breakdown") == "") & (pl.col("period") == submitted.period))
        values = dict(stated.select("indicator", "value").iter_rows())
        names = {code: name_of(submitted.evidence, code) for code in [*order, indicator.code]}
        yield submitted.rulebook.finding(
            rule.code, key=submitted.place_of[order[0]], value=as_text(values.get(order[0])),
            indicator=names[indicator.code], computed=as_text(float(f"{value:.6g}")),
            unit_of_measure=measure_of(submitted.evidence, indicator.unit),
            allowed=allowed(submitted.evidence, rule, _end(low), _end(high)),
            values="; ".join(f"{names[code]} = {as_text(values.get(code))}" for code in order),
        )  # fmt: skip


@submission_check("zero-division")
def formulas_have_no_zero_below(submitted: Submitted, rule: Rule) -> Iterator[Finding]:
    """Warn of a cell that is zero and stands under a division line of an indicator, once a cell."""
    stated = submitted.cells.filter((pl.col("value") == 0) & (pl.col("period") == submitted.period))
    zeros = set(stated.filter(pl.col("breakdown") == "")["indicator"])
    named: set[str] = set()
    for indicator, _order in _computed(submitted):
        below = (
            [code for code in denominators_of(indicator.formula) if code in zeros] if "/" in indicator.formula else []
        )
        if not below or below[0] in named or indicator.code in _values(submitted.cubes, indicator, submitted.period):
            continue
        named.add(below[0])
        yield submitted.rulebook.finding(
            rule.code, key=submitted.place_of[below[0]], value="0",
            denominator=name_of(submitted.evidence, below[0]), indicator=name_of(submitted.evidence, indicator.code),
        )  # fmt: skip


@submission_check("peers")
def ratios_are_like_those_of_peers(submitted: Submitted, rule: Rule) -> Iterator[Finding]:
    """Warn where an indicator computed of the cells lies far from that of comparable units in the period.

    Robust z among at least `fewest` other units, beyond `far`. Only what does not grow with the size of a unit can be
    compared: indicators that roll up by sum are left out. No value of another unit is shown.
    """
    if submitted.peers.is_empty():
        return
    far, fewest = number(rule, "far", 5.0), int(number(rule, "fewest", 5))
    others = submitted.peers.filter(pl.col("unit") != submitted.unit)
    pack = submitted.evidence.pack
    cubes = laid_out(Evidence(replace(pack, observations=with_own_units(others, pack.definitions))))
    for indicator, order in _computed(submitted):
        mine = _values(submitted.cubes, indicator, submitted.period).get(submitted.unit)
        if indicator.roll_up == "sum" or mine is None:
            continue
        theirs = np.array(sorted(_values(cubes, indicator, submitted.period).values()))
        z = robust_z(mine, theirs, fewest=fewest)
        if abs(z) > far:
            yield submitted.rulebook.finding(
                rule.code, key=submitted.place_of[order[0]], count=theirs.size,
                indicator=name_of(submitted.evidence, indicator.code), computed=as_text(float(f"{mine:.6g}")),
                unit_of_measure=measure_of(submitted.evidence, indicator.unit),
            )  # fmt: skip


def _computed(submitted: Submitted) -> Iterator[tuple[Indicator, list[str]]]:
    """Give the indicators computed of cells, with those terms that are cells; not where one is at fault already."""
    unit = submitted.evidence.definitions.units.get(submitted.unit)
    for indicator in submitted.evidence.definitions.indicators.values():
        if unit is not None and indicator.levels and unit.level not in indicator.levels:
            continue
        formula = parsed_or_none(indicator.formula) if indicator.formula else None
        if formula is None or not is_known(submitted.evidence, formula):
            continue
        order = [code for code in in_order_of_text(indicator.formula, formula.terms) if code in submitted.place_of]
        if order and not any(submitted.place_of[code] in submitted.flagged for code in order):
            yield indicator, order


def _values(cubes: Cubes, indicator: Indicator, period: str) -> ByUnit:
    """Compute an indicator for every unit that states its terms in a period."""
    formula = parsed_or_none(indicator.formula)
    found: ByUnit = {}
    for cube, environment in cubes if formula else ():
        if formula is None or period not in cube.periods:
            continue
        shape = (len(cube.units), len(cube.periods))
        computed = np.broadcast_to(formula.evaluate(environment), shape)[:, cube.periods.index(period)]
        found |= {unit: float(value) for unit, value in zip(cube.units, computed, strict=True) if np.isfinite(value)}
    return found


def _end(bound: float | None) -> str:
    return OPEN_END if bound is None else as_text(float(bound))
