"""Letters about what is due: to those who can answer, about their own, once for each occasion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from mezon.errors import NotAllowed
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.desk.acts_reminding import remind
from mezon.web.desk.models import Reminder, Submission
from mezon.web.desk.states import State
from mezon.web.warehouse.models import StoredPack
from tests.web.desk.conftest import NOON

pytestmark = pytest.mark.django_db


def send(actor: Actor, pack: StoredPack, *, days: int = 0) -> int:
    now = NOON + timedelta(days=days)
    return remind(actor, Target(pack=pack.code), pack=pack, address=lambda path: f"https://x.example{path}", now=now)


def test_each_provider_hears_of_their_own_unit_alone(stored: StoredPack, rano: Actor, aziza: Actor, bek: Actor) -> None:
    assert send(rano, stored) == 2
    told = {letter.to[0]: letter.body for letter in mail.outbox}
    assert set(told) == {"provider-a@people.example", "provider-b@people.example"}
    assert "Enterprise A: 206 days late" in told["provider-a@people.example"]
    assert "Enterprise B" not in told["provider-a@people.example"]
    assert "https://x.example/en/desk/" in told["provider-a@people.example"]


def test_nobody_is_told_twice_on_one_occasion_and_again_a_fortnight_later(
    stored: StoredPack, rano: Actor, aziza: Actor
) -> None:
    assert [send(rano, stored), send(rano, stored), send(rano, stored, days=14)] == [1, 0, 1]


def test_who_has_handed_in_hears_nothing_until_cells_come_back(
    stored: StoredPack, rano: Actor, aziza: Actor, draft: Submission
) -> None:
    Submission.objects.filter(pk=draft.pk).update(state=State.SUBMITTED)
    assert send(rano, stored) == 0
    Submission.objects.filter(pk=draft.pk).update(state=State.RETURNED)
    assert send(rano, stored) == 1
    assert "came back" in mail.outbox[0].body


def test_a_letter_that_cannot_be_sent_is_not_taken_for_sent(
    stored: StoredPack, rano: Actor, aziza: Actor, monkeypatch: Any
) -> None:
    def fails(*_arguments: Any, **_more: Any) -> int:
        raise OSError("no mail server")

    monkeypatch.setattr("mezon.web.desk.reminding.send_mail", fails)
    with pytest.raises(OSError, match="no mail server"):
        send(rano, stored)
    assert Reminder.objects.count() == 0


def test_a_provider_may_not_send_reminders(stored: StoredPack, aziza: Actor) -> None:
    with pytest.raises(NotAllowed):
        send(aziza, stored)


def test_a_letter_is_in_the_language_of_its_reader(stored: StoredPack, rano: Actor, aziza: Actor) -> None:
    assert aziza.person is not None
    aziza.person.language = "ru"
    aziza.person.save()
    send(rano, stored)
    assert "/ru/desk/" in mail.outbox[0].body
