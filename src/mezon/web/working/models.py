"""What was asked to be done in the background, and who does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mezon.web.accounts.models import Person
from mezon.web.accounts.policy import Target


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    INTERRUPTED = "interrupted", _("interrupted")


#: In these nothing more will happen.
ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED, State.INTERRUPTED})


class Worker(models.Model):
    """A process that does jobs. On its own machine a lock says whether it lives, elsewhere when it was last seen."""

    name: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    machine: models.CharField[str, str] = models.CharField(max_length=250)
    began_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    seen_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.name} on {self.machine}"


class Job(models.Model):
    """Something asked for, its progress, and what came of it.

    `scopes` and `second_factor` are those of the actor who asked: the job acts with the rights that person has when it
    runs, never more than they had when they asked. `take` counts the times a worker took it up: the end of an older
    take is ignored. `result` may be kept within the transaction that made it, so that a kill just after it loses
    nothing and does nothing twice.
    """

    pk: int
    asked_by_id: int | None

    kind: models.CharField[str, str] = models.CharField(max_length=60)
    asked_by: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="jobs"
    )
    asked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    scopes: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(null=True)
    second_factor: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    address: models.CharField[str, str] = models.CharField(max_length=16, blank=True)
    pack: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    unit: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    confidentiality: models.CharField[str, str] = models.CharField(max_length=1, default="F")
    arguments: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    state: models.CharField[str, str] = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    worker: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    take: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    started_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    done: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField(default=0)
    of: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField(default=0)
    words: models.CharField[str, str] = models.CharField(max_length=250, blank=True)
    cancel_asked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    result: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    failure: models.TextField[str, str] = models.TextField(blank=True)
    hint: models.TextField[str, str] = models.TextField(blank=True)

    class Meta:
        """Newest first; the queue and one's own list are read by an index."""

        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["state", "id"], name="job_by_state"),
            models.Index(fields=["asked_by", "-id"], name="job_by_person"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_of_job_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(state__in=sorted(ENDED)) & Q(ended_at__isnull=True)),
                name="job_has_an_end_iff_it_ended",
            ),
            models.CheckConstraint(condition=~Q(state=State.FAILED) | ~Q(failure=""), name="failed_job_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    @property
    def label(self) -> str:
        """Give what it does, as people read it."""
        from mezon.web.working.kinds import label_of

        return label_of(self.kind)

    def target(self) -> Target:
        """Belong to who asked for it, at the place it is about."""
        people = frozenset() if self.asked_by_id is None else frozenset({self.asked_by_id})
        return Target(pack=self.pack, unit=self.unit, people=people, confidentiality=self.confidentiality)

    def get_absolute_url(self) -> str:
        """The address of its page."""
        return reverse("working:job", args=[self.pk])
