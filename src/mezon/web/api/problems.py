"""Refusals as problem+json (RFC 9457): what is not possible, what to do next, and every finding with its place."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mezon.errors import (
    AskedForUnknown,
    ChangedMeanwhile,
    MezonError,
    NotAllowed,
    UnsettledDisagreement,
    WrongStep,
)
from mezon.model.finding import Finding
from mezon.web.accounts.acting import actor_of
from mezon.web.audit.recording import refused

TYPE = "application/problem+json"
logger = logging.getLogger("mezon.api")

_STATUS: tuple[tuple[type[MezonError], HTTPStatus], ...] = (
    (AskedForUnknown, HTTPStatus.NOT_FOUND),
    (ChangedMeanwhile, HTTPStatus.CONFLICT),
    (WrongStep, HTTPStatus.CONFLICT),
    (UnsettledDisagreement, HTTPStatus.CONFLICT),
)


class Refused(MezonError):
    """A request that the API refuses by itself, with its status, its headers and what was found."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        hint: str = "",
        findings: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`status` is the HTTP status of the answer."""
        super().__init__(message, hint=hint)
        self.status = status
        self.findings = findings
        self.headers = headers or {}


def problem(
    status: int,
    message: str,
    *,
    hint: str = "",
    findings: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer with a problem."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "hint": hint,
        "findings": list(findings),
    }
    answer = JsonResponse(content, status=status, content_type=TYPE, json_dumps_params={"ensure_ascii": False})
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


def finding_fields(finding: Finding) -> dict[str, Any]:
    """Give a finding as fields: its place is `Sheet!C14`, or the row and column of a file."""
    where = finding.key or " ".join(str(part) for part in (finding.row or "", finding.column) if part)
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "place": where,
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
        "message": finding.message,
        "hint": finding.hint,
    }


def answer_to(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Word any fault as a problem; what nobody foresaw is logged and tells nothing of the inside."""
    if isinstance(fault, NotAllowed):
        return _not_allowed(request, fault)
    if isinstance(fault, Refused):
        return problem(fault.status, fault.message, hint=fault.hint, findings=fault.findings, headers=fault.headers)
    if isinstance(fault, MezonError):
        status = next((code for kind, code in _STATUS if isinstance(fault, kind)), HTTPStatus.UNPROCESSABLE_ENTITY)
        return problem(status, fault.message, hint=fault.hint)
    return _of_the_protocol(fault)


def _of_the_protocol(fault: Exception) -> HttpResponse:
    if isinstance(fault, AuthenticationError):
        return signed_out()
    if isinstance(fault, ValidationError):
        findings = [_misfit(each) for each in fault.errors]
        return problem(422, _("The request does not fit."), hint=_("Each place is listed."), findings=findings)
    if isinstance(fault, Http404):
        return problem(404, str(fault) or _("There is no such thing."), hint=_("See /api/v1/ for what there is."))
    if isinstance(fault, RequestDataTooBig):
        return problem(413, _("This is too large."), hint=_("Send it in several requests."))
    if isinstance(fault, HttpError):
        return problem(fault.status_code, fault.message)
    if isinstance(fault, OperationalError):
        logger.warning("the database did not answer", exc_info=fault)
        hint = _("Send the same request again in a moment.")
        return problem(503, _("The database is busy."), hint=hint, headers={"Retry-After": "2"})
    logger.error("the API failed", exc_info=fault)
    return problem(500, _("Something inside failed; nothing was changed."), hint=_("Tell an administrator the time."))


def signed_out() -> HttpResponse:
    """Answer that a token is needed."""
    return problem(
        401,
        _("A token is needed, and this is none that works."),
        hint=_("Issue one under “Your account” and send it as “Authorization: Bearer mezon_…”."),
        headers={"WWW-Authenticate": 'Bearer realm="Mezon"'},
    )


def _not_allowed(request: HttpRequest, fault: NotAllowed) -> HttpResponse:
    refused(fault, actor=actor_of(request), address=request.path, at=timezone.now())
    return signed_out() if fault.reason == "signed-out" else problem(403, fault.message, hint=fault.hint)


def _misfit(error: Mapping[str, Any]) -> dict[str, Any]:
    place = ".".join(str(part) for part in error.get("loc", ()))
    return {
        "code": str(error.get("type", "misfit")), "severity": "error", "place": place, "row": None, "column": "",
        "value": "", "message": str(error.get("msg", "")), "hint": "",
    }  # fmt: skip
