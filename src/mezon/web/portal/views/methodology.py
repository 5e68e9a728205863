"""Pages of methodology."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page


@page("bare.html")
def methodology(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "methodology"}


@page("bare.html")
def methodology_of(edition: Edition, request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "methodology_of"}


urlpatterns = [
    path("methodology/", methodology, name="methodology"),
    path("methodology/<str:code>/", methodology_of, name="methodology_of"),
]
