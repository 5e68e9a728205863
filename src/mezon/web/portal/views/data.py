"""Pages of data and about: downloads of everything shown, how to cite it, and what this site is and is not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from mezon.model.codelists import ConfStatus
from mezon.model.text import Text
from mezon.web.portal import downloads
from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import edition_of, page
from mezon.web.portal.register_words import register_purposes

_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@page("data.html", kept=False)
def data(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Offer everything shown as files, with the terms of its sources first, and say how to cite it.

    It names the host it was asked at, so it is not kept for readers who come by another.
    """
    definitions = edition.definitions
    address = request.build_absolute_uri(f"{reverse('portal:data')}?as_of={edition.as_of.isoformat()}")
    example = "observations"
    described = _tables()
    return {
        "title": _("Data"),
        "facts": downloads.facts(edition),
        "files": [{"ending": ending, "name": downloads.file_name(edition, ending), "words": words}
                  for ending, words in _formats().items()],
        "tables": [
            {"name": name, "words": described.get(name, ""), "rows": rows, "columns": columns}
            for name, (rows, columns) in downloads.sizes(edition).items()
        ],
        "sources": sorted(definitions.sources.values(), key=lambda source: (source.producer, source.id)),
        "permalink": address,
        "table_address": request.build_absolute_uri(
            f"{reverse('portal:table', args=(example,))}?as_of={edition.as_of.isoformat()}"
        ),
        "observations": edition.observations.height,
    }  # fmt: skip


def table_file(request: HttpRequest, name: str) -> FileResponse:
    """Answer with one table as CSV."""
    edition = edition_of(request)
    try:
        return _sent(downloads.kept_table(edition, name))
    except KeyError:
        raise Http404(_("There is no table “%(name)s”.") % {"name": name}) from None


def whole_file(request: HttpRequest, ending: str) -> FileResponse:
    """Answer with everything in one file of a format."""
    if ending not in downloads.ENDINGS:
        raise Http404(_("There is no download in the format “%(name)s”.") % {"name": ending})
    return _sent(downloads.kept_file(edition_of(request), ending))


@page("about.html")
def about(edition: Edition, _request: HttpRequest) -> Mapping[str, Any]:
    """Say what the site is, what it does not do, and how it treats its readers."""
    valued = edition.observations.filter(pl.col("value").is_not_null())
    return {
        "title": _("About"),
        "description": Text.of(edition.definitions.extra.get("description")),
        "counts": {
            "indicators": valued["indicator"].n_unique(),
            "observations": valued.height,
            "sources": valued.filter(pl.col("source") != "")["source"].n_unique(),
            "units": valued["unit"].n_unique(),
        },
        "all_free": (edition.observations["confidentiality"] == ConfStatus.FREE).all(),
    }


def _sent(place: Path) -> FileResponse:
    """Stream a kept file, to be saved under its own name."""
    response = FileResponse(
        place.open("rb"), as_attachment=True, filename=place.name, content_type=_TYPES[place.suffix]
    )
    patch_cache_control(response, public=True, max_age=300)
    return response


def _formats() -> dict[str, str]:
    return {
        "csv": _("every table as CSV (UTF-8), zipped"),
        "xlsx": _("one workbook, a sheet for each table"),
        "parquet": _("every table as Parquet, zipped; types and full precision"),
        "json": _("one document with everything"),
        "release": _(
            "the release folder itself: observations, definitions, registers, checksums; mezon verify checks it"
        ),
    }


def _tables() -> dict[str, str]:
    return {
        "observations": _("every released value, reported and computed, with its source and origin"),
        "statements": _("everything that was said, used or not: what the release was settled from"),
        "indicators": _("definitions: unit, direction, formula, who would supply it"),
        "units": _("countries, industries, enterprises"),
        "sources": _("producers, titles, licences, addresses"),
        "scores": _("scores and ranks with their intervals"),
        "weights": _("weights, as given and as they take effect"),
        "contributions": _("what each indicator adds to each score"),
        "strengths": _("where each unit is ahead of its peers and where behind"),
        "robustness": _("ranks over all modelling variants, and bands"),
        "pairwise": _("share of modelling variants in which one unit stands above another"),
        "acceptability": _("share of modelling variants in which a unit has each rank"),
        "improvements": _("share of modelling variants in which a score is higher in the later of two periods"),
        "leave_one_out": _("score and rank without each indicator and without each group"),
        "sensitivity": _("how much of the variance of ranks goes with each choice, with bounds"),
        "statistics": _("the indicators’ distributions before and after treatment"),
        "correlations": _("how the indicators go together"),
        "reliability": _("coherence of the groups"),
        "coverage": _("what exists of each indicator, how old it is, who holds the rest"),
        "rates": _("official rates of exchange"),
        "two_currencies": _("amounts stated in two currencies, with the rate they imply"),
        "claims_audit": _("published claims with their verdicts"),
        **{f"register_{name}": words for name, words in register_purposes().items()},
    }


urlpatterns = [
    path("data/", data, name="data"),
    path("data/everything.<str:ending>", whole_file, name="download"),
    path("data/tables/<str:name>.csv", table_file, name="table"),
    path("about/", about, name="about"),
]
