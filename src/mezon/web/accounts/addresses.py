"""Where a request comes from: the connection, or what the proxies we know of say."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest, *_others: object) -> str:
    """Give the client's network address.

    X-Forwarded-For is believed only as far as our own proxies wrote it: with n proxies, the n-th entry from the right.
    """
    connection = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return connection
    said = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    return said[-settings.PROXIES] if len(said) >= settings.PROXIES else connection
