"""Registers in words: what each holds, what its columns are called, and what the checks have to say of its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from mezon.model.finding import Finding
from mezon.model.registers import REGISTERS
from mezon.model.text import Text
from mezon.web.portal.edition import Edition, findings, original_pack

Row = dict[str, Any]

#: Columns that name an entry, in the order of preference.
_TITLES = ("title_verified", "title_stated", "title", "entry", "as_stated", "sentence", "topic")
#: Columns that are shown elsewhere in an entry, or not at all.
_ELSEWHERE = frozenset(
    {"id", "row", "name_en", "name_ru", "name_uz", "note", "source", "source_ref", "title", "entry", "sentence"}
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """One row of a register, ready to be shown: facts are (column, value) in the order of the file."""

    id: str
    title: Text
    lead: str
    facts: tuple[tuple[str, Any], ...]
    note: str
    source: str
    source_ref: str
    corrections: tuple[Finding, ...]
    search: str


def register_names() -> dict[str, str]:
    """Give the names of the registers in the language of the page."""
    return {
        "projects": _("Projects"),
        "investments": _("Payments to projects"),
        "partnerships": _("Partnerships"),
        "actors": _("Actors"),
        "documents": _("Documents"),
        "instruments": _("Policy instruments"),
        "technologies": _("Technologies"),
        "adoption": _("Adoption of technologies"),
        "people": _("People"),
        "patents": _("Patents"),
        "payments": _("Payments"),
        "sites": _("Sites"),
        "experts": _("Experts"),
        "ratings": _("Experts’ ratings"),
        "measures": _("Measures"),
        "claims": _("Claims"),
        "references": _("References"),
    }


def register_purposes() -> dict[str, str]:
    """Say in a sentence what each register holds."""
    return {
        "projects": _("Programmes, plants and mines, with the amounts and capacities that were published."),
        "investments": _("What was paid to projects, by period, purpose and source of funds."),
        "partnerships": _("Agreements between enterprises, universities and others."),
        "actors": _("Who acts in the industry: enterprises, ministries, universities, international bodies."),
        "documents": _("Laws, decrees and programmes that publications name, checked against the acts themselves."),
        "technologies": _("Technologies whose adoption is followed."),
        "adoption": _("Which unit has adopted which technology, and how far."),
        "patents": _("Patents granted, with their owners."),
        "claims": _("Published sentences, each recomputed."),
        "references": _("The publications’ own lists of references, and what each entry is cited for."),
    }


def column_names() -> dict[str, str]:
    """Give the names of the columns in the language of the page; a column of a pack's own is shown by its name."""
    return {
        "owner": _("owner"), "unit": _("unit"), "kind": _("kind"), "stage": _("stage"),
        "innovative": _("innovative"), "minerals": _("minerals"), "amount": _("amount"),
        "unit_of_measure": _("unit of measure"), "qualifier": _("as hedged"), "started": _("started"),
        "brought_into_use": _("brought into use"), "jobs_created": _("jobs created"),
        "jobs_displaced": _("jobs displaced"), "capacity_before": _("capacity before"),
        "capacity_after": _("capacity after"), "capacity_unit": _("unit of capacity"),
        "capacity_note": _("on capacity"), "partners": _("partners"), "location": _("place"),
        "as_stated": _("as stated"), "cites": _("cites"), "project": _("project"), "period": _("period"),
        "purpose": _("purpose"), "source_of_funds": _("source of funds"), "partner": _("partner"),
        "partner_country": _("partner’s country"), "helix_role": _("role"), "signed": _("signed"),
        "expires": _("expires"), "short": _("short name"), "country": _("country"), "level": _("level"),
        "named_in": _("named in"), "issuer": _("issuer"), "number": _("number"), "date": _("date"),
        "date_stated": _("date as stated"), "title_stated": _("title as stated"),
        "title_verified": _("title of the act"), "topic": _("topic"),
        "number_belongs_to": _("the number belongs to"), "verified": _("verified"), "cited_at": _("cited at"),
        "document": _("document"), "technology": _("technology"), "granted": _("granted"), "owners": _("owners"),
        "publication": _("publication"), "published": _("published"), "listed": _("in the list"),
        "used_for": _("cited for"), "match": _("does it fit?"),
    }  # fmt: skip


def answer_words() -> dict[str, str]:
    """Give short answers of registers in the language of the page; other values are shown as written."""
    return {"yes": _("yes"), "no": _("no"), "not applicable": _("not applicable"), "not named": _("not named")}


def name_of(row: Row) -> Text:
    """Give what an entry is called, in the languages that it has."""
    if row.get("name_en"):
        return Text(en=row["name_en"], ru=row.get("name_ru") or "", uz=row.get("name_uz") or "")
    return Text(en=next((str(row[column]) for column in _TITLES if row.get(column)), row.get("id") or ""))


def key_of(register: str, row: Row) -> str:
    """Give what tells an entry from the others, fit for an address."""
    table = REGISTERS.get(register)
    return "-".join(str(row[column]) for column in (table.key if table else ("id",)) if row.get(column))


@lru_cache(maxsize=64)
def entries(edition: Edition, register: str, language: str) -> tuple[Entry, ...]:
    """Give the entries of a register with what the checks find in each, in the order of their keys: 2 before 10."""
    found = corrections(edition, register, language)
    rows = sorted(
        ((key_of(register, row), row) for row in edition.register(register)), key=lambda pair: _order(pair[0])
    )
    return tuple(_entry(register, row, found.get(key, ())) for key, row in rows)


def _order(key: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", key)]


@lru_cache(maxsize=64)
def corrections(edition: Edition, register: str, language: str) -> Mapping[str, tuple[Finding, ...]]:
    """Give what the checks find in a register, by the key of its row.

    A release has its rows in another order than the pack, so the rows that findings name are looked up in the pack.
    """
    table = original_pack(edition.origin).registers.get(register)
    if table is None:
        return {}
    known = {key_of(register, row) for row in edition.register(register)}
    keys = {row["row"]: key for row in table.to_dicts() if (key := key_of(register, row)) in known}
    collected: dict[str, list[Finding]] = {}
    for finding in findings(edition, language):
        if finding.file == f"registers/{register}.csv" and finding.row in keys:
            collected.setdefault(keys[finding.row], []).append(finding)
    # What is wrong with the entry itself comes before what is wrong with its references.
    return {
        key: tuple(sorted(several, key=lambda found: found.column == "cites")) for key, several in collected.items()
    }


def _entry(register: str, row: Row, found: tuple[Finding, ...]) -> Entry:
    title = name_of(row)
    lead = next((column for column in ("number", "short") if row.get(column)), "")
    facts = tuple(
        (column, value)
        for column, value in row.items()
        if column not in _ELSEWHERE and column != lead and value not in (None, "") and value != title.en
    )
    words = (str(value) for value in row.values() if value not in (None, ""))
    return Entry(
        id=key_of(register, row),
        title=title,
        lead=f"[{row['number']}]" if register == "references" else str(row.get(lead) or ""),
        facts=facts,
        note=row.get("note") or "",
        source=row.get("source") or "",
        source_ref=row.get("source_ref") or "",
        corrections=found,
        search=" ".join(words).casefold(),
    )
