"""Addresses of the API: /api/v1/, without a language."""

from __future__ import annotations

from django.urls import path

from mezon.web.api.service import api
from mezon.web.api.views.guide import guide

urlpatterns = [path("", guide, name="api-guide"), path("", api.urls)]
