"""Pages of data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page


@page("bare.html")
def data(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "data"}


@page("bare.html")
def about(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Not written yet."""
    return {"title": "about"}


urlpatterns = [
    path("data/", data, name="data"),
    path("about/", about, name="about"),
]
