"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Submissions, from the first cell to the release they are in."""

    name = "mezon.web.desk"
    label = "desk"
