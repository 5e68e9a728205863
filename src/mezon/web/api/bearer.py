"""Who asks: a program with a token. A session never counts here: no other site acts through somebody’s browser."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.addresses import client_address
from mezon.web.accounts.tokens import actor_of_token
from mezon.web.audit.addresses import address_hash

_ASKED = "mezon_api_asked"


class Token(HttpBearer):
    """A token of a person, with its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Give who acts by a token."""
        return acting(request, token)


def acting(request: HttpRequest, token: str) -> Actor | None:
    """Give who acts by a token, read once a request; from here on `actor_of(request)` gives them."""
    if not hasattr(request, _ASKED):
        actor = actor_of_token(token, address=address_hash(client_address(request)))
        setattr(request, _ASKED, actor)
        if actor is not None:
            request.mezon_actor = actor  # type: ignore[attr-defined]
    return cast("Actor | None", getattr(request, _ASKED))


def token_of(request: HttpRequest) -> str:
    """Give the text of the token that a request shows, or ""."""
    kind, _, text = str(request.headers.get("Authorization", "")).partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""
