"""Claims as pages show them: the register's row and the audit's verdict as one, with the way back as links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from mezon.analyse.claims_grammar import Selector, read_asides, read_terms
from mezon.errors import MalformedValue
from mezon.web.portal.edition import Edition

Row = dict[str, Any]

#: Verdicts in the order in which they are shown, with the class of their mark.
MARKS: dict[str, str] = {
    "holds": "holds",
    "holds only if": "only-if",
    "does not hold": "fails",
    "cannot be checked": "unchecked",
}

#: What the audit writes of an observation it used: `INDICATOR @ UNIT @ 2021 = ~1.6 USD_BN, SOURCE, place, citing [7]`.
_OBSERVED = re.compile(r"(?P<indicator>\w+) @ (?P<unit>\w+) @ (?P<period>[\w-]+) = (?P<said>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One observation that a claim was recomputed from; without an indicator, a number the sentence itself states."""

    said: str
    indicator: str = ""
    unit: str = ""
    period: str = ""

    @property
    def what(self) -> tuple[str, str]:
        """The indicator and the unit, by which observations stand together."""
        return self.indicator, self.unit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedClaim:
    """A claim with its verdict; `row` is the register's row, `verdict` the audit's record."""

    id: str
    publication: str
    place: str
    kind: str
    sentence: str
    outcome: str
    row: Row
    verdict: Row
    evidence: tuple[Evidence, ...] = ()
    terms: tuple[Selector, ...] = ()
    asides: tuple[str, ...] = ()
    search: str = field(default="", repr=False)

    @property
    def states_value(self) -> bool:
        """Whether the stated figure is what was recomputed, and not the bound it is held against."""
        return self.row.get("comparator") == "=" and self.verdict.get("stated") is not None

    @property
    def mark(self) -> str:
        """The class of the verdict's mark."""
        return MARKS.get(self.outcome, "unchecked")


@lru_cache(maxsize=16)
def checked_claims(edition: Edition) -> Mapping[str, CheckedClaim]:
    """Give the claims of an edition by id, in the order of the register."""
    rows = {row["id"]: row for row in edition.register("claims")}
    verdicts = {record["claim"]: record for record in edition.verdicts}
    order = sorted(rows, key=lambda claim: (verdicts.get(claim, {}).get("publication", ""), rows[claim]["row"]))
    return {claim: _checked(rows[claim], verdicts.get(claim, {})) for claim in order}


@lru_cache(maxsize=16)
def claims_by_indicator(edition: Edition) -> Mapping[str, tuple[CheckedClaim, ...]]:
    """Give the claims that a recomputation from each indicator says something about."""
    found: dict[str, list[CheckedClaim]] = {}
    for claim in checked_claims(edition).values():
        for indicator in sorted({term.indicator for term in claim.terms if term.indicator}):
            found.setdefault(indicator, []).append(claim)
    return {indicator: tuple(claims) for indicator, claims in found.items()}


def outcome_words() -> dict[str, str]:
    """Give the four verdicts in the language of the page."""
    return {
        "holds": _("holds"),
        "holds only if": _("holds only if"),
        "does not hold": _("does not hold"),
        "cannot be checked": _("cannot be checked"),
    }


def kind_words() -> dict[str, str]:
    """Give the kinds of claims in the language of the page; a pack may have others, which are shown as written."""
    return {
        "finding": _("finding"),
        "fact": _("fact"),
        "reading": _("a reading of it"),
        "claim": _("claim"),
        "gap": _("gap"),
        "method": _("method"),
        "barrier": _("barrier"),
        "opportunity": _("opportunity"),
        "challenge": _("challenge"),
        "pillar": _("pillar"),
        "recommendation": _("recommendation"),
        "function": _("function"),
    }


def obstacle_words() -> dict[str, str]:
    """Give the reasons why a claim cannot be checked in the language of the page."""
    return {
        "no data": _("no data"),
        "not reported": _("announced, not reported"),
        "states no fact": _("states no fact"),
        "no period": _("no period given"),
        "no source": _("no source given"),
        "no number": _("no number given"),
        "no base period": _("no base period given"),
    }


def _checked(row: Row, verdict: Row) -> CheckedClaim:
    texts = (row["id"], row["sentence"], row["place"], row["kind"], verdict.get("reason", ""), row.get("note", ""))
    return CheckedClaim(
        id=row["id"],
        publication=row["publication"],
        place=row["place"],
        kind=row["kind"],
        sentence=row["sentence"],
        outcome=verdict.get("verdict", "cannot be checked"),
        row=row,
        verdict=verdict,
        evidence=tuple(sorted(map(_evidence, verdict.get("observations", ())), key=lambda item: item.what)),
        terms=_terms(row.get("terms") or ""),
        asides=_asides(row.get("beside") or ""),
        search=" ".join(str(text or "") for text in texts).casefold(),
    )


def _evidence(line: str) -> Evidence:
    found = _OBSERVED.fullmatch(line)
    return Evidence(**found.groupdict()) if found else Evidence(said=line)


def _terms(text: str) -> tuple[Selector, ...]:
    """Read the terms; a release was checked, so what cannot be read is only ever a pack that nobody checked."""
    try:
        return read_terms(text)
    except MalformedValue:
        return ()


def _asides(text: str) -> tuple[str, ...]:
    try:
        return tuple(label for label, _expression in read_asides(text))
    except MalformedValue:
        return ()
