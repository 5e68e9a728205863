"""A submission handed in, for tests of those who review it: metallia in the store, known figures filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.accounts.models import Person
    from mezon.web.desk.models import Cell, Submission
    from mezon.web.warehouse.models import StoredPack

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
UNIT, PERIOD, FORM = "ARGENT_SILVER", "2024", "enterprise"


def later(minutes: int) -> datetime:
    """Give a moment some minutes after the first."""
    return NOW + timedelta(minutes=minutes)


def store_metallia() -> StoredPack:
    """Give the synthetic country in the store."""
    from mezon.web.warehouse import store
    from mezon.web.warehouse.models import StoredPack

    found = StoredPack.objects.filter(code="metallia").first()
    return found or store.load("metallia", by=None, reason="for tests", now=NOW)


def acting(person: Person) -> Actor:
    """Give a person who has shown the second factor, with the rights they have."""
    from mezon.web.accounts.acting import Actor

    return Actor.of(person, now=datetime.now(UTC), second_factor=True)


def opened(pack: StoredPack, provider: Person, *, unit: str = UNIT, period: str = PERIOD) -> Submission:
    """Open the annual return of a unit."""
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_filling import open_submission
    from mezon.web.desk.knowing import definitions_of, form_of

    definitions = definitions_of(pack)
    return open_submission(
        acting(provider), Target(pack=pack.code, unit=unit), pack=pack, form=form_of(definitions, FORM),
        unit=definitions.units[unit], period=period, now=NOW,
    )  # fmt: skip


def fill_in(submission: Submission, provider: Person, changes: Mapping[str, str], *, minutes: int = 1) -> None:
    """Write what the store knows of the period into every cell, but for the changes (indicator -> text)."""
    from mezon.web.desk.acts_filling import Entry, save_cells
    from mezon.web.desk.differences import key_of, known_values
    from mezon.web.desk.knowing import definitions_of, form_of, known_of

    definitions = definitions_of(submission.pack)
    indicators = [item.indicator for item in form_of(definitions, FORM).items]
    known = known_values(known_of(submission.pack, units=[submission.unit], indicators=indicators), definitions)
    entries = []
    for cell in submission.cells.all():
        before = known.get(key_of(cell))
        text = "" if before is None or before.value is None else f"{before.value!r}"
        text = changes.get(cell.indicator, text)
        entries.append(Entry(cell=cell.pk, text=text, status="" if text else "O"))
    save_cells(acting(provider), submission, entries=entries, now=later(minutes))


def submit_it(submission: Submission, provider: Person, *, minutes: int = 5) -> Submission:
    """Answer every question and hand it in."""
    from mezon.web.desk.acts_filling import answer_finding
    from mezon.web.desk.acts_submitting import submit
    from mezon.web.desk.checking import check_submission
    from mezon.web.desk.knowing import definitions_of

    def checked() -> Any:
        cells = list(submission.cells.all())
        for cell in cells:
            cell.submission = submission
        return check_submission(submission, definitions_of(submission.pack), cells)

    for one in checked().unanswered:
        answer_finding(
            acting(provider), submission, cell=one.cell.pk, rule=one.finding.code, text="It is so.", now=later(minutes)
        )
    return submit(acting(provider), submission, statement="I answer for it.", checked=checked(), now=later(minutes))


def handed_in(pack: StoredPack, provider: Person, changes: Mapping[str, str] | None = None, **where: str) -> Submission:
    """Give a submission that waits for its first reviewer."""
    submission = opened(pack, provider, **where)
    fill_in(submission, provider, changes or {})
    return submit_it(submission, provider)


def cell_of(submission: Submission, indicator: str) -> Cell:
    """Give the cell of an indicator, as it is now."""
    return submission.cells.get(indicator=indicator, breakdown="", period=submission.period)
