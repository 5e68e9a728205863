"""What every page of the desk has in common: who acts, what they may see, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown, ChangedMeanwhile, MalformedValue, MezonError, NotAllowed, WrongStep, WrongUse
from mezon.model.pack import Definitions
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import Target, may, require, why_not
from mezon.web.audit.models import Kind
from mezon.web.audit.recording import Entry, record
from mezon.web.desk import keeping
from mezon.web.desk.models import Submission
from mezon.web.desk.states import State
from mezon.web.warehouse.models import StoredPack

View = Callable[..., HttpResponse]

#: How a refusal is answered. Of what somebody may not read they do not learn whether it is there.
_ANSWERS: tuple[tuple[type[MezonError], HTTPStatus], ...] = (
    (AskedForUnknown, HTTPStatus.NOT_FOUND),
    (MalformedValue, HTTPStatus.NOT_FOUND),
    (ChangedMeanwhile, HTTPStatus.CONFLICT),
    (WrongStep, HTTPStatus.CONFLICT),
    (WrongUse, HTTPStatus.UNPROCESSABLE_ENTITY),
)


def desk_page(view: View) -> View:
    """Make a page of the desk: for people who signed in, never kept by a cache, refusals told as a page."""

    @wraps(view)
    def page(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if actor_of(request).person is None:
            return redirect_to_login(request.get_full_path())
        try:
            response = view(request, **arguments)
        except NotAllowed:
            raise  # recorded and told by accounts.middleware
        except MezonError as fault:
            response = refused(request, fault)
        response["Cache-Control"] = "private, no-store"
        return response

    return page


def desk_data(view: View) -> View:
    """Make an address that a script of the desk asks: the same rules, answered as JSON."""

    @wraps(view)
    def data(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if actor_of(request).person is None:
            return JsonResponse({"state": "signed-out", "message": _("Sign in again.")}, status=401)
        try:
            response = view(request, **arguments)
        except NotAllowed:
            raise
        except MezonError as fault:
            answer = {"state": "refused", "message": fault.message, "hint": fault.hint}
            response = JsonResponse(answer, status=status_of(fault))
        response["Cache-Control"] = "private, no-store"
        return response

    return data


def status_of(fault: MezonError) -> int:
    """Give the HTTP status that says what kind of refusal this is."""
    return next((int(status) for kind, status in _ANSWERS if isinstance(fault, kind)), 422)


def refused(request: HttpRequest, fault: MezonError) -> HttpResponse:
    """Tell a refusal: what is not possible, and what to do next."""
    context = {"fault": fault, "title": _("Not possible"), "back": _came_from(request)}
    return render(request, "desk/refused.html", context, status=status_of(fault))


def _came_from(request: HttpRequest) -> str:
    """Give the page of this site from which something was sent that is refused; "" where there is none."""
    before = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if request.method == "POST" and ours else ""


def submission_for(request: HttpRequest, number: int, action: str = "submission.read") -> tuple[Actor, Submission]:
    """Give a submission to somebody who may do something with it. Raises : AskedForUnknown, NotAllowed.

    What somebody may not even read is answered as what does not exist.
    """
    actor = actor_of(request)
    found = Submission.objects.select_related("pack", "release", "submitted_by", "verified_by", "approved_by")
    submission = found.filter(pk=number).first()
    if submission is None or not _may_read(actor, submission):
        raise AskedForUnknown(
            _("There is no such submission, or it is not yours to read."), hint=_("Your own are listed on the desk.")
        )
    if action != "submission.read":
        require(actor, action, submission.target())
    return actor, submission


def _may_read(actor: Actor, submission: Submission) -> bool:
    """Ask whether somebody may read a submission; a refusal is recorded, and told as if there were none."""
    reason = why_not(actor, "submission.read", submission.target())
    if reason:
        entry = Entry(kind=Kind.REFUSED, action="submission.read", at=timezone.now(), actor=actor)
        entry.target, entry.subject, entry.after = submission.target(), submission, {"why": reason}
        record(entry)
    return not reason


def units_for(actor: Actor, action: str, pack: StoredPack, definitions: Definitions) -> frozenset[str]:
    """Give the units of a pack with which somebody may do something in some state: for lists, no query."""
    return frozenset(units_among(actor, action, pack.code, definitions.units))


def units_among(actor: Actor, action: str, pack: str, units: Iterable[str]) -> Iterable[str]:
    """Give those of some units with which somebody may do something while a form is being filled in."""
    for unit in units:
        if may(actor, action, Target(pack=pack, unit=unit, state=State.DRAFT, confidentiality="C")):
            yield unit


def file_answer(content: bytes, name: str, kind: str = "application/octet-stream") -> HttpResponse:
    """Answer with a file to save: a browser neither runs nor shows it, and its name is fit to be one."""
    response = HttpResponse(content, content_type=kind)
    disposition = content_disposition_header(as_attachment=True, filename=keeping.shown_name(name))
    response["Content-Disposition"] = disposition or "attachment"
    return response
