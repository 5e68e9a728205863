"""Every role against every operation of the API in every state of its object, by a token with every scope.

An operation without a line fails. Who is not named gets 401, 403 or 404, and no act is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from mezon.web.audit.models import AuditRecord
from tests.web.api.conftest import Program, token_of
from tests.web.api.test_service_document import operations
from tests.web.permission_objects import MAKERS, OTHERS, ROLES, STATES, World, build

OFFICE = "reviewer statistician"
EDITABLE = "draft returned"
EVERYBODY = f"{' '.join(ROLES)} nobody neighbour foreigner"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Rule:
    """Who may use an operation, on what, in which states, and what is sent."""

    who: str
    of: str = ""
    states: str = ""
    body: Any = None
    kind: str = "application/json"
    query: str = ""


OPEN = {"pack": "mypack", "form": "annual", "unit": "A", "period": "2025"}
CELLS = {"cells": [{"indicator": "RD_SPEND", "text": "14"}]}
PACK, ONE = "/api/v1/packs/{pack}", "/api/v1/submissions/{number}"
RULES: dict[tuple[str, str], Rule] = {
    ("GET", f"{PACK}/forms"): Rule(f"provider neighbour {OFFICE}"),
    ("GET", f"{PACK}/submissions"): Rule(f"provider neighbour {OFFICE}"),
    ("POST", "/api/v1/submissions"): Rule("provider statistician", body=OPEN),
    ("GET", ONE): Rule(f"provider {OFFICE}", of="submission"),
    ("PUT", f"{ONE}/cells"): Rule("provider", of="submission", states=EDITABLE, body=CELLS),
    ("POST", f"{ONE}/uploads"): Rule("provider", of="submission", states=EDITABLE, body=b"no workbook", kind=WORKBOOK),
    ("POST", f"{ONE}/uploads/{{key}}/confirm"): Rule(
        "provider", of="submission", states=EDITABLE, body={"mode": "all"}
    ),
    ("POST", f"{ONE}/submit"): Rule("provider", of="submission", states=EDITABLE, body={"statement": "ours"}),
    ("POST", f"{ONE}/withdraw"): Rule("provider", of="submission", states="submitted", body={"reason": "ours"}),
    ("GET", f"{PACK}/observations"): Rule(f"provider neighbour steering-analyst {OFFICE}", query="?indicator=RD_SPEND"),
    ("POST", f"{PACK}/observations"): Rule(
        "statistician", body=b"indicator,unit,period,value\n", kind="text/csv", query="?reason=r"
    ),
    ("GET", "/api/v1/jobs"): Rule(EVERYBODY),
    ("GET", "/api/v1/jobs/{number}"): Rule("statistician administrator", of="job"),
    ("GET", "/api/v1/jobs/{number}/findings"): Rule("statistician administrator", of="job"),
    ("DELETE", "/api/v1/jobs/{number}"): Rule("statistician administrator", of="job"),
}
#: Answers that say "you may, but this does not fit": there is no such upload, the file is no workbook.
_UNFIT = {404, 409, 422}


@pytest.fixture
def world(stored: Any) -> World:
    return build(stored)


def test_every_operation_that_is_not_public_has_a_rule() -> None:
    assert {pair for pair in operations() if "/releases" not in pair[1]} == set(RULES)


@pytest.mark.django_db
@pytest.mark.parametrize("operation", RULES, ids=" ".join)
def test_every_role_may_what_the_rules_say_and_nothing_else(operation: tuple[str, str], world: World) -> None:
    rule = RULES[operation]
    states = STATES[rule.of] if rule.of else [""]
    actors = [actor for actor in (*ROLES, *OTHERS) if actor != "stranger"]
    tokens = {actor: token_of(world.people[actor]) for actor in actors}
    wrong = [
        found
        for state in states
        for actor in actors
        if (found := _wrong(operation, rule, state, actor, tokens[actor], world))
    ]
    assert not wrong, "\n".join(wrong)


def _wrong(operation: tuple[str, str], rule: Rule, state: str, actor: str, token: str, world: World) -> str:
    """Ask once, undo everything, and give what is wrong with the answer ("" when nothing is)."""
    method, path = operation
    program = Program(Client(raise_request_exception=False), token)
    with transaction.atomic():
        words = {"pack": world.pack.code, "key": 1, **(MAKERS[rule.of](world, state) if rule.of else {})}
        acts = AuditRecord.objects.filter(kind="act").count()
        address = path.removeprefix("/api/v1").format(**words) + rule.query
        answer = program.ask(method, address, rule.body, kind=rule.kind)
        acted = AuditRecord.objects.filter(kind="act").count() > acts
        transaction.set_rollback(True)
    case = f"{method} {path} by {actor}{f' in state {state}' if state else ''}: answered {answer.status_code}"
    named = actor in rule.who.split()
    if named and (not rule.states or state in rule.states.split()):
        fine = answer.status_code < 300 or (
            (rule.body is not None or rule.of == "job") and answer.status_code in _UNFIT
        )
        return "" if fine else f"{case}, but may"
    if acted:
        return f"{case} and acted, but may not"
    kept_out = answer.status_code in ({401, 403, 404, 409, 422} if named else {401, 403, 404})
    return "" if kept_out else f"{case}, but may not"
