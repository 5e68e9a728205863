"""The working view, for programs: what the database holds now, and files of observations brought into it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.params.functions import Query

from mezon.model.observations import KEY
from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.policy import Target, require
from mezon.web.api import remembering, shapes
from mezon.web.api.bearer import Token
from mezon.web.api.declaring import declared
from mezon.web.api.guarding import takes
from mezon.web.api.paging import A_PAGE, part, place_of, question
from mezon.web.api.problems import Refused
from mezon.web.api.reaching import pack_for
from mezon.web.api.released import split
from mezon.web.api.views.released import Codes, Cursor, Limit
from mezon.web.desk import keeping
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.viewing.seeing import reach_of, unmasked
from mezon.web.warehouse.store import read_observations
from mezon.web.working.showing import shown_fields
from mezon.web.working.starting import start

router = Router(tags=["Working view"], auth=Token())

#: The largest file of observations: some millions of rows.
_LARGEST = 1_000_000_000
_PIECE = 1 << 20

_CSV = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
    "responses": {202: {"headers": {"Location": {"schema": {"type": "string"}, "description": "The job."}}}},
}
Mode = Annotated[
    str, Query("all", pattern="^(all|good)$", description="All rows or none, or the rows without an error.")
]
Why = Annotated[str, Query(..., min_length=1, max_length=500, description="Why: kept with every value.")]


@router.get("/packs/{pack}/observations",
            response=declared(shapes.Page[shapes.WorkingObservation], 404, 422, token=True),
            summary="Observations of the working view")  # fmt: skip
def working_observations(
    request: HttpRequest,
    pack: str,
    indicator: Codes,
    unit: Codes,
    period: Codes,
    at: int | None = Query(None, ge=0, lt=2**31, description="As known at this change; now when none is named."),
    cursor: Cursor = None,
    limit: Limit = A_PAGE,
) -> Any:
    """Give what is known now, or was known at a change, of the units that you may read; name an indicator or a unit.

    Left out are confidential values of others, and totals from which they could be told.
    """
    stored = pack_for(actor_of(request), pack, "observation.read", "observation.import")
    indicators, units, periods = split(indicator), split(unit), split(period)
    if not indicators and not units:
        raise Refused(422, _("Name at least one indicator or unit."), hint=_("Add ?indicator= or ?unit= to it."))
    name = question("working", pack, indicators, units, periods, at)
    begin, pinned = place_of(cursor, name)
    change = pinned if pinned is not None else stored.last_change if at is None else at
    definitions = definitions_of(stored)
    reach = reach_of(actor_of(request), stored, definitions.units)
    within = sorted(reach.free.intersection(units) if units else reach.free)
    frame = read_observations(stored, indicators=indicators or None, units=within, periods=periods or None, at=change)
    seen = unmasked(stored, definitions, reach, frame, known=change)
    rows = seen.sort(*KEY, "source", "published", "source_ref").slice(begin, limit)
    items = rows.select(*shapes.WorkingObservation.model_fields).to_dicts()
    return JsonResponse(
        part(items, begin, limit, seen.height, name, at=change), json_dumps_params={"ensure_ascii": False}
    )


@router.post("/packs/{pack}/observations", response=declared(shapes.Job, 404, status=202, token=True, body=True),
             summary="Bring in observations", openapi_extra=_CSV)  # fmt: skip
@takes("text/csv", largest=_LARGEST)
def bring_in(request: HttpRequest, pack: str, reason: Why, mode: Mode = "all") -> Any:
    """Bring a CSV with the columns of observations.csv into the working view: checked, recorded, as one change.

    It is done in the background: the answer is the job. The same file twice changes nothing.
    """
    actor = actor_of(request)
    stored = pack_for(actor, pack, "observation.read", "observation.import")
    require(actor, "observation.import", Target(pack=stored.code))
    content, length = keeping.keep_pieces(iter(lambda: request.read(_PIECE), b""))
    if not length:
        raise Refused(422, _("The file is empty."), hint=_("Send a CSV with a header and at least one row."))

    def act() -> HttpResponse:
        arguments = {"pack": stored.code, "file": content, "mode": mode, "reason": reason}
        where = Target(pack=stored.code)
        job = start("observation-import", actor=actor, arguments=arguments, now=timezone.now(), target=where)
        answer = JsonResponse(shown_fields(job), status=202)
        answer["Location"] = reverse("api:job", args=[job.pk])
        return answer

    digest = remembering.digest_of(request, content)
    return remembering.once(request, actor.person, digest, act, now=timezone.now())
