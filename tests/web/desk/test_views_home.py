"""The front page of the desk and the calendar: one's own, in order, at a constant cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mezon.web.accounts.acting import Actor
from mezon.web.desk.models import Submission
from mezon.web.desk.reminding import letters_due
from mezon.web.desk.states import State
from mezon.web.warehouse.models import StoredPack
from tests.web.desk.conftest import NOON
from tests.web.people import person_with, sign_in

pytestmark = pytest.mark.django_db


def read(client: Any, actor: Actor, name: str) -> str:
    assert actor.person is not None
    sign_in(client, actor.person)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_provider_sees_what_their_unit_owes_and_no_other(client: Any, aziza: Actor, bek: Actor) -> None:
    html = read(client, aziza, "desk:home")
    assert "Annual return, 2025" in html
    assert "Enterprise A" in html
    assert "Enterprise B" not in html
    assert "Begin" in html


def test_opening_leads_to_the_form_and_the_page_says_how_far_it_is(client: Any, aziza: Actor) -> None:
    read(client, aziza, "desk:home")
    sent = {"pack": "mypack", "form": "annual", "unit": "A", "period": "2025"}
    answer = client.post(reverse("desk:open"), sent)
    made = Submission.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    html = read(client, aziza, "desk:home")
    assert "Continue" in html
    assert "of 2 filled" in html


@pytest.mark.parametrize(
    "wrong", [{"pack": "x"}, {"form": "x"}, {"unit": "x"}, {"period": "x"}, {"period": "2031"}, {"period": ""}]
)
def test_a_form_that_is_not_asked_for_is_refused_in_words(client: Any, aziza: Actor, wrong: dict[str, str]) -> None:
    read(client, aziza, "desk:home")
    sent = {"pack": "mypack", "form": "annual", "unit": "A", "period": "2025", **wrong}
    answer = client.post(reverse("desk:open"), sent)
    assert answer.status_code in {404, 422}
    assert "<h1>" in answer.content.decode()
    assert Submission.objects.count() == 0


def test_what_is_handed_in_stands_apart_with_its_state(client: Any, aziza: Actor, draft: Submission) -> None:
    Submission.objects.filter(pk=draft.pk).update(state=State.APPROVED, submitted_at=NOON)
    html = read(client, aziza, "desk:home")
    assert "Everything is handed in." in html
    assert "approved" in html


def test_the_calendar_shows_a_reviewer_every_unit_and_a_provider_their_own(
    client: Any, aziza: Actor, rano: Actor
) -> None:
    everything = read(client, rano, "desk:calendar")
    assert "Enterprise A" in everything
    assert "Enterprise B" in everything
    assert "Send reminders" in everything
    own = read(client, aziza, "desk:calendar")
    assert "Enterprise B" not in own
    assert "Send reminders" not in own


def test_somebody_without_a_role_is_told_what_to_do(client: Any, stored: StoredPack) -> None:
    sign_in(client, person_with(""))
    assert "ask the person who invited you" in client.get(reverse("desk:home")).content.decode()


def test_reminders_go_out_from_the_calendar(client: Any, aziza: Actor, rano: Actor, mailoutbox: Any) -> None:
    read(client, rano, "desk:calendar")
    html = client.post(reverse("desk:remind"), {"pack": "mypack"}, follow=True).content.decode()
    assert "1 letter is on its way." in html
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(("role", "place"), [
    ("reviewer", "desk:queue"), ("administrator", "accounts:people"), ("steering-analyst", "desk:working"),
])  # fmt: skip
def test_who_fills_in_nothing_is_led_to_their_own_work(client: Any, stored: StoredPack, role: str, place: str) -> None:
    sign_in(client, person_with(role))
    assert client.get(reverse("desk:home"))["Location"] == reverse(place)


@pytest.mark.parametrize("name", ["desk:home", "desk:calendar"])
def test_pages_cost_the_same_queries_with_ten_times_the_submissions(
    client: Any, aziza: Actor, rano: Actor, stored: StoredPack, draft: Submission, name: str
) -> None:
    reader = aziza if name == "desk:home" else rano
    read(client, reader, name)
    with CaptureQueriesContext(connection) as few:
        read(client, reader, name)
    Submission.objects.bulk_create(
        Submission(
            pack=stored, form="annual", form_version="1", unit="A", period="2025", number=number, state=State.RELEASED,
            due=draft.due, opened_at=NOON,
        )
        for number in range(2, 22)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        read(client, reader, name)
    assert len(many) == len(few)


@pytest.fixture
def known_of_a(desk_pack: Path) -> None:
    """Let another source have stated what the form of A asks for 2025; of B it has one of the two values."""
    with (desk_pack / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("RD_SPEND,A,2025,13.2\nTOTAL_SPEND,A,2025,492\nRD_SPEND,B,2025,30.5\n")


def test_nobody_is_late_with_what_another_source_has_stated(
    known_of_a: None, client: Any, aziza: Actor, bek: Actor, stored: StoredPack
) -> None:
    html = read(client, aziza, "desk:home")
    assert "known from another source" in html
    assert "late" not in html.partition('class="owed"')[2].partition("</ul>")[0]
    assert "Begin" in html
    assert "days late" in read(client, bek, "desk:home")
    letters = letters_due(stored, today=NOON.date())
    assert {str(debt.unit.code) for letter in letters for debt, _kind in letter.about} == {"B"}
