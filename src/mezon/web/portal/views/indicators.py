"""Pages of indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page


@page("bare.html")
def indicators(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "indicators"}


@page("bare.html")
def indicator(edition: Edition, request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "indicator"}


urlpatterns = [
    path("indicators/", indicators, name="indicators"),
    path("indicators/<str:code>/", indicator, name="indicator"),
]
