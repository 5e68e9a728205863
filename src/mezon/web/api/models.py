"""Answers that are remembered, so that a request sent twice is done once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from mezon.web.accounts.models import Person


class Remembered(models.Model):
    """What a request with an Idempotency-Key was answered. `digest`: of the request, so that another one is told."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key: models.CharField[str, str] = models.CharField(max_length=100)
    digest: models.CharField[str, str] = models.CharField(max_length=64)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    status: models.PositiveSmallIntegerField[int, int] = models.PositiveSmallIntegerField(default=0)
    headers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    body: models.TextField[str, str] = models.TextField(default="")

    class Meta:
        """One answer for each key of a person."""

        constraints = (models.UniqueConstraint(fields=["person", "key"], name="one_answer_each_key"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
