"""Inviting, granting, revoking, disabling."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail

from mezon.errors import AskedForUnknown, NotAllowed, WrongUse
from mezon.model.codelists import Level
from mezon.model.text import Text
from mezon.model.unit import Unit
from mezon.web.accounts import acts_people
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Grant, Invitation, Person
from mezon.web.accounts.policy import Target
from mezon.web.audit.models import AuditRecord
from mezon.web.warehouse.models import Placement, StoredPack
from tests.web.people import PASSWORD, actor_with, person_with, sign_in

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
PLANT = Target(pack="uzbekistan", unit="NMMC")


@pytest.fixture(autouse=True)
def _stored() -> None:
    """A pack with two plants in the database: a role reaches only what is there."""
    for code, units in (("uzbekistan", ("NMMC", "AMMC")), ("metallia", ("M1",))):
        pack = StoredPack.objects.create(code=code, title=code.title(), version="1", loaded_at=NOW)
        for unit in units:
            Placement.objects.create(
                pack=pack, hierarchy="", ancestor=unit, unit=unit, depth=0, valid_from=date.min, valid_to=date.max,
                recorded_from=1,
            )  # fmt: skip


@pytest.fixture
def named_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of units stand in the texts of a pack, which is read nowhere here."""
    units = {"NMMC": Unit(code="NMMC", level=Level.ENTERPRISE, name=Text(en="Navoi"))}
    monkeypatch.setattr("mezon.web.accounts.views.people.definitions_of", lambda _pack: SimpleNamespace(units=units))


def invite(actor: Actor, where: Target = PLANT, **said: Any) -> acts_people.Invited:
    return acts_people.invite(actor, where, **{"email": "New@NMMC.example", "role": "provider", "now": NOW, **said})


def test_an_invited_person_has_a_role_and_a_link_that_works_once(client: Any) -> None:
    invited = invite(actor_with("administrator"))
    assert invited.person.email == "new@nmmc.example"
    address = f"/en/account/join/{invited.secret}/"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"name": "Nodira", "password": PASSWORD})
    assert answer["Location"] == "/en/account/login/"
    assert client.get(address).status_code == 410
    assert client.post(address, {"name": "Thief", "password": "another long password"}).status_code == 410
    signed_in = client.post("/en/account/login/", {"login": "new@nmmc.example", "password": PASSWORD})
    assert signed_in.status_code == 302
    assert Person.objects.get(pk=invited.person.pk).name == "Nodira"


def test_a_link_is_kept_as_a_digest_and_ends_after_a_week(client: Any) -> None:
    invited = invite(actor_with("administrator"))
    kept = Invitation.objects.get()
    assert invited.secret not in (kept.digest, str(kept.__dict__))
    Invitation.objects.update(expires_at=NOW - timedelta(seconds=1))
    assert client.get(f"/en/account/join/{invited.secret}/").status_code == 410


def test_a_new_link_ends_the_old_one(client: Any) -> None:
    administrator = actor_with("administrator")
    first = invite(administrator)
    again = acts_people.invite_again(administrator, first.person, now=datetime.now(UTC))
    assert client.get(f"/en/account/join/{first.secret}/").status_code == 410
    assert client.get(f"/en/account/join/{again.secret}/").status_code == 200


@pytest.mark.parametrize("password", ["short", "password1234", "newnmmcexample", "mezonmezonmezon", "1234567890123"])
def test_a_weak_first_password_is_refused(client: Any, password: str) -> None:
    invited = invite(actor_with("administrator"))
    answer = client.post(f"/en/account/join/{invited.secret}/", {"name": "N", "password": password})
    assert answer.status_code == 200
    assert 'class="fault"' in answer.content.decode()


def test_an_administrator_of_a_plant_gives_no_role_above_it() -> None:
    of_plant = actor_with("administrator", pack="uzbekistan", unit="NMMC")
    invite(of_plant)
    for elsewhere in (Target(), Target(pack="uzbekistan"), Target(pack="uzbekistan", unit="AMMC")):
        with pytest.raises(NotAllowed):
            invite(of_plant, elsewhere, email="other@example.example")
    assert not Person.objects.filter(email="other@example.example").exists()


@pytest.mark.parametrize("role", ["provider", "reviewer", "statistician", "steering-analyst"])
def test_others_invite_nobody(role: str) -> None:
    with pytest.raises(NotAllowed):
        invite(actor_with(role))
    assert AuditRecord.objects.get().kind == "refused"


def test_nobody_gives_a_role_to_themselves() -> None:
    administrator = actor_with("administrator")
    assert administrator.person is not None
    with pytest.raises(NotAllowed) as refusal:
        acts_people.grant(administrator, acts_people.Place(person=administrator.person, role="reviewer"), now=NOW)
    assert refusal.value.reason == "four-eyes"


def test_a_role_given_twice_is_one_grant_and_ends_once() -> None:
    administrator, person = actor_with("administrator"), person_with()
    place = acts_people.Place(person=person, role="reviewer", pack="uzbekistan")
    held = acts_people.grant(administrator, place, now=NOW)
    assert acts_people.grant(administrator, place, now=NOW) == held
    acts_people.revoke(administrator, held, now=NOW + timedelta(days=1), reason="has left")
    assert not Actor.of(person, now=NOW + timedelta(days=2), second_factor=True).grants
    assert Grant.objects.filter(person=person).count() == 1
    assert AuditRecord.objects.first().reason == "has left"  # type: ignore[union-attr]


def test_an_unknown_role_or_a_unit_without_a_pack_is_refused_with_what_there_is() -> None:
    with pytest.raises(WrongUse, match="provider, reviewer"):
        invite(actor_with("administrator"), role="king")
    with pytest.raises(WrongUse, match="pack"):
        invite(actor_with("administrator"), Target(unit="NMMC"))


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (Target(pack="metalia", unit="M1"), "There are: metallia, uzbekistan"),
        (Target(pack="metalia"), "no pack “metalia”"),
        (Target(pack="uzbekistan", unit="NMC"), "Did you mean: NMMC"),
        (Target(pack="uzbekistan", unit="M1"), "no unit “M1” in uzbekistan"),
    ],
)
def test_a_role_at_a_pack_or_unit_that_is_not_there_is_refused(where: Target, told: str) -> None:
    with pytest.raises(AskedForUnknown, match=re.escape(told)):
        invite(actor_with("administrator"), where)
    assert not Person.objects.filter(email="new@nmmc.example").exists()


@pytest.mark.parametrize("where", [Target(), Target(pack="uzbekistan")])
def test_a_provider_has_a_unit(where: Target) -> None:
    with pytest.raises(WrongUse, match="of one unit"):
        invite(actor_with("administrator"), where)
    invite(actor_with("administrator"), where, role="reviewer")


def test_nobody_ends_a_role_of_their_own() -> None:
    administrator = actor_with("administrator")
    assert administrator.person is not None
    held = administrator.person.grants_ever.get()
    with pytest.raises(NotAllowed):
        acts_people.revoke(administrator, held, now=NOW)
    assert administrator.person.grants_ever.get().valid_to is None


@pytest.mark.usefixtures("named_units")
def test_ending_a_role_is_asked_once_more_and_says_why(client: Any) -> None:
    sign_in(client, person_with("administrator"))
    held = person_with("reviewer").grants_ever.get()
    address = f"/en/account/people/grants/{held.pk}/revoke/"
    assert "is not reviewer (everywhere) from now on" in client.post(address).content.decode()
    assert client.post(address, {"sure": "yes", "reason": ""}).status_code == 200
    assert Grant.objects.get(pk=held.pk).valid_to is None
    client.post(address, {"sure": "yes", "reason": "has left"})
    assert Grant.objects.get(pk=held.pk).valid_to is not None
    assert AuditRecord.objects.order_by("-number")[0].reason == "has left"


@pytest.mark.usefixtures("named_units")
def test_disabling_is_asked_once_more(client: Any) -> None:
    sign_in(client, person_with("administrator"))
    person = person_with("reviewer")
    address = f"/en/account/people/{person.pk}/disable/"
    assert "Every session and token ends at once." in client.post(address).content.decode()
    assert Person.objects.get(pk=person.pk).is_active
    client.post(address, {"sure": "yes", "reason": "has left"})
    assert not Person.objects.get(pk=person.pk).is_active


@pytest.mark.usefixtures("named_units")
def test_an_own_page_offers_no_end_of_an_own_role(client: Any) -> None:
    administrator = sign_in(client, person_with("administrator"))
    html = client.get(f"/en/account/people/{administrator.pk}/").content.decode()
    assert "/revoke/" not in html
    assert "nobody ends a role of their own" in html


@pytest.mark.usefixtures("named_units")
def test_places_are_chosen_among_those_that_one_administers(client: Any) -> None:
    sign_in(client, person_with("administrator", pack="uzbekistan"))
    html = client.get("/en/account/people/invite/").content.decode()
    assert '<option value="uzbekistan/NMMC">Navoi (NMMC)</option>' in html
    assert "metallia" not in html
    assert ">everywhere<" not in html


def test_a_disabled_person_is_out_at_once(client: Any) -> None:
    person = person_with("provider", pack="uzbekistan", unit="NMMC")
    person.set_password(PASSWORD)
    person.save()
    client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    assert UserSession.objects.filter(user=person).count() == 1
    acts_people.disable(actor_with("administrator"), person, reason="has left", now=NOW)
    assert client.get("/en/account/").status_code == 302
    assert not UserSession.objects.filter(user=person).exists()
    again = client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    assert again["Location"] == "/en/account/inactive/"
    assert "_auth_user_id" not in client.session


def test_nobody_disables_themselves() -> None:
    administrator = actor_with("administrator")
    assert administrator.person is not None
    with pytest.raises(NotAllowed):
        acts_people.disable(administrator, administrator.person, now=NOW)


@pytest.mark.usefixtures("named_units")
def test_the_page_of_inviting_shows_the_link_and_sends_it(client: Any) -> None:
    sign_in(client, person_with("administrator"))
    said = {"email": "new@nmmc.example", "name": "N", "role": "provider", "where": "uzbekistan/NMMC"}
    html = client.post("/en/account/people/invite/", said).content.decode()
    assert "http://testserver/en/account/join/" in html
    assert mail.outbox[0].to == ["new@nmmc.example"]
    assert "/en/account/join/" in mail.outbox[0].body


@pytest.mark.usefixtures("named_units")
def test_mail_that_went_into_a_file_is_not_called_sent(client: Any, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    sign_in(client, person_with("administrator"))
    said = {"email": "new@nmmc.example", "role": "provider", "where": "uzbekistan/NMMC"}
    html = client.post("/en/account/people/invite/", said).content.decode()
    assert "no mail server is set up" in html
    assert "sent by mail as well" not in html


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_of_people_costs_the_same_however_many_there_are(
    client: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, person_with("administrator"))
    for number in range(count):
        person_with("provider", pack="uzbekistan", unit=f"U{number}")
    with django_assert_max_num_queries(7):
        html = client.get("/en/account/people/").content.decode()
    assert html.count("@people.example") == count + 1


def test_an_administrator_of_a_pack_sees_the_people_of_that_pack(client: Any) -> None:
    sign_in(client, person_with("administrator", pack="uzbekistan"))
    other = person_with("provider", pack="metallia", unit="M1")
    person_with("provider", pack="uzbekistan", unit="NMMC")
    html = client.get("/en/account/people/").content.decode()
    assert "provider-nmmc" in html
    assert "provider-m1" not in html
    assert client.get(f"/en/account/people/{other.pk}/").status_code == 403
