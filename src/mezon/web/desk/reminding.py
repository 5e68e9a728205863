"""Letters about what is due: one to each person, about everything of theirs, and about each thing once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from mezon.web.accounts.models import Grant, Person
from mezon.web.accounts.policy import Target, covers
from mezon.web.accounts.roles import Role
from mezon.web.desk import owing
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.models import Reminder, Submission
from mezon.web.desk.owing import Debt
from mezon.web.warehouse.models import StoredPack

#: Somebody who is late hears of it again after so many days.
AGAIN_AFTER = 14

#: Gives the full address of a page, from its path.
Address = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one person is to be told: each debt with the occasion on which it is told."""

    to: Person
    about: tuple[tuple[Debt, str], ...]


def letters_due(pack: StoredPack, *, today: date) -> list[Letter]:
    """Give the letters to write now: four queries and one a form, however many people and units there are."""
    told = set(Reminder.objects.filter(pack=pack).values_list("form", "unit", "period", "kind", "to"))
    submissions = list(Submission.objects.filter(pack=pack))
    definitions = definitions_of(pack)
    known = owing.known_already(pack, definitions, units=None, today=today)
    debts = owing.debts(definitions, submissions, units=None, today=today, known=known)
    waiting = [(debt, kind) for debt in debts if (kind := occasion(debt, today))]
    letters = []
    for person, grants in _providers(pack, today):
        about = tuple(
            (debt, kind)
            for debt, kind in waiting
            if (*debt.about, kind, person.pk) not in told and _reach(grants, pack, debt)
        )
        if about:
            letters.append(Letter(to=person, about=about))
    return letters


def occasion(debt: Debt, today: date) -> str:
    """Say on which occasion somebody is to be told of a debt: "" is none; each occasion is told once."""
    if debt.submission is not None and debt.urgency(today) == "returned":
        return f"returned-{debt.submission.number}-{debt.submission.version}"
    late = debt.late(today)
    if late:
        return f"late-{late // AGAIN_AFTER}"
    return "soon" if debt.soon(today) else ""


def _providers(pack: StoredPack, today: date) -> list[tuple[Person, list[Grant]]]:
    held = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__date__gt=today),
        role=Role.PROVIDER,
        pack__in=["", pack.code],
        person__is_active=True,
        valid_from__date__lte=today,
    )
    by_person: dict[int, tuple[Person, list[Grant]]] = {}
    for grant in held.select_related("person").order_by("person__email", "pk"):
        by_person.setdefault(grant.person.pk, (grant.person, []))[1].append(grant)
    return list(by_person.values())


def _reach(grants: Iterable[Grant], pack: StoredPack, debt: Debt) -> bool:
    return any(covers(grant, Target(pack=pack.code, unit=debt.unit.code)) for grant in grants)


def send(letter: Letter, address: Address, today: date) -> None:
    """Write to one person, in their language."""
    with override(letter.to.language):
        count = len(letter.about)
        subject = ngettext("%(count)d form waits for you", "%(count)d forms wait for you", count) % {"count": count}
        context = {"to": letter.to, "lines": [_line(debt, today, letter.to.language) for debt, _kind in letter.about]}
        body = render_to_string("desk/reminder.txt", {**context, "address": address(f"/{letter.to.language}/desk/")})
    send_mail(subject, body, None, [letter.to.email])


def _line(debt: Debt, today: date, language: str) -> str:
    what = _("%(form)s, %(period)s, %(unit)s") % {
        "form": debt.form.title.in_language(language),
        "period": debt.period,
        "unit": debt.unit.name.in_language(language),
    }
    late = debt.late(today)
    if debt.urgency(today) == "returned":
        return _("%(what)s: cells came back to be mended") % {"what": what}
    if late:
        return ngettext("%(what)s: %(days)d day late", "%(what)s: %(days)d days late", late) % {
            "what": what,
            "days": late,
        }
    return _("%(what)s: due %(day)s") % {"what": what, "day": debt.due.isoformat()}
