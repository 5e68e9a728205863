"""Forms and submissions, for programs of enterprises: open, read, put cells, send a file, hand in, take back.

Every act is the desk's own: the API parses, asks for it, and tells what came of it.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.params.functions import Query

from mezon.model.period import Period
from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.policy import Target, require
from mezon.web.api import shapes
from mezon.web.api.bearer import Token
from mezon.web.api.declaring import declared
from mezon.web.api.guarding import takes
from mezon.web.api.paging import A_PAGE, part, question, start_of
from mezon.web.api.problems import Refused
from mezon.web.api.reaching import pack_for
from mezon.web.api.released import split, words
from mezon.web.api.submitted import (
    cells_of,
    checked,
    entries_of,
    fields_of,
    findings_of,
    found_for,
    held_for,
    outcome_fields,
    upload_fields,
    whole,
)
from mezon.web.api.views.released import Codes, Cursor, Limit
from mezon.web.desk import acts_filling, acts_submitting, acts_uploading, owing
from mezon.web.desk.acts_filling import CONFLICT, LOCKED
from mezon.web.desk.knowing import definitions_of, form_of, unit_of
from mezon.web.desk.models import Submission
from mezon.web.desk.pages import units_for
from mezon.web.desk.reading import compare, read_file

router = Router(tags=["Submissions"], auth=Token())

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LARGEST_FILE = 50_000_000
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"requestBody": {"required": True, "content": {WORKBOOK: _BINARY, "text/csv": {"schema": {"type": "string"}}}}}
_IF_MATCH = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
    "description": "The ETag you read: refused with 412 when somebody changed the submission since.",
}  # fmt: skip
_ETAG = {"headers": {"ETag": {"schema": {"type": "string"}, "description": "Changes with every cell and state."}}}
_TAGGED = {"responses": {200: _ETAG}}
_CONDITIONAL = {"parameters": [_IF_MATCH], **_TAGGED}


@router.get("/packs/{pack}/forms", response=declared(shapes.Page[shapes.Form], 404, 422, token=True),
            summary="Forms that your units owe")  # fmt: skip
def forms(request: HttpRequest, pack: str, cursor: Cursor = None, limit: Limit = A_PAGE) -> Any:
    """List the forms of a pack with those of your units that owe them, and the periods they are asked for."""
    actor = actor_of(request)
    stored = pack_for(actor, pack, "submission.read", "submission.open")
    definitions = definitions_of(stored)
    mine = units_for(actor, "submission.read", stored, definitions)
    today = timezone.now().date()
    items = []
    for form in definitions.forms.values():
        units = [code for code in sorted(mine) if form.asks(definitions.units[code])]
        if units:
            periods = [str(period) for period in owing.periods_asked(form, today)]
            cells = sum(1 for _cell in form.cells(Period.parse(periods[-1]))) if periods else 0
            items.append({"id": form.id, "version": form.version, "title": words(form.title), "units": units,
                          "periods": periods, "cells": cells})  # fmt: skip
    asked = question("forms", pack, sorted(mine))
    start = start_of(cursor, asked)
    return part(items[start : start + limit], start, limit, len(items), asked)


@router.get("/packs/{pack}/submissions", response=declared(shapes.Page[shapes.Submission], 404, 422, token=True),
            summary="Submissions of your units")  # fmt: skip
def submissions(
    request: HttpRequest,
    pack: str,
    unit: Codes,
    state: Codes,
    cursor: Cursor = None,
    limit: Limit = A_PAGE,
) -> Any:
    """List the submissions of the units that you may read, earliest due first."""
    actor = actor_of(request)
    stored = pack_for(actor, pack, "submission.read", "submission.open")
    mine = units_for(actor, "submission.read", stored, definitions_of(stored))
    units = mine & set(split(unit)) if split(unit) else mine
    found = Submission.objects.filter(pack=stored, unit__in=sorted(units)).select_related("pack", "release")
    found = found.filter(state__in=split(state)) if split(state) else found
    asked = question("submissions", pack, unit, state)
    start = start_of(cursor, asked)
    items = [fields_of(one) for one in found[start : start + limit]]
    return part(items, start, limit, found.count(), asked)


@router.post("/submissions", response=declared(shapes.SubmissionWithCells, 404, status=201, token=True, body=True),
             summary="Open a submission")  # fmt: skip
def open_submission(request: HttpRequest, asked: shapes.SubmissionToOpen) -> Any:
    """Open a form of a unit for a period, or give the one that is open; after an approved one, open its correction."""
    actor = actor_of(request)
    stored = pack_for(actor, asked.pack, "submission.read", "submission.open")
    where = Target(pack=stored.code, unit=asked.unit)
    require(actor, "submission.open", where)
    definitions = definitions_of(stored)
    made = acts_filling.open_submission(
        actor,
        where,
        pack=stored,
        form=form_of(definitions, asked.form),
        unit=unit_of(definitions, asked.unit),
        period=asked.period,
        now=timezone.now(),
    )
    answer = _whole(made, status=201)
    answer["Location"] = reverse("api:submission", args=[made.pk])
    return answer


@router.get("/submissions/{int:number}", response=declared(shapes.SubmissionWithCells, 404, 422, token=True),
            summary="One submission", openapi_extra=_TAGGED)  # fmt: skip
def submission(request: HttpRequest, number: int) -> Any:
    """Give a submission with every cell and everything that the checks found in them."""
    return _whole(found_for(request, number)[1])


@router.put("/submissions/{int:number}/cells",
            response=declared(shapes.CellsPut, 404, 412, token=True, body=True),
            summary="Put cells in bulk", openapi_extra=_CONDITIONAL)  # fmt: skip
def put_cells(request: HttpRequest, number: int, asked: shapes.CellsToPut) -> Any:
    """Write cells as one would type them: all or none, or those that can be written. Others are left as they are."""
    with transaction.atomic():
        actor, found = held_for(request, number, "submission.save")
        entries = entries_of(asked.cells, found, cells_of(found))
        saved = acts_filling.save_cells(actor, found, entries=entries, reason=asked.reason, now=timezone.now())
        outcomes = [outcome_fields(one) for one in saved]
        stuck = [one for one in outcomes if one["outcome"] in {CONFLICT, LOCKED}]
        if stuck and asked.mode == "all":
            # Leaving the transaction by this way undoes what was written.
            raise Refused(
                409,
                _("Some cells cannot be written, so none was."),
                hint=_("Read the submission again, or ask for those that can be written (mode: good)."),
                findings=[_stuck(one) for one in stuck],
            )
    cells = cells_of(found)
    told = {"submission": fields_of(found), "outcomes": outcomes, "findings": findings_of(checked(found, cells))}
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    answer["ETag"] = whole(found)[1]
    return answer


def _stuck(outcome: dict[str, Any]) -> dict[str, Any]:
    message = {
        CONFLICT: _("Somebody changed this cell since you read it."),
        LOCKED: _("This cell is closed: it was accepted, or did not come back."),
    }[outcome["outcome"]]
    place = " ".join(str(outcome[name]) for name in ("indicator", "breakdown", "variant", "period") if outcome[name])
    return {"code": outcome["outcome"], "severity": "error", "place": place, "row": None, "column": "", "value": "",
            "message": message, "hint": ""}  # fmt: skip


@router.post("/submissions/{int:number}/uploads",
             response=declared(shapes.Uploaded, 404, 412, status=201, token=True, body=True),
             summary="Send a workbook or a CSV", openapi_extra={**_FILE, "parameters": [_IF_MATCH]})  # fmt: skip
@takes(WORKBOOK, "text/csv", largest=_LARGEST_FILE)
def send_file(
    request: HttpRequest,
    number: int,
    name: str = Query("file", max_length=200, description="What you call the file."),
    separator: str = Query("", max_length=1, description="Of a CSV: found out when it is not said."),
    decimal: str = Query("", pattern="^[.,]?$", description="Of a CSV: found out when it is not said."),
) -> Any:
    """Read a file and tell what it would change, and every fault at its cell. Nothing is written before you confirm."""
    actor, found = found_for(request, number, "submission.upload")
    content = request.read(_LARGEST_FILE + 1)
    definitions = definitions_of(found.pack)
    file = read_file(
        content,
        submission=found,
        definitions=definitions,
        form=form_of(definitions, found.form),
        separator=separator,
        decimal=decimal,
    )
    read = compare(file, found, definitions, cells_of(found))
    made = acts_uploading.receive(actor, found, name=name, content=content, file=file, read=read, now=timezone.now())
    return _uploaded(made, 201)


@router.post("/submissions/{int:number}/uploads/{int:key}/confirm",
             response=declared(shapes.Uploaded, 404, 412, token=True, body=True),
             summary="Write what a file brought", openapi_extra={"parameters": [_IF_MATCH]})  # fmt: skip
def confirm(request: HttpRequest, number: int, key: int, asked: shapes.Confirmation) -> Any:
    """Write what a file brought: all or nothing, or its good cells. Confirmed twice, it changes nothing more."""
    with transaction.atomic():
        actor, found = held_for(request, number, "submission.confirm")
        made = acts_uploading.confirm(actor, found, upload=key, mode=asked.mode, now=timezone.now())
    return _uploaded(made, 200)


@router.post("/submissions/{int:number}/submit",
             response=declared(shapes.SubmissionWithCells, 404, 412, token=True, body=True),
             summary="Hand in", openapi_extra=_CONDITIONAL)  # fmt: skip
def submit(request: HttpRequest, number: int, asked: shapes.Statement) -> Any:
    """Hand a submission in with a statement. What stands against it is listed, each finding at its cell."""
    with transaction.atomic():
        actor, found = held_for(request, number, "submission.submit")
        seen = checked(found, cells_of(found))
        if seen.blocking:
            open_ones = [one for one in findings_of(seen) if one["severity"] != "note"]
            hint = _("Mend the errors and answer the warnings on the desk.")
            raise Refused(422, _("This cannot be handed in yet."), hint=hint, findings=open_ones)
        acts_submitting.submit(actor, found, statement=asked.statement, checked=seen, now=timezone.now())
    return _whole(found)


@router.post("/submissions/{int:number}/withdraw",
             response=declared(shapes.SubmissionWithCells, 404, 412, token=True, body=True),
             summary="Take back", openapi_extra=_CONDITIONAL)  # fmt: skip
def withdraw(request: HttpRequest, number: int, asked: shapes.Reason) -> Any:
    """Take a submission back before a reviewer has verified it."""
    with transaction.atomic():
        actor, found = held_for(request, number, "submission.withdraw")
        acts_submitting.withdraw(actor, found, reason=asked.reason, now=timezone.now())
    return _whole(found)


def _whole(found: Submission, *, status: int = 200) -> HttpResponse:
    told, tag = whole(found)
    answer = JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    answer["ETag"] = tag
    return answer


def _uploaded(upload: Any, status: int) -> HttpResponse:
    return JsonResponse(upload_fields(upload), status=status, json_dumps_params={"ensure_ascii": False})
