"""What several sources say of one key: disagreements, revisions, and settlements that settle nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from mezon.model.codelists import Severity
from mezon.model.finding import Finding, Rule
from mezon.model.observations import KEY
from mezon.model.text import Text
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import as_text, findings_at, in_scope, number, percent, reworded

#: Two rows that agree on these state one thing; the unit of measure may differ in scale, not in currency.
_THING = ("indicator", "unit", "period", "breakdown", "variant", "price_basis", "dimension", "currency")
_STATED = (
    "order",
    "row",
    "stated",
    "value",
    "unit_of_measure",
    "source",
    "source_ref",
    "stated_on",
    "producer",
    "priority",
    "published",
)


@check("sources-disagree")
def sources_agree(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Warn, once for an indicator, unit and pair of sources, of keys on which they differ by more than `tolerance`.

    Two producers may differ, and so may one publication in two places. The finding lies at the later row of the worst
    period and says how many keys differ and which statement a release uses, by which reason. What a settlement
    settles is a note.
    """
    pairs = _differing(evidence, rule).filter(~_is_revision() & ~_is_one_row())
    place, other_place = (
        pl.when(pl.col("source") == pl.col("other_source")).then(pl.col(name)).otherwise(pl.lit(""))
        for name in ("source_ref", "other_source_ref")
    )
    grouped = pairs.with_columns(place.alias("place"), other_place.alias("other_place"))
    series = ["indicator", "unit", "source", "other_source", "place", "other_place"]
    return _worst_of(evidence, rule, grouped, series)


@check("revision")
def revisions_are_noted(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Note, once for an indicator, unit and producer, that a later publication changed values, and by how much."""
    return _worst_of(
        evidence, rule, _differing(evidence, rule).filter(_is_revision()), ["indicator", "unit", "producer"]
    )


@check("settlement-without-rows")
def settlements_settle_something(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report settlements that choose a row which is not there."""
    columns = [*KEY, "source", "source_ref"]
    stated = set(evidence.pack.observations.select(columns).unique().rows()) if evidence.definitions.settlements else ()
    for settlement in evidence.definitions.settlements:
        chosen = (*evidence.full_key(settlement.key), settlement.source, settlement.source_ref)
        if chosen not in stated:
            shown = " · ".join(part for part in chosen if part)
            yield evidence.rulebook.finding(
                rule.code, file="settlements.csv", row=settlement.row, column="source_ref", value=settlement.source_ref,
                chosen=shown,
            )  # fmt: skip


def _differing(evidence: Evidence, rule: Rule) -> pl.DataFrame:
    """Give every pair of rows (the earlier first) that state one thing and differ, with the relative difference."""
    rows = evidence.observations.filter(in_scope(rule) & pl.col("value").is_finite() & pl.col("ordinal").is_not_null())
    several = rows.filter(pl.concat_str(*_THING, separator="\x1f", ignore_nulls=True).hash(seed=0).is_duplicated())
    named = several.join(evidence.sources, on="source", how="left", maintain_order="left").with_columns(
        (pl.col("value") * pl.col("scale").fill_null(1.0)).alias("stated"), pl.col("producer").fill_null("")
    )
    # Each pair once, the later published (or else later by name) second, whatever the order of the rows.
    ordered = named.sort("stated_on", "source", "source_ref", "row", nulls_last=False).with_row_index("order")
    left = ordered.select(*_THING, *_STATED).with_columns(pl.col("dimension", "currency").fill_null(""))
    right = left.rename({name: f"other_{name}" for name in _STATED})
    pairs = left.join(right, on=list(_THING), how="inner").filter(pl.col("order") < pl.col("other_order"))
    larger = pl.max_horizontal(pl.col("stated").abs(), pl.col("other_stated").abs())
    difference = (pl.col("stated") - pl.col("other_stated")).abs() / larger
    return pairs.with_columns(difference.alias("difference")).filter(
        pl.col("difference") > max(number(rule, "tolerance", 0.0), 1e-9)
    )


def _is_revision() -> pl.Expr:
    """One producer, at two dates or in two publications: the later word stands."""
    same_source = pl.col("source") == pl.col("other_source")
    at_two_dates = (pl.col("stated_on") != pl.col("other_stated_on")).fill_null(value=False)
    return (pl.col("producer") == pl.col("other_producer")) & (~same_source | at_two_dates)


def _is_one_row() -> pl.Expr:
    """One source at one place, with two values: the rule for rows stated twice says so."""
    same = ("source", "source_ref", "unit_of_measure", "published")
    return pl.all_horizontal(pl.col(name) == pl.col(f"other_{name}") for name in same)


def _worst_of(evidence: Evidence, rule: Rule, pairs: pl.DataFrame, series: list[str]) -> Iterator[Finding]:
    """Word one finding a series, at its worst pair."""
    worst = (
        pairs.sort(["difference", "period", "other_row", "row"], descending=[True, False, False, False])
        .group_by(series, maintain_order=True)
        .agg(pl.len().alias("count"), pl.all().exclude(series).first())
        .join(evidence.settled, on=[*KEY[:6], "unit_of_measure", "source", "source_ref"], how="left")
    )
    other = evidence.settled.rename({"source": "other_source", "source_ref": "other_source_ref"})
    both = worst.join(
        other.rename({name: f"other_{name}" for name in ("unit_of_measure", "reason", "settled", "settlement")}),
        on=[*KEY[:6], "other_unit_of_measure", "other_source", "other_source_ref"],
        how="left",
    ).sort("other_row", *series)
    for line in both.iter_rows(named=True):
        words = _worded(line, rule, evidence.rulebook.language)
        (finding,) = findings_at(evidence, rule, words, column="value")
        yield _for_its_case(evidence, rule, line, finding, words)


def _for_its_case(
    evidence: Evidence, rule: Rule, line: dict[str, Any], finding: Finding, words: pl.DataFrame
) -> Finding:
    """Say of one source that it contradicts itself, and of what is settled that nothing has to be done."""
    details = {name: as_text(value) for name, value in words.row(0, named=True).items()}
    if line["source"] == line["other_source"]:
        details |= {"source": line["source"], "at": _at(line["other_source_ref"]), "other_at": _at(line["source_ref"])}
        finding = replace(finding, message=reworded(evidence, rule, "one_source", finding.message, **details))
    settlement = line["settlement"] or line["other_settlement"]
    if settlement is None:
        return finding
    hint = reworded(evidence, rule, "settled_hint", finding.hint, settlement=settlement)
    return replace(finding, severity=Severity.NOTE, hint=hint)


def _worded(line: dict[str, Any], rule: Rule, language: str) -> pl.DataFrame:
    """Turn a pair so that the later statement is the one at the place, and say which of the two is used."""
    reasons = rule.parameters.get("reasons", {})
    which, reason = _used(line)
    words = {
        "row": line["other_row"],
        "value": line["other_value"],
        "unit_of_measure": line["other_unit_of_measure"],
        "source": _cited(line["other_source"], line["other_source_ref"]),
        "other_row": line["row"],
        "other_value": line["value"],
        "other_unit_of_measure": line["unit_of_measure"],
        "other_source": _cited(line["source"], line["source_ref"]),
        "producer": line["producer"],
        "difference": percent(line["other_stated"] / line["stated"] - 1) if line["stated"] else "–",
        "used": Text.of(reasons.get(reason)).in_language(language).format(row=which, reason=_stated_reason(line)),
    }
    kept = {name: line[name] for name in ("indicator", "unit", "period", "count")}
    return pl.DataFrame([kept | words])


def _used(line: dict[str, Any]) -> tuple[int | None, str]:
    """Give the row that a release uses, and why: settlement, priority, or nothing yet says."""
    if line["settled"] or line["other_settled"]:
        return (line["row"] if line["settled"] else line["other_row"]), "settlement"
    ours, theirs = line["priority"], line["other_priority"]
    if ours != theirs:
        first_wins = theirs is None or (ours is not None and ours < theirs)
        return (line["row"] if first_wins else line["other_row"]), "priority"
    return None, "nothing"


def _stated_reason(line: dict[str, Any]) -> str:
    return str(line["reason"] or line["other_reason"] or "")


def _at(place: str) -> str:
    return f" ({place})" if place else ""


def _cited(source: str, place: str) -> str:
    return f"{source} ({place})" if place else source
