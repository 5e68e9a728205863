"""What is public about a company: figures with their claims and findings, plans beside facts, and what is not said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from mezon.model.codelists import Variant
from mezon.model.finding import Finding
from mezon.model.observations import CONVERTED, REPORTED
from mezon.model.unit import Unit
from mezon.web.portal.amounts import in_unit
from mezon.web.portal.edition import Edition, Row, findings, original_pack
from mezon.web.portal.profiles import known_of, projects_of, undisclosed_of
from mezon.web.portal.verdicts import CheckedClaim, checked_claims


def dossier(edition: Edition, company: Unit, *, language: str, as_of: str = "") -> Mapping[str, Any]:
    """Give everything that the page of a company shows."""
    parts = [each.unit for each in edition.definitions.memberships if each.parent == company.code]
    claims = claims_about(edition, company)
    found = findings_about(edition, [company.code, *parts], language)
    facts = [row for row in known_of(edition, company, as_of=as_of) if row["origin"] != CONVERTED]
    shown = {(row["indicator"], row["period"]) for row in facts}
    noted = {key: listed for key, listed in found.items() if key in shown}
    for row in facts:
        key = (row["indicator"], row["period"])
        row["claims"] = [claim for claim in claims if key in {(each.indicator, each.period) for each in claim.evidence}]
        row["findings"] = noted.get(key, [])
    return {
        "facts": _by_group(edition, facts),
        "plans": plans_of(edition, facts),
        "claims": claims,
        "findings": list(dict.fromkeys(finding.message for listed in noted.values() for finding in listed)),
        "projects": projects_of(edition, [company.code, *parts]),
        "framework": undisclosed_of(edition, company),
        "parts": [edition.definitions.units[code] for code in parts if code in edition.definitions.units],
    }


def _by_group(edition: Edition, facts: Sequence[Row]) -> list[Row]:
    """Sort figures into the groups of the framework, in its order; those of no group come last."""
    found: dict[str, list[Row]] = {}
    for row in facts:
        found.setdefault(row["definition"].group, []).append(row)
    known = edition.definitions.groups
    order = sorted(found, key=lambda code: (code not in known, known[code].order if code in known else 0, code))
    return [{"group": known.get(code), "rows": found[code]} for code in order]


def plans_of(edition: Edition, facts: Sequence[Row]) -> list[Row]:
    """Give each sum that was planned with the sums of its period that came about, in the plan's unit of measure.

    Facts are of the same group of the framework and the same currency, as reported. What was planned and what came
    about may be two concepts: the page says so where they are two indicators.
    """
    planned = [row for row in facts if row["variant"] != Variant.FACT and _currency(edition, row)]
    return [
        {
            "plan": plan,
            "facts": [
                {
                    **row,
                    "amount": amount,
                    "of_plan": amount / plan["shown"],
                    "same": row["indicator"] == plan["indicator"],
                }
                for row in facts
                if _answers(edition, plan, row)
                for amount in [in_unit(edition, row, plan["unit_of_measure"])]
            ],
        }
        for plan in planned
        if plan["shown"]
    ]


def _answers(edition: Edition, plan: Row, row: Row) -> bool:
    """Say whether a figure is a fact that a plan can be held against."""
    comparable = row["variant"] == Variant.FACT and row["origin"] == REPORTED and row["shown"] is not None
    same_place = row["period"] == plan["period"] and row["definition"].group == plan["definition"].group
    return bool(comparable and same_place and _currency(edition, row) == _currency(edition, plan))


def _currency(edition: Edition, row: Row) -> str:
    measure = edition.definitions.units_of_measure.get(row["unit_of_measure"])
    return measure.currency if measure is not None and measure.dimension == "money" else ""


def claims_about(edition: Edition, company: Unit) -> list[CheckedClaim]:
    """Give the claims that were reckoned from figures of a company, or whose sentence names it."""
    names = [company.code, company.name.en, *company.aliases]
    named = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in names if name) + r")(?!\w)")
    return [
        claim
        for claim in checked_claims(edition).values()
        if named.search(claim.sentence) or any(each.unit == company.code for each in claim.evidence)
    ]


def findings_about(edition: Edition, units: Sequence[str], language: str) -> Mapping[tuple[str, str], list[Finding]]:
    """Give what the checks found in the rows of some units, by indicator and period."""
    rows = original_pack(edition.origin).observations.filter(pl.col("unit").is_in(list(units)))
    place = {
        row: (indicator, period) for row, indicator, period in rows.select("row", "indicator", "period").iter_rows()
    }
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings(edition, language):
        if finding.file == "observations.csv" and finding.row in place:
            listed = found.setdefault(place[finding.row], [])
            if finding not in listed:
                listed.append(finding)
    return found
