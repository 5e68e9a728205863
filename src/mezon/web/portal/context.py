"""What the frame around every page shows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.version import VERSION


def site(request: HttpRequest) -> dict[str, Any]:
    """Give navigation, the same page in each language, and what stands in the footer."""
    as_of = request.GET.get("as_of", "")
    return {
        "software_version": VERSION,
        "navigation": _navigation(request.path),
        "languages": [
            {"code": code, "name": name, "href": _same_place(request, code)} for code, name in settings.LANGUAGES
        ],
        "as_of_asked": as_of,
        "keep": f"?{urlencode({'as_of': as_of})}" if as_of else "",
    }


def _navigation(path: str) -> list[dict[str, Any]]:
    entries = (
        ("portal:ranking", _("Ranking")),
        ("portal:compare", _("Compare")),
        ("portal:robustness", _("Robustness")),
        ("portal:what_if", _("What if")),
        ("portal:indicators", _("Indicators")),
        ("portal:investments", _("Investments")),
        ("portal:claims", _("Claims")),
        ("portal:registers", _("Registers")),
        ("portal:coverage", _("Coverage")),
        ("portal:methodology", _("Methodology")),
        ("portal:data", _("Data")),
        ("portal:about", _("About")),
    )
    addressed = [(reverse(name), label) for name, label in entries]
    return [{"href": href, "label": label, "current": path.startswith(href)} for href, label in addressed]


def _same_place(request: HttpRequest, code: str) -> str:
    """Give the address of this very page, with its state, in another language."""
    try:
        match = resolve(request.path)
    except Resolver404:
        return f"/{code}/"
    with override(code):
        try:
            address = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except Exception:
            address = f"/{code}/"
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address
