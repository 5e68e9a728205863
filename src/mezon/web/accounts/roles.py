"""The five roles, and which of them must show a second factor."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is, on a subtree of units."""

    PROVIDER = "provider", _("provider")
    REVIEWER = "reviewer", _("reviewer")
    STATISTICIAN = "statistician", _("statistician")
    STEERING_ANALYST = "steering-analyst", _("steering analyst")
    ADMINISTRATOR = "administrator", _("administrator")


#: These change or approve what others rely on: their rights rest until the session has shown a second factor.
NEEDS_SECOND_FACTOR = frozenset({Role.REVIEWER, Role.STATISTICIAN, Role.ADMINISTRATOR})
