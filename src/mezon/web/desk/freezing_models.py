"""Releases on their way: what was asked to be frozen, and the answers to warnings that stand from one to the next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mezon.web.accounts.policy import Target

if TYPE_CHECKING:
    from mezon.web.accounts.models import Person
    from mezon.web.warehouse.models import ReleaseRecord, StoredPack


def _person(name: str) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=name)


class Stage(models.TextChoices):
    """Where a release stands on its way to the public."""

    ASKED = "asked", _("being made")
    FROZEN = "frozen", _("frozen, not public")
    PUBLISHED = "published", _("published")
    FAILED = "failed", _("could not be made")


class Freezing(models.Model):
    """One release of a pack as its store was at `change`: asked for, frozen, published.

    `label` : the version that people name it by. `made` : what was written (warehouse.publishing.make), until it is
    recorded as public. `fault` : why it could not be made.
    """

    pk: int

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        "warehouse.StoredPack", models.PROTECT, related_name="freezings"
    )
    change: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    label: models.CharField[str, str] = models.CharField(max_length=50)
    notes: models.TextField[str, str] = models.TextField()
    stage: models.CharField[str, str] = models.CharField(max_length=10, choices=Stage.choices, default=Stage.ASKED)
    asked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    asked_by: models.ForeignKey[Person | None, Person | None] = _person("freezings_asked")
    frozen_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    made: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    fault: models.TextField[str, str] = models.TextField(default="")
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    published_by: models.ForeignKey[Person | None, Person | None] = _person("freezings_published")
    release: models.ForeignKey[ReleaseRecord | None, ReleaseRecord | None] = models.ForeignKey(
        "warehouse.ReleaseRecord", models.PROTECT, null=True, related_name="freezings"
    )

    class Meta:
        """A pack has one release of a name; what is published names its release."""

        constraints = (
            models.UniqueConstraint(fields=["pack", "label"], condition=~Q(stage="failed"), name="one_release_a_label"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="stage_of_freezing_is_known"),
            models.CheckConstraint(
                condition=~Q(stage="published") | Q(release__isnull=False), name="published_names_its_release"
            ),
        )
        ordering = ("-asked_at", "-id")

    def __str__(self) -> str:
        return f"{self.pack.code} {self.label}"

    def target(self) -> Target:
        """Stand on the whole pack."""
        return Target(pack=self.pack.code, state=self.stage)

    def get_absolute_url(self) -> str:
        """The address of its page."""
        return reverse("desk:frozen", args=[self.pk])


class FreezingAnswer(models.Model):
    """Why a warning of `mezon check` may stand: remembered for the next release, as long as the warning is the same.

    `finding` : digest of rule, place and value. Answers are only added; the newest counts.
    """

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        "warehouse.StoredPack", models.PROTECT, related_name="freezing_answers"
    )
    finding: models.CharField[str, str] = models.CharField(max_length=64)
    rule: models.CharField[str, str] = models.CharField(max_length=100)
    place: models.CharField[str, str] = models.CharField(max_length=500)
    text: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    by: models.ForeignKey[Person | None, Person | None] = _person("freezing_answers")

    class Meta:
        """Found by the warning; an answer says something."""

        indexes = (models.Index(fields=["pack", "finding", "-at"], name="answer_by_finding"),)
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="a_freezing_answer_says_something"),)
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.rule}: {self.text[:60]}"
