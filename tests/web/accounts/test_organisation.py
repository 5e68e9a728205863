"""Signing in by an organisation's OpenID provider: for people who were invited, whose address it has verified."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mezon.web.accounts.adapters import Organisation
from mezon.web.accounts.models import Person
from tests.web.people import person_with

SERVER = "https://id.example"
CONFIGURATION = {
    "issuer": SERVER,
    "authorization_endpoint": f"{SERVER}/authorize",
    "token_endpoint": f"{SERVER}/token",
    "userinfo_endpoint": f"{SERVER}/userinfo",
    "jwks_uri": f"{SERVER}/keys",
}


class Answer:
    """What the provider says."""

    status_code = 200
    headers: dict[str, str] = {"content-type": "application/json"}  # noqa: RUF012

    def __init__(self, said: dict[str, Any]) -> None:
        self._said = said

    def json(self) -> dict[str, Any]:
        return self._said

    def raise_for_status(self) -> None:
        """Nothing is wrong."""


class Provider:
    """A provider that knows one person; it stands where requests would go out."""

    def __init__(self, **person: Any) -> None:
        self.person = person
        self.asked: list[dict[str, Any]] = []

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *_fault: object) -> None:
        """Nothing is open."""

    def get(self, url: str, **_others: Any) -> Answer:
        return Answer(self.person if url.endswith("/userinfo") else CONFIGURATION)

    def request(self, _method: str, _url: str, **sent: Any) -> Answer:
        self.asked.append(sent.get("data") or {})
        return Answer({"access_token": "a", "token_type": "Bearer"})


@pytest.fixture
def office(settings: Any) -> None:
    application = {
        "provider_id": "organisation", "name": "The office", "client_id": "mezon", "secret": "s",
        "settings": {"server_url": SERVER},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [application], "OAUTH_PKCE_ENABLED": True}}


def come_back(client: Any, monkeypatch: Any, provider: Provider) -> Any:
    """Press the button, and come back from the provider."""
    monkeypatch.setattr(Organisation, "get_requests_session", lambda _self: provider)
    gone = client.post("/account/by/organisation/login/")
    assert gone["Location"].startswith(f"{SERVER}/authorize?"), gone.content.decode()
    asked = parse_qs(urlsplit(gone["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get("/account/by/organisation/login/callback/", {"code": "c", "state": asked["state"][0]})


@pytest.mark.django_db
def test_an_invited_person_gets_in_by_their_verified_address(client: Any, office: None, monkeypatch: Any) -> None:
    person = person_with("provider", pack="uzbekistan", unit="NMMC", email="aziza@office.example")
    assert "The office" in client.get("/en/account/login/").content.decode()
    provider = Provider(sub="1", email="aziza@office.example", email_verified=True)
    assert come_back(client, monkeypatch, provider).status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    assert provider.asked[0]["code_verifier"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {"sub": "2", "email": "nobody@office.example", "email_verified": True},
        {"sub": "3", "email": "aziza@office.example", "email_verified": False},
        {"sub": "4"},
    ],
    ids=["not invited", "not verified", "no address"],
)
def test_nobody_else_does(client: Any, office: None, monkeypatch: Any, said: dict[str, Any]) -> None:
    person_with("provider", email="aziza@office.example")
    answer = come_back(client, monkeypatch, Provider(**said))
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 302}
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_a_disabled_person_stays_out(client: Any, office: None, monkeypatch: Any) -> None:
    person = person_with("provider", email="aziza@office.example")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    come_back(client, monkeypatch, Provider(sub="1", email=person.email, email_verified=True))
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_what_the_provider_did_not_begin_here_is_refused(client: Any, office: None) -> None:
    answer = client.get("/account/by/organisation/login/callback/", {"code": "c", "state": "forged"})
    assert "_auth_user_id" not in client.session
    assert answer.status_code < 500
