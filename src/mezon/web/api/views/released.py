"""What is published, for anybody: releases, their observations, scores, indicators, units and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.params.functions import Query

from mezon.errors import AskedForUnknown
from mezon.model.observations import RELEASE_SCHEMA
from mezon.web.api import released, shapes
from mezon.web.api.declaring import declared
from mezon.web.api.paging import A_PAGE, MOST, part, question, start_of
from mezon.web.portal.edition import Edition
from mezon.web.warehouse.models import AssessmentRecord

router = Router(tags=["Releases"])

Cursor = Annotated[str | None, Query(None, max_length=200, description="“next” of the part before.")]
Limit = Annotated[int, Query(A_PAGE, ge=1, le=MOST, description="How many items a part has.")]
Codes = Annotated[list[str], Query([], max_length=500, description="One or more codes, also with commas between.")]
Format = Annotated[str, Query("json", pattern="^(json|csv)$", description="csv gives everything at once, streamed.")]
_CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


@router.get("/releases", response=declared(shapes.Page[shapes.Release], 422), summary="Published releases")
def releases(
    request: HttpRequest, pack: str = Query("", max_length=100), cursor: Cursor = None, limit: Limit = A_PAGE
) -> Any:
    """List the published releases, newest first."""
    asked = question("releases", pack)
    start = start_of(cursor, asked)
    found = released.records().filter(pack=pack) if pack else released.records()
    page = list(found[start : start + limit])
    names: dict[int, list[str]] = {record.pk: [] for record in page}
    rows = (
        AssessmentRecord.objects.filter(release__in=names)
        .order_by("methodology")
        .values_list("release_id", "methodology")
    )
    for record, methodology in rows.distinct():
        names[record].append(methodology)
    items = [released.release_fields(record, names[record.pk]) for record in page]
    return part(items, start, limit, found.count(), asked)


@router.get("/releases/{release}/observations", response=declared(shapes.Page[shapes.Observation], 404, 422),
            summary="Observations of a release", openapi_extra=_CSV)  # fmt: skip
def observations(
    request: HttpRequest,
    release: str,
    indicator: Codes,
    unit: Codes,
    period: Codes,
    format: Format = "json",  # noqa: A002 - the name that people know
    cursor: Cursor = None,
    limit: Limit = A_PAGE,
) -> Any:
    """Give released values by filter: as JSON in parts, or as CSV everything at once (no row is ever left out).

    `latest` instead of an id is the newest release.
    """
    edition = released.edition_at(release)
    asked = released.Filter(
        indicators=released.split(indicator), units=released.split(unit), periods=released.split(period)
    )
    frame = released.observations(edition, asked)
    if format == "csv":
        return _csv(released.csv_lines(frame), f"{edition.definitions.id}-{edition.as_of}.csv", frame.height)
    name = question("observations", edition.content_sha256, asked)
    start = start_of(cursor, name)
    rows = frame.slice(start, limit).select(*RELEASE_SCHEMA).to_dicts()
    return JsonResponse(part(rows, start, limit, frame.height, name), json_dumps_params={"ensure_ascii": False})


@router.get("/releases/{release}/scores", response=declared(shapes.Page[shapes.Score], 404, 422),
            summary="Scores of a release", openapi_extra=_CSV)  # fmt: skip
def scores(
    request: HttpRequest,
    release: str,
    unit: Codes,
    period: Codes,
    node: Codes,
    methodology: str = Query("", max_length=100, description="Empty: the pack's default."),
    format: Format = "json",  # noqa: A002 - the name that people know
    cursor: Cursor = None,
    limit: Limit = A_PAGE,
) -> Any:
    """Give scores and ranks with their intervals, by one methodology."""
    edition = released.edition_at(release)
    frame = _scores(edition, methodology)
    for column, codes in (("unit", unit), ("period", period), ("node", node)):
        wanted = released.split(codes)
        frame = frame.filter(frame[column].is_in(list(wanted))) if wanted else frame
    if format == "csv":
        return _csv(released.csv_lines(frame), f"{edition.definitions.id}-{edition.as_of}-scores.csv", frame.height)
    name = question("scores", edition.content_sha256, methodology, unit, period, node)
    start = start_of(cursor, name)
    return part(frame.slice(start, limit).to_dicts(), start, limit, frame.height, name)


def _scores(edition: Edition, methodology: str) -> Any:
    code = methodology or edition.definitions.default_methodology
    found = edition.assessments.get(code)
    if found is None:
        known = ", ".join(sorted(edition.assessments)) or "–"
        raise AskedForUnknown(
            _("This release was not assessed by “%(code)s”.") % {"code": code},
            hint=_("There is: %(known)s.") % {"known": known},
        )
    frame = found.scores.sort("unit", "period", "node", maintain_order=True)
    return frame.with_columns(frame.select(_floats()).fill_nan(None).get_columns())


def _floats() -> Any:
    import polars as pl

    return pl.selectors.float()


@router.get("/releases/{release}/indicators", response=declared(shapes.Page[shapes.Indicator], 404, 422),
            summary="Indicators of a release")  # fmt: skip
def indicators(request: HttpRequest, release: str, cursor: Cursor = None, limit: Limit = A_PAGE) -> Any:
    """Give the definitions in force."""
    return _definitions(release, "indicators", cursor, limit, _indicators)


@router.get("/releases/{release}/units", response=declared(shapes.Page[shapes.Unit], 404, 422),
            summary="Units of a release")  # fmt: skip
def units(request: HttpRequest, release: str, cursor: Cursor = None, limit: Limit = A_PAGE) -> Any:
    """Give what is measured."""
    return _definitions(release, "units", cursor, limit, _units)


@router.get("/releases/{release}/sources", response=declared(shapes.Page[shapes.Source], 404, 422),
            summary="Sources of a release")  # fmt: skip
def sources(request: HttpRequest, release: str, cursor: Cursor = None, limit: Limit = A_PAGE) -> Any:
    """Give where values come from, with their terms."""
    return _definitions(release, "sources", cursor, limit, _sources)


def _definitions(
    release: str, kind: str, cursor: str | None, limit: int, rows: Callable[[Edition], Iterable[dict[str, Any]]]
) -> dict[str, Any]:
    edition = released.edition_at(release)
    asked = question(kind, edition.content_sha256)
    start = start_of(cursor, asked)
    items = list(rows(edition))
    return part(items[start : start + limit], start, limit, len(items), asked)


def _indicators(edition: Edition) -> Iterable[dict[str, Any]]:
    for one in edition.definitions.indicators.values():
        yield {
            "code": one.code, "name": released.words(one.name), "definition": released.words(one.definition),
            "unit_of_measure": one.unit, "group": one.group, "direction": one.direction, "formula": one.formula,
            "proxy": one.proxy, "holder": released.words(one.holder),
        }  # fmt: skip


def _units(edition: Edition) -> Iterable[dict[str, Any]]:
    for one in edition.definitions.units.values():
        yield {
            "code": one.code, "name": released.words(one.name), "level": str(one.level), "country": one.country,
            "valid_from": one.valid_from, "valid_to": one.valid_to,
        }  # fmt: skip


def _sources(edition: Edition) -> Iterable[dict[str, Any]]:
    for one in edition.definitions.sources.values():
        yield {name: getattr(one, name) for name in shapes.Source.model_fields}


def _csv(lines: Iterable[bytes], name: str, rows: int) -> HttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Total-Count"] = str(rows)
    return response  # type: ignore[return-value]
