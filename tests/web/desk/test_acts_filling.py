"""Filling in a form: opened once, saved with its history, nothing of anybody's lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from mezon.errors import NotAllowed, WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.audit.models import AuditRecord
from mezon.web.desk import acts_filling as acts
from mezon.web.desk import keeping
from mezon.web.desk.models import Cell, CellVersion, Submission
from mezon.web.desk.states import CellState, State
from tests.web.desk.conftest import NOON, entry, later

pytestmark = pytest.mark.django_db


def test_opening_makes_every_cell_that_the_form_asks_for(draft: Submission) -> None:
    cells = list(draft.cells.values_list("indicator", "period", "required", "confidentiality"))
    assert cells == [
        ("RD_SPEND", "2025", True, "C"), ("TOTAL_SPEND", "2025", True, "C"), ("PATENTS", "2025", False, "C"),
    ]  # fmt: skip
    assert draft.due.isoformat() == "2026-04-30"


def test_opening_twice_gives_the_same_submission(
    aziza: Actor, draft: Submission, open_form: Callable[..., Submission]
) -> None:
    assert open_form(aziza, "A").pk == draft.pk
    assert Submission.objects.count() == 1


def test_the_database_refuses_a_second_open_one(draft: Submission) -> None:
    twin = Submission.objects.get(pk=draft.pk)
    twin.pk, twin.number = None, 2  # type: ignore[assignment]
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize("period", ["2024", "2026", "2025-Q1"])
def test_a_form_is_opened_only_for_a_period_it_is_asked_for(
    aziza: Actor, open_form: Callable[..., Submission], period: str
) -> None:
    with pytest.raises(WrongUse):
        open_form(aziza, "A", period)


def test_nobody_opens_the_form_of_another_enterprise(bek: Actor, open_form: Callable[..., Submission]) -> None:
    with pytest.raises(NotAllowed):
        open_form(bek, "A")
    assert AuditRecord.objects.filter(kind="refused", action="submission.open").count() == 1


def test_a_saved_cell_has_a_version_that_says_who_when_and_what(aziza: Actor, draft: Submission) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "1 234,5", note="audited")], now=later(1))
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "1300", status="E")], now=later(2))
    cell = draft.cells.get(indicator="RD_SPEND")
    assert (cell.value, cell.status, cell.note, cell.version) == (1300.0, "E", "", 2)
    history = [(one.number, one.value, one.note, one.by, one.at) for one in cell.versions.order_by("number")]
    assert history == [(1, 1234.5, "audited", aziza.person, later(1)), (2, 1300.0, "", aziza.person, later(2))]


def test_saving_what_is_there_already_changes_nothing(aziza: Actor, draft: Submission) -> None:
    for minute in (1, 2):
        saved = acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "5")], now=later(minute))
    assert saved[0].outcome == acts.UNCHANGED
    assert CellVersion.objects.count() == 1


def test_of_two_people_who_write_one_cell_the_second_is_told(aziza: Actor, draft: Submission) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "5", version=0)], now=later(1))
    second = acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "6", version=0)], now=later(2))[0]
    assert second.outcome == acts.CONFLICT
    assert draft.cells.get(indicator="RD_SPEND").value == 5.0
    again = acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "6", version=1)], now=later(3))[0]
    assert again.outcome == acts.SAVED


def test_what_cannot_be_read_is_kept_as_it_was_typed(aziza: Actor, draft: Submission) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "about 12")], now=later(1))
    cell = draft.cells.get(indicator="RD_SPEND")
    assert (cell.text, cell.value, cell.status, cell.unreadable, cell.filled) == ("about 12", None, "", True, False)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.VERIFIED, State.APPROVED, State.RELEASED])
def test_nothing_is_written_once_it_is_handed_in(aziza: Actor, draft: Submission, state: State) -> None:
    Submission.objects.filter(pk=draft.pk).update(state=state)
    with pytest.raises(NotAllowed):
        acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "5")], now=later(1))


def test_of_a_returned_form_only_the_returned_cell_is_written_and_counts_as_mended(
    aziza: Actor, draft: Submission
) -> None:
    Submission.objects.filter(pk=draft.pk).update(state=State.RETURNED)
    draft.cells.filter(indicator="RD_SPEND").update(state=CellState.RETURNED)
    entries = [entry(draft, "RD_SPEND", "5"), entry(draft, "PATENTS", "1")]
    saved = acts.save_cells(aziza, draft, entries=entries, now=later(1))
    assert [one.outcome for one in saved] == [acts.SAVED, acts.LOCKED]
    assert draft.cells.get(indicator="RD_SPEND").state == CellState.MENDED


def test_whoever_wrote_is_remembered_for_the_rule_of_four_eyes(aziza: Actor, draft: Submission) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "5")], now=later(1))
    assert aziza.person is not None
    assert draft.target().people == {aziza.person.pk}


def test_evidence_is_kept_by_its_digest_and_stays_in_the_history(aziza: Actor, draft: Submission) -> None:
    cell = draft.cells.get(indicator="RD_SPEND").pk
    for number, content in enumerate((b"%PDF-1", b"%PDF-2"), 1):
        acts.attach_evidence(aziza, draft, cell=cell, name="../report.pdf", content=content, now=later(number))
    versions = list(CellVersion.objects.filter(cell=cell).order_by("number"))
    assert [keeping.kept(one.evidence_sha256) for one in versions] == [b"%PDF-1", b"%PDF-2"]
    assert versions[1].evidence_name == "report.pdf"


def test_an_answer_belongs_to_the_version_of_the_cell_that_it_was_given_for(aziza: Actor, draft: Submission) -> None:
    cell = draft.cells.get(indicator="RD_SPEND").pk
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "5")], now=later(1))
    remark = acts.answer_finding(aziza, draft, cell=cell, rule="jump", text=" a new plant ", now=later(2))
    assert (remark.text, remark.cell_version, remark.rule) == ("a new plant", 1, "jump")
    with pytest.raises(WrongUse):
        acts.answer_finding(aziza, draft, cell=cell, rule="jump", text="  ", now=later(3))


def test_a_correction_begins_with_what_was_approved(
    aziza: Actor, draft: Submission, open_form: Callable[..., Submission]
) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "5", note="audited")], now=later(1))
    Submission.objects.filter(pk=draft.pk).update(state=State.APPROVED)
    second = open_form(aziza, "A")
    assert (second.number, second.state) == (2, State.DRAFT)
    cell = second.cells.get(indicator="RD_SPEND")
    assert (cell.value, cell.note, cell.version) == (5.0, "audited", 1)
    assert cell.versions.get().way == acts.CORRECTION


def test_the_database_refuses_a_value_without_a_status(draft: Submission) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.cells.filter(indicator="RD_SPEND").update(value=1.0, status="")
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.cells.filter(indicator="RD_SPEND").update(value=1.0, status="M")


def test_no_value_stands_in_an_audit_record(aziza: Actor, draft: Submission) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "98765.25", note="top secret")], now=later(1))
    record = AuditRecord.objects.get(action="submission.save")
    assert "RD_SPEND" in record.after
    assert "98765" not in record.after
    assert "top secret" not in record.after


@pytest.mark.parametrize("cells", [1, 30])
def test_saving_costs_the_same_queries_however_many_cells(
    aziza: Actor, draft: Submission, cells: int, django_assert_max_num_queries: Any
) -> None:
    first = draft.cells.get(indicator="PATENTS")
    Cell.objects.bulk_create(
        Cell(submission=draft, position=10 + n, indicator="PATENTS", breakdown=f"X={n}", period="2025")
        for n in range(cells)
    )
    keys = [one.pk for one in draft.cells.filter(indicator="PATENTS").exclude(pk=first.pk)]
    entries = [acts.Entry(cell=key, text="1") for key in keys]
    with django_assert_max_num_queries(19):
        saved = acts.save_cells(aziza, draft, entries=entries, now=NOON)
    assert {one.outcome for one in saved} == {acts.SAVED}
