"""From the rows that a check picks out to findings, each at its file, row and column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from mezon.model.finding import Finding, Rule
from mezon.model.text import Text
from mezon.process.checks.evidence import Evidence

#: Stands where a range has no end.
OPEN_END = "–"
_PLACE = ("file", "row", "column", "key", "value")


def findings_at(
    evidence: Evidence, rule: Rule, rows: pl.DataFrame, *, column: str, shown: str = "", file: str = ""
) -> Iterator[Finding]:
    """Word one finding a row. `shown` : the column whose value the finding shows (default: `column`).

    Every column of `rows` can be used in the sentence, `value` is the shown one as text.
    """
    source = shown or column
    for line in rows.iter_rows(named=True):
        details = {name: as_text(seen) for name, seen in line.items() if name not in _PLACE}
        yield evidence.rulebook.finding(
            rule.code,
            file=file or evidence.file,
            row=line.get("row"),
            column=column,
            value=as_text(line[source]),
            **details,
        )


def name_of(evidence: Evidence, code: str) -> str:
    """Give an indicator's name in the language of the findings; its code where it is not defined."""
    defined = evidence.definitions.indicators.get(code)
    return defined.name.in_language(evidence.rulebook.language) if defined else code


def measure_of(evidence: Evidence, code: str) -> str:
    """Give a unit of measure's name in the language of the findings; its code where it is not defined."""
    defined = evidence.definitions.units_of_measure.get(code)
    return defined.name.in_language(evidence.rulebook.language) if defined else code


def allowed(evidence: Evidence, rule: Rule, low: str, high: str) -> str:
    """Say what a range allows, in the rule's words `at_least`, `at_most` and `between`. An open end is "–"."""
    words = "at_least" if high == OPEN_END else "at_most" if low == OPEN_END else "between"
    return reworded(evidence, rule, words, f"{low} – {high}", low=low, high=high)


def reworded(evidence: Evidence, rule: Rule, name: str, otherwise: str, **details: object) -> str:
    """Give the sentence that a rule keeps as a parameter for a case of its own; `otherwise` where it has none."""
    template = Text.of(rule.parameters.get(name)).in_language(evidence.rulebook.language)
    return template.format_map(defaultdict(str, details)) if template else otherwise


def as_text(value: object) -> str:
    """Write a value as a person would: no trailing zero, no exponent below 10^15, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".15g").replace("e+", "e")
    return str(value)


def percent(ratio: float, *, digits: int = 0) -> str:
    """Write a deviation with its sign: 0.247 as `+25 %`; digits are added while it would read as nothing."""
    while digits < 3 and round(ratio * 100, digits) == 0 and ratio != 0:
        digits += 1
    return f"{ratio * 100:+,.{digits}f} %"


def in_scope(rule: Rule) -> pl.Expr:
    """Select the rows of the indicators that a rule is about: `only`, or all but `except`."""
    only, without = rule.parameters.get("only"), rule.parameters.get("except")
    if only:
        return pl.col("indicator").is_in(list(only))
    return ~pl.col("indicator").is_in(list(without)) if without else pl.lit(value=True)


def number(rule: Rule, name: str, default: float) -> float:
    """Give a numeric parameter of a rule, or what it is when the rule does not say."""
    return float(rule.parameters.get(name, default))


def listed(parts: Sequence[Any], *, limit: int = 12) -> str:
    """Write a list as `2, 5, 9`, and how many more when it is long."""
    head = ", ".join(str(part) for part in parts[:limit])
    return head if len(parts) <= limit else f"{head} (+{len(parts) - limit})"
