"""Pages of registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page


@page("bare.html")
def registers(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "registers"}


@page("bare.html")
def register(edition: Edition, request: HttpRequest, name: str) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "register"}


urlpatterns = [
    path("registers/", registers, name="registers"),
    path("registers/<str:name>/", register, name="register"),
]
