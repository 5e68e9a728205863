"""What is computed from the observations: values that fall outside the range of their own indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from mezon.engine.formula import Formula
from mezon.errors import FormulaFault
from mezon.model.finding import Finding, Rule
from mezon.model.indicator import Indicator
from mezon.model.observations import CONVERTED, DERIVED, KEY, ROLLED_UP
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import as_text, in_scope
from mezon.process.conversion import converted_rows
from mezon.process.hierarchy import wholes_above
from mezon.process.releasing import computed_rows, stated_rows

#: Sums over sums may miss the end of a range by the last digit.
_NEARLY = 1e-9
_FACT = KEY[:6]
_Facts = Mapping[tuple[Any, ...], tuple[float | None, int | None]]


@check("computed-range")
def computed_values_lie_in_the_range(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report, at the key of the computed value, what a release would convert, derive or roll up to outside its range.

    The finding names the formula and the terms with their rows. A whole is left out where the finding on one of its
    parts says it already. What is counted from registers is no term here.
    """
    ranges = _ranges(evidence)
    if ranges.is_empty():
        return
    stated = stated_rows(evidence.one_a_key(_readable(evidence)))
    try:
        converted, _ = converted_rows(stated, evidence.definitions)
        known = pl.concat([stated, converted])
        computed, _ = computed_rows(known, evidence.definitions)
    except FormulaFault:
        return  # Reading the definitions has reported it.
    every = pl.concat([known, computed]).join(ranges, on="indicator").filter(_is_outside() & in_scope(rule))
    outside = _first_causes(every, evidence.definitions).sort(KEY)
    facts = _facts_of(evidence, pl.concat([known, computed])) if outside.height else {}
    for line in outside.iter_rows(named=True):
        yield _worded(evidence, rule, line, facts)


def _ranges(evidence: Evidence) -> pl.DataFrame:
    ranged = evidence.indicators.filter(pl.any_horizontal(pl.col("range_low", "range_high").is_finite()))
    return ranged.select(
        "indicator", pl.col("indicator_unit").alias("unit_of_measure"), "range_low", "range_high"
    ).rename({"unit_of_measure": "own_unit"})


def _readable(evidence: Evidence) -> pl.DataFrame:
    """Rows of which all codes are known; what is wrong with the others is said elsewhere."""
    known = pl.col("ordinal").is_not_null() & pl.col("dimension").is_not_null() & pl.col("indicator_unit").is_not_null()
    return evidence.observations.filter(known & pl.col("unit").is_in(list(evidence.definitions.units)))


def _is_outside() -> pl.Expr:
    slack = _NEARLY * pl.max_horizontal(pl.col("range_low").abs(), pl.col("range_high").abs()).clip(lower_bound=1.0)
    below, above = pl.col("value") < pl.col("range_low") - slack, pl.col("value") > pl.col("range_high") + slack
    own = pl.col("unit_of_measure") == pl.col("own_unit")
    return own & pl.any_horizontal(below.fill_null(value=False), above.fill_null(value=False))


def _first_causes(outside: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Keep what is computed, less wholes of which a part is outside for the same indicator and period."""
    wholes = wholes_above(definitions)
    cells = set(outside.select("indicator", "period", "unit").iter_rows())
    above = {(indicator, period, whole) for indicator, period, unit in cells for whole in wholes.get(unit, ())}
    computed = outside.filter(pl.col("origin").is_in([CONVERTED, DERIVED, ROLLED_UP]))
    kept = [key not in above for key in computed.select("indicator", "period", "unit").iter_rows()]
    return computed.filter(pl.Series(kept, dtype=pl.Boolean))


def _facts_of(evidence: Evidence, rows: pl.DataFrame) -> _Facts:
    """Look up the value of each fact in its indicator's own unit, and the row that states it, if one does."""
    own = evidence.indicators.select("indicator", pl.col("indicator_unit").alias("unit_of_measure"))
    values = rows.join(own, on=["indicator", "unit_of_measure"]).select(*_FACT, "value")
    lines = evidence.observations.select(*_FACT, "row").unique(_FACT, keep="first", maintain_order=True)
    joined = values.join(lines, on=list(_FACT), how="left")
    return {line[:6]: (line[6], line[7]) for line in joined.iter_rows()}


def _worded(evidence: Evidence, rule: Rule, line: Mapping[str, Any], facts: _Facts) -> Finding:
    indicator = evidence.definitions.indicators[line["indicator"]]
    key = " ".join(line[name] for name in ("indicator", "unit", "period", "breakdown", "variant") if line[name])
    return evidence.rulebook.finding(
        rule.code, file=evidence.file, column="value", key=key.removesuffix(" FACT"),
        value=as_text(float(f"{line['value']:.10g}")),
        indicator=line["indicator"], unit=line["unit"], period=line["period"], unit_of_measure=line["unit_of_measure"],
        range_low=_end(line["range_low"]), range_high=_end(line["range_high"]),
        how=indicator.formula if line["origin"] == DERIVED else line["origin_note"],
        terms=_terms(indicator, line, facts),
    )  # fmt: skip


def _terms(indicator: Indicator, line: Mapping[str, Any], facts: _Facts) -> str:
    """Write what a value was made of: `RD_SPEND 12 (row 7), REVENUE 10 (row 8)`; of a whole, what it sums."""
    if line["origin"] == CONVERTED:
        return _stated_at(line, facts, line["indicator"], 0)
    reads = Formula.parse(indicator.formula).reads if indicator.formula else frozenset()
    parts = [_stated_at(line, facts, code, back) for code, back in sorted(reads)]
    return ", ".join(part for part in parts if part) or "–"


def _stated_at(line: Mapping[str, Any], facts: _Facts, code: str, back: int) -> str:
    period = str(Period.parse(line["period"]).shifted(-back))
    key = (code, line["unit"], period, line["breakdown"], line["variant"], line["price_basis"])
    value, row = facts.get(key, (None, None))
    if value is None:
        return ""
    when = f" {period}" if back else ""
    return f"{code}{when} {as_text(float(f'{value:.10g}'))}" + (f" (row {row})" if row else "")


def _end(bound: float) -> str:
    return "∞" if bound in (float("inf"), float("-inf")) else as_text(bound)
