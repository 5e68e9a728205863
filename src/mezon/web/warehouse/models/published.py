"""The index of what is kept as folders. Nothing here is the only copy of anything but the order of publication."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models


class ReleaseRecord(models.Model):
    """A public release: a content-addressed folder, and when it was published here.

    `on_demand` : nobody published it; it was made of a published pack when a reader asked for an earlier date.
    """

    pack: models.CharField[str, str] = models.CharField(max_length=100)
    pack_name: models.CharField[str, str] = models.CharField(max_length=250)
    pack_version: models.CharField[str, str] = models.CharField(max_length=50)
    pack_sha256: models.CharField[str, str] = models.CharField(max_length=64)
    release: models.CharField[str, str] = models.CharField(max_length=250)
    content_sha256: models.CharField[str, str] = models.CharField(max_length=64)
    as_of: models.DateField[date, date] = models.DateField()
    folder: models.CharField[str, str] = models.CharField(max_length=250)
    synthetic: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    published_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    on_demand: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        """A pack has one release for each date it was known by."""

        constraints = (
            models.UniqueConstraint(fields=["pack", "pack_sha256", "as_of"], name="one_release_for_each_date"),
        )
        indexes = (models.Index(fields=["pack_name", "-as_of"], name="release_by_pack_and_date"),)
        ordering = ("pack_name", "-as_of")

    def __str__(self) -> str:
        return self.release


class AssessmentRecord(models.Model):
    """An assessment of a release by one methodology: a folder too."""

    release: models.ForeignKey[ReleaseRecord, ReleaseRecord] = models.ForeignKey(
        ReleaseRecord, on_delete=models.CASCADE, related_name="assessments"
    )
    methodology: models.CharField[str, str] = models.CharField(max_length=100)
    methodology_version: models.CharField[str, str] = models.CharField(max_length=50)
    software: models.CharField[str, str] = models.CharField(max_length=50)
    seed: models.BigIntegerField[int, int] = models.BigIntegerField()
    draws: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    folder: models.CharField[str, str] = models.CharField(max_length=250)

    class Meta:
        """A release is assessed once by each methodology and each version of the software."""

        constraints = (
            models.UniqueConstraint(
                fields=["release", "methodology", "methodology_version", "software"], name="one_assessment_each"
            ),
        )

    def __str__(self) -> str:
        return f"{self.methodology} {self.methodology_version} of {self.release}"
