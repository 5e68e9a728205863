"""The working view: what is known now, or was known at a change, of the units within somebody's reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mezon.disseminate.export import defused
from mezon.errors import AskedForUnknown
from mezon.model.codelists import Frequency
from mezon.model.pack import Definitions
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import ACTIONS, Target, may, may_somewhere, require
from mezon.web.accounts.roles import Role
from mezon.web.api.reaching import pack_for
from mezon.web.desk.pages import desk_page, file_answer
from mezon.web.desk.viewing import choosing, tabling
from mezon.web.desk.viewing.choosing import NO_HIERARCHY, Choice, choice_of, definitions_at, moment_of
from mezon.web.desk.viewing.ordering import Line, lines_of, wholes_of
from mezon.web.desk.viewing.seeing import READ, Reach, reach_of, terms_below
from mezon.web.desk.viewing.tabling import View, view_of
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store.contents import indicators_stated

FREQUENCIES = {
    Frequency.ANNUAL: gettext_lazy("Years"),
    Frequency.HALF_YEARLY: gettext_lazy("Half-years"),
    Frequency.QUARTERLY: gettext_lazy("Quarters"),
    Frequency.MONTHLY: gettext_lazy("Months"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for and what answers it, for a page or a file."""

    actor: Actor
    choice: Choice
    reach: Reach
    stated: frozenset[str]
    lines: list[Line]
    view: View


@require_safe
@desk_page
def working(request: HttpRequest) -> HttpResponse:
    """Lead to the working view of the pack chosen, or of the first within reach."""
    actor = actor_of(request)
    if not may_somewhere(actor, READ):
        require(actor, READ)
    packs = packs_of(actor)
    chosen = request.GET.get("pack", "")
    if not packs:
        raise AskedForUnknown(
            _("There is no pack in the database yet that you may read."), hint=_("“mezon load” brings one.")
        )
    return redirect("desk:working-pack", code=chosen or packs[0].code)


@require_safe
@desk_page
def working_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Show the working view of a pack: units in the order of a hierarchy, indicators by periods."""
    asked = _asked(request, code)
    choice = asked.choice
    lines = tabling.lines_with_something(asked.lines, asked.view)
    leaves = tabling.pages_of(lines, len(choice.indicators) * len(choice.periods))
    part = request.GET.get("part", "")
    here = int(part) if part.isdigit() and int(part) < len(leaves) else 0
    rows = tabling.rows_of(choice, asked.view, leaves[here])
    context = {
        "title": _("What is known now"),
        "choice": choice,
        "moment": choice.moment,
        "rows": rows,
        "leaves": _leaves(request, leaves, here),
        "without": len(asked.lines) - len(lines),
        "masked": any(box.kind == "masked" for row in rows for box in row.boxes),
        "legend": tabling.legend_of(rows),
        "columns": [choice.definitions.indicators[code] for code in choice.indicators],
        "measures": choice.definitions.units_of_measure,
        "file": f"{reverse('desk:working-file', args=[code])}?{request.GET.urlencode()}",
        "newest": _without(request, "change", "day", "part"),
        **_controls(asked),
        **frame_of(asked.actor, choice.pack),
    }
    return render(request, "desk/working.html", context)


@require_safe
@desk_page
def working_file(request: HttpRequest, code: str) -> HttpResponse:
    """Give the same as a CSV: all units chosen, every part of a fact, and in each line what it is."""
    asked = _asked(request, code)
    table = tabling.file_of(asked.choice, asked.view, asked.lines)
    name = f"mezon-{asked.choice.pack.code}-working-view-change-{asked.choice.moment.known}.csv"
    return file_answer(defused(table).write_csv().encode("utf-8"), name, "text/csv; charset=utf-8")


def packs_of(actor: Actor) -> list[StoredPack]:
    """Give the packs in which somebody may read something."""
    roles = ACTIONS[READ].roles
    held = {grant.pack for grant in actor.grants if Role(grant.role) in roles}
    return [pack for pack in StoredPack.objects.all() if "" in held or pack.code in held]


def frame_of(actor: Actor, pack: StoredPack) -> dict[str, Any]:
    """Give what the pages of the working view have around them: the pack, the others, and where one may go."""
    return {
        "pack": pack,
        "packs": packs_of(actor),
        "may_read_changes": may(actor, "change.read", Target(pack=pack.code)),
    }


def _asked(request: HttpRequest, code: str) -> Asked:
    actor, today = actor_of(request), timezone.now().date()
    pack = pack_for(actor, code, READ)
    moment = moment_of(pack, request.GET)
    definitions = definitions_at(pack, moment)
    reach = reach_of(actor, pack, definitions.units)
    stated = indicators_stated(pack, units=reach.named)
    choice = choice_of(
        pack, request.GET, moment=moment, definitions=definitions, stated=stated, units=reach.named, today=today
    )
    lines = lines_of(
        choice.definitions, hierarchy=choice.hierarchy, top=choice.top, periods=choice.periods, seen=reach.free
    )
    view = view_of(
        pack, choice.definitions, reach,
        indicators=choice.indicators, units=[line.unit.code for line in lines], periods=choice.periods,
        known=moment.known, at=moment.at, seen_from=choice.seen_from,
    )  # fmt: skip
    return Asked(actor=actor, choice=choice, reach=reach, stated=stated, lines=lines, view=view)


def _controls(asked: Asked) -> dict[str, Any]:
    choice = asked.choice
    periods = choosing.by_frequency(choice.possible_periods)
    wholes = wholes_of(choice.definitions, choice.hierarchy, asked.reach.free)
    named = choice.top and choice.top not in {code for code, _name in wholes}
    top = choice.definitions.units[choice.top] if named else None
    return {
        "groups": _groups(choice.definitions, asked.stated, choice.indicators),
        "periods": [(FREQUENCIES.get(length, length), listed) for length, listed in periods.items()],
        "hierarchies": choosing.hierarchies_of(choice.definitions),
        "no_hierarchy": NO_HIERARCHY,
        "wholes": [*wholes, *([(top.code, top.name.in_language(language()))] if top else [])],
        "most_indicators": choosing.MOST_INDICATORS,
        "unlimited": asked.reach.whole,
    }


def _groups(
    definitions: Definitions, stated: frozenset[str], chosen: Sequence[str]
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Give the indicators to choose from, those of which something is known, by group: code, name, chosen."""
    by_group: dict[str, list[tuple[str, str, bool]]] = {}
    for code, indicator in definitions.indicators.items():
        if code in chosen or not stated.isdisjoint(terms_below(definitions, code)):
            name = indicator.name.in_language(language())
            by_group.setdefault(indicator.group, []).append((code, name, code in chosen))
    ordered = sorted(by_group, key=lambda code: (code not in definitions.groups, _place(definitions, code), code))
    return [
        (
            definitions.groups[code].name.in_language(language()) if code in definitions.groups else _("Others"),
            sorted(by_group[code], key=lambda entry: entry[1]),
        )
        for code in ordered
    ]


def _place(definitions: Definitions, group: str) -> int:
    return definitions.groups[group].order if group in definitions.groups else 0


def _leaves(request: HttpRequest, leaves: Sequence[Sequence[Line]], here: int) -> list[dict[str, Any]]:
    if len(leaves) < 2:
        return []
    return [
        {
            "href": f"{_without(request, 'part')}&part={number}",
            "first": lines[0].unit.name.in_language(language()),
            "last": lines[-1].unit.name.in_language(language()),
            "here": number == here,
        }
        for number, lines in enumerate(leaves)
    ]


def _without(request: HttpRequest, *names: str) -> str:
    """Give the address of this page without some of what is asked for."""
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return f"?{kept.urlencode()}"


urlpatterns = [
    path("working/", working, name="working"),
    path("working/<str:code>/", working_pack, name="working-pack"),
    path("working/<str:code>/values.csv", working_file, name="working-file"),
]
