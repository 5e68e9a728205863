"""What a browser keeps of us is cleared when somebody leaves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse


def left(request: HttpRequest | None = None, **_signal: Any) -> None:
    """Note that somebody signed out by this request (a receiver of Django's `user_logged_out`)."""
    if request is not None:
        request.mezon_left = True  # type: ignore[attr-defined]


def clear(request: HttpRequest, answer: HttpResponse) -> None:
    """Ask the browser to forget what it kept of this site."""
    if getattr(request, "mezon_left", False):
        answer["Clear-Site-Data"] = '"cache", "storage"'
