"""The history of a value, and the list of what was recorded on a pack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mezon.errors import AskedForUnknown
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.process.regrouping import as_now
from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.policy import Target, require
from mezon.web.api.reaching import pack_for
from mezon.web.desk.pages import desk_page
from mezon.web.desk.viewing import tabling, telling
from mezon.web.desk.viewing.choosing import NOW, Moment, definitions_at, moment_of, seen_from_of
from mezon.web.desk.viewing.seeing import READ, Reach, reach_of
from mezon.web.desk.viewing.tabling import View, view_of
from mezon.web.desk.viewing.telling import Ingredient
from mezon.web.desk.views.working import frame_of
from mezon.web.portal.addresses import query
from mezon.web.warehouse.models import StoredPack

_CHANGES_A_PAGE = 50


@require_safe
@desk_page
def value(request: HttpRequest, code: str, indicator: str, unit: str, period: str) -> HttpResponse:
    """Show one value of the working view: what it was computed from, and who said it when, instead of what, and why."""
    actor = actor_of(request)
    pack = pack_for(actor, code, READ)
    require(actor, READ, Target(pack=pack.code, unit=unit))
    Period.parse(period)
    moment = moment_of(pack, request.GET)
    definitions = definitions_at(pack, moment)
    _refuse_unknown(definitions, indicator, unit)
    reach, defined = reach_of(actor, pack, definitions.units), definitions.indicators[indicator]
    seen_from = seen_from_of(request.GET, timezone.now().date())
    grouped = definitions if seen_from is None else as_now(definitions, on=seen_from)
    reading = _Reading(pack, grouped, reach, moment, seen_from)
    here = (indicator, unit, period)
    found = reading.view([indicator], [unit], [period])
    telling.refuse_if_masked(found, here)
    rows = tabling.by_place(found.frame, grouped).get(here, [])
    made_of = telling.ingredients_of(grouped, defined, unit, period, rows[0]) if rows else []
    statements = telling.statements_of(definitions, actor, reach, defined, unit, period, moment)
    context = {
        "title": defined.name,
        "indicator": defined,
        "measure": definitions.units_of_measure.get(defined.unit),
        "unit": definitions.units[unit],
        "period": period,
        "moment": moment,
        "grouped_now": seen_from is not None,
        "rows": [_shown(row, defined, definitions) for row in rows],
        "ingredients": reading.boxes(made_of),
        "statements": statements,
        "view_then": f"{reverse('desk:working-pack', args=[code])}{_same_columns(indicator, period)}",
        **frame_of(actor, pack),
    }
    return render(request, "desk/working_value.html", context)


@require_safe
@desk_page
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """List what was recorded on a pack, the newest first: who did what, why, and what it came to."""
    actor = actor_of(request)
    pack = pack_for(actor, code, "change.read")
    require(actor, "change.read", Target(pack=pack.code))
    leaf = Paginator(telling.changes_of(pack), _CHANGES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("What was recorded"),
        "leaf": leaf,
        "recorded": telling.recorded(leaf, pack),
        **frame_of(actor, pack),
    }
    return render(request, "desk/working_changes.html", context)


class _Reading:
    """Values of the working view for one reader, as of one moment, with units grouped one way."""

    def __init__(
        self, pack: StoredPack, definitions: Definitions, reach: Reach, moment: Moment, seen_from: Any
    ) -> None:
        self._pack, self._definitions, self._reach = pack, definitions, reach
        self._moment, self._seen_from = moment, seen_from

    def view(self, indicators: Sequence[str], units: Sequence[str], periods: Sequence[str]) -> View:
        return view_of(
            self._pack, self._definitions, self._reach, indicators=indicators, units=units, periods=periods,
            known=self._moment.known, at=self._moment.at, seen_from=self._seen_from,
        )  # fmt: skip

    def boxes(self, ingredients: Sequence[Ingredient]) -> list[dict[str, Any]]:
        """Give what a value was computed from, each with its own way further back; none is read where it was stated."""
        if not ingredients:
            return []
        view = self.view(
            sorted({one.indicator.code for one in ingredients}),
            sorted({one.unit.code for one in ingredients}),
            sorted({one.period for one in ingredients}),
        )
        places = tabling.by_place(view.frame, self._definitions)
        return [self._ingredient(one, view, places) for one in ingredients]

    def _ingredient(self, one: Ingredient, view: View, places: dict[Any, Any]) -> dict[str, Any]:
        place = (one.indicator.code, one.unit.code, one.period)
        asked = {"change": str(self._moment.known)} if self._moment.asked else {}
        asked |= {"grouped": NOW} if self._seen_from else {}
        href = f"{reverse('desk:working-value', args=[self._pack.code, *place])}{query(asked)}"
        if place in view.masked or one.unit.code not in self._reach.free:
            box = tabling.Box(kind="masked")
        else:
            box = tabling.box_of(one.indicator, places[place], href=href) if place in places else tabling.NOTHING
        return {"indicator": one.indicator, "unit": one.unit, "period": one.period, "box": box}


def _shown(row: dict[str, Any], indicator: Any, definitions: Definitions) -> dict[str, Any]:
    """Give a row of the working view as the page of a value shows it, at full precision."""
    return {
        **row,
        "marks": tabling.marks_of({**row, "origin": ""}, indicator),
        "how": telling.how(row),
        "part": telling.part_words(row, indicator, definitions),
    }


def _same_columns(indicator: str, period: str) -> str:
    return query({"indicator": indicator, "from": period, "to": period})


def _refuse_unknown(definitions: Definitions, indicator: str, unit: str) -> None:
    if indicator not in definitions.indicators or unit not in definitions.units:
        raise AskedForUnknown(
            _("There was no such indicator or unit as known then."), hint=_("Choose a value in the working view.")
        )


urlpatterns = [
    path("working/<str:code>/values/<str:indicator>/<str:unit>/<str:period>/", value, name="working-value"),
    path("working/<str:code>/recorded/", changes, name="changes"),
]
