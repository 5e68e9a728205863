"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    """Releases and assessments."""

    name = "mezon.web.warehouse"
    label = "warehouse"
