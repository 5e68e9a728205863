"""What a provider does while a form is being filled in: open, save, attach, answer, comment. Each is one mutation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.form import Form
from mezon.model.period import Period
from mezon.model.unit import Unit
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk import keeping, owing
from mezon.web.desk.laying_out import cells_of
from mezon.web.desk.models import Cell, CellVersion, Remark, Submission, Upload
from mezon.web.desk.states import DONE, CellState
from mezon.web.desk.typed import MOST_SIGNS, read_typed
from mezon.web.warehouse.models import StoredPack

SAVED, UNCHANGED, CONFLICT, LOCKED = "saved", "unchanged", "conflict", "locked"
GRID, WORKBOOK, EVIDENCE, CORRECTION, PROGRAM = "grid", "workbook", "evidence", "correction", "api"
_LONGEST_NOTE = 2000
_LONGEST_REMARK = 4000
#: A reason of fewer letters ("ok", "yes", "верно") tells a reviewer nothing.
_FEWEST_LETTERS = 6
#: What a new version of a cell writes over the old one.
_WRITTEN = (
    "text", "value", "status", "note", "place", "state", "evidence_name", "evidence_sha256", "version", "changed_at",
    "changed_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody wants one cell to be. `version` : the version they saw; None = whichever there is."""

    cell: int
    text: str
    status: str = ""
    note: str = ""
    place: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of an entry: saved, unchanged, in conflict with somebody else's change, or locked."""

    entry: Entry
    cell: Cell
    outcome: str


@mutation("submission.open")
def open_submission(
    actor: Actor, where: Target, *, pack: StoredPack, form: Form, unit: Unit, period: str, now: datetime
) -> Submission:
    """Open a form of a unit for a period, or give the one that is open; after an approved one, open its correction.

    Raises : WrongUse when the form is not asked of this unit for this period.
    """
    asked = Period.parse(period)
    if where != Target(pack=pack.code, unit=unit.code) or not _is_asked(form, unit, asked, now.date()):
        raise WrongUse(
            _("%(form)s is not asked of %(unit)s for %(period)s.")
            % {"form": form.id, "unit": unit.code, "period": period},
            hint=_("Choose one from the calendar."),
        )
    last = (
        Submission.objects.select_for_update()
        .filter(pack=pack, form=form.id, unit=unit.code, period=str(asked))
        .order_by("-number")
        .first()
    )
    if last is not None and last.state not in DONE:
        note(subject=last)
        return last
    made = Submission.objects.create(
        pack=pack,
        form=form.id,
        form_version=form.version,
        unit=unit.code,
        period=str(asked),
        number=1 if last is None else last.number + 1,
        due=form.due(asked),
        confidentiality=form.confidentiality,
        opened_at=now,
        opened_by=actor.person,
    )
    Cell.objects.bulk_create(cells_of(form, made), batch_size=500)
    if last is not None:
        _copy(last, made, actor, now)
    note(subject=made, after={"form": form.id, "period": made.period, "number": made.number})
    return made


def _is_asked(form: Form, unit: Unit, period: Period, today: date) -> bool:
    return period in owing.periods_asked(form, today) and any(
        True for _unit in owing.units_asked(form, {unit.code: unit}, period)
    )


def _copy(last: Submission, made: Submission, actor: Actor, now: datetime) -> None:
    """Begin a correction with what was approved: the person changes what was wrong and nothing else."""
    before = {key_of(cell): cell for cell in last.cells.all()}
    changed = []
    for cell in made.cells.all():
        old = before.get(key_of(cell))
        if old is not None and old.filled:
            cell.text, cell.value, cell.status, cell.note = old.text, old.value, old.status, old.note
            cell.evidence_name, cell.evidence_sha256 = old.evidence_name, old.evidence_sha256
            changed.append(cell)
    _write(changed, actor=actor, way=CORRECTION, now=now, why=str(last), upload=None)


@mutation("submission.save")
def save_cells(
    actor: Actor, submission: Submission, *, entries: Sequence[Entry], now: datetime, reason: str = ""
) -> list[Saved]:
    """Write what was typed in the grid or sent by a program; a cell that somebody else changed meanwhile is left as it
    is, and told.
    """
    way = PROGRAM if actor.token else GRID
    why = "; ".join(part for part in (actor.token, reason) if part)
    return save_entries(actor, submission, entries, way=way, now=now, why=why, upload=None)


def save_entries(
    actor: Actor,
    submission: Submission,
    entries: Sequence[Entry],
    *,
    way: str,
    now: datetime,
    why: str,
    upload: Upload | None,
) -> list[Saved]:
    """Write entries to cells inside a mutation that is running; say of each what became of it."""
    cells = {cell.pk: cell for cell in submission.cells.select_related("changed_by")}
    results: list[Saved] = []
    for entry in entries:
        cell = cells.get(entry.cell)
        if cell is None:
            raise AskedForUnknown(_("This form has no such cell."), hint=_("Read the page again."))
        cell.submission = submission
        results.append(Saved(entry=entry, cell=cell, outcome=_apply(entry, cell)))
    changed = [result.cell for result in results if result.outcome == SAVED]
    if changed:
        _write(changed, actor=actor, way=way, now=now, why=why, upload=upload)
        _remember_writer(submission, actor)
    note(after={"way": way, "cells": [f"{cell} v{cell.version}" for cell in changed[:50]], "changed": len(changed)})
    return results


def _apply(entry: Entry, cell: Cell) -> str:
    """Set a cell to what an entry says, and name the outcome; the cell is untouched unless it is "saved"."""
    typed = read_typed(entry.text, entry.status)
    words = entry.note.strip()[:_LONGEST_NOTE]
    wanted = (typed.text[:MOST_SIGNS], typed.value, typed.status, words)
    if wanted == (cell.text, cell.value, cell.status, cell.note):
        return UNCHANGED
    if not cell.writable:
        return LOCKED
    if entry.version is not None and entry.version != cell.version:
        return CONFLICT
    cell.text, cell.value, cell.status, cell.note = wanted
    cell.place = entry.place or cell.place
    return SAVED


def _write(changed: Sequence[Cell], *, actor: Actor, way: str, now: datetime, why: str, upload: Upload | None) -> None:
    """Write changed cells and their new versions: two statements, however many cells there are."""
    for cell in changed:
        cell.version += 1
        cell.changed_at, cell.changed_by = now, actor.person
        if cell.state == CellState.RETURNED:
            cell.state = CellState.MENDED
    # An upsert by key takes a tenth of the time of bulk_update, which writes a CASE for every field of every cell.
    Cell.objects.bulk_create(
        changed, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN
    )
    CellVersion.objects.bulk_create(
        (
            CellVersion(
                cell=cell, number=cell.version, at=now, by=actor.person, way=way, upload=upload, text=cell.text,
                value=cell.value, status=cell.status, note=cell.note, place=cell.place,
                evidence_name=cell.evidence_name, evidence_sha256=cell.evidence_sha256, why=why,
            )
            for cell in changed
        ),
        batch_size=500,
    )  # fmt: skip


def _remember_writer(submission: Submission, actor: Actor) -> None:
    if actor.person is not None and actor.person.pk not in submission.writers:
        submission.writers = sorted([*submission.writers, actor.person.pk])
        submission.save(update_fields=["writers"])


@mutation("submission.save")
def attach_evidence(
    actor: Actor, submission: Submission, *, cell: int, name: str, content: bytes, now: datetime, reason: str = ""
) -> Cell:
    """Keep a file as the evidence of a cell; the one before stays in the cell's history."""
    found = _cell(submission, cell)
    if not found.writable:
        raise WrongUse(_("This cell is closed."), hint=_("Only cells that came back may be changed now."))
    found.evidence_sha256, found.evidence_name = keeping.keep(content), keeping.shown_name(name)
    _write([found], actor=actor, way=EVIDENCE, now=now, why=reason, upload=None)
    _remember_writer(submission, actor)
    note(after={"cell": str(found), "evidence_sha256": found.evidence_sha256})
    return found


@mutation("submission.answer")
def answer_finding(actor: Actor, submission: Submission, *, cell: int, rule: str, text: str, now: datetime) -> Remark:
    """Answer a soft finding of a cell with a reason; the answer holds as long as the cell stays as it is."""
    found = _cell(submission, cell)
    if text.strip() and sum(sign.isalpha() for sign in text) < _FEWEST_LETTERS:
        raise WrongUse(
            _("“%(text)s” is no reason that a reviewer could understand.") % {"text": text.strip()},
            hint=_("Say in a few words what happened: a new plant, a part that was sold, a year counted anew."),
        )
    return _remark(actor, submission, found, Remark.ANSWER, text, now=now, rule=rule)


@mutation("submission.comment")
def comment(actor: Actor, submission: Submission, *, cell: int | None, text: str, now: datetime) -> Remark:
    """Say something about a submission or one of its cells."""
    found = _cell(submission, cell) if cell is not None else None
    return _remark(actor, submission, found, Remark.COMMENT, text, now=now)


def _remark(
    actor: Actor, submission: Submission, cell: Cell | None, kind: str, text: str, *, now: datetime, rule: str = ""
) -> Remark:
    words = text.strip()[:_LONGEST_REMARK]
    if not words:
        raise WrongUse(_("There is nothing written."), hint=_("Write at least one word."))
    made = Remark.objects.create(
        submission=submission,
        cell=cell,
        at=now,
        by=actor.person,
        kind=kind,
        text=words,
        rule=rule[:100],
        cell_version=cell.version if cell else 0,
    )
    note(after={"kind": kind, "cell": str(cell or ""), "rule": rule})
    return made


def _cell(submission: Submission, cell: int) -> Cell:
    found = submission.cells.filter(pk=cell).first()
    if found is None:
        raise AskedForUnknown(_("This form has no such cell."), hint=_("Read the page again."))
    found.submission = submission
    return found


def key_of(cell: Cell) -> tuple[str, str, str, str]:
    """Say what a cell is about: indicator, breakdown, variant, period."""
    return (cell.indicator, cell.breakdown, cell.variant, cell.period)


def keys_of(cells: Iterable[Cell]) -> dict[tuple[str, str, str, str], Cell]:
    """Look cells up by what they are about."""
    return {key_of(cell): cell for cell in cells}
