"""The bound of what is received as a form with files: told before anything of it is read."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mezon.collect.hostile.disguise import MOST_TEXT_BYTES
from mezon.errors import WrongUse

#: The largest file there may be, and what a form says beside it.
MOST_BYTES = MOST_TEXT_BYTES + 4_000_000


class Bounded:
    """Refuse a request that says it is larger than any file. What says no size is read as empty by the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """`get_response` is what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with 413, or go on. Bodies of other kinds are bounded by Django, and by the API's own guard."""
        size = request.META.get("CONTENT_LENGTH") or "0"
        if request.content_type == "multipart/form-data" and size.isdigit() and int(size) > MOST_BYTES:
            return _refused(request)
        return self.get_response(request)


def _refused(request: HttpRequest) -> HttpResponse:
    fault = WrongUse(
        _("This is too large: at most %(megabytes)d MB are read.") % {"megabytes": MOST_TEXT_BYTES // 1_000_000},
        hint=_("Send it in several files."),
    )
    context = {"fault": fault, "title": _("Not possible")}
    return render(request, "desk/refused.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
