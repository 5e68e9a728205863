"""Programs with tokens: Aziza's for enterprise A, Bek's for B, and one of the statistical office."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.desk.conftest import (  # noqa: F401 - fixtures
    aziza,
    bek,
    desk_pack,
    draft,
    open_form,
    rano,
    stored,
)

if TYPE_CHECKING:
    from mezon.web.accounts.models import Person

ROOT = "/api/v1"


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    """Let tests ask as much as they like; the limit has tests of its own."""
    from mezon.web.api.limiting import Rate

    settings.MEZON_API_RATES = (Rate(burst=1e6, a_second=1e6), Rate(burst=1e6, a_second=1e6))


def token_of(person: Person, *scopes: str) -> str:
    """Issue a token; without scopes, one with all there are."""
    from django.utils import timezone

    from mezon.web.accounts import tokens
    from mezon.web.accounts.acting import Actor
    from mezon.web.accounts.policy import SCOPES

    now = timezone.now()
    actor = Actor.of(person, now=now, second_factor=True)
    issued = tokens.issue(actor, person, name="t", scopes=scopes or tuple(SCOPES), lasts=timedelta(days=1), now=now)
    return issued.text


class Program:
    """Asks the API with a token."""

    def __init__(self, client: Any, token: str) -> None:
        self._client = client
        self.token = token

    def ask(self, method: str, path: str, body: Any = None, *, kind: str = "application/json", **headers: str) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body) if body is not None else ""
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.generic(
            method, f"{ROOT}{path}", content, content_type=kind if content else "", headers={**shown, **more}
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)


@pytest.fixture
def program(client: Any) -> Callable[..., Program]:
    """Give a function that makes the program of a person: `program(aziza.person, "submissions:read")`."""
    client.raise_request_exception = False

    def made(person: Person | None, *scopes: str) -> Program:
        return Program(client, token_of(person, *scopes) if person else "")

    return made


@pytest.fixture
def anybody(client: Any, db: None) -> Program:
    """Give a program without a token."""
    client.raise_request_exception = False
    return Program(client, "")
