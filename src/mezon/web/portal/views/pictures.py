"""Pictures under addresses of their own, and the table of each: what was drawn, in figures."""

from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from mezon.disseminate.charts.picture import PAGE, PHONE, Look
from mezon.disseminate.export import defused
from mezon.web.portal.downloads import file_stem
from mezon.web.portal.kept_pictures import RENDERERS, kept_picture
from mezon.web.portal.pages import edition_of, language
from mezon.web.portal.pictures import PICTURES, chart_of, known_parameters

_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
_THEMES = ("light", "dark", "print")


def picture_file(request: HttpRequest, name: str, theme: str, width: int, ending: str) -> HttpResponse:
    """Answer with a picture; `?as_of=` and the picture's own parameters choose what is in it."""
    if name not in PICTURES or theme not in _THEMES or width not in {PAGE, PHONE} or ending not in RENDERERS:
        raise Http404
    edition = edition_of(request)
    look = Look(language=language(), theme=theme, width=width)
    drawn = kept_picture(edition, name, look, request.GET.dict(), ending)
    return _for_an_hour(HttpResponse(drawn, content_type=_TYPES[ending]))


def picture_table(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the table of a picture as CSV: its headings, values in full, the release in the last column."""
    if name not in PICTURES:
        raise Http404
    edition = edition_of(request)
    known = known_parameters(edition, name, request.GET.dict())
    chart = chart_of(edition, name, Look(language=language()), known)
    table = chart.table.select(column for column, _heading in chart.headings)
    headings = [heading for _column, heading in chart.headings]
    written = csv_of(table.with_columns(pl.lit(edition.release_id).alias("release")), [*headings, _("Release")])
    response = HttpResponse(written, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_stem(edition)}-{name}.csv"'
    return _for_an_hour(response)


def csv_of(table: pl.DataFrame, headings: list[str]) -> str:
    """Write a table as CSV under headings for readers, which may be alike; no cell runs as a formula."""
    first = io.StringIO()
    csv.writer(first, lineterminator="\n").writerow(defused(pl.DataFrame({"heading": headings}))["heading"])
    return first.getvalue() + defused(table).write_csv(include_header=False)


def _for_an_hour(response: HttpResponse) -> HttpResponse:
    """The release is part of what was drawn; an hour is short enough for a new release to show."""
    patch_cache_control(response, public=True, max_age=3600)
    return response


urlpatterns: list[Any] = [
    path("pictures/<slug:name>.csv", picture_table, name="picture_table"),
    path("pictures/<str:name>.<str:theme>.<int:width>.<str:ending>", picture_file, name="picture"),
]
