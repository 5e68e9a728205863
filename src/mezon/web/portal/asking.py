"""What an address asks for: one of a list, or why it cannot be had; and the address with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _


def one_of(request: HttpRequest, name: str, allowed: Iterable[str], default: str = "") -> str:
    """Read a parameter that must be one of a list; the default when it is not there or empty.

    Raises : Http404 that names what there is, so that a wrong address is not answered with another page.
    """
    asked = request.GET.get(name, "").strip()
    if not asked:
        return default
    known = list(allowed)
    if asked not in known:
        words = {"asked": asked, "known": ", ".join(known) or "–"}
        raise Http404(_("“%(asked)s” is not here. There is: %(known)s.") % words)
    return asked


def address_with(request: HttpRequest, **changes: str) -> str:
    """Give the query of this address with parameters changed; an empty value takes one out."""
    asked = [(key, value) for key, values in request.GET.lists() for value in values if value and key not in changes]
    return f"?{urlencode([*asked, *((key, value) for key, value in changes.items() if value)])}"


def carried(request: HttpRequest, *leave_out: str) -> list[tuple[str, str]]:
    """Give the parameters that a form has to carry along as hidden fields."""
    return [(key, value) for key, values in request.GET.lists() for value in values if value and key not in leave_out]
