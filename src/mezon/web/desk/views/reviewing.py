"""The reviewer's pages: what waits, and one submission cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from mezon.errors import ChangedMeanwhile, MezonError, WrongUse
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import REASONS, may_somewhere, require, why_not
from mezon.web.desk import acts_review
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.models import Submission
from mezon.web.desk.pages import desk_page, status_of, submission_for
from mezon.web.desk.queueing import STEPS, WAITS_FOR, Waiting, waiting_for
from mezon.web.desk.reckoning_later import reckoning_for
from mezon.web.desk.reviewing import Review, ReviewRow, review_of
from mezon.web.desk.states import CellState
from mezon.web.desk.stations import stations_of
from mezon.web.portal.pages import language

#: What a reader may choose to see of a submission.
_SHOWN = ("all", "look", "changed", "clean", "accepted")
_REASON, _TICK = "reason-", "return-"


@require_safe
@desk_page
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits for review within this person's reach."""
    actor = actor_of(request)
    if not may_somewhere(actor, "review.read"):
        require(actor, "review.read")
    rows = waiting_for(actor, timezone.now().date(), _chosen(request))
    step = request.GET.get("step", "")
    shown = [row for row in rows if not step or row.step == step]
    context = {
        "title": _("Review"),
        "mine": [row for row in shown if row.mine],
        "others": [_with_reason(row) for row in shown if not row.mine],
        "filters": {name: request.GET.get(name, "") for name in ("pack", "form", "unit", "step")},
        "choices": _choices(rows),
        "filtered": any(request.GET.get(name) for name in ("pack", "form", "unit", "step")),
    }
    return render(request, "desk/queue.html", context)


def _chosen(request: HttpRequest) -> QuerySet[Submission]:
    chosen = Submission.objects.all()
    for name, field in (("pack", "pack__code"), ("form", "form"), ("unit", "unit")):
        value = request.GET.get(name, "").strip()
        if value:
            chosen = chosen.filter(**{field: value})
    return chosen


def _choices(rows: list[Waiting]) -> dict[str, list[tuple[str, str]]]:
    return {
        "pack": sorted({(row.submission.pack.code, row.submission.pack.title) for row in rows}),
        "form": sorted({(row.submission.form, row.form) for row in rows}),
        "unit": sorted({(row.submission.unit, row.unit) for row in rows}, key=lambda pair: pair[1]),
        "step": [(code, str(label)) for code, label in STEPS.items()],
    }


def _with_reason(row: Waiting) -> dict[str, Any]:
    return {"row": row, "reason": _(REASONS[row.why]) if row.why in REASONS else ""}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Show a submission cell by cell, the most influential first; on POST, do one of the acts of a reviewer."""
    actor, submission = submission_for(request, number, "review.read")
    fault: MezonError | None = None
    if request.method == "POST":
        try:
            return _act(request, actor, submission)
        except (ChangedMeanwhile, WrongUse) as refused:
            fault = refused
            actor, submission = submission_for(request, number, "review.read")
    return _page(request, actor, submission, fault=fault)


def _page(
    request: HttpRequest,
    actor: Actor,
    submission: Submission,
    *,
    fault: MezonError | None = None,
    **told: Any,
) -> HttpResponse:
    """Show the page; after a POST that did not leave it, with all that was typed and ticked."""
    found = review_of(submission, reckon=False)
    found, job = reckoning_for(found, actor, now=timezone.now())
    shown = request.GET.get("show", "all")
    order = request.GET.get("order", "influence")
    rows = found.influential_first if order != "form" else found.rows
    context = {
        "title": _("Review: %(form)s, %(period)s")
        % {"form": found.page.form.title.in_language(language()), "period": submission.period},
        "review": found,
        "page": found.page,
        "submission": submission,
        "stations": stations_of(submission),
        "rows": [row for row in rows if _is_shown(row, shown)],
        "shown": shown if shown in _SHOWN else "all",
        "order": order,
        "tabs": _tabs(found),
        "job": job,
        "fault": fault,
        "typed": _typed(request.POST),
        "ticked": {_key(name, _TICK) for name in request.POST if name.startswith(_TICK)},
        **_rights(actor, submission),
        **told,
    }
    return render(request, "desk/review.html", context, status=status_of(fault) if fault else 200)


def _is_shown(row: ReviewRow, shown: str) -> bool:
    match shown:
        case "look":
            return not row.clean and not row.accepted
        case "changed":
            return row.difference.changed
        case "clean":
            return row.clean
        case "accepted":
            return row.accepted
    return True


def _tabs(found: Review) -> list[tuple[str, str, int]]:
    labels = (_("all"), _("to look at"), _("something else was said before"), _("clean"), _("accepted"))
    counts = [sum(_is_shown(row, code) for row in found.rows) for code in _SHOWN]
    return list(zip(_SHOWN, labels, counts, strict=True))


def _rights(actor: Actor, submission: Submission) -> dict[str, Any]:
    """Say which acts this person may do now, and why not the one that comes next."""
    target = submission.target()
    why = {action: why_not(actor, action, target) for action in ("review.verify", "review.approve", "review.return")}
    following = WAITS_FOR.get(submission.state, "")  # type: ignore[call-overload]
    reason = why.get(following, "")
    return {
        "may_verify": not why["review.verify"],
        "may_approve": not why["review.approve"],
        "may_return": not why["review.return"],
        "why_not": _(REASONS[reason]) if reason else "",
    }


def _act(request: HttpRequest, actor: Actor, submission: Submission) -> HttpResponse:
    """Do the act whose button was pressed."""
    act = request.POST.get("act", "")
    if act.startswith("accept-"):
        return _accept(request, actor, submission, act.removeprefix("accept-"))
    match act:
        case "return":
            return _return(request, actor, submission)
        case "verify":
            return _verify(request, actor, submission)
        case "approve":
            return _approve(request, actor, submission)
    raise WrongUse(_("No act is named."), hint=_("Press one of the buttons."))


def _accept(request: HttpRequest, actor: Actor, submission: Submission, which: str) -> HttpResponse:
    """Accept one cell or all clean ones. Reasons typed for other cells stay where they were typed."""
    cells = _clean_cells(request, submission) if which == "clean" else {_key(which, "")}
    version = _version(request.POST)
    count = acts_review.accept_cells(actor, submission, cells=cells, version=version, now=timezone.now())
    told = ngettext("%(n)d cell accepted.", "%(n)d cells accepted.", count) % {"n": count}
    messages.success(request, told)
    if not _reasons(request.POST):
        return redirect("desk:review", number=submission.pk)
    return _page(request, actor, submission, unsent=True)


def _clean_cells(request: HttpRequest, submission: Submission) -> set[int]:
    """Give the clean cells; not if they are more than its reader saw.

    Fewer they may be: what the cells move is reckoned in the background, and a cell that moves a rank is not clean.
    """
    cells = {row.cell.pk for row in review_of(submission, reckon=False).clean}
    if len(cells) > _number(request.POST.get("clean", "")):
        raise ChangedMeanwhile(
            _("The pack was changed while you looked at this page, and other cells are clean now."),
            hint=_("Look at them again; nothing was accepted."),
        )
    return cells


def _return(request: HttpRequest, actor: Actor, submission: Submission) -> HttpResponse:
    cells_back = acts_review.return_cells(
        actor, submission, reasons=_reasons(request.POST), version=_version(request.POST), now=timezone.now()
    )
    told = ngettext("%(n)d cell goes back with its reason.", "%(n)d cells go back with their reasons.",
                    len(cells_back)) % {"n": len(cells_back)}  # fmt: skip
    messages.success(request, told)
    return redirect("desk:queue")


def _verify(request: HttpRequest, actor: Actor, submission: Submission) -> HttpResponse:
    """Verify the whole; cells that nobody accepted yet are named first, and the act is asked for once more."""
    require(actor, "review.verify", submission.target())
    _refuse_unsent(request)
    version = _version(request.POST)
    waiting = submission.cells.exclude(state=CellState.ACCEPTED).count()
    known = request.POST.get("accepting", "") == str(waiting)
    if waiting and not known and version == submission.version:
        look = [row for row in review_of(submission, reckon=False).rows if _is_shown(row, "look")]
        return _page(request, actor, submission, confirm={"waiting": waiting, "look": look})
    acts_review.verify(actor, submission, version=version, accepting=waiting, now=timezone.now())
    messages.success(request, _("Verified. Somebody else approves it now."))
    return redirect("desk:queue")


def _approve(request: HttpRequest, actor: Actor, submission: Submission) -> HttpResponse:
    require(actor, "review.approve", submission.target())
    _refuse_unsent(request)
    acts_review.approve(
        actor, submission, version=_version(request.POST), definitions=definitions_of(submission.pack),
        now=timezone.now(), reason=request.POST.get("reason", ""),
    )  # fmt: skip
    messages.success(
        request, _("Approved. The values stand in the working view, and are public with the next release.")
    )
    return redirect("desk:queue")


def _refuse_unsent(request: HttpRequest) -> None:
    """Refuse to go on over reasons that were typed and not sent: they would be lost, and say that a cell is wrong."""
    unsent = len(_reasons(request.POST))
    if unsent:
        told = ngettext(
            "You marked %(n)d cell to be returned, and it has not gone back.",
            "You marked %(n)d cells to be returned, and they have not gone back.", unsent,
        )  # fmt: skip
        raise WrongUse(
            told % {"n": unsent}, hint=_("Return the marked cells; or take the marks and reasons away, and go on.")
        )


def _reasons(sent: Mapping[str, str]) -> dict[int, str]:
    """Take the cells that are ticked, and those with a reason written: a reason alone says enough."""
    ticked = {_key(name, _TICK) for name in sent if name.startswith(_TICK)}
    typed = _typed(sent)
    return {key: typed.get(key, "") for key in sorted({*ticked, *(key for key, text in typed.items() if text.strip())})}


def _typed(sent: Mapping[str, str]) -> dict[int, str]:
    return {_key(name, _REASON): text for name, text in sent.items() if name.startswith(_REASON)}


def _key(name: str, prefix: str) -> int:
    return max(_number(name.removeprefix(prefix)), 0)


def _version(sent: Mapping[str, str]) -> int:
    return _number(sent.get("version", ""))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


urlpatterns = [
    path("review/", queue, name="queue"),
    path("review/<int:number>/", review, name="review"),
]
