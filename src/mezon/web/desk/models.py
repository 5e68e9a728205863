"""Submissions, their cells, every version of every cell, uploaded files, and what people said about them.

Cells change; their versions, uploads and remarks are only ever added. Files are kept by their digest (`desk.keeping`);
the name a person gave one is shown and never used.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from mezon.model.codelists import ABSENT, ConfStatus, ObsStatus, Variant
from mezon.web.accounts.policy import Target
from mezon.web.desk.states import DONE, EDITABLE, CellState, State, writable

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from mezon.web.accounts.models import Person
    from mezon.web.warehouse.models import ReleaseRecord, StoredPack

_CODE, _SHA256 = 100, 64
_ABSENT = sorted(str(status) for status in ABSENT)


def _person(name: str) -> Any:
    """A person who acted; people are disabled, never deleted."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=name)


class Submission(models.Model):
    """One form of one unit for one period, from the first cell to the release it is in.

    `number` counts corrections: the second submission of the same form, unit and period corrects the first.
    `version` rises with every change of the state, so that two people who act at once do not both succeed. `writers` :
    everybody who wrote in it or handed it in, for the rule of four eyes.
    """

    pk: int
    cells: RelatedManager[Cell]
    uploads: RelatedManager[Upload]
    remarks: RelatedManager[Remark]
    submitted_by_id: int | None
    verified_by_id: int | None

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        "warehouse.StoredPack", models.PROTECT, related_name="submissions"
    )
    form: models.CharField[str, str] = models.CharField(max_length=_CODE)
    form_version: models.CharField[str, str] = models.CharField(max_length=50)
    unit: models.CharField[str, str] = models.CharField(max_length=_CODE)
    period: models.CharField[str, str] = models.CharField(max_length=20)
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=1)
    state: models.CharField[str, str] = models.CharField(max_length=20, default=State.DRAFT)
    version: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=1)
    due: models.DateField[date, date] = models.DateField()
    opened_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    opened_by: models.ForeignKey[Person | None, Person | None] = _person("submissions_opened")
    submitted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    submitted_by: models.ForeignKey[Person | None, Person | None] = _person("submissions_submitted")
    statement: models.TextField[str, str] = models.TextField(default="")
    verified_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    verified_by: models.ForeignKey[Person | None, Person | None] = _person("submissions_verified")
    approved_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    approved_by: models.ForeignKey[Person | None, Person | None] = _person("submissions_approved")
    change: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(null=True)
    released_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    release: models.ForeignKey[ReleaseRecord | None, ReleaseRecord | None] = models.ForeignKey(
        "warehouse.ReleaseRecord", models.PROTECT, null=True, related_name="submissions"
    )
    receipt: models.CharField[str, str] = models.CharField(max_length=_SHA256, default="")
    confidentiality: models.CharField[str, str] = models.CharField(max_length=1, default=ConfStatus.CONFIDENTIAL)
    writers: models.JSONField[list[int], list[int]] = models.JSONField(default=list)

    class Meta:
        """One submission of a form, unit and period is open at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["pack", "form", "unit", "period", "number"], name="one_submission_a_number"
            ),
            models.UniqueConstraint(
                fields=["pack", "form", "unit", "period"],
                condition=~Q(state__in=sorted(map(str, DONE))),
                name="one_submission_open_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in State]), name="state_of_submission_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(State.APPROVED), str(State.RELEASED)])
                | Q(verified_by__isnull=True)
                | ~Q(verified_by=F("approved_by")),
                name="four_eyes_on_an_approval",
            ),
        )
        indexes = (models.Index(fields=["pack", "unit", "state"], name="submission_by_unit_and_state"),)
        ordering = ("due", "unit", "form", "period", "number")

    def __str__(self) -> str:
        return f"{self.form} {self.unit} {self.period} ({self.number})"

    @property
    def editable(self) -> bool:
        """Whether the provider may write in it."""
        return self.state in EDITABLE

    @property
    def done(self) -> bool:
        """Whether only a correction may follow."""
        return self.state in DONE

    def target(self) -> Target:
        """What rights are asked about: its unit, its state, and who had a hand in it before."""
        people = {*self.writers, self.submitted_by_id, self.verified_by_id}
        return Target(
            pack=self.pack.code,
            unit=self.unit,
            state=self.state,
            people=frozenset(one for one in people if one is not None),
            confidentiality=self.confidentiality,
        )

    def get_absolute_url(self) -> str:
        """The address of its grid."""
        return reverse("desk:submission", args=[self.pk])


class Cell(models.Model):
    """One asked-for value: as typed (`text`), as read (`value`, `status`), and what was said about it.

    `version` counts its changes; 0 is a cell nobody has touched. An unreadable text is kept with neither value nor
    status, so that nothing typed is ever lost.
    """

    pk: int
    versions: RelatedManager[CellVersion]
    remarks: RelatedManager[Remark]

    submission: models.ForeignKey[Submission, Submission] = models.ForeignKey(
        Submission, models.PROTECT, related_name="cells"
    )
    position: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    indicator: models.CharField[str, str] = models.CharField(max_length=_CODE)
    breakdown: models.CharField[str, str] = models.CharField(max_length=250, default="")
    variant: models.CharField[str, str] = models.CharField(max_length=20, default=Variant.FACT)
    period: models.CharField[str, str] = models.CharField(max_length=20)
    required: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    confidentiality: models.CharField[str, str] = models.CharField(max_length=1, default=ConfStatus.FREE)
    text: models.CharField[str, str] = models.CharField(max_length=250, default="")
    value: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    status: models.CharField[str, str] = models.CharField(max_length=1, default="")
    note: models.TextField[str, str] = models.TextField(default="")
    place: models.CharField[str, str] = models.CharField(max_length=100, default="")
    state: models.CharField[str, str] = models.CharField(max_length=20, default=CellState.OPEN)
    returned_reason: models.TextField[str, str] = models.TextField(default="")
    evidence_name: models.CharField[str, str] = models.CharField(max_length=250, default="")
    evidence_sha256: models.CharField[str, str] = models.CharField(max_length=_SHA256, default="")
    version: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    changed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    changed_by: models.ForeignKey[Person | None, Person | None] = _person("cells_changed")

    class Meta:
        """A value and its status agree, here as everywhere."""

        constraints = (
            models.UniqueConstraint(
                fields=["submission", "indicator", "breakdown", "variant", "period"], name="one_cell_for_each_value"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True, status__in=["", *_ABSENT])
                | Q(value__isnull=False) & Q(status__in=[str(one) for one in ObsStatus if one not in ABSENT]),
                name="cell_has_a_value_iff_its_status_says_so",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in CellState]), name="state_of_cell_is_known"
            ),
        )
        ordering = ("submission", "position")

    def __str__(self) -> str:
        return f"{self.indicator} {self.breakdown} {self.period}".replace("  ", " ")

    @property
    def filled(self) -> bool:
        """Whether there is a value, or a status that says why there is none."""
        return bool(self.status) and not self.unreadable

    @property
    def unreadable(self) -> bool:
        """Whether something is written that is no value, or stands beside a reason why there is none."""
        return bool(self.text) and self.value is None

    @property
    def writable(self) -> bool:
        """Whether it may be written now."""
        return writable(self.submission.state, self.state)


class CellVersion(models.Model):
    """What a cell was from one change to the next: who, when, what, why, and by which way it came."""

    cell_id: int

    cell: models.ForeignKey[Cell, Cell] = models.ForeignKey(Cell, models.PROTECT, related_name="versions")
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    by: models.ForeignKey[Person | None, Person | None] = _person("cell_versions")
    way: models.CharField[str, str] = models.CharField(max_length=20)
    upload: models.ForeignKey[Upload | None, Upload | None] = models.ForeignKey(
        "desk.Upload", models.PROTECT, null=True, related_name="versions"
    )
    text: models.CharField[str, str] = models.CharField(max_length=250, default="")
    value: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    status: models.CharField[str, str] = models.CharField(max_length=1, default="")
    note: models.TextField[str, str] = models.TextField(default="")
    place: models.CharField[str, str] = models.CharField(max_length=100, default="")
    evidence_name: models.CharField[str, str] = models.CharField(max_length=250, default="")
    evidence_sha256: models.CharField[str, str] = models.CharField(max_length=_SHA256, default="")
    why: models.TextField[str, str] = models.TextField(default="")

    class Meta:
        """A version has a number of its own."""

        constraints = (models.UniqueConstraint(fields=["cell", "number"], name="one_version_a_number"),)
        ordering = ("cell", "-number")

    def __str__(self) -> str:
        return f"{self.cell_id} v{self.number}"


class Upload(models.Model):
    """A file somebody sent: kept as it came, read once, written to cells only when its sender confirms.

    `content_sha256` : the file; `reading_sha256` : what was read from it (`desk.reading`); both are kept by digest.
    `counts` : read, new, changed, unchanged, rejected. `settings` : separator and decimal sign of a CSV.
    """

    submission: models.ForeignKey[Submission, Submission] = models.ForeignKey(
        Submission, models.PROTECT, related_name="uploads"
    )
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    by: models.ForeignKey[Person | None, Person | None] = _person("uploads")
    name: models.CharField[str, str] = models.CharField(max_length=250)
    kind: models.CharField[str, str] = models.CharField(max_length=10)
    size: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField()
    content_sha256: models.CharField[str, str] = models.CharField(max_length=_SHA256)
    reading_sha256: models.CharField[str, str] = models.CharField(max_length=_SHA256)
    form_version: models.CharField[str, str] = models.CharField(max_length=50, default="")
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    counts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    confirmed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    confirmed_by: models.ForeignKey[Person | None, Person | None] = _person("uploads_confirmed")
    mode: models.CharField[str, str] = models.CharField(max_length=10, default="")
    written: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    receipt: models.CharField[str, str] = models.CharField(max_length=_SHA256, default="")

    class Meta:
        """Newest first."""

        ordering = ("submission", "-at", "-id")

    def __str__(self) -> str:
        return f"{self.name} ({self.content_sha256[:12]})"


class Remark(models.Model):
    """A sentence about a submission or one of its cells: a comment, an answer to a finding, a reason for a return.

    `rule` and `cell_version` : which finding an answer is for, and of which version of the cell; a changed cell asks
    for a new answer.
    """

    COMMENT, ANSWER, RETURN = "comment", "answer", "return"
    cell_id: int | None

    submission: models.ForeignKey[Submission, Submission] = models.ForeignKey(
        Submission, models.PROTECT, related_name="remarks"
    )
    cell: models.ForeignKey[Cell | None, Cell | None] = models.ForeignKey(
        Cell, models.PROTECT, null=True, related_name="remarks"
    )
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    by: models.ForeignKey[Person | None, Person | None] = _person("remarks")
    kind: models.CharField[str, str] = models.CharField(max_length=10)
    text: models.TextField[str, str] = models.TextField()
    rule: models.CharField[str, str] = models.CharField(max_length=_CODE, default="")
    cell_version: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)

    class Meta:
        """Oldest first, as one reads a conversation."""

        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["comment", "answer", "return"]), name="kind_of_remark_is_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_remark_says_something"),
        )
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.text[:60]


class Reminder(models.Model):
    """A letter that was sent about what is due, so that nobody is written to twice for one thing."""

    pack: models.ForeignKey[StoredPack, StoredPack] = models.ForeignKey(
        "warehouse.StoredPack", models.PROTECT, related_name="reminders"
    )
    form: models.CharField[str, str] = models.CharField(max_length=_CODE)
    unit: models.CharField[str, str] = models.CharField(max_length=_CODE)
    period: models.CharField[str, str] = models.CharField(max_length=20)
    kind: models.CharField[str, str] = models.CharField(max_length=20)
    to: models.ForeignKey[Person | None, Person | None] = _person("reminders")
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        """Each person hears of each thing once for each occasion."""

        constraints = (
            models.UniqueConstraint(
                fields=["pack", "form", "unit", "period", "kind", "to"], name="one_letter_for_each"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.form} {self.unit} {self.period}"


# Django finds the tables of an app through this module.
from mezon.web.desk.freezing_models import Freezing, FreezingAnswer  # noqa: E402

__all__ = ["Cell", "CellVersion", "Freezing", "FreezingAnswer", "Remark", "Reminder", "Submission", "Upload"]
