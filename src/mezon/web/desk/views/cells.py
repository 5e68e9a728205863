"""One cell: its past, its history, what was said about it, and its evidence."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mezon.errors import AskedForUnknown
from mezon.web.accounts.policy import may
from mezon.web.desk import acts_filling, keeping
from mezon.web.desk.evidence import checked_evidence
from mezon.web.desk.models import Cell, CellVersion, Submission
from mezon.web.desk.pages import desk_page, file_answer, submission_for
from mezon.web.desk.showing import shown


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def cell_page(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Show one cell with its history, its remarks and its evidence; on POST, add a remark or a file."""
    actor, submission = submission_for(request, number)
    found = submission.cells.filter(pk=key).first()
    if found is None:
        raise AskedForUnknown(_("This form has no such cell."), hint=_("Go back to the form."))
    if request.method == "POST":
        _say_or_attach(request, submission, found)
        return redirect(reverse("desk:history", args=[number, key]))
    found.submission = submission
    page = shown(submission)
    row = next(row for _part, rows in page.parts for row in rows if row.cell.pk == key)
    context = {
        "title": row.line.name,
        "page": page,
        "submission": submission,
        "row": row,
        "versions": found.versions.select_related("by", "upload"),
        "remarks": found.remarks.select_related("by"),
        "may_write": found.writable and may(actor, "submission.save", submission.target()),
        "may_say": may(actor, "submission.comment", submission.target()),
    }
    return render(request, "desk/cell.html", context)


def _say_or_attach(request: HttpRequest, submission: Submission, found: Cell) -> None:
    actor, _submission = submission_for(request, submission.pk)
    file = request.FILES.get("evidence")
    if isinstance(file, UploadedFile):
        name, content = checked_evidence(file)
        acts_filling.attach_evidence(actor, submission, cell=found.pk, name=name, content=content, now=timezone.now())
        messages.success(request, _("The file is kept."))
    text = request.POST.get("text", "")
    if text.strip() or not file:
        acts_filling.comment(actor, submission, cell=found.pk, text=text, now=timezone.now())


@require_safe
@desk_page
def evidence(request: HttpRequest, number: int, key: int, digest: str) -> HttpResponse:
    """Give the evidence of a cell, or of one of its versions, to save: it is never shown inside the site."""
    _actor, submission = submission_for(request, number)
    version = CellVersion.objects.filter(cell__submission=submission, cell=key, evidence_sha256=digest).first()
    if version is None or not digest:
        raise AskedForUnknown(_("There is no such file."), hint=_("Go back to the cell."))
    return file_answer(keeping.kept(digest), version.evidence_name)


urlpatterns = [
    path("submissions/<int:number>/cells/<int:key>/", cell_page, name="history"),
    path("submissions/<int:number>/cells/<int:key>/evidence/<str:digest>/", evidence, name="evidence"),
]
