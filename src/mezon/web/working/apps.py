"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class WorkingConfig(AppConfig):
    """Jobs, and the workers that do them."""

    name = "mezon.web.working"
    label = "working"
