"""Handing in: faults block, questions want a reason, the receipt says what was handed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from mezon.errors import NotAllowed, WrongStep, WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.desk import acts_filling as acts
from mezon.web.desk.acts_submitting import submit, withdraw
from mezon.web.desk.checking import Checked, check_submission
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.models import Submission
from mezon.web.desk.states import State
from tests.web.desk.conftest import entry, later
from tests.web.people import sign_in

pytestmark = pytest.mark.django_db
GOOD = {"RD_SPEND": "13.2", "TOTAL_SPEND": "492"}


def fill(actor: Actor, draft: Submission, **texts: str) -> None:
    acts.save_cells(actor, draft, entries=[entry(draft, code, text) for code, text in texts.items()], now=later(1))


def checked(draft: Submission) -> Checked:
    cells = list(draft.cells.all())
    for cell in cells:
        cell.submission = draft
    return check_submission(draft, definitions_of(draft.pack), cells)


def hand_in(actor: Actor, draft: Submission, statement: str = "Ours, and right.") -> Submission:
    return submit(actor, draft, statement=statement, checked=checked(draft), now=later(5))


def test_a_complete_form_is_handed_in_with_a_receipt(aziza: Actor, draft: Submission) -> None:
    fill(aziza, draft, **GOOD)
    done = hand_in(aziza, draft)
    assert (done.state, done.submitted_by, done.submitted_at) == (State.SUBMITTED, aziza.person, later(5))
    assert len(done.receipt) == 64


def test_the_same_content_has_the_same_receipt_and_another_value_another(aziza: Actor, draft: Submission) -> None:
    fill(aziza, draft, **GOOD)
    first = hand_in(aziza, draft).receipt
    withdraw(aziza, draft, reason="a slip", now=later(6))
    assert hand_in(aziza, draft).receipt == first
    withdraw(aziza, draft, reason="a slip", now=later(7))
    fill(aziza, draft, RD_SPEND="13.3")
    assert hand_in(aziza, draft).receipt != first


@pytest.mark.parametrize(
    ("texts", "rule"),
    [
        ({"RD_SPEND": "13.2"}, "cell-required"),
        ({**GOOD, "RD_SPEND": "much"}, "cell-not-a-number"),
        ({**GOOD, "PATENTS": "-3"}, "cell-outside-range"),
    ],
)
def test_a_fault_blocks(aziza: Actor, draft: Submission, texts: dict[str, str], rule: str) -> None:
    fill(aziza, draft, **texts)
    assert [one.finding.code for one in checked(draft).hard] == [rule]
    with pytest.raises(WrongUse):
        hand_in(aziza, draft)
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_a_question_wants_a_reason_and_a_changed_cell_a_new_one(aziza: Actor, draft: Submission) -> None:
    fill(aziza, draft, RD_SPEND="1300", TOTAL_SPEND="40000")
    questions = checked(draft).unanswered
    assert {one.cell.indicator for one in questions if one.cell} == {"RD_SPEND", "TOTAL_SPEND"}
    with pytest.raises(WrongUse):
        hand_in(aziza, draft)
    for one in questions:
        assert one.cell is not None
        acts.answer_finding(aziza, draft, cell=one.cell.pk, rule=one.finding.code, text="a new plant", now=later(2))
    assert not checked(draft).blocking
    fill(aziza, draft, RD_SPEND="1400")
    assert checked(draft).blocking


def test_a_cell_changed_since_the_checks_ran_keeps_the_form_from_being_handed_in(
    aziza: Actor, draft: Submission
) -> None:
    fill(aziza, draft, **GOOD)
    before = checked(draft)
    fill(aziza, draft, RD_SPEND="much")
    with pytest.raises(WrongUse, match="Somebody changed a cell"):
        submit(aziza, draft, statement="Ours.", checked=before, now=later(3))


def test_a_statement_is_asked_for(aziza: Actor, draft: Submission) -> None:
    fill(aziza, draft, **GOOD)
    with pytest.raises(WrongUse):
        hand_in(aziza, draft, statement="  ")


def test_it_is_taken_back_only_until_it_is_verified(aziza: Actor, draft: Submission) -> None:
    fill(aziza, draft, **GOOD)
    hand_in(aziza, draft)
    withdraw(aziza, draft, reason="a slip", now=later(6))
    assert draft.state == State.DRAFT
    hand_in(aziza, draft)
    Submission.objects.filter(pk=draft.pk).update(state=State.VERIFIED)
    with pytest.raises((NotAllowed, WrongStep)):
        withdraw(aziza, draft, reason="a slip", now=later(7))


def test_another_enterprise_hands_nothing_in(aziza: Actor, bek: Actor, draft: Submission) -> None:
    fill(aziza, draft, **GOOD)
    with pytest.raises(NotAllowed):
        hand_in(bek, draft)


def test_the_page_leads_through_to_the_statement(client: Any, aziza: Actor, draft: Submission) -> None:
    assert aziza.person is not None
    sign_in(client, aziza.person)
    address = reverse("desk:submit", args=[draft.pk])
    fill(aziza, draft, RD_SPEND="1300")
    html = client.get(address).content.decode()
    assert "A value is asked for here." in html
    assert "If it is right, say why:" in html
    assert 'name="statement"' not in html
    fill(aziza, draft, TOTAL_SPEND="492")
    for one in checked(draft).unanswered:
        assert one.cell is not None
        client.post(address, {f"answer-{one.cell.pk}-{one.finding.code}": "a new plant", "answer": "1"})
    assert 'name="statement"' in client.get(address).content.decode()
    done = client.post(address, {"statement": "Ours.", "submit": "1"}, follow=True).content.decode()
    assert "It is handed in." in done
    assert 'aria-current="step"' in done
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED


def test_checks_for_the_provider_never_depend_on_another_enterprise(
    aziza: Actor, bek: Actor, draft: Submission, open_form: Any
) -> None:
    fill(aziza, draft, RD_SPEND="1300", TOTAL_SPEND="40000")
    alone = [(one.finding.code, one.finding.message) for one in checked(draft).found]
    theirs = open_form(bek, "B")
    fill(bek, theirs, RD_SPEND="98765", TOTAL_SPEND="987654")
    assert [(one.finding.code, one.finding.message) for one in checked(draft).found] == alone


@pytest.mark.parametrize("text", ["ok", "верно", "1234567890", "yes!!!"])
def test_a_word_that_says_nothing_is_no_reason(aziza: Actor, draft: Submission, text: str) -> None:
    fill(aziza, draft, RD_SPEND="1300")
    cell = draft.cells.get(indicator="RD_SPEND").pk
    with pytest.raises(WrongUse, match="no reason"):
        acts.answer_finding(aziza, draft, cell=cell, rule="cell-magnitude", text=text, now=later(2))


def test_a_reason_that_was_given_can_be_changed_before_handing_in(client: Any, aziza: Actor, draft: Submission) -> None:
    assert aziza.person is not None
    sign_in(client, aziza.person)
    fill(aziza, draft, RD_SPEND="1300", TOTAL_SPEND="492")
    address = reverse("desk:submit", args=[draft.pk])
    name = f"{draft.cells.get(indicator='RD_SPEND').pk}-{checked(draft).unanswered[0].finding.code}"
    client.post(address, {f"answer-{name}": "a new plant", "answer": "1"})
    assert f'name="answer-{name}" value="a new plant"' in client.get(address).content.decode()
    sent = {f"answer-{name}": "a plant was bought", f"was-{name}": "a new plant", "answer": "1"}
    client.post(address, sent)
    client.post(address, {**sent, f"was-{name}": "a plant was bought"})
    assert [one.text for one in draft.remarks.order_by("pk")] == ["a new plant", "a plant was bought"]
    given = [one.answer.text for one in checked(draft).soft if one.answer]
    assert given == ["a plant was bought"]
