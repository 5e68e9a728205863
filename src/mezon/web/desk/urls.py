"""Addresses of the desk, under `/<language>/desk/`. Names are settled; each family of pages brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = []
