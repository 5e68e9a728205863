"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST API."""

    name = "mezon.web.api"
    label = "api"
