"""What `check --deploy` says about people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Doubt


@register(Tags.security, deploy=True)
def second_factor_is_asked_for(**_others: Any) -> list[CheckMessage]:
    """Warn when people who approve and administer get in by a password alone."""
    if settings.MEZON_SECOND_FACTOR:
        return []
    hint = "Take MEZON_SECOND_FACTOR=off away: it is for a demo on one machine."
    return [Doubt("Nobody is asked for a second factor.", hint=hint, id="accounts.W001")]


@register(Tags.security, deploy=True)
def hosts_are_named(**_others: Any) -> list[CheckMessage]:
    """Warn when a public site answers to any name, or to none but this machine's."""
    others = [host for host in settings.ALLOWED_HOSTS if host not in {"localhost", "127.0.0.1", "[::1]"}]
    if others and "*" not in others:
        return []
    hint = "Set MEZON_HOSTS to the names of the site."
    return [Doubt("The site does not know its name.", hint=hint, id="accounts.W002")]
