"""Every role against every view in every state of its object, from one table (tests/web/permission_table.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from mezon.web.audit.models import AuditRecord
from mezon.web.permissions import View, every_view
from tests.web.desk.conftest import desk_pack, stored  # noqa: F401 - fixtures
from tests.web.people import sign_in
from tests.web.permission_objects import MAKERS, OTHERS, ROLES, STATES, World, build
from tests.web.permission_table import LINES, Line

VIEWS = {view.name or "<root>": view for view in every_view()}
LOGIN = "/en/account/login/"
#: Answers by which somebody is kept out; a redirect to the sign-in page is one too.
REFUSALS = {401, 403, 404, 405}
#: A word for an address that is about nothing in particular.
ANY_WORD = {"int": 1}


def test_every_view_of_the_site_has_a_line() -> None:
    """Add a line to tests/web/permission_table.py for each that is named here."""
    assert sorted(set(VIEWS) - {line.name for line in LINES}) == []


def test_no_line_is_about_a_view_that_is_not_there() -> None:
    assert sorted({line.name for line in LINES} - set(VIEWS)) == []


@pytest.fixture
def world(stored: Any) -> World:  # noqa: F811
    return build(stored)


def actors(line: Line) -> Iterator[str]:
    yield from ROLES
    yield from OTHERS if line.of else OTHERS[:2]


def expected(line: Line, actor: str, state: str) -> bool:
    if "anyone" in line.who:
        return True
    if "signed-in" in line.who:
        return actor != "stranger"
    return actor in line.who and (not line.states or state in line.states)


def address_of(view: View, words: dict[str, Any]) -> str:
    filled = {name: words.get(name, 1 if name in {"number", "key"} else "x") for name in view.parameters}
    return reverse(view.name, kwargs=filled) if view.name != "<root>" else "/"


def asked(line: Line, address: str, client: Client) -> Any:
    if line.method == "GET":
        return client.get(address)
    return (
        client.generic(line.method, address)
        if not line.data and line.method != "POST"
        else client.post(address, line.data)
    )


def kept_out(answer: Any) -> bool:
    to_login = answer.status_code == 302 and answer["Location"].startswith(LOGIN)
    return answer.status_code in REFUSALS or to_login


def verdict(line: Line, actor: str, state: str, world: World) -> str:
    """Ask once, undo everything, and give what is wrong with the answer ("" when nothing is)."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        words = MAKERS[line.of](world, state) if line.of else {}
        if actor != "stranger":
            sign_in(client, world.people[actor])
        acts = AuditRecord.objects.filter(kind="act").count()
        answer = asked(line, address_of(VIEWS[line.name], words), client)
        done = AuditRecord.objects.filter(kind="act").count() - acts
        transaction.set_rollback(True)
    case = f"{line} by {actor}{f' in state {state}' if state else ''}: answered {answer.status_code}"
    if answer.status_code >= 500:
        return f"{case}, a fault"
    if expected(line, actor, state):
        nothing_of_theirs = "signed-in" in line.who and answer.status_code == 404
        return f"{case}, but may" if kept_out(answer) and not nothing_of_theirs else ""
    if done:
        return f"{case} and acted, but may not"
    in_wrong_state = line.states and expected(line, actor, line.states[0])
    refused = kept_out(answer) or (in_wrong_state and answer.status_code in {302, 400, 409, 422})
    return "" if refused else f"{case}, but may not"


RULED = [line for line in LINES if "anyone" not in line.who]


@pytest.mark.endurance
@pytest.mark.django_db
@pytest.mark.parametrize("line", RULED, ids=str)
def test_every_role_may_what_the_table_says_and_nothing_else(line: Line, world: World) -> None:
    wrong = [
        found
        for state in (STATES[line.of] if line.of else [""])
        for actor in actors(line)
        if (found := verdict(line, actor, state, world))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("line", [line for line in LINES if "anyone" in line.who], ids=str)
def test_what_anyone_reads_asks_nobody_to_sign_in(line: Line, client: Any) -> None:
    try:
        address = address_of(VIEWS[line.name], {})
    except NoReverseMatch:
        pytest.skip("needs words of its own; its own tests ask for it")
    client.raise_request_exception = False
    answer = client.get(address)
    own = line.name in {"mfa_authenticate", "socialaccount_signup"}  # without a sign-in under way: begin one
    assert own or not (answer.status_code == 302 and answer["Location"].startswith(LOGIN))
    assert answer.status_code < 500


@pytest.mark.django_db
def test_pages_of_the_portal_open_no_session(client: Any) -> None:
    for name in ("portal:home", "portal:ranking", "portal:about", "portal:claims"):
        answer = client.get(reverse(name))
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
