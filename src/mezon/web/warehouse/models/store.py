"""The store: two clocks on everything that a pack holds.

`published` (what the source says) belongs to an observation; `recorded_from` and `recorded_to` say when this database
knew it. Both are numbers of recorded changes, which rise by one for each change of a pack; an open end is `OPEN`.
Nothing is deleted: a revision closes the row it replaces, a withdrawal closes it without a successor.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from mezon.model.codelists import ABSENT, ConfStatus, ObsStatus, Qualifier, Variant

#: `recorded_to` of what holds now; also the largest number that a change can have.
OPEN = 2**31 - 1
#: The key of a version is its observation's id times this, plus the change that recorded it: one seek finds the version
#: that was known at any change, however many there are.
VERSIONS_EACH = 2**31
_LARGEST = 1.7976931348623157e308
_ABSENT = sorted(str(status) for status in ABSENT)


def _token() -> str:
    return secrets.token_hex(8)


def _one_after_the_other(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(recorded_from__gte=1, recorded_to__lte=OPEN, recorded_to__gt=F("recorded_from")), name=name
    )


def _finite(field: str) -> Q:
    """Refuse infinity, and NaN, which PostgreSQL holds for larger than anything."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": -_LARGEST, f"{field}__lte": _LARGEST})


class StoredPack(models.Model):
    """A pack this database works on.

    `last_change` is the newest change of it, and `last_position` the largest place that a row was ever given, both
    counted under this row's lock: to look for the last of ten million rows took as many seconds.
    """

    code: models.CharField[str, str] = models.CharField(max_length=100, unique=True)
    title: models.CharField[str, str] = models.CharField(max_length=500)
    version: models.CharField[str, str] = models.CharField(max_length=50)
    synthetic: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    loaded_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    last_change: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    last_position: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)

    class Meta:
        """Changes are numbered below the open end."""

        ordering = ("code",)
        constraints = (models.CheckConstraint(condition=Q(last_change__lt=OPEN), name="changes_below_the_open_end"),)

    def __str__(self) -> str:
        return self.code


class Change(models.Model):
    """One recorded act on a pack: who did what, when and why. Its number is the clock of everything it recorded."""

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        StoredPack, on_delete=models.PROTECT, related_name="changes"
    )
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: Id of a person; none when the command line did it.
    by: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    action: models.CharField[str, str] = models.CharField(max_length=50)
    reason: models.TextField[str, str] = models.TextField()
    #: Tells this change from one of the same number that was never kept, so that nothing made from it is mistaken.
    token: models.CharField[str, str] = models.CharField(max_length=16, default=_token)
    #: What it came to, in numbers: rows new, changed, withdrawn.
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)

    class Meta:
        """Numbers are used once."""

        ordering = ("pack", "number")
        constraints = (
            models.UniqueConstraint(fields=["pack", "number"], name="one_change_each_number"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lt=OPEN), name="change_numbers_in_range"),
        )

    def __str__(self) -> str:
        return f"{self.pack} {self.number}: {self.action}"


class FileVersion(models.Model):
    """A file of a pack that is kept as its text: definitions, codelists, units. Of a table kept as rows, its shape."""

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        StoredPack, on_delete=models.PROTECT, db_index=False, related_name="files"
    )
    path: models.CharField[str, str] = models.CharField(max_length=250)
    #: text: as it is; base64: what is no text; shape: how the rows of a table are written out again.
    kind: models.CharField[str, str] = models.CharField(max_length=6)
    text: models.TextField[str, str] = models.TextField()
    recorded_from: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    recorded_to: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=OPEN)

    class Meta:
        """One open version a path."""

        indexes = (models.Index(fields=["pack", "path", "recorded_from"], name="file_by_path_and_change"),)
        constraints = (
            models.UniqueConstraint(
                fields=["pack", "path"], condition=Q(recorded_to=OPEN), name="one_open_version_each_file"
            ),
            models.CheckConstraint(condition=Q(kind__in=["text", "base64", "shape"]), name="file_kind_is_known"),
            _one_after_the_other("file_recorded_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.path} from change {self.recorded_from}"


class RegisterRow(models.Model):
    """One version of one row of a register, as the line it is written as."""

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        StoredPack, on_delete=models.PROTECT, db_index=False, related_name="register_rows"
    )
    register: models.CharField[str, str] = models.CharField(max_length=50)
    key: models.CharField[str, str] = models.CharField(max_length=500)
    #: The unit it is about, for those who may read that unit's rows alone; empty when it is about none.
    unit: models.CharField[str, str] = models.CharField(max_length=100)
    line: models.TextField[str, str] = models.TextField()
    position: models.BigIntegerField[int, int] = models.BigIntegerField()
    recorded_from: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    recorded_to: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=OPEN)

    class Meta:
        """One open version a row."""

        indexes = (
            models.Index(fields=["pack", "register", "key", "recorded_from"], name="register_by_key_and_change"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["pack", "register", "key"], condition=Q(recorded_to=OPEN), name="one_open_version_each_row"
            ),
            _one_after_the_other("register_recorded_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.register} {self.key} from change {self.recorded_from}"


class Series(models.Model):
    """What observations of all periods have in common: the key without the period, and the source."""

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        StoredPack, on_delete=models.PROTECT, db_index=False, related_name="series"
    )
    indicator: models.CharField[str, str] = models.CharField(max_length=100)
    unit: models.CharField[str, str] = models.CharField(max_length=100)
    breakdown: models.CharField[str, str] = models.CharField(max_length=250)
    variant: models.CharField[str, str] = models.CharField(max_length=10)
    price_basis: models.CharField[str, str] = models.CharField(max_length=30)
    unit_of_measure: models.CharField[str, str] = models.CharField(max_length=50)
    source: models.CharField[str, str] = models.CharField(max_length=100)

    class Meta:
        """A series is there once; the order of its fields is the order in which it is looked for."""

        verbose_name_plural = "series"
        constraints = (
            models.UniqueConstraint(
                fields=[
                    "pack", "indicator", "unit", "breakdown", "variant", "price_basis", "unit_of_measure", "source",
                ],
                name="one_series_each_key",
            ),
            models.CheckConstraint(
                condition=Q(variant__in=[str(variant) for variant in Variant]), name="variant_in_codelist"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator} of {self.unit}"


class Observation(models.Model):
    """The identity of an observation: what never changes, however often it is revised."""

    series: models.ForeignKey[Series, Series] = models.ForeignKey(
        Series, on_delete=models.PROTECT, db_index=False, related_name="observations"
    )
    period: models.CharField[str, str] = models.CharField(max_length=7)
    published: models.CharField[str, str] = models.CharField(max_length=10)
    source_ref: models.CharField[str, str] = models.CharField(max_length=1000)

    class Meta:
        """An identity is there once; one index serves writing and reading."""

        constraints = (
            models.UniqueConstraint(
                fields=["series", "period", "published", "source_ref"], name="one_observation_each_identity"
            ),
        )

    def __str__(self) -> str:
        return f"{self.series} in {self.period}"


class ObservationVersion(models.Model):
    """What was said of an observation from one change to another. The key finds the version known at any change."""

    key: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    observation: models.ForeignKey[Observation, Observation] = models.ForeignKey(
        Observation, on_delete=models.PROTECT, db_index=False, related_name="versions"
    )
    recorded_from: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    recorded_to: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=OPEN)
    value: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    status: models.CharField[str, str] = models.CharField(max_length=1)
    confidentiality: models.CharField[str, str] = models.CharField(max_length=1)
    qualifier: models.CharField[str, str] = models.CharField(max_length=1)
    low: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    high: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    standard_error: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    cites: models.TextField[str, str] = models.TextField()
    note: models.TextField[str, str] = models.TextField()
    #: Where the row stands among the rows of the file; gaps are left for rows between.
    position: models.BigIntegerField[int, int] = models.BigIntegerField()
    #: The line as it was written, where it is written otherwise than the file's own shape would; else empty.
    as_written: models.TextField[str, str] = models.TextField()

    class Meta:
        """The laws of the model, held by the database too."""

        constraints = (
            models.UniqueConstraint(
                fields=["observation"], condition=Q(recorded_to=OPEN), name="one_open_version_each_observation"
            ),
            models.CheckConstraint(
                condition=Q(key=F("observation") * VERSIONS_EACH + F("recorded_from")),
                name="key_is_identity_and_change",
            ),
            _one_after_the_other("version_recorded_in_order"),
            models.CheckConstraint(
                condition=Q(status__in=_ABSENT, value__isnull=True) | (~Q(status__in=_ABSENT) & Q(value__isnull=False)),
                name="absent_has_no_value",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[str(status) for status in ObsStatus]), name="status_in_codelist"
            ),
            models.CheckConstraint(
                condition=Q(confidentiality__in=[str(status) for status in ConfStatus]),
                name="confidentiality_in_codelist",
            ),
            models.CheckConstraint(
                condition=Q(qualifier__in=[str(mark) for mark in Qualifier]), name="qualifier_in_codelist"
            ),
            models.CheckConstraint(
                condition=_finite("value") & _finite("low") & _finite("high") & _finite("standard_error"),
                name="numbers_are_finite",
            ),
        )

    def __str__(self) -> str:
        return f"{self.observation_id} from change {self.recorded_from}"  # type: ignore[attr-defined]


class Placement(models.Model):
    """A unit is somewhere below an ancestor in one hierarchy, directly or not, from a day to a day (or is itself).

    The whole of every path is written out, so that one look finds all units of a subtree at any date.
    """

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        StoredPack, on_delete=models.PROTECT, db_index=False, related_name="placements"
    )
    hierarchy: models.CharField[str, str] = models.CharField(max_length=100)
    ancestor: models.CharField[str, str] = models.CharField(max_length=100)
    unit: models.CharField[str, str] = models.CharField(max_length=100)
    depth: models.PositiveSmallIntegerField[int, int] = models.PositiveSmallIntegerField()
    valid_from: models.DateField[date, date] = models.DateField()
    valid_to: models.DateField[date, date] = models.DateField()
    recorded_from: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    recorded_to: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=OPEN)

    class Meta:
        """A path is open once, and its days are in order."""

        indexes = (models.Index(fields=["pack", "unit", "hierarchy"], name="placement_by_unit"),)
        constraints = (
            models.UniqueConstraint(
                fields=["pack", "hierarchy", "ancestor", "unit", "depth", "valid_from"],
                condition=Q(recorded_to=OPEN),
                name="one_open_placement_each",
            ),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="placement_days_in_order"),
            _one_after_the_other("placement_recorded_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.unit} in {self.ancestor} ({self.hierarchy})"
