"""Handing in: the checks in one list, the statement, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mezon.errors import WrongUse
from mezon.web.desk.acts_submitting import submit, withdraw
from mezon.web.desk.checking import Found
from mezon.web.desk.laying_out import Line
from mezon.web.desk.pages import desk_page, submission_for
from mezon.web.desk.showing import Shown, shown
from mezon.web.desk.views.filling import keep_answers


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def submit_page(request: HttpRequest, number: int) -> HttpResponse:
    """List what stands against handing in; when nothing does, take the statement."""
    actor, submission = submission_for(request, number, "submission.submit")
    if request.method == "POST" and "submit" not in request.POST:
        kept = keep_answers(request, submission)
        messages.success(request, _("Your reasons are kept.") if kept else _("No reason was written."))
        return redirect("desk:submit", number)
    page = shown(submission)
    if request.method == "POST":
        submit(actor, submission, statement=request.POST.get("statement", ""), checked=page.checked, now=timezone.now())
        messages.success(request, _("It is handed in. A reviewer reads it now."))
        return redirect(submission)
    context = {
        "title": _("Check and hand in"),
        "submission": submission,
        "page": page,
        "hard": _lines(page, page.checked.hard),
        "questions": _lines(page, page.checked.unanswered),
        "answered": _lines(page, (one for one in page.checked.soft if one.answer)),
        "general": page.checked.general,
    }
    return render(request, "desk/submit.html", context)


def _lines(page: Shown, found: Iterable[Found]) -> list[tuple[Line, Found]]:
    lines = {row.cell.pk: row.line for _part, rows in page.parts for row in rows}
    return [(lines[one.cell.pk], one) for one in found if one.cell is not None]


@require_POST
@desk_page
def withdraw_form(request: HttpRequest, number: int) -> HttpResponse:
    """Take a submission back."""
    actor, submission = submission_for(request, number)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise WrongUse(_("A reason is missing."), hint=_("Say why you take it back."))
    withdraw(actor, submission, reason=reason[:500], now=timezone.now())
    messages.success(request, _("It is yours again. Hand it in when it is ready."))
    return redirect(submission)


urlpatterns = [
    path("submissions/<int:number>/submit/", submit_page, name="submit"),
    path("submissions/<int:number>/withdraw/", withdraw_form, name="withdraw"),
]
