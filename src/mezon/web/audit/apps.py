"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Records of acts, refusals and security events."""

    name = "mezon.web.audit"
    label = "audit"

    def ready(self) -> None:
        """Listen for security events."""
        from mezon.web.audit import watching

        watching.connect()
