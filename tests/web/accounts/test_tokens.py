"""Tokens of programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mezon.errors import NotAllowed, WrongUse
from mezon.web.accounts import tokens
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Token
from tests.web.people import actor_with, person_with, sign_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
READING = ["submissions:read"]


def issued(actor: Actor, **said: Any) -> tokens.Issued:
    assert actor.person is not None
    given = {"name": "laptop", "scopes": READING, "lasts": timedelta(days=30), "now": NOW, **said}
    return tokens.issue(actor, actor.person, **given)


def test_a_token_opens_what_its_person_may_within_its_scopes() -> None:
    provider = actor_with("provider", pack="uzbekistan", unit="NMMC")
    found = tokens.actor_of_token(issued(provider).text, now=NOW)
    assert found is not None
    assert (found.person, found.scopes) == (provider.person, frozenset(READING))
    assert [grant.unit for grant in found.grants] == ["NMMC"]


def test_its_text_is_kept_nowhere() -> None:
    text = issued(actor_with("provider")).text
    kept = Token.objects.values_list().get()
    assert text not in "".join(map(str, kept))
    assert text.startswith(Token.objects.get().begins)


def test_it_ends_by_its_day_by_its_person_and_by_revoking() -> None:
    provider = actor_with("provider")
    one = issued(provider)
    assert tokens.actor_of_token(one.text, now=NOW + timedelta(days=30)) is None
    tokens.revoke(provider, one.token, now=NOW)
    assert tokens.actor_of_token(one.text, now=NOW) is None
    other = issued(provider)
    other.token.person.is_active = False
    other.token.person.save()
    assert tokens.actor_of_token(other.text, now=NOW) is None


@pytest.mark.parametrize("text", ["", "mezon_", "mezon_nonsense", "Bearer", "\x00", "mezon_ж" * 500])
def test_what_is_no_token_opens_nothing(text: str) -> None:
    assert tokens.actor_of_token(text, now=NOW) is None


def test_its_last_use_is_kept_to_the_minute() -> None:
    text = issued(actor_with("provider")).text
    for seconds in (0, 30, 61):
        tokens.actor_of_token(text, now=NOW + timedelta(seconds=seconds))
    assert Token.objects.get().last_used_at == NOW + timedelta(seconds=61)


def test_nobody_issues_a_token_for_somebody_else() -> None:
    with pytest.raises(NotAllowed):
        tokens.issue(
            actor_with("administrator"), person_with("provider"), name="x", scopes=READING, lasts=timedelta(1), now=NOW
        )


def test_a_token_needs_the_second_factor_where_the_role_does() -> None:
    resting = Actor.of(person_with("statistician"), now=NOW, second_factor=False)
    with pytest.raises(NotAllowed) as refusal:
        issued(resting)
    assert refusal.value.reason == "second-factor"


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["everything"]}, {"lasts": timedelta(days=400)}])
def test_a_token_without_scope_or_end_is_not_issued(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongUse):
        issued(actor_with("provider"), **wrong)


def test_an_administrator_ends_somebody_s_token_and_others_do_not() -> None:
    one = issued(actor_with("provider", pack="uzbekistan", unit="NMMC"))
    with pytest.raises(NotAllowed):
        tokens.revoke(actor_with("provider", pack="uzbekistan", unit="AMMC"), one.token, now=NOW)
    tokens.revoke(actor_with("administrator"), one.token, now=NOW)
    assert Token.objects.get().revoked_at == NOW


def test_the_page_shows_a_new_token_once(client: Any) -> None:
    sign_in(client, person_with("provider"))
    said = {"name": "laptop", "scopes": READING, "days": "30"}
    assert "mezon_" in client.post("/en/account/tokens/new/", said).content.decode()
    token = Token.objects.get()
    html = client.get("/en/account/").content.decode()
    assert "laptop" in html
    assert html.count("mezon_") == 1
    client.post(f"/en/account/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None
