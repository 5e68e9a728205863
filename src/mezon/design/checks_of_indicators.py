"""Checks of indicators: codes that exist, formulas that can be read, roll-ups that can be computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mezon.design.expressions import circles, terms_of
from mezon.design.indicators import FILE
from mezon.design.nearest import Nearest, nearest
from mezon.design.quantities import nearest_unit_of_measure
from mezon.design.rulebook import EXPRESSION, RULES_FILE
from mezon.errors import FormulaFault
from mezon.model.codelists import RollUp
from mezon.model.finding import Finding, Rulebook
from mezon.model.indicator import Indicator
from mezon.model.pack import Definitions


def check_indicators(definitions: Definitions, *, rulebook: Rulebook) -> list[Finding]:
    """Check every indicator against the groups, units of measure and other indicators of the pack."""
    findings: list[Finding] = []
    groups = {kind: {g.code for g in definitions.groups.values() if g.kind == kind} for kind in ("group", "pillar")}
    terms: dict[str, frozenset[str]] = {}
    unknown = Nearest(known_terms(definitions))
    for indicator in definitions.indicators.values():
        findings += _codes(indicator, definitions, groups, rulebook)
        findings += _roll_up(indicator, definitions, rulebook)
        findings += _logarithm(indicator, rulebook)
        if indicator.formula:
            terms[indicator.code], found = check_formula(
                indicator.formula, definitions, unknown, file=FILE, key=f"{indicator.code}.formula", rulebook=rulebook
            )
            findings += found
    for circle in circles(terms):
        shown = " → ".join((*circle, circle[0]))
        key = f"{circle[0]}.formula"
        text = definitions.indicators[circle[0]].formula
        findings.append(rulebook.finding("formula-cycle", file=FILE, key=key, value=text, circle=shown))
    return findings


def check_expressions(definitions: Definitions, *, rulebook: Rulebook) -> list[Finding]:
    """Check the expressions of the pack's rules like formulas."""
    unknown = Nearest(known_terms(definitions))
    findings: list[Finding] = []
    for rule in rulebook.of_kind(EXPRESSION):
        key = f"{rule.code}.expression"
        findings += check_formula(rule.expression, definitions, unknown, file=RULES_FILE, key=key, rulebook=rulebook)[1]
    return findings


def known_terms(definitions: Definitions) -> set[str]:
    """Give the names that a formula can use: indicators and parameters."""
    return set(definitions.indicators) | {name for name, _ in definitions.parameters}


def check_formula(
    text: str, definitions: Definitions, unknown: Nearest, *, file: str, key: str, rulebook: Rulebook
) -> tuple[frozenset[str], list[Finding]]:
    """Give the terms of a formula, and say if it cannot be read or names what does not exist."""
    try:
        terms = terms_of(text)
    except FormulaFault as fault:
        return frozenset(), [rulebook.finding("formula-syntax", file=file, key=key, value=text, reason=fault.message)]
    strangers = sorted(terms - known_terms(definitions))
    return terms, [
        rulebook.finding("formula-term-unknown", file=file, key=key, value=term, nearest=unknown(term))
        for term in strangers
    ]


def _codes(
    indicator: Indicator, definitions: Definitions, groups: Mapping[str, set[str]], rulebook: Rulebook
) -> Iterator[Finding]:
    named: list[tuple[str, str, str, Any]] = [
        ("unknown-group", "group", indicator.group, groups["group"]),
        ("unknown-unit-of-measure", "unit", indicator.unit, definitions.units_of_measure),
        *(("unknown-pillar", "pillars", pillar, groups["pillar"]) for pillar in indicator.pillars),
    ]
    denominator = indicator.attributes.get("denominator")
    if isinstance(denominator, str):
        named.append(("unknown-indicator", "denominator", denominator, definitions.indicators))
    for code, key, value, known in named:
        if value and value not in known:
            units = definitions.units_of_measure
            near = nearest_unit_of_measure(value, units) if known is units else nearest(value, known)
            yield rulebook.finding(code, file=FILE, key=f"{indicator.code}.{key}", value=value, nearest=near)


def _roll_up(indicator: Indicator, definitions: Definitions, rulebook: Rulebook) -> Iterator[Finding]:
    key = f"{indicator.code}.roll_up"
    weight = indicator.roll_up_weight
    if indicator.roll_up is RollUp.RATIO_OF_SUMS and not indicator.formula:
        yield rulebook.finding("ratio-of-sums-without-formula", file=FILE, key=key, indicator=indicator.code)
    if indicator.roll_up is RollUp.WEIGHTED_MEAN and not weight:
        yield rulebook.finding("weighted-mean-without-weight", file=FILE, key=key, indicator=indicator.code)
    if indicator.roll_up is RollUp.WEIGHTED_MEAN and weight and weight not in definitions.indicators:
        near = nearest(weight, definitions.indicators)
        yield rulebook.finding("unknown-indicator", file=FILE, key=key, value=weight, nearest=near)
    if indicator.roll_up is RollUp.RATE and weight:
        unknown = Nearest(known_terms(definitions))
        yield from check_formula(weight, definitions, unknown, file=FILE, key=key, rulebook=rulebook)[1]


def _logarithm(indicator: Indicator, rulebook: Rulebook) -> Iterator[Finding]:
    posts = indicator.goalposts
    if indicator.attributes.get("transform") == "log" and posts is not None and posts.low <= 0:
        key = f"{indicator.code}.goalposts"
        yield rulebook.finding(
            "goalposts-unfit-for-log", file=FILE, key=key, value=f"{posts.low:g}", indicator=indicator.code
        )
