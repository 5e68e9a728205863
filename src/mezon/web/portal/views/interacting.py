"""Interactive pictures, on demand: a page of its own loads the Vega bundle, so that no other page does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.cache import patch_cache_control

from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.rendering import spec_json
from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import language, page
from mezon.web.portal.pictures import PICTURES, chart_of, known_parameters

#: Begins once the page is read: the specification stands in it as data.
_BEGIN = """
const place = document.getElementById("picture");
const specification = JSON.parse(document.getElementById("specification").textContent);
vegaEmbed(place, specification, {actions: false, renderer: "svg"});
"""
#: Vega compiles its expressions in the browser, which needs this one permission, on these pages alone.
_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-eval'"
_BUNDLING = Lock()


@page("interactive.html", policy=_POLICY)
def interactive(edition: Edition, request: HttpRequest, name: str) -> Mapping[str, Any]:
    """Show a picture that answers to the pointer; without JavaScript its drawing and table are one link away."""
    if name not in PICTURES:
        raise Http404
    known = known_parameters(edition, name, request.GET.dict())
    chart = chart_of(edition, name, Look(language=language()), known)
    # "<" inside JSON text may end the element it stands in; its escape means the same.
    return {
        "title": chart.title,
        "chart": chart,
        "name": name,
        "specification": spec_json(chart).replace("<", "\\u003c"),
    }


def vega(_request: HttpRequest) -> HttpResponse:
    """Answer with Vega, Vega-Lite and Vega-Embed as they are inside the renderer's package; nothing is fetched."""
    response = HttpResponse(_bundle(), content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, public=True, max_age=86_400)
    return response


@lru_cache(maxsize=1)
def _bundle() -> bytes:
    """Give the bundle from the shelf, or make it once: that takes some seconds."""
    from importlib.metadata import version

    import vl_convert

    place = Path(settings.HOME) / "pictures" / f"vega-{version('vl-convert-python')}.js"
    with _BUNDLING:
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = place.with_suffix(f".{os.getpid()}")
            unfinished.write_text(vl_convert.javascript_bundle(_BEGIN), encoding="utf-8")
            unfinished.replace(place)
    return place.read_bytes()


urlpatterns: list[Any] = [
    path("pictures/vega.js", vega, name="vega"),
    path("pictures/<str:name>.interactive.html", interactive, name="interactive"),
]
