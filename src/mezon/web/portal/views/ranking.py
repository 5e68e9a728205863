"""Pages of ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page


@page("bare.html")
def ranking(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "ranking"}


urlpatterns = [
    path("ranking/", ranking, name="ranking"),
]
