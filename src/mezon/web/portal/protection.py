"""What a browser may load on our pages: only what we serve."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        # Chart SVGs carry their own style attributes; pages carry none.
        "style-src 'self' 'unsafe-inline'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: None of these is used by any page of ours.
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class ContentSecurityPolicy:
    """Middleware that sends the policy with every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """`get_response` is the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy."""
        response = self._get_response(request)
        response.setdefault("Content-Security-Policy", f"{_POLICY}; form-action {_forms_go_to(settings.OIDC_SERVER)}")
        response.setdefault("Permissions-Policy", _PERMISSIONS)
        return response


@lru_cache(maxsize=4)
def _forms_go_to(provider: str) -> str:
    """Give where forms may lead: here, and by way of the sign-in to an organisation's OpenID provider."""
    parts = urlsplit(provider)
    return f"'self' {parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"
