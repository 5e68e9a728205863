"""Pictures under addresses of their own: drawn once for a release, language, theme and width, then kept."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.cache import patch_cache_control

from mezon.disseminate.charts.picture import PAGE, PHONE, Look
from mezon.disseminate.charts.rendering import render_png, render_svg
from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import edition_of, language
from mezon.web.portal.pictures import PICTURES, chart_of

_FORMATS = {"svg": ("image/svg+xml", render_svg), "png": ("image/png", render_png)}
_THEMES = ("light", "dark", "print")

#: The renderer is one engine in this process: one drawing at a time.
_DRAWING = Lock()


def picture_file(request: HttpRequest, name: str, theme: str, width: int, ending: str) -> HttpResponse:
    """Answer with a picture; `?as_of=` and the picture's own parameters choose what is in it."""
    if name not in PICTURES or theme not in _THEMES or width not in {PAGE, PHONE} or ending not in _FORMATS:
        raise Http404
    edition = edition_of(request)
    look = Look(language=language(), theme=theme, width=width)
    drawn = kept_picture(edition, name, look, request.GET.dict(), ending)
    response = HttpResponse(drawn, content_type=_FORMATS[ending][0])
    # The release is part of what was drawn; an hour is short enough for a new release to show.
    patch_cache_control(response, public=True, max_age=3600)
    return response


def kept_picture(edition: Edition, name: str, look: Look, parameters: dict[str, str], ending: str) -> bytes:
    """Give a picture from the shelf, or draw it and put it there."""
    place = _place(edition, name, look, parameters, ending)
    if place.exists():
        return place.read_bytes()
    with _DRAWING:
        drawn: bytes = _FORMATS[ending][1](chart_of(edition, name, look, parameters))
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    unfinished.write_bytes(drawn)
    unfinished.replace(place)
    return drawn


def _place(edition: Edition, name: str, look: Look, parameters: dict[str, str], ending: str) -> Path:
    chosen = {key: parameters[key] for key in sorted(PICTURES[name].parameters) if parameters.get(key)}
    # Only letters, digits and a few signs reach the file name; everything else could be a path.
    tail = "".join(f"-{key}={''.join(c if c.isalnum() or c in '_.,' else '~' for c in value)}" for key, value in
                   chosen.items())  # fmt: skip
    file = f"{name}{tail}-{look.theme}-{look.width}.{ending}"[:200]
    return Path(settings.HOME) / "pictures" / edition.content_sha256[:16] / look.language / file


urlpatterns: list[Any] = [
    path("pictures/<str:name>.<str:theme>.<int:width>.<str:ending>", picture_file, name="picture"),
]
