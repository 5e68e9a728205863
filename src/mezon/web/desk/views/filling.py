"""The grid: a form on a page, saved as it is filled in, with and without a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mezon.errors import WrongUse
from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.policy import Target, may
from mezon.web.desk import acts_filling
from mezon.web.desk.acts_filling import CONFLICT, LOCKED, SAVED, Entry, Saved
from mezon.web.desk.checking import EMPTY, Found, check_submission
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.models import Cell, CellVersion, Submission
from mezon.web.desk.pages import desk_data, desk_page, submission_for
from mezon.web.desk.showing import Progress, leaf_of, progress_of, shown, status_choices
from mezon.web.desk.stations import stations_of
from mezon.web.portal import formatting
from mezon.web.portal.pages import language


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def grid(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form; on POST, save all that was changed in it (for those without the script)."""
    conflicts: list[Saved] = []
    if request.method == "POST":
        actor, submission = submission_for(request, number, "submission.save")
        saved = acts_filling.save_cells(
            actor, submission, entries=_entries(request.POST, submission), now=timezone.now()
        )
        conflicts = [one for one in saved if one.outcome == CONFLICT]
        keep_answers(request, submission)
        _tell(request, saved)
        if not conflicts:
            return redirect(request.get_full_path())
    actor, submission = submission_for(request, number)
    page = shown(submission)
    unit = Target(pack=submission.pack.code, unit=submission.unit)
    parts, leaves = leaf_of(page, request.GET.get("leaf", ""), request.GET.get("cell", ""))
    context = {
        "parts": parts,
        "leaves": leaves,
        "title": page.form.title.in_language(language()),
        "page": page,
        "submission": submission,
        "stations": stations_of(submission),
        "conflicts": conflicts,
        "choices": status_choices(),
        "may_write": submission.editable and may(actor, "submission.save", submission.target()),
        "may_correct": submission.done and may(actor, "submission.open", unit),
        "may_withdraw": may(actor, "submission.withdraw", submission.target()),
        "words": json.dumps(_words_of_script()),
        "uploads": submission.uploads.all()[:5],
    }
    return render(request, "desk/submission.html", context)


def _words_of_script() -> dict[str, str]:
    """Give what the script says, in the language of the page."""
    return {
        "ready": _("Every cell is saved as you leave it."),
        "saving": _("Saving…"),
        "saved": _("All saved."),
        "unread": _("Kept as you typed it, to be mended. Esc puts back what stood there."),
        "offline": _("No connection. Not saved yet: {count}. It is tried again by itself; leave this page open."),
        "refused": _("This was not saved. Read the page again."),
        "reason": _("Reason given:"),
        "why": _("If it is right, say why:"),
        "theirs": _("There it says now:"),
        "yours": _("You wrote:"),
        "takeTheirs": _("Keep theirs"),
        "takeMine": _("Write mine over it"),
    }


def _entries(sent: Mapping[str, str], submission: Submission) -> list[Entry]:
    """Read the fields of a form: what was not touched since the page was made is left out.

    A cell that somebody else changed meanwhile differs from its field too; whether this person had touched it shows
    from the version that they saw.
    """
    entries = []
    before: dict[tuple[int, int], tuple[str, str, str]] | None = None
    for cell in submission.cells.all():
        if f"c{cell.pk}-text" not in sent:
            continue
        entry = _entry(
            cell.pk, {name: sent.get(f"c{cell.pk}-{name}", "") for name in ("text", "status", "note", "version")}
        )
        if entry.version != cell.version:
            before = before if before is not None else _versions(submission)
            if before.get((cell.pk, entry.version or 0), ("", "", "")) == (entry.text, entry.status, entry.note):
                continue
        entries.append(entry)
    return entries


def _versions(submission: Submission) -> dict[tuple[int, int], tuple[str, str, str]]:
    return {
        (one.cell_id, one.number): (one.text, one.status, one.note)
        for one in CellVersion.objects.filter(cell__submission=submission)
    }


def _entry(cell: int, sent: Mapping[str, Any]) -> Entry:
    version = str(sent.get("version", ""))
    return Entry(
        cell=cell,
        text=str(sent.get("text", "")),
        status=str(sent.get("status", ""))[:1],
        note=str(sent.get("note", "")).replace("\r\n", "\n"),
        version=int(version) if version.isdigit() else None,
    )


def keep_answers(request: HttpRequest, submission: Submission) -> int:
    """Keep the reasons written beside questions, and give how many. A field is named answer-<cell>-<rule>; a reason
    that was given already stands in was-<cell>-<rule>, and is kept again only where it was changed.
    """
    actor = actor_of(request)
    kept = 0
    for name, text in request.POST.items():
        kind, _dash, rest = name.partition("-")
        cell, _dash, rule = rest.partition("-")
        if kind != "answer" or not cell.isdigit() or not rule or not isinstance(text, str) or not text.strip():
            continue
        if text.strip() != request.POST.get(f"was-{cell}-{rule}", ""):
            acts_filling.answer_finding(actor, submission, cell=int(cell), rule=rule, text=text, now=timezone.now())
            kept += 1
    return kept


def _tell(request: HttpRequest, saved: list[Saved]) -> None:
    count = sum(one.outcome == SAVED for one in saved)
    locked = sum(one.outcome == LOCKED for one in saved)
    words = ngettext("%(count)d cell saved.", "%(count)d cells saved.", count) % {"count": count}
    messages.success(request, words if count else _("Nothing had changed."))
    if locked:
        messages.warning(request, _("Some cells are closed and stay as they are."))


@require_POST
@desk_data
def cell(request: HttpRequest, number: int) -> HttpResponse:
    """Save one cell, or the answer to one question, and say what is found beside it now (JSON)."""
    actor, submission = submission_for(request, number, "submission.save")
    sent = _json(request)
    key = sent.get("cell")
    if not isinstance(key, int):
        raise WrongUse(_("No cell is named."), hint=_("Read the page again."))
    if sent.get("rule"):
        rule, text = str(sent["rule"]), str(sent.get("text", ""))
        acts_filling.answer_finding(actor, submission, cell=key, rule=rule, text=text, now=timezone.now())
        return JsonResponse(_status_of(submission, key, SAVED))
    saved = acts_filling.save_cells(actor, submission, entries=[_entry(key, sent)], now=timezone.now())[0]
    if saved.outcome == CONFLICT:
        return JsonResponse(_conflict(saved.cell), status=409)
    if saved.outcome == LOCKED:
        raise WrongUse(_("This cell is closed."), hint=_("Only cells that came back may be changed now."))
    return JsonResponse(_status_of(submission, key, saved.outcome))


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise WrongUse(_("This is not what the page sends."), hint=_("Read the page again."))
    return sent


def _status_of(submission: Submission, key: int, outcome: str) -> dict[str, Any]:
    """Say how a cell stands after a change, and every other cell whose findings may have changed with it."""
    cells = list(submission.cells.all())
    for one in cells:
        one.submission = submission
    checked = check_submission(submission, definitions_of(submission.pack), cells)
    found = checked.by_cell()
    here = next(one for one in cells if one.pk == key)
    progress: Progress = progress_of(cells)
    told = {cell: [one for one in several if one.finding.code != EMPTY] for cell, several in found.items()}
    return {
        "state": "invalid" if any(one.hard for one in told.get(key, ())) else "saved",
        "outcome": outcome,
        "version": here.version,
        "read": "" if here.value is None else formatting.figure(here.value, significant=12, language=language()),
        "found": {str(cell): [_found(one) for one in several] for cell, several in told.items() if several},
        "answered": progress.answered,
        "asked": progress.asked,
        "percent": progress.percent,
        "hard": len(checked.to_mend),
        "empty": len(checked.to_fill_in),
        "unanswered": len(checked.unanswered),
        "firstOpen": checked.first_open,
    }


def _found(one: Found) -> dict[str, Any]:
    return {
        "rule": one.finding.code,
        "severity": str(one.finding.severity),
        "message": one.finding.message,
        "hint": one.finding.hint,
        "answer": one.answer.text if one.answer else "",
    }


def _conflict(cell: Cell) -> dict[str, Any]:
    by = str(cell.changed_by) if cell.changed_by else _("somebody")
    return {
        "state": "conflict",
        "message": _("%(who)s changed this cell while you did.") % {"who": by},
        "theirs": {"text": cell.text, "status": cell.status, "note": cell.note},
        "version": cell.version,
    }


urlpatterns = [
    path("submissions/<int:number>/", grid, name="submission"),
    path("submissions/<int:number>/cells/", cell, name="cell"),
]
