"""The form as a file: workbook down, workbook or CSV up, what was read, the annotated copy, and the confirmation."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mezon.collect.workbook import annotate, without_formulas, write_workbook
from mezon.collect.workbook.places import line_of, sheet_of
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.web.accounts.policy import may
from mezon.web.desk import acts_uploading, keeping
from mezon.web.desk.checking import frame_of, known_of_submission
from mezon.web.desk.delimited_file import CSV, decimals, separators, template
from mezon.web.desk.knowing import definitions_of, form_of
from mezon.web.desk.laying_out import Line, lines_of
from mezon.web.desk.models import Cell, Submission, Upload
from mezon.web.desk.pages import desk_page, file_answer, submission_for
from mezon.web.desk.reading import CHANGED, NEW, Read, compare, kept_reading, read_file
from mezon.web.desk.templatetags.desk import status_words
from mezon.web.portal.pages import language

TABLE_TYPE = "text/csv; charset=utf-8"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Lines of faults and of changes on one page; the others follow, and none is ever left out.
_A_PAGE = 200


@require_safe
@desk_page
def workbook(request: HttpRequest, number: int) -> HttpResponse:
    """Give the workbook of a submission: made for its unit and period, with what is filled in already."""
    _actor, submission = submission_for(request, number)
    definitions = definitions_of(submission.pack)
    form = form_of(definitions, submission.form)
    content = write_workbook(
        form,
        submission.unit,
        submission.period,
        definitions=definitions,
        before=known_of_submission(submission, form),
        values=frame_of(submission.cells.all()),
        language=language(),
    )
    name = f"{submission.form}-{submission.unit}-{submission.period}.xlsx"
    return file_answer(content, name, WORKBOOK_TYPE)


@require_safe
@desk_page
def table(request: HttpRequest, number: int) -> HttpResponse:
    """Give the form as a CSV to fill in, for those whose own system writes one."""
    _actor, submission = submission_for(request, number)
    definitions = definitions_of(submission.pack)
    made = template(form_of(definitions, submission.form), submission, definitions, language=language())
    # The mark at the beginning tells spreadsheets that the letters are UTF-8.
    content = BOM_UTF8 + made.write_csv().encode("utf-8")
    return file_answer(content, f"{submission.form}-{submission.unit}-{submission.period}.csv", TABLE_TYPE)


@require_POST
@desk_page
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Read a file and show what it would change; or read a CSV again with the separator and decimal sign chosen."""
    actor, submission = submission_for(request, number, "submission.upload")
    name, content = _sent(request, submission)
    definitions = definitions_of(submission.pack)
    form = form_of(definitions, submission.form)
    file = read_file(
        content,
        submission=submission,
        definitions=definitions,
        form=form,
        separator=request.POST.get("separator", ""),
        decimal=request.POST.get("decimal", ""),
    )
    read = compare(file, submission, definitions, _cells(submission))
    made = acts_uploading.receive(
        actor, submission, name=name, content=content, file=file, read=read, now=timezone.now()
    )
    return redirect("desk:upload-result", number, made.pk)


def _sent(request: HttpRequest, submission: Submission) -> tuple[str, bytes]:
    """Give the file of a request: the one that came with it, or one that was sent before and is read again."""
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return file.name or "", file.read()
    again = request.POST.get("again", "")
    if again.isdigit():
        before = _upload(submission, int(again))
        return before.name, keeping.kept(before.content_sha256)
    raise WrongUse(_("No file came with this."), hint=_("Choose a file, then press “Read the file”."))


def _cells(submission: Submission) -> list[Cell]:
    cells = list(submission.cells.all())
    for cell in cells:
        cell.submission = submission
    return cells


def _upload(submission: Submission, key: int) -> Upload:
    found = submission.uploads.select_related("by", "confirmed_by").filter(pk=key).first()
    if found is None:
        raise AskedForUnknown(_("There is no such file."), hint=_("Send it again."))
    return found


@require_safe
@desk_page
def result(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Show what was read: counts, every fault at its cell, every change; nothing is written yet."""
    actor, submission = submission_for(request, number)
    made = _upload(submission, key)
    read = kept_reading(made.reading_sha256)
    rule, sheet = request.GET.get("rule", ""), request.GET.get("sheet", "")
    chosen = [one for one in read.findings if rule in ("", one.code) and sheet in ("", _sheet(one))]
    definitions = definitions_of(submission.pack)
    form, cells = form_of(definitions, submission.form), _cells(submission)
    lines = lines_of(form, definitions, cells, language=language())
    faults = Paginator(chosen, _A_PAGE).get_page(request.GET.get("page"))
    changes = _changes(read, lines)
    context = {
        "title": _("What was read from the file"),
        "form": form,
        "unit_name": definitions.units[submission.unit].name.in_language(language()),
        "submission": submission,
        "upload": made,
        "counts": made.counts,
        "is_csv": made.kind == CSV,
        "separators": separators(),
        "decimals": decimals(),
        "separator": dict(separators()).get(made.settings.get("separator", ""), ""),
        "decimal": dict(decimals()).get(made.settings.get("decimal", ""), ""),
        "faults": faults,
        "told": [(one, lines.get(read.cell_of(one) or 0), _written(one.key)) for one in faults],
        "rules": _tally(one.code for one in read.findings),
        "sheets": _tally(_sheet(one) for one in read.findings),
        "rule": rule,
        "sheet": sheet,
        "changes": changes[:_A_PAGE],
        "more_changes": len(changes[_A_PAGE:]),
        "may_confirm": made.confirmed_at is None and may(actor, "submission.confirm", submission.target()),
        "good": made.counts.get("new", 0) + made.counts.get("changed", 0),
        "hard": sum(one.severity == Severity.ERROR for one in read.findings),
    }
    return render(request, "desk/upload.html", context)


def _sheet(finding: Finding) -> str:
    return sheet_of(finding.key)


def _written(place: str) -> str:
    """Give a place as the page shows it; what the file does not hold has none, and only its line is named."""
    return place if line_of(place) != place else ""


def _tally(names: Iterable[str]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for name in names:
        counted[name] = counted.get(name, 0) + 1
    return sorted(counted.items())


def _changes(read: Read, lines: Mapping[int, Line]) -> list[dict[str, Any]]:
    """List what would be written, in the form's order: the line, its place, and its value before and after."""
    written = [one for one in read.brought if one.outcome in {NEW, CHANGED} and one.cell in lines]
    return [
        {
            "line": lines[one.cell],
            "place": one.place,
            "before": one.before,
            "after": one.text or status_words(one.status),
        }
        for one in sorted(written, key=lambda one: lines[one.cell].cell.position)
    ]


@require_safe
@desk_page
def annotated(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Give the same workbook back with every fault coloured and commented at its cell.

    Whoever sent it gets it as it was; others get its values without its formulas and links.
    """
    actor, submission = submission_for(request, number)
    made = _upload(submission, key)
    if made.kind == CSV:
        raise AskedForUnknown(_("A CSV cannot be coloured."), hint=_("Its faults are listed with their lines."))
    rulebook = definitions_of(submission.pack).rulebook
    findings = kept_reading(made.reading_sha256).findings
    content = annotate(keeping.kept(made.content_sha256), findings, rulebook=rulebook)
    is_own = actor.person is not None and made.by == actor.person
    return file_answer(content if is_own else without_formulas(content), f"checked-{made.name}", WORKBOOK_TYPE)


@require_POST
@desk_page
def confirm(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Write what was read: all or nothing, or the good cells only."""
    actor, submission = submission_for(request, number)
    made = acts_uploading.confirm(actor, submission, upload=key, mode=request.POST.get("mode", ""), now=timezone.now())
    words = ngettext("%(count)d cell written.", "%(count)d cells written.", made.written) % {"count": made.written}
    messages.success(request, words)
    return redirect(reverse("desk:upload-result", args=[number, key]))


urlpatterns = [
    path("submissions/<int:number>/workbook/", workbook, name="workbook"),
    path("submissions/<int:number>/table/", table, name="table"),
    path("submissions/<int:number>/upload/", upload, name="upload"),
    path("submissions/<int:number>/uploads/<int:key>/", result, name="upload-result"),
    path("submissions/<int:number>/uploads/<int:key>/annotated/", annotated, name="annotated"),
    path("submissions/<int:number>/uploads/<int:key>/confirm/", confirm, name="confirm"),
]
