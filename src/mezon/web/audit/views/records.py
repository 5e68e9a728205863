"""Audit records: read, filter, take away, verify."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import require
from mezon.web.audit import exporting, finding
from mezon.web.audit.forms import AskForm
from mezon.web.audit.sentences import sentence
from mezon.web.audit.verifying import verify

_ON_A_PAGE = 50
_AT_ONCE = 2000
_FILES = {"csv": ("text/csv; charset=utf-8", exporting.as_csv), "json": ("application/json", exporting.as_json)}


def _reader(request: HttpRequest, action: str) -> Actor:
    actor = actor_of(request)
    require(actor, action, finding.place_of(actor))
    return actor


@never_cache
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Show records in sentences, newest first; a page costs the same however many there are."""
    actor = _reader(request, "audit.read")
    form = AskForm(request.GET)
    found = finding.matching(finding.visible(actor, today=timezone.now().date()), form.asked())
    start = request.GET.get("before", "")
    if start.isdecimal() and len(start) < 19:  # the digits of a 64-bit number
        found = found.filter(number__lt=int(start))
    shown = list(found[: _ON_A_PAGE + 1])
    more = len(shown) > _ON_A_PAGE
    shown = shown[:_ON_A_PAGE]
    query = {name: value for name, value in request.GET.items() if value and name != "before"}
    context: dict[str, Any] = {
        "title": _("Audit records"), "form": form, "sentences": [sentence(record) for record in shown],
        "older": urlencode({**query, "before": shown[-1].number}) if more else "", "query": urlencode(query),
    }  # fmt: skip
    return render(request, "audit/records.html", context)


@never_cache
@require_safe
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Give the records asked for as a file; that they were taken is a record itself."""
    actor = _reader(request, "audit.export")
    now = timezone.now()
    asked = {name: str(value) for name, value in request.GET.items() if value}
    content_type, written = _FILES[form]
    found = finding.matching(finding.visible(actor, today=now.date()), AskForm(request.GET).asked())
    exporting.exported(actor, finding.place_of(actor), as_file=form, asked=asked, now=now)
    answer = StreamingHttpResponse(written(found.iterator(chunk_size=_AT_ONCE)), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="audit-{now:%Y%m%dT%H%M%SZ}.{form}"'
    return answer


@never_cache
@require_safe
def chain(request: HttpRequest) -> HttpResponse:
    """Reckon the whole chain again and say whether it holds."""
    _reader(request, "audit.read")
    return render(request, "audit/chain.html", {"title": _("The chain of records"), "verified": verify()})


urlpatterns = [
    path("", records, name="records"),
    path("export.csv", export, {"form": "csv"}, name="export_csv"),
    path("export.json", export, {"form": "json"}, name="export_json"),
    path("chain/", chain, name="chain"),
]
