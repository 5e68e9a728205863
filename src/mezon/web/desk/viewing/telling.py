"""One value of the working view: from what it was computed, and every act that was recorded on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mezon.errors import NotAllowed
from mezon.model.codelists import ConfStatus, ObsStatus
from mezon.model.indicator import Indicator
from mezon.model.observations import DEFAULTS, DERIVED, ROLLED_UP
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.model.unit import Unit
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Person
from mezon.web.accounts.policy import may
from mezon.web.desk.laying_out import categories
from mezon.web.desk.models import Submission
from mezon.web.desk.viewing.choosing import Moment
from mezon.web.desk.viewing.seeing import READ, Reach, holds_in, reads_of
from mezon.web.desk.viewing.tabling import View, value_text
from mezon.web.portal.observed import ORIGIN_WORDS, STATUS_WORDS, VARIANT_WORDS
from mezon.web.portal.pages import language
from mezon.web.portal.value_path import collected_by, receipt_of
from mezon.web.warehouse.models import Change, FileVersion, StoredPack
from mezon.web.warehouse.store import history

#: How the note of a rolled-up value names its hierarchy (process.rolling_up).
_MEMBERS = re.compile(r"members \((?P<hierarchy>[^)]*)\)")
KINDS = {
    "new": gettext_lazy("stated"),
    "revised": gettext_lazy("revised"),
    "withdrawn": gettext_lazy("withdrawn"),
}
#: What was done, as a person says it; of an action that is not here its code is shown.
ACTS = {
    "load": gettext_lazy("loaded the pack from its folder"),
    "observation.import": gettext_lazy("brought in a file of values"),
    "review.approve": gettext_lazy("approved a submission"),
    "definition.change": gettext_lazy("changed a definition"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act on one statement: when, who, what it said instead of what, and why."""

    change: int
    at: datetime
    who: str
    what: str
    kind: str
    old: str
    new: str
    confidential: bool
    reason: str
    note: str
    source: str
    source_ref: str
    receipt: str
    submission: Submission | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What was said of one part of a fact, the newest first."""

    about: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One value that another was computed from."""

    indicator: Indicator
    unit: Unit
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One change of a pack in a list: who did what, why, and what it came to."""

    change: Change
    who: str
    what: str
    counts: tuple[str, ...]
    files: tuple[str, ...]


def ingredients_of(
    definitions: Definitions, indicator: Indicator, unit: str, period: str, row: Mapping[str, Any]
) -> list[Ingredient]:
    """Give the places that a computed value was made from: the members of its whole, or the terms of its formula."""
    if row["origin"] == ROLLED_UP:
        named = _MEMBERS.search(row["origin_note"])
        members = {
            link.unit
            for link in definitions.memberships
            if link.parent == unit
            and link.unit in definitions.units
            and (named is None or link.hierarchy == named["hierarchy"])
            and holds_in(link, period)
        }
        found = sorted(members, key=lambda code: definitions.units[code].name.in_language(language()))
        return [Ingredient(indicator=indicator, unit=definitions.units[code], period=period) for code in found]
    if row["origin"] != DERIVED:
        return []
    here = Period.parse(period)
    return [
        Ingredient(
            indicator=definitions.indicators[code], unit=definitions.units[unit], period=str(here.shifted(-back))
        )
        for code, back in sorted(reads_of(indicator))
        if code in definitions.indicators
    ]


def how(row: Mapping[str, Any]) -> str:
    """Say how a value came about."""
    return str(ORIGIN_WORDS.get(row["origin"], row["origin"]))


def statements_of(
    definitions: Definitions, actor: Actor, reach: Reach, indicator: Indicator, unit: str, period: str, moment: Moment
) -> list[Statement]:
    """Give every act on a value by a moment, by part, the newest first: four queries.

    Raises : NotAllowed, when any word of it was ever confidential and is not for this person.
    """
    place = {"indicator": indicator.code, "unit": unit, "period": period}
    frame = history(moment.change.pack, place).filter(pl.col("change") <= moment.known)
    said = frame["confidentiality"].drop_nulls().to_list()
    if unit not in reach.everything and any(one != ConfStatus.FREE for one in said):
        refuse_masked()
    rows = frame.sort("change", descending=True).to_dicts()
    people = Person.objects.in_bulk({row["by"] for row in rows if row["by"] is not None})
    submissions = _submissions(actor, rows)
    by_part: dict[str, list[Act]] = {}
    for row in rows:
        act = _act(row, indicator, definitions, people, submissions)
        by_part.setdefault(part_words(row, indicator, definitions), []).append(act)
    return [Statement(about=part, acts=tuple(acts)) for part, acts in sorted(by_part.items())]


def refuse_masked() -> None:
    """Refuse what is masked in the table. Raises : NotAllowed."""
    raise NotAllowed(
        _("You may not do this."),
        hint=_(
            "This value is confidential, or somebody else's confidential value could be told from it. Go back to the "
            "working view: what you may see stands there."
        ),
        action=READ,
        reason="confidential",
    )


def refuse_if_masked(view: View, place: tuple[str, str, str]) -> None:
    """Refuse the page of a value that the table masks. Raises : NotAllowed."""
    if place in view.masked:
        refuse_masked()


def recorded(changes: Iterable[Change], pack: StoredPack) -> list[Recorded]:
    """Put changes into words: two queries, for the people and the files of them all."""
    listed = list(changes)
    people = Person.objects.in_bulk({change.by for change in listed if change.by is not None})
    touched: dict[int, list[str]] = {}
    written = FileVersion.objects.filter(pack=pack, recorded_from__in=[change.number for change in listed])
    for number, path in written.order_by("path").values_list("recorded_from", "path"):
        touched.setdefault(number, []).append(path)
    return [
        Recorded(
            change=change,
            who=_who(change.by, people),
            what=_("changed a register") if _of_a_register(change) else act_words(change.action),
            counts=tuple(_counted(change.counts)),
            files=tuple(touched.get(change.number, ())),
        )
        for change in listed
    ]


def act_words(action: str) -> str:
    """Say in plain words what somebody did."""
    return str(ACTS.get(action, action))


def changes_of(pack: StoredPack) -> QuerySet[Change]:
    """Give the changes of a pack, the newest first."""
    return Change.objects.filter(pack=pack).order_by("-number")


def _of_a_register(change: Change) -> bool:
    """Whether a definition that was changed is a register: only rows of one were touched."""
    return change.action == "definition.change" and not change.counts.get("files")


def _counted(counts: Mapping[str, int]) -> Iterable[str]:
    n = counts.get("new", 0)
    if n:
        yield ngettext("%(n)d value new", "%(n)d values new", n) % {"n": n}
    if n := counts.get("changed", 0):
        yield ngettext("%(n)d value revised", "%(n)d values revised", n) % {"n": n}
    if n := counts.get("withdrawn", 0):
        yield ngettext("%(n)d value withdrawn", "%(n)d values withdrawn", n) % {"n": n}
    if n := counts.get("files", 0):
        yield ngettext("%(n)d definition file", "%(n)d definition files", n) % {"n": n}
    if n := counts.get("register_rows", 0):
        yield ngettext("%(n)d register row", "%(n)d register rows", n) % {"n": n}
    if n := counts.get("register_rows_withdrawn", 0):
        yield ngettext("%(n)d register row closed", "%(n)d register rows closed", n) % {"n": n}


def _act(
    row: Mapping[str, Any],
    indicator: Indicator,
    definitions: Definitions,
    people: Mapping[int, Person],
    submissions: Mapping[int, Submission],
) -> Act:
    source = definitions.sources.get(row["source"])
    collected = collected_by(row["source_ref"])
    submission = submissions.get(collected) if collected is not None else None
    return Act(
        change=row["change"],
        at=row["at"],
        who=_who(row["by"], people),
        what=act_words(row["action"]),
        kind=str(KINDS[row["kind"]]),
        old="" if row["kind"] == "new" else _said(indicator, row["old_value"], row["old_status"]),
        new="" if row["kind"] == "withdrawn" else _said(indicator, row["value"], row["status"]),
        confidential=row["confidentiality"] not in (None, ConfStatus.FREE),
        reason=row["reason"],
        note=row["note"] or "",
        source=source.title if source else row["source"],
        source_ref=row["source_ref"],
        receipt=receipt_of(row["source_ref"]) if submission and submission.receipt else "",
        submission=submission,
    )


def _submissions(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> dict[int, Submission]:
    """Give the submissions that values came from, as far as this person may read them: one query."""
    numbers = {number for row in rows if (number := collected_by(row["source_ref"])) is not None}
    found: Collection[Submission] = Submission.objects.filter(pk__in=numbers).select_related("pack")
    return {one.pk: one for one in found if may(actor, "submission.read", one.target())}


def part_words(row: Mapping[str, Any], indicator: Indicator, definitions: Definitions) -> str:
    """Say which part of a fact a row is: categories, plan, price basis, another measure; "" for the fact itself."""
    words = [*categories(row["breakdown"], definitions, language())]
    if row["variant"] in VARIANT_WORDS:
        words.append(str(VARIANT_WORDS[row["variant"]]))
    if row["price_basis"] != DEFAULTS["price_basis"]:
        words.append(row["price_basis"])
    if row["unit_of_measure"] != indicator.unit:
        measure = definitions.units_of_measure.get(row["unit_of_measure"])
        words.append(measure.name.in_language(language()) if measure else row["unit_of_measure"])
    return ", ".join(words)


def _said(indicator: Indicator, value: float | None, status: str | None) -> str:
    words = "" if status in (None, ObsStatus.NORMAL) else str(STATUS_WORDS.get(ObsStatus(status), status))
    if value is None:
        return words
    text = value_text(indicator, value)
    return f"{text} ({words})" if words else text


def _who(person: int | None, people: Mapping[int, Person]) -> str:
    if person is None:
        return _("the command line")
    return str(people.get(person, _("somebody who is not known any more")))
