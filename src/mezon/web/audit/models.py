"""The chain of records, and its end."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from mezon.web.accounts.models import Person

#: What the first record of a chain follows.
BEGINNING = "0" * 64


class Kind(models.TextChoices):
    """What a record tells."""

    ACT = "act", _("act")
    REFUSED = "refused", _("refusal")
    FAILED = "failed", _("failed act")
    SECURITY = "security", _("security event")


class AuditRecord(models.Model):
    """One thing that happened. Each record carries the hash of the one before it, so that none can be changed unseen.

    `before` and `after` are small canonical JSON; `name` is the actor's name as it was, so that the record can be read
    without any other table.
    """

    number: models.BigIntegerField[int, int] = models.BigIntegerField(unique=True)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    kind: models.CharField[str, str] = models.CharField(max_length=10, choices=Kind.choices)
    person: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    person_id: int | None
    name: models.CharField[str, str] = models.CharField(max_length=254, blank=True)
    action: models.CharField[str, str] = models.CharField(max_length=60)
    pack: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    unit: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    subject_kind: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    subject_id: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    subject: models.CharField[str, str] = models.CharField(max_length=250, blank=True)
    reason: models.TextField[str, str] = models.TextField(blank=True)
    before: models.TextField[str, str] = models.TextField(blank=True)
    after: models.TextField[str, str] = models.TextField(blank=True)
    address: models.CharField[str, str] = models.CharField(max_length=16, blank=True)
    previous: models.CharField[str, str] = models.CharField(max_length=64)
    digest: models.CharField[str, str] = models.CharField(max_length=64)

    class Meta:
        """Read newest first, by what people filter by."""

        ordering = ("-number",)
        indexes = (
            models.Index(fields=["person", "-number"], name="audit_by_person"),
            models.Index(fields=["action", "-number"], name="audit_by_action"),
            models.Index(fields=["pack", "unit", "-number"], name="audit_by_unit"),
            models.Index(fields=["subject_kind", "subject_id", "-number"], name="audit_by_subject"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.action} by {self.name or 'nobody'}"

    def content(self) -> dict[str, Any]:
        """Give what the digest is of, in one form whatever the database."""
        return {
            "number": self.number, "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": self.kind, "person": self.person_id, "name": self.name, "action": self.action,
            "pack": self.pack, "unit": self.unit, "subject_kind": self.subject_kind, "subject_id": self.subject_id,
            "subject": self.subject, "reason": self.reason, "before": self.before, "after": self.after,
            "address": self.address,
        }  # fmt: skip

    def reckon(self) -> str:
        """Give the digest the record should carry: SHA-256 of the previous digest and the content."""
        return hashlib.sha256(f"{self.previous}\n{canonical(self.content())}".encode()).hexdigest()


class ChainEnd(models.Model):
    """The number and digest of the last record: one row, locked by whoever writes the next record."""

    number: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    digest: models.CharField[str, str] = models.CharField(max_length=64, default=BEGINNING)

    def __str__(self) -> str:
        return f"{self.number} {self.digest}"


def canonical(values: object) -> str:
    """Write values as JSON in one form: sorted names, no blanks, dates and numbers as text where JSON has none."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
