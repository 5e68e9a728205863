"""The page of releases: every day with news, what it changed, and the releases frozen of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.web.desk.models import Freezing
from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page
from mezon.web.portal.revisions import history
from mezon.web.warehouse.models import ReleaseRecord


@page("releases.html", kept=False)
def releases(edition: Edition, _request: HttpRequest) -> Mapping[str, Any]:
    """List what was published when, and what changed against the day before; one query for the frozen releases."""
    days = [news for news in history(edition.origin) if news.day <= edition.as_of]
    fields = ("release", "as_of", "content_sha256", "pack_version", "published_at")
    records = ReleaseRecord.objects.filter(pack_name=edition.pack_name, as_of__lte=edition.as_of, on_demand=False)
    said = Freezing.objects.filter(release=OuterRef("pk")).order_by("-published_at")
    told = {name: Subquery(said.values(name)[:1]) for name in ("label", "notes")}
    published = list(records.annotate(**told).order_by("-published_at", "-as_of").values(*fields, *told))
    frozen: dict[Any, list[dict[str, Any]]] = {}
    for record in published:
        frozen.setdefault(record["as_of"], []).append(record)
    return {
        "title": _("Releases"),
        "days": [{"news": news, "records": frozen.get(news.day, ())} for news in days],
        "published": published,
        "indicators": edition.definitions.indicators,
        "units": edition.definitions.units,
        "sources": edition.definitions.sources,
        "measures": edition.definitions.units_of_measure,
    }


urlpatterns = [
    path("releases/", releases, name="releases"),
]
