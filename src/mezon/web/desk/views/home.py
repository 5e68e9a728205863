"""What is owed: the desk's front page, the calendar of who owes what, and opening a form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mezon.model.pack import Definitions
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import Target, may, may_somewhere
from mezon.web.desk import owing
from mezon.web.desk.acts_filling import open_submission
from mezon.web.desk.acts_reminding import remind
from mezon.web.desk.knowing import definitions_of, form_of, unit_of
from mezon.web.desk.models import Submission
from mezon.web.desk.owing import Debt
from mezon.web.desk.pages import desk_page, units_for
from mezon.web.desk.showing import STATE_WORDS, Progress
from mezon.web.desk.states import State
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import find_stored

#: Where each person's own work begins: the first line whose act they have a role for.
_WORK = (
    ("submission.save", "desk:home"),
    ("review.read", "desk:queue"),
    ("people.read", "accounts:people"),
    ("observation.read", "desk:working"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A debt as a page lists it: in words, with how far it is and what comes next."""

    debt: Debt
    pack: StoredPack
    unit: str
    urgency: str
    state: str
    progress: Progress | None
    next_step: str
    late: int


@require_safe
@desk_page
def home(request: HttpRequest) -> HttpResponse:
    """List what the person's own units owe and have handed in; who fills in nothing is led to their own work."""
    actor, today = actor_of(request), timezone.now().date()
    elsewhere = next((name for action, name in _WORK if may_somewhere(actor, action)), "desk:home")
    if elsewhere != "desk:home":
        return redirect(elsewhere)
    owed = [one for pack in StoredPack.objects.all() for one in _owed(actor, pack, "submission.save", today)]
    context = {
        "title": _("What I owe"),
        "open": [one for one in owed if not one.debt.handed_in],
        "handed_in": [one for one in owed if one.debt.handed_in],
        "today": today,
    }
    return render(request, "desk/home.html", context)


@require_safe
@desk_page
def calendar(request: HttpRequest) -> HttpResponse:
    """Show who owes what: a row for each unit, a column for each form and period."""
    actor, today = actor_of(request), timezone.now().date()
    calendars = []
    for pack in StoredPack.objects.all():
        owed = _owed(actor, pack, "submission.read", today)
        if owed:
            may_remind = may(actor, "submission.remind", Target(pack=pack.code))
            title = definitions_of(pack).title
            calendars.append({**_calendar(pack, owed), "title": title, "may_remind": may_remind})
    return render(request, "desk/calendar.html", {"title": _("Calendar"), "calendars": calendars, "today": today})


def _calendar(pack: StoredPack, owed: list[Owed]) -> dict[str, object]:
    columns = sorted({(one.debt.due, one.debt.form.id, one.debt.period) for one in owed})
    titles = {one.debt.form.id: one.debt.form.title.in_language(language()) for one in owed}
    by_place = {(one.debt.unit.code, one.debt.form.id, one.debt.period): one for one in owed}
    units = sorted({(one.unit, one.debt.unit.code) for one in owed})
    counts: dict[str, int] = {}
    for one in owed:
        counts[one.urgency] = counts.get(one.urgency, 0) + 1
    return {
        "pack": pack,
        "columns": [{"due": due, "form": titles[form], "period": period} for due, form, period in columns],
        "rows": [
            {"unit": name, "cells": [by_place.get((code, form, period)) for _due, form, period in columns]}
            for name, code in units
        ],
        "handed_in": sum(one.debt.handed_in for one in owed),
        "owed": len(owed),
        "late": counts.get("late", 0),
        "returned": counts.get("returned", 0),
    }


@require_POST
@desk_page
def open_form(request: HttpRequest) -> HttpResponse:
    """Open a form of a unit for a period, or go to the one that is open."""
    pack = find_stored(request.POST.get("pack", ""))
    definitions = definitions_of(pack)
    form = form_of(definitions, request.POST.get("form", ""))
    unit = unit_of(definitions, request.POST.get("unit", ""))
    made = open_submission(
        actor_of(request),
        Target(pack=pack.code, unit=unit.code),
        pack=pack,
        form=form,
        unit=unit,
        period=request.POST.get("period", ""),
        now=timezone.now(),
    )
    return redirect(made)


@require_POST
@desk_page
def send_reminders(request: HttpRequest) -> HttpResponse:
    """Write to everybody who owes a form of a pack and has not been told."""
    pack = find_stored(request.POST.get("pack", ""))
    sent = remind(
        actor_of(request),
        Target(pack=pack.code),
        pack=pack,
        address=request.build_absolute_uri,
        now=timezone.now(),
    )
    words = ngettext("%(count)d letter is on its way.", "%(count)d letters are on their way.", sent) % {"count": sent}
    messages.success(request, words if sent else _("Everybody has been told already."))
    return redirect("desk:calendar")


def counted(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Count with each submission, in the same query, its asked and answered cells and those that came back."""
    asked = Q(cells__required=True)
    return submissions.annotate(
        asked=Count("cells", filter=asked),
        answered=Count("cells", filter=asked & ~Q(cells__status="")),
        came_back=Count("cells", filter=Q(cells__state="returned")),
    )


def _owed(actor: Actor, pack: StoredPack, action: str, today: date) -> list[Owed]:
    """List the debts of those units of a pack somebody may work with: two queries, and one a form."""
    definitions = definitions_of(pack)
    units = units_for(actor, action, pack, definitions)
    if not units:
        return []
    submissions = counted(Submission.objects.filter(pack=pack).select_related("release"))
    mine = [one for one in submissions if one.unit in units]
    known = owing.known_already(pack, definitions, units=units, today=today)
    debts = owing.debts(definitions, mine, units=units, today=today, known=known)
    return [*_in_words(debts, pack, definitions, today)]


def _in_words(debts: Iterable[Debt], pack: StoredPack, _definitions: Definitions, today: date) -> Iterable[Owed]:
    for debt in debts:
        one = debt.submission
        yield Owed(
            debt=debt,
            pack=pack,
            unit=debt.unit.name.in_language(language()),
            urgency=debt.urgency(today),
            state=str(STATE_WORDS[State(one.state)]) if one else _not_begun(debt),
            progress=Progress(answered=one.answered, asked=one.asked) if one else None,  # type: ignore[attr-defined]
            next_step=_next_step(one),
            late=debt.late(today),
        )


def _not_begun(debt: Debt) -> str:
    return _("known from another source") if debt.known else _("not begun")


def _next_step(submission: Submission | None) -> str:
    if submission is None:
        return _("Begin")
    match submission.state:
        case State.DRAFT:
            return _("Continue")
        case State.RETURNED:
            back: int = submission.came_back  # type: ignore[attr-defined]
            return ngettext("Mend %(count)d cell", "Mend %(count)d cells", back) % {"count": back}
        case _:
            return _("Look at it")


urlpatterns = [
    path("", home, name="home"),
    path("calendar/", calendar, name="calendar"),
    path("open/", open_form, name="open"),
    path("remind/", send_reminders, name="remind"),
]
