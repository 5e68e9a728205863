"""The document of the API is what the API does: requests made from it by chance find no fault, and no other answer.

Asked with the token of somebody who may do everything, with that of each role by itself, and of nobody in particular.
Bounded: some examples for each operation, the same each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings

from tests.web.api.conftest import Program
from tests.web.people import SINCE, actor_with, person_with

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is a tool of developers")

if TYPE_CHECKING:
    from mezon.web.desk.models import Submission

#: MEZON_FUZZ asks for more: the long run.
_EXAMPLES = int(os.environ.get("MEZON_FUZZ", "12"))
_ROLES = ("provider", "reviewer", "statistician", "steering-analyst", "administrator", "")
_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@lru_cache(maxsize=1)
def document() -> Any:
    """Give the document, to be asked of the site itself without a server."""
    from mezon.web.api.service import api

    found = schemathesis.openapi.from_dict(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
    found.app = get_wsgi_application()
    return found


def operations() -> list[tuple[str, str]]:
    return [(found.ok().method.upper(), found.ok().path) for found in document().get_all_operations()]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the connection of the test: a server would close it after a request, and the test's transaction with it."""
    for each in (request_started, request_finished):
        each.disconnect(close_old_connections)
    yield
    for each in (request_started, request_finished):
        each.connect(close_old_connections)


@pytest.fixture
def token(draft: Submission, edition: Any, program: Callable[..., Program]) -> str:
    """Give the token of somebody who may do everything, so that no operation ends at the door."""
    from mezon.web.accounts.models import Grant

    actor = actor_with("statistician")
    assert actor.person is not None
    Grant.objects.create(person=actor.person, role="provider", valid_from=SINCE)
    return program(actor.person).token


@pytest.mark.parametrize(("method", "path"), operations())
def test_no_request_whatever_finds_a_fault_or_an_answer_that_is_not_declared(
    method: str, path: str, token: str, draft: Submission
) -> None:
    assert_answers(method, path, token, draft, examples=_EXAMPLES)


@pytest.mark.endurance
@pytest.mark.parametrize("role", _ROLES)
def test_no_request_of_any_role_finds_a_fault(
    role: str, draft: Submission, edition: Any, program: Callable[..., Program]
) -> None:
    """The pack is theirs: what is refused is refused by the act, not at the door."""
    person = actor_with(role, pack="mypack").person if role else person_with(email="nobody@people.example")
    token = program(person).token
    for method, path in operations():
        assert_answers(method, path, token, draft, examples=max(2, _EXAMPLES // 6))


def assert_answers(method: str, path: str, token: str, draft: Submission, *, examples: int) -> None:
    """Make requests of an operation by chance, of what is there and what is not; hold each answer to the document."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    there = {"pack": "mypack", "number": draft.pk, "release": "latest"}

    @settings(max_examples=examples, deadline=None, suppress_health_check=_HEALTH, phases=(Phase.generate,))
    @given(case=document()[path][method].as_strategy())
    def answered(case: Any) -> None:
        for real in (False, True):
            if real:
                # Chance never names what is there: ask for that too.
                case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}
            case.validate_response(case.call(headers=headers), checks=checks, headers=headers)

    answered()


@pytest.mark.parametrize(("method", "path"), [pair for pair in operations() if "/releases" not in pair[1]])
def test_every_operation_on_what_is_not_public_asks_for_a_token(method: str, path: str, anybody: Program) -> None:
    address = path.removeprefix("/api/v1").replace("{pack}", "mypack").replace("{number}", "1").replace("{key}", "1")
    for program in (anybody, Program(anybody._client, "mezon_nonsense")):
        answer = program.ask(method, address, {} if method in {"POST", "PUT"} else None)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
