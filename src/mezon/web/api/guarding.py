"""What happens before any operation of the API: limits of rate, size and type; then once, if a key says so."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.operation import Operation

from mezon.web.api import limiting, remembering
from mezon.web.api.bearer import acting, token_of
from mezon.web.api.problems import Refused, answer_to, signed_out

F = TypeVar("F", bound=Callable[..., Any])
Run = Callable[..., HttpResponse]

JSON = "application/json"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def takes(*types: str, largest: int) -> Callable[[F], F]:
    """Say which content types an operation takes instead of JSON, and how many bytes; it reads them by itself."""

    def mark(function: F) -> F:
        function.takes_types = types  # type: ignore[attr-defined]
        function.takes_bytes = largest  # type: ignore[attr-defined]
        return function

    return mark


def guard(run: Run) -> Run:
    """Put the guard before an operation. A decorator of NinjaAPI, mode "view"."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    function = operation.view_func
    types: tuple[str, ...] = getattr(function, "takes_types", (JSON,))
    largest: int = getattr(function, "takes_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    reads_itself = hasattr(function, "takes_types")

    @wraps(run)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            limiting.spend(request, now=time.time())
            if operation.auth_callbacks and acting(request, token_of(request)) is None:
                return signed_out()
            _refuse_nul(request)
            _refuse_misfits(request, types, largest)
            if request.method not in _WRITES or reads_itself:
                return run(request, **arguments)
            _refuse_nul_inside(request)
            digest = remembering.digest_of(request, hashlib.sha256(request.body).hexdigest())
            actor = acting(request, token_of(request))
            person = actor.person if actor else None
            return remembering.once(request, person, digest, lambda: run(request, **arguments), now=timezone.now())
        except Exception as fault:
            return answer_to(request, fault)

    return guarded


def _refuse_nul(request: HttpRequest) -> None:
    if "\0" in unquote(request.get_full_path()):
        raise Refused(422, _("The address holds a sign that no text has."), hint=_("Leave the zero byte out."))


def _refuse_nul_inside(request: HttpRequest) -> None:
    """No database keeps this sign in a text."""
    if b"\\u0000" in request.body or b"\0" in request.body:
        raise Refused(422, _("The content holds a sign that no text has."), hint=_("Leave the zero byte out."))


def _refuse_misfits(request: HttpRequest, types: tuple[str, ...], largest: int) -> None:
    if request.method not in _WRITES:
        return
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or int(size) > largest:
        raise Refused(
            413,
            _("This is too large: at most %(bytes)d bytes are read.") % {"bytes": largest},
            hint=_("Send it in several requests."),
        )
    if size != "0" and request.content_type not in types:
        raise Refused(
            415,
            _("“%(type)s” is not read here.") % {"type": request.content_type or ""},
            hint=_("Send it as %(types)s.") % {"types": ", ".join(types)},
        )
