"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Public pages."""

    name = "mezon.web.portal"
    label = "portal"

    def ready(self) -> None:
        """Register every picture."""
        from mezon.web.portal.pictures import load_all

        load_all()
