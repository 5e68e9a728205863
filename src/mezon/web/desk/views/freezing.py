"""The statistician's pages: what stands against a release, what it would change in public, freezing and publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mezon.errors import AskedForUnknown, MezonError, WrongUse
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import Target, may, may_somewhere, require
from mezon.web.desk import acts_freezing
from mezon.web.desk.freezing import Checklist, checklist, freezings_of, last_release
from mezon.web.desk.freezing_models import Freezing, Stage
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.later import asked_once, size_of
from mezon.web.desk.models import Submission
from mezon.web.desk.pages import desk_page, status_of
from mezon.web.desk.public_changes import PublicChanges, kept_changes, public_changes
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import find_stored
from mezon.web.working.models import Job
from mezon.web.working.starting import start

#: Observations of a pack up to which a page waits for check and preview themselves: about a second.
_AT_ONCE = 6_000


@require_safe
@desk_page
def freezing(request: HttpRequest) -> HttpResponse:
    """List the packs that this person may freeze, and the releases made of them."""
    actor = actor_of(request)
    if not may_somewhere(actor, "release.freeze"):
        require(actor, "release.freeze")
    packs = [one for one in StoredPack.objects.all() if may(actor, "release.freeze", Target(pack=one.code))]
    if len(packs) == 1:
        return redirect("desk:freeze", code=packs[0].code)
    made = Freezing.objects.filter(pack__in=packs).select_related("pack", "release")[:50]
    context = {"title": _("Freezing"), "packs": packs, "freezings": made}
    return render(request, "desk/freezing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Show checklist and preview of a pack; on POST, keep answers, or ask for the release."""
    actor = actor_of(request)
    require(actor, "release.freeze", Target(pack=code))
    pack = find_stored(code)
    fault: MezonError | None = None
    if request.method == "POST":
        try:
            return _act(request, actor, pack)
        except WrongUse as refused:
            fault = refused
    return _page(request, actor, pack, fault)


def _act(request: HttpRequest, actor: Actor, pack: StoredPack) -> HttpResponse:
    where, now = Target(pack=pack.code), timezone.now()
    sent = {name: str(text) for name, text in request.POST.items()}
    answers = {name.removeprefix("answer-"): text for name, text in sent.items() if name.startswith("answer-")}
    for finding, text in answers.items():
        if text.strip():
            acts_freezing.answer_warning(actor, where, pack=pack, finding=finding, text=text, now=now)
    if request.POST.get("act") != "freeze":
        messages.success(request, _("The answers are kept, for this release and the next ones."))
        return redirect("desk:freeze", code=pack.code)
    change = request.POST.get("change", "")
    checked = checklist(pack, at=int(change) if change.isdigit() else -1)
    with transaction.atomic():
        asked = acts_freezing.ask_freezing(
            actor, where, checked=checked, label=request.POST.get("label", ""), notes=request.POST.get("notes", ""),
            now=now,
        )  # fmt: skip
        _begin(actor, asked)
    return redirect(asked)


def _begin(actor: Actor, asked: Freezing) -> Job:
    return start(
        "freezing", actor=actor, arguments={"freezing": asked.pk}, now=timezone.now(),
        target=Target(pack=asked.pack.code),
    )  # fmt: skip


def _page(request: HttpRequest, actor: Actor, pack: StoredPack, fault: MezonError | None) -> HttpResponse:
    checked, changes, job = _looked_at(actor, pack)
    definitions = definitions_of(pack)
    context = {
        "title": _("Freezing %(pack)s") % {"pack": definitions.title.in_language(language())},
        "pack": pack,
        "checked": checked,
        "changes": changes,
        "job": job,
        "fault": fault,
        "typed": request.POST if fault else {},
        "units": definitions.units,
        "indicators": definitions.indicators,
        "methodologies": definitions.methodologies,
        "freezings": freezings_of(pack),
    }
    return render(request, "desk/freeze.html", context, status=status_of(fault) if fault else 200)


def _looked_at(actor: Actor, pack: StoredPack) -> tuple[Checklist | None, PublicChanges | None, Job | None]:
    """Give checklist and preview; of a large pack the worker makes them first, and the page says so."""
    last = last_release(pack)
    kept = kept_changes(pack, pack.last_change, last)
    if kept is not None:
        return checklist(pack), kept, None
    if size_of(pack) <= _AT_ONCE:
        return checklist(pack), public_changes(pack, pack.last_change, last), None
    arguments = {
        "pack": pack.code, "change": pack.last_change, "public": last.content_sha256 if last else "",
        "language": language(),
    }  # fmt: skip
    job = asked_once("preview", actor=actor, arguments=arguments, target=Target(pack=pack.code), now=timezone.now())
    return None, None, job


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def frozen(request: HttpRequest, number: int) -> HttpResponse:
    """Show one release on its way; on POST, publish it, or make it again after a failure in between."""
    actor = actor_of(request)
    found = Freezing.objects.select_related("pack", "release", "asked_by", "published_by").filter(pk=number).first()
    if found is None or not may(actor, "release.freeze", Target(pack=found.pack.code)):
        if found is not None:
            require(actor, "release.freeze", found.target())
        raise AskedForUnknown(_("There is no such release."), hint=_("Releases are listed under Freezing."))
    if request.method == "POST":
        return _publish_or_again(request, actor, found)
    job = Job.objects.filter(kind="freezing", pack=found.pack.code).order_by("-pk")
    context: dict[str, Any] = {
        "title": _("Release %(label)s") % {"label": found.label},
        "freezing": found,
        "made": found.made.get("release", {}),
        "assessed": found.made.get("assessments", []),
        "job": next((one for one in job[:20] if one.arguments.get("freezing") == found.pk), None),
        "submissions": Submission.objects.filter(release=found.release, released_at=found.published_at)
        if found.release
        else [],
        "may_publish": found.stage == Stage.FROZEN and may(actor, "release.publish", found.target()),
    }
    return render(request, "desk/frozen.html", context)


def _publish_or_again(request: HttpRequest, actor: Actor, found: Freezing) -> HttpResponse:
    if request.POST.get("act") == "again":
        _begin(actor, found)
        return redirect(found)
    acts_freezing.publish(actor, found, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, _("Published. The portal shows it from now on."))
    return redirect(found)


urlpatterns = [
    path("freezing/", freezing, name="freezing"),
    path("freezing/<str:code>/", freeze, name="freeze"),
    path("releases/<int:number>/", frozen, name="frozen"),
]
