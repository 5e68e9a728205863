"""The receipt of a submission: public once the submission is released; before, for those who may read it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mezon.errors import AskedForUnknown
from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.policy import may
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.models import Submission
from mezon.web.desk.pages import desk_page, submission_for
from mezon.web.desk.receipts import cell_at, may_be_told, steps_of
from mezon.web.desk.states import State
from mezon.web.portal.addresses import of_value
from mezon.web.portal.pages import language


@require_safe
@login_not_required
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """Show what was handed in, and how it came into a release; `?cell=` names one cell of it."""
    found = Submission.objects.select_related("pack", "release").filter(pk=number, state=State.RELEASED).first()
    if found is None:
        answer: HttpResponse = _inner(request, number=number)
        return answer
    return _page(request, found)


@desk_page
def _inner(request: HttpRequest, number: int) -> HttpResponse:
    """Show the receipt of what is not public yet, to those who may read the submission."""
    _actor, submission = submission_for(request, number)
    if not submission.receipt:
        raise AskedForUnknown(_("This was not handed in yet."), hint=_("There is a receipt as soon as it is."))
    return _page(request, submission)


def _page(request: HttpRequest, submission: Submission) -> HttpResponse:
    definitions = definitions_of(submission.pack)
    form, unit = definitions.forms.get(submission.form), definitions.units.get(submission.unit)
    place = request.GET.get("cell", "")
    cell = cell_at(submission, place)
    if place and cell is None:
        raise Http404(_("This submission has no cell “%(place)s”.") % {"place": place[:100]})
    indicator = definitions.indicators.get(cell.indicator) if cell else None
    context = {
        "title": _("Receipt of submission %(number)d") % {"number": submission.pk},
        "submission": submission,
        "form": form.title.in_language(language()) if form else submission.form,
        "unit": unit.name.in_language(language()) if unit else submission.unit,
        "steps": steps_of(submission),
        "cell": cell,
        "cell_name": indicator.name.in_language(language()) if indicator else (cell.indicator if cell else ""),
        "told": cell is not None and may_be_told(submission, cell),
        "value_href": of_value(cell.indicator, submission.unit, cell.period) if cell and submission.release else "",
        "may_read": may(actor_of(request), "submission.read", submission.target()),
    }
    response = render(request, "desk/receipt.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [path("receipts/<int:number>/", receipt, name="receipt")]
