"""Proposing a change of a definition: written, previewed (which changes nothing), accepted with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mezon.errors import AskedForUnknown, ChangedMeanwhile, MezonError, WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target, require
from mezon.web.desk import acts_defining
from mezon.web.desk.defining import Stamp, changed_since, holds, register_of, stamps, text_of
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.later import asked_once, size_of
from mezon.web.desk.line_differences import difference
from mezon.web.desk.pages import desk_page, status_of
from mezon.web.desk.proposed import Foreseen, foreseen, kept_foreseen
from mezon.web.desk.proposing import Overtaken, Proposal, proposal_of, propose, sent_file, written
from mezon.web.desk.views.definitions import pack_for
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import OPEN, RegisterRow, StoredPack
from mezon.web.working.models import Job

#: Observations of a pack up to which a page waits for the preview itself: under two seconds (docs/definitions.md).
_AT_ONCE = 6_000


def changing_pack(request: HttpRequest, code: str) -> tuple[Actor, StoredPack]:
    """Give a pack to somebody who may change its definitions. Raises : NotAllowed, AskedForUnknown."""
    actor, pack = pack_for(request, code)
    require(actor, "definition.change", Target(pack=code))
    return actor, pack


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, code: str, file: str) -> HttpResponse:
    """Show a definition (or a whole register, as its CSV) to be changed; on POST, go on to what it would change."""
    _actor, pack = changing_pack(request, code)
    known = text_of(pack, file)
    if request.method == "POST":
        text = _sent(request, like=known)
        return _go_on(request, pack, file, text)
    begun = request.GET.get("proposal", "")
    if not begun:
        return _page(request, pack, file, known)
    proposal = proposal_of(pack, begun)
    seen = kept_foreseen(pack, proposal, language())
    since = changed_since(pack, file, proposal.change)
    fault = Overtaken(proposal, [*since]) if since else None
    return _page(request, pack, file, proposal.text, fault=fault, seen=seen, opened_at=proposal.change)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a definition that is not there yet: another methodology, form or codelist."""
    _actor, pack = changing_pack(request, code)
    if request.method == "POST":
        return _go_on(request, pack, request.POST.get("file", "").strip(), _sent(request, like=""))
    begun = request.GET.get("proposal", "")
    if not begun:
        return _page(request, pack, "", "")
    proposal = proposal_of(pack, begun)
    return _page(request, pack, proposal.path, proposal.text, seen=kept_foreseen(pack, proposal, language()))


def _go_on(request: HttpRequest, pack: StoredPack, file: str, text: str) -> HttpResponse:
    """Keep what was written as a proposal and show what it would change; or show it again with why not."""
    opened = request.POST.get("change", "")
    opened_at = int(opened) if opened.isascii() and opened.isdigit() else 0
    try:
        made = propose(pack, file, text, opened_at=opened_at)
    except (WrongUse, Overtaken) as fault:
        shown = text.replace("\0", "")
        return _page(request, pack, file, shown, fault=fault, opened_at=opened_at)
    return redirect("desk:proposal", pack.code, made.digest)


def _sent(request: HttpRequest, *, like: str) -> str:
    file = request.FILES.get("file_sent")
    if isinstance(file, UploadedFile):
        return sent_file(file)
    return written(request.POST.get("text", ""), like=like)


def _page(
    request: HttpRequest,
    pack: StoredPack,
    file: str,
    text: str,
    *,
    fault: MezonError | None = None,
    seen: Foreseen | None = None,
    opened_at: int | None = None,
) -> HttpResponse:
    is_new = request.resolver_match is not None and request.resolver_match.url_name == "definition-new"
    context: dict[str, Any] = {
        "title": _("A new definition") if is_new else _("Change %(file)s") % {"file": file},
        "pack": pack,
        "file": file,
        "is_new": is_new,
        "register": register_of(file),
        "holds": "" if is_new else holds(file),
        "text": text,
        "change": pack.last_change,
        "opened_at": opened_at,
        "fault": fault,
        "since": fault.stamps if isinstance(fault, Overtaken) else [],
        "seen": seen,
    }
    return render(request, "desk/definition_edit.html", context, status=status_of(fault) if fault else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def proposal(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """Show what a proposal would change, which changes nothing; on POST accept it, or preview it once more."""
    actor, pack = changing_pack(request, code)
    found = proposal_of(pack, digest)
    fault: MezonError | None = None
    if request.method == "POST":
        try:
            return _again(pack, found) if request.POST.get("act") == "again" else _accept(request, actor, pack, found)
        except (WrongUse, ChangedMeanwhile) as refused:
            fault = refused
            pack.refresh_from_db()
    return _preview(request, actor, pack, found, fault)


def _accept(request: HttpRequest, actor: Actor, pack: StoredPack, found: Proposal) -> HttpResponse:
    acts_defining.accept(
        actor, Target(pack=pack.code), proposal=found, seen=kept_foreseen(pack, found, language()),
        reason=request.POST.get("reason", ""), now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Accepted. It holds in the working view from now on, and in the next release."))
    if not found.register:
        return redirect("desk:definition", pack.code, found.path)
    if found.row:
        return redirect("desk:register-row", pack.code, found.register, found.row)
    return redirect("desk:register", pack.code, found.register)


def _again(pack: StoredPack, found: Proposal) -> HttpResponse:
    """Preview against what is known now; where the file itself is another one, go back to writing."""
    try:
        made = propose(pack, found.path, found.text, opened_at=found.change, row=found.row)
    except Overtaken:
        return redirect(back_to_writing(pack, found))
    return redirect("desk:proposal", pack.code, made.digest)


def back_to_writing(pack: StoredPack, found: Proposal) -> str:
    """Give the address where a proposal is written on."""
    if found.row:
        there = RegisterRow.objects.filter(pack=pack, register=found.register, key=found.row, recorded_to=OPEN).exists()
        view, where = ("register-revise", [found.register, found.row]) if there else ("register-add", [found.register])
    else:
        view, where = ("definition-edit", [found.path]) if _before(pack, found) else ("definition-new", [])
    return f"{reverse(f'desk:{view}', args=[pack.code, *where])}?proposal={found.digest}"


def _before(pack: StoredPack, found: Proposal) -> str:
    """Give the text that a proposal was made against, "" when there was none."""
    try:
        return text_of(pack, found.path, at=found.change)
    except AskedForUnknown:
        return ""


def _newer(pack: StoredPack, found: Proposal) -> list[Stamp]:
    """List the changes of the pack, of whatever kind, after the one that a proposal was made against."""
    return [*stamps(pack, range(found.change + 1, pack.last_change + 1)[:50]).values()]


def _preview(
    request: HttpRequest, actor: Actor, pack: StoredPack, found: Proposal, fault: MezonError | None
) -> HttpResponse:
    seen, job = None, None
    try:
        seen, job = _looked_at(actor, pack, found)
    except MezonError as refused:
        fault = fault or refused
    definitions, known = definitions_of(pack), _before(pack, found)
    context = {
        "title": _("What the change of %(file)s would bring") % {"file": found.path},
        "pack": pack,
        "proposal": found,
        "known": known,
        "difference": difference(known, found.text),
        "seen": seen,
        "job": job,
        "fault": fault,
        "newer": _newer(pack, found),
        "reason": request.POST.get("reason", ""),
        "back": back_to_writing(pack, found),
        "units": definitions.units,
        "methodologies": definitions.methodologies,
    }
    return render(request, "desk/proposal.html", context, status=status_of(fault) if fault else 200)


def _looked_at(actor: Actor, pack: StoredPack, found: Proposal) -> tuple[Foreseen | None, Job | None]:
    """Give what a proposal would change; of a large pack the worker reckons it first, and the page says so."""
    spoken = language()
    kept = kept_foreseen(pack, found, spoken)
    if kept is not None:
        return kept, None
    if size_of(pack) <= _AT_ONCE:
        return foreseen(pack, found, spoken), None
    arguments = {"pack": pack.code, "proposal": found.digest, "language": spoken}
    about = Target(pack=pack.code)
    return None, asked_once("proposal", actor=actor, arguments=arguments, target=about, now=timezone.now())


urlpatterns = [
    path("definitions/<str:code>/new/", new, name="definition-new"),
    path("definitions/<str:code>/edit/<path:file>/", edit, name="definition-edit"),
    path("definitions/<str:code>/proposals/<str:digest>/", proposal, name="proposal"),
]
