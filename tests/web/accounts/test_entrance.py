"""Signing in, by the pages themselves: password, lock-out, second factor, sessions, forgotten passwords."""

from __future__ import annotations

import re
import time
from typing import Any

import html5lib
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache

from mezon.web.accounts.models import Person
from mezon.web.audit.models import AuditRecord
from tests.web.people import PASSWORD, person_with, sign_in

LOGIN = "/en/account/login/"
WRONG = "not the password at all"


@pytest.fixture(autouse=True)
def no_counts_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def aziza(db: None) -> Person:
    person = person_with("reviewer", pack="uzbekistan", email="aziza@office.example")
    person.set_password(PASSWORD)
    person.save()
    return person


def enter(client: Any, email: str = "aziza@office.example", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def set_up_factor(client: Any) -> str:
    """Walk through setting up an authenticator app, and give its secret."""
    asked = client.get("/en/account/factor/activate/")
    assert asked.status_code == 302
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get("/en/account/factor/activate/").content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found
    answer = client.post("/en/account/factor/activate/", {"code": code_for(found[1])})
    assert answer.status_code == 302, answer.content.decode()
    return found[1]


def test_a_person_signs_in_and_the_session_gets_a_new_key(client: Any, aziza: Person) -> None:
    client.get(LOGIN)
    client.cookies["mezon-session"] = before = "planted"
    answer = enter(client)
    assert answer["Location"] == "/en/desk/"
    assert client.cookies["mezon-session"].value != before
    assert client.get("/en/account/").status_code == 200


def test_nothing_tells_whether_somebody_has_an_account(client: Any, aziza: Person) -> None:
    def said(answer: Any) -> str:
        return re.sub(r'value="[^"]*"', "", answer.content.decode())

    assert said(enter(client, password=WRONG)) == said(enter(client, email="nobody@office.example", password=WRONG))
    reset = [client.post("/en/account/password/reset/", {"email": email}) for email in (aziza.email, "no@body.example")]
    assert reset[0].status_code == reset[1].status_code == 302
    assert reset[0]["Location"] == reset[1]["Location"]
    assert [message.to for message in mail.outbox] == [[aziza.email]]


@pytest.mark.parametrize("email", ["aziza@office.example", "nobody@office.example"])
def test_five_failures_close_an_address_for_a_quarter_of_an_hour_whether_it_exists_or_not(
    client: Any, aziza: Person, email: str
) -> None:
    answers = [enter(client, email=email, password=WRONG) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "quarter of an hour" in answers[-1].content.decode()
    cache.clear()
    assert enter(client, email=email).status_code == 429
    assert AuditRecord.objects.filter(action="session.locked").exists()


def test_a_closed_address_opens_again(client: Any, aziza: Person, settings: Any) -> None:
    from datetime import timedelta

    from axes.models import AccessAttempt
    from django.utils import timezone

    for _ in range(5):
        enter(client, password=WRONG)
    cache.clear()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert enter(client).status_code == 302


@pytest.mark.django_db(transaction=True)  # what follows a commit counts
def test_a_reviewer_s_role_rests_until_the_second_factor_has_been_shown(client: Any, aziza: Person) -> None:
    enter(client)
    assert "rests" in client.get("/en/account/").content.decode()
    set_up_factor(client)
    assert "rests" not in client.get("/en/account/").content.decode()


def test_the_next_sign_in_asks_for_the_code(client: Any, aziza: Person) -> None:
    enter(client)
    secret = set_up_factor(client)
    client.post("/en/account/logout/")
    cache.clear()
    assert enter(client)["Location"] == "/en/account/factor/authenticate/"
    assert client.get("/en/account/").status_code == 302
    wrong = client.post("/en/account/factor/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    used = client.post("/en/account/factor/authenticate/", {"code": code_for(secret)})
    if used.status_code == 200:  # the code of this half minute was used when the factor was set up
        codes = _recovery_codes(aziza)
        used = client.post("/en/account/factor/authenticate/", {"code": codes[0]})
    assert used.status_code == 302
    assert "rests" not in client.get("/en/account/").content.decode()


def _recovery_codes(person: Person) -> list[str]:
    from allauth.mfa.models import Authenticator

    found = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return list(found.wrap().get_unused_codes())


def test_a_recovery_code_works_once(client: Any, aziza: Person) -> None:
    enter(client)
    set_up_factor(client)
    code = _recovery_codes(aziza)[0]
    for expected in (302, 200):
        client.post("/en/account/logout/")
        cache.clear()
        enter(client)
        assert client.post("/en/account/factor/authenticate/", {"code": code}).status_code == expected


def test_nobody_can_sign_up(client: Any, db: None) -> None:
    assert client.get("/en/account/signup/").status_code == 404
    assert client.get("/account/by/closed/").status_code == 302


def test_a_session_left_alone_for_an_hour_ends(client: Any, aziza: Person) -> None:
    sign_in(client, aziza)
    session = client.session
    session["mezon_seen"] = time.time() - 3601
    session.save()
    assert client.get("/en/account/")["Location"].startswith(LOGIN)


def test_a_session_ends_after_twelve_hours_however_busy(client: Any, aziza: Person) -> None:
    sign_in(client, aziza)
    session = client.session
    session["mezon_began"] = time.time() - 12 * 3600 - 1
    session.save()
    assert client.get("/en/account/").status_code == 302


def test_other_sessions_end_when_the_password_changes(client: Any, aziza: Person) -> None:
    from django.test import Client

    other = Client()
    enter(client)
    enter(other)
    new = "five gentle camels walk"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new, "password": PASSWORD}
    answer = client.post("/en/account/password/change/", sent)
    assert answer.status_code == 302, answer.content.decode()
    assert client.get("/en/account/").status_code == 200
    assert other.get("/en/account/").status_code == 302


@pytest.mark.django_db(transaction=True)  # what follows a commit counts
def test_other_sessions_end_when_a_second_factor_is_set_up(client: Any, aziza: Person) -> None:
    from django.test import Client

    other = Client()
    enter(other)
    enter(client)
    set_up_factor(client)
    assert other.get("/en/account/").status_code == 302
    assert client.get("/en/account/").status_code == 200


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client: Any, aziza: Person) -> None:
    client.post("/en/account/password/reset/", {"email": aziza.email})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)
    assert link
    new = "five gentle camels walk"
    form = client.get(link[1])["Location"]
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert "ended" in client.get(link[1]).content.decode()
    assert enter(client, password=new).status_code == 302


@pytest.mark.parametrize(
    "address", ["login/", "password/reset/", "password/reset/done/", "inactive/", "password/reset/key/1-x/"]
)
@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_pages_of_signing_in_parse_strictly(client: Any, db: None, language: str, address: str) -> None:
    answer = client.get(f"/{language}/account/{address}")
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.content.decode())


@pytest.mark.parametrize(
    "address",
    ["", "factor/", "factor/activate/", "password/change/", "logout/", "reauthenticate/", "tokens/new/"],
)
def test_pages_of_an_account_parse_strictly(client: Any, aziza: Person, address: str) -> None:
    sign_in(client, aziza)
    answer = client.get(f"/en/account/{address}")
    assert answer.status_code == 200
    html = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    assert len(re.findall(r"<h1[ >]", html)) == 1


def test_showing_again_that_it_is_oneself_gives_a_new_session_key(client: Any, aziza: Person) -> None:
    from allauth.usersessions.models import UserSession

    enter(client)
    before = client.session.session_key
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    assert client.session.session_key != before
    assert [session.session_key for session in UserSession.objects.all()] == [client.session.session_key]


def test_ending_another_session_asks_for_the_password_again(client: Any, aziza: Person) -> None:
    from django.test import Client

    other = Client()
    enter(other)
    enter(client)
    asked = client.post("/en/account/sessions/others/end/")
    assert asked["Location"].startswith("/en/account/reauthenticate/")
    client.post(asked["Location"], {"password": PASSWORD})
    assert other.get("/en/account/").status_code == 302
    assert client.get("/en/account/").status_code == 200


def test_an_administrator_signs_somebody_out_everywhere(client: Any, aziza: Person) -> None:
    from django.test import Client

    other = Client()
    enter(other)
    sign_in(client, person_with("administrator"))
    client.post(f"/en/account/people/{aziza.pk}/sessions/end/")
    assert other.get("/en/account/").status_code == 302


def test_who_leaves_asks_the_browser_to_forget(client: Any, aziza: Person) -> None:
    enter(client)
    assert client.post("/en/account/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/en/account/login/")


def test_secrets_of_second_factors_are_not_readable_in_the_database(client: Any, aziza: Person, settings: Any) -> None:
    from allauth.mfa.models import Authenticator

    enter(client)
    secret = set_up_factor(client)
    kept = Authenticator.objects.get(user=aziza, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key of the site"
    assert kept.wrap().validate_code(code_for(secret)) or _recovery_codes(aziza)


def test_everybody_may_be_asked_for_a_second_factor(client: Any, db: None, settings: Any) -> None:
    settings.MEZON_SECOND_FACTOR_FOR_ALL = True
    sign_in(client, person_with("provider", pack="uzbekistan", unit="NMMC"), second_factor=False)
    assert "rests" in client.get("/en/account/").content.decode()
