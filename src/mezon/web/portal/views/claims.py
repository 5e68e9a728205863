"""Pages of claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page


@page("bare.html")
def claims(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "claims"}


@page("bare.html")
def claim(edition: Edition, request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "claim"}


urlpatterns = [
    path("claims/", claims, name="claims"),
    path("claims/<str:code>/", claim, name="claim"),
]
