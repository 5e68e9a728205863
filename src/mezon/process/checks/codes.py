"""Codes that do not exist: indicators, units, sources, units of measure, currencies, categories of a breakdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from mezon.design.nearest import Nearest
from mezon.design.quantities import nearest_unit_of_measure
from mezon.model.finding import Finding, Rule
from mezon.model.pack import Definitions
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import findings_at

_PART = re.compile(r"(?P<dimension>[^=;\s]+)=(?P<code>[^=;\s]+)")


@check("unknown-code")
def codes_are_known(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report observations whose `column` holds a code that the pack does not define, with the nearest that it does."""
    column = str(rule.parameters["column"])
    known = set(known_codes(evidence.definitions, column))
    rows = evidence.observations.filter((pl.col(column) != "") & ~pl.col(column).is_in(sorted(known)))
    if rows.is_empty():
        return ()
    suggestions = suggested(rows[column], known, _aliases(evidence.definitions) if column == "unit" else {})
    if column == "unit_of_measure":
        units = evidence.definitions.units_of_measure
        suggestions = {code: nearest_unit_of_measure(code, units) for code in suggestions}
    suggestion = pl.DataFrame(
        {column: list(suggestions), "nearest": list(suggestions.values())},
        schema={column: pl.String, "nearest": pl.String},
    )
    named = rows.select("row", column).join(suggestion, on=column, how="left", maintain_order="left")
    return findings_at(evidence, rule, named, column=column)


@check("other-dimension")
def units_of_measure_fit_the_indicator(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a unit of measure of another dimension than the indicator's: tonnes for money."""
    rows = evidence.observations.filter(pl.col("dimension") != pl.col("indicator_dimension"))
    details = rows.select("row", "indicator", "unit_of_measure", "indicator_unit", "dimension", "indicator_dimension")
    return findings_at(evidence, rule, details, column="unit_of_measure")


@check("breakdown-form")
def breakdowns_are_canonical(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a breakdown that is not `DIM=CODE;DIM=CODE`, sorted by dimension and each dimension once."""
    written = evidence.observations["breakdown"].unique().sort().to_list()
    faulty = {text: right for text in written if (right := canonical(text)) != text}
    yield from _breakdown_findings(evidence, rule, faulty, "canonical")


@check("breakdown-codes")
def categories_are_in_their_codelist(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a breakdown whose dimension has no codelist, or whose category is not in it."""
    written = evidence.observations["breakdown"].unique().sort().to_list()
    faulty = {text: near for text in written if (near := _unknown_category(evidence.definitions, text))}
    yield from _breakdown_findings(evidence, rule, faulty, "nearest")


def _breakdown_findings(evidence: Evidence, rule: Rule, faulty: Mapping[str, str], detail: str) -> Iterator[Finding]:
    schema = {"breakdown": pl.String, detail: pl.String}
    frame = pl.DataFrame({"breakdown": list(faulty), detail: list(faulty.values())}, schema=schema)
    rows = evidence.observations.select("row", "breakdown").join(
        frame, on="breakdown", how="inner", maintain_order="left"
    )
    yield from findings_at(evidence, rule, rows, column="breakdown")


def canonical(breakdown: str) -> str:
    """Write a breakdown the one way it is written; parts that are no DIM=CODE are left as they are."""
    parts = [part.strip() for part in breakdown.split(";")]
    tidy = {re.sub(r"\s*=\s*", "=", part) for part in parts if part}
    dimensions = [part.partition("=")[0] for part in sorted(tidy)]
    if any(_PART.fullmatch(part) is None for part in tidy) or len(set(dimensions)) < len(dimensions):
        return "DIM=CODE;DIM=CODE"
    return ";".join(sorted(tidy))


def _unknown_category(definitions: Definitions, breakdown: str) -> str:
    """Name what is known instead of the first unknown dimension or category; empty when all are known."""
    for found in _PART.finditer(breakdown):
        codes = category_codes(definitions, found["dimension"])
        if codes is None:
            dimensions = (name.removeprefix("CL_") for name in definitions.codelists)
            return Nearest(dimensions)(found["dimension"])
        if found["code"] not in codes:
            return Nearest(codes)(found["code"])
    return ""


def category_codes(definitions: Definitions, dimension: str) -> tuple[str, ...] | None:
    """Give the codes of a breakdown's dimension, whose codelist is called DIM or CL_DIM; None without a codelist."""
    codelist = definitions.codelists.get(dimension) or definitions.codelists.get(f"CL_{dimension}")
    return tuple(codelist.codes) if codelist else None


def known_codes(definitions: Definitions, what: str) -> Iterable[str]:
    """Give all codes that a column (or a reference of a register) may hold."""
    by_name: dict[str, Iterable[str]] = {
        "indicator": definitions.indicators,
        "indicators": definitions.indicators,
        "unit": definitions.units,
        "units": definitions.units,
        "source": definitions.sources,
        "sources": definitions.sources,
        "unit_of_measure": definitions.units_of_measure,
        "units of measure": definitions.units_of_measure,
        "currencies": {unit.currency for unit in definitions.units_of_measure.values() if unit.currency},
    }
    return by_name[what]


def suggested(values: pl.Series, known: Iterable[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """Suggest a known code for each distinct value: the one it is an alias of, else the most alike."""
    similar = Nearest(known)
    distinct = values.unique().sort().to_list()
    return {value: aliases.get(value.casefold()) or similar(value) for value in distinct}


def _aliases(definitions: Definitions) -> dict[str, str]:
    found: dict[str, str] = {}
    for unit in sorted(definitions.units.values(), key=lambda unit: unit.code):
        for alias in (*unit.aliases, unit.name.en, unit.name.ru, unit.name.uz):
            if alias:
                found.setdefault(alias.casefold(), unit.code)
    return found
