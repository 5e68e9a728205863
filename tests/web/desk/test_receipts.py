"""The public receipt: digest, roles and dates; nobody's name, no confidential value; and the way to it from a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from django.urls import reverse

from mezon.web.portal.value_path import receipt_of
from tests.web.desk.conftest import later
from tests.web.desk.reviewed import approved, fill, hand_in, return_it, somebody
from tests.web.people import sign_in

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission

pytestmark = pytest.mark.django_db


def _address(submission: Submission) -> str:
    return reverse("desk:receipt", args=[submission.pk])


@pytest.fixture
def released(draft: Submission, aziza: Actor) -> Submission:
    """Give A's return of 2025 as it stands in a release."""
    from mezon.web.warehouse.models import ReleaseRecord

    approved(draft, aziza)
    draft.release = ReleaseRecord.objects.create(
        pack=draft.pack.code, pack_name=draft.pack.code, pack_version="1", pack_sha256="0" * 64, release="made",
        content_sha256="1" * 64, as_of=later(0).date(), folder="releases/made", published_at=later(90),
    )  # fmt: skip
    draft.state, draft.released_at = "released", later(90)
    draft.save()
    return draft


def test_anybody_reads_the_receipt_of_what_is_released(client: Any, released: Submission) -> None:
    text = client.get(_address(released)).content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert released.receipt in text
    for role in ("provider", "reviewer", "statistician"):
        assert f"<td>{role}</td>" in text


def test_no_name_and_no_confidential_value_stands_on_it(client: Any, released: Submission) -> None:
    people = [released.submitted_by, released.verified_by, released.approved_by]
    for number, person in enumerate(people):
        assert person is not None
        person.name = f"Somebody {number}"
        person.save()
    text = client.get(_address(released), {"cell": "money!1"}).content.decode()
    for person in people:
        assert person is not None
        assert person.email not in text
        assert person.name not in text
    assert "13.2" not in text
    assert "confidential" in text
    assert "The cell itself" not in text


def test_a_free_value_is_told_once_it_is_released(client: Any, released: Submission) -> None:
    released.cells.update(confidentiality="F")
    assert "13.2" in client.get(_address(released), {"cell": "money!1"}).content.decode()


def test_who_may_read_the_cell_is_led_to_it(client: Any, released: Submission, aziza: Actor, bek: Actor) -> None:
    assert aziza.person is not None
    assert bek.person is not None
    sign_in(client, bek.person)
    assert "The cell itself" not in client.get(_address(released), {"cell": "money!1"}).content.decode()
    sign_in(client, aziza.person)
    text = client.get(_address(released), {"cell": "money!1"}).content.decode()
    cell = released.cells.get(place="money!1")
    assert reverse("desk:history", args=[released.pk, cell.pk]) in text


def test_a_return_and_every_receipt_are_told_in_their_order(client: Any, draft: Submission, aziza: Actor) -> None:
    hand_in(draft, aziza)
    first = draft.receipt
    rano = somebody("reviewer", draft, "rano")
    return_it(draft, rano, {"RD_SPEND": "Is this in millions?"})
    assert aziza.person is not None
    sign_in(client, aziza.person)
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "November 22, 2026" in page.partition('aria-current="step"')[2].partition("</li>")[0]
    fill(draft, aziza, {"RD_SPEND": "13.4567"}, now=later(15))
    hand_in(draft, aziza, {}, minutes=20)
    text = client.get(_address(draft)).content.decode()
    assert first != draft.receipt
    told = [text.index(word) for word in (first, "came back to be mended", f"{draft.receipt}</span>")]
    assert told == sorted(told)
    assert "millions" not in text


def test_a_value_is_told_with_every_digit_it_has(client: Any, released: Submission) -> None:
    released.cells.filter(place="money!1").update(confidentiality="F", value=3.60912, text="3.60912")
    assert ">3.60912</data>" in client.get(_address(released), {"cell": "money!1"}).content.decode()


def test_a_receipt_is_not_public_before_the_release(client: Any, draft: Submission, aziza: Actor, bek: Actor) -> None:
    hand_in(draft, aziza)
    assert client.get(_address(draft)).status_code == 302
    assert bek.person is not None
    sign_in(client, bek.person)
    assert client.get(_address(draft)).status_code == 404
    assert aziza.person is not None
    sign_in(client, aziza.person)
    assert draft.receipt in client.get(_address(draft)).content.decode()


def test_a_cell_that_is_not_there_is_not_found(client: Any, released: Submission) -> None:
    assert client.get(_address(released), {"cell": "money!99"}).status_code == 404


@pytest.mark.parametrize(
    ("source_ref", "address"),
    [
        ("submission 7 Money!J12", "/en/desk/receipts/7/?cell=Money%21J12"),
        ("submission 7 R&D people!J12", "/en/desk/receipts/7/?cell=R%26D+people%21J12"),
        ("form 2013, line 1", ""),
        ("submission x Money!J12", ""),
        ("a submission 7 Money!J12", ""),
    ],
)
def test_a_source_that_names_a_submission_leads_to_its_receipt(source_ref: str, address: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert receipt_of(source_ref) == address
