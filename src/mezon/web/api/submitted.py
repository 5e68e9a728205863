"""Submissions as programs see them: found, told, and held against the version that somebody saw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import Target, require, why_not
from mezon.web.api.problems import Refused, finding_fields
from mezon.web.desk.acts_filling import Entry, Saved, keys_of
from mezon.web.desk.checking import Checked, check_submission
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.models import Cell, Submission, Upload
from mezon.web.desk.pages import submission_for
from mezon.web.desk.reading import kept_reading

_CELL = (
    "indicator", "breakdown", "variant", "period", "required", "text", "value", "status", "note", "place", "state",
    "returned_reason", "version",
)  # fmt: skip


def found_for(request: HttpRequest, number: int, action: str = "submission.read") -> tuple[Actor, Submission]:
    """Give a submission that one may do something with; what one may not read is answered as what is not there.

    A token that reads no submissions at all is told so, whichever it asks for.
    """
    if why_not(actor_of(request), "submission.read", Target()) == "scope":
        require(actor_of(request), "submission.read")
    return submission_for(request, number, action)


def held_for(request: HttpRequest, number: int, action: str) -> tuple[Actor, Submission]:
    """Give a submission as `found_for`, locked, and unchanged since its If-Match. Only inside a transaction.

    Raises : Refused with 412 when somebody changed it since.
    """
    actor, submission = found_for(request, number, action)
    Submission.objects.select_for_update().filter(pk=submission.pk).first()
    submission.refresh_from_db()
    wanted = request.headers.get("If-Match", "").strip()
    if wanted and wanted != "*" and tag_of(submission, cells_of(submission)) not in _tags(wanted):
        raise Refused(
            412, _("Somebody changed this submission since you read it."), hint=_("Read it again, then send yours.")
        )
    return actor, submission


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}


def tag_of(submission: Submission, cells: Iterable[Cell]) -> str:
    """Give the ETag of a submission: another one whenever its state or any of its cells is another."""
    versions = ",".join(f"{cell.pk}:{cell.version}:{cell.state}" for cell in cells)
    text = f"{submission.pk}.{submission.version}.{submission.state}.{versions}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def cells_of(submission: Submission) -> list[Cell]:
    """Read the cells of a submission: one query."""
    cells = list(submission.cells.all())
    for cell in cells:
        cell.submission = submission
    return cells


def checked(submission: Submission, cells: Sequence[Cell]) -> Checked:
    """Check the cells as they are."""
    return check_submission(submission, definitions_of(submission.pack), cells)


def fields_of(submission: Submission) -> dict[str, Any]:
    """Give a submission as fields, without its cells."""
    return {
        "id": submission.pk, "pack": submission.pack.code, "form": submission.form,
        "form_version": submission.form_version, "unit": submission.unit, "period": submission.period,
        "number": submission.number, "state": submission.state, "due": submission.due,
        "submitted_at": submission.submitted_at, "receipt": submission.receipt,
        "release": submission.release.release if submission.release else None,
    }  # fmt: skip


def whole(submission: Submission) -> tuple[dict[str, Any], str]:
    """Give a submission with its cells and all that the checks found, and its ETag."""
    cells = cells_of(submission)
    found = checked(submission, cells)
    told = {
        **fields_of(submission),
        "cells": [{"id": cell.pk, **{name: getattr(cell, name) for name in _CELL}} for cell in cells],
        "findings": findings_of(found),
        "blocking": found.blocking,
    }
    return told, tag_of(submission, cells)


def findings_of(found: Checked) -> list[dict[str, Any]]:
    """Give every finding; one that was answered with a reason says so."""
    told = []
    for one in found.found:
        fields = finding_fields(one.finding)
        if one.answer is not None:
            fields["hint"] = _("Answered: %(text)s") % {"text": one.answer.text}
        told.append(fields)
    return told


def entries_of(asked: Iterable[Any], submission: Submission, cells: Sequence[Cell]) -> list[Entry]:
    """Find the cell of everything that is to be put. Raises : Refused, listing what the form does not ask for."""
    by_key = keys_of(cells)
    entries, strangers, seen = [], [], set()
    for number, one in enumerate(asked):
        key = (one.indicator, one.breakdown, one.variant, one.period or submission.period)
        cell = by_key.get(key)
        if cell is None or key in seen:
            twice = key in seen
            strangers.append(_stranger(number, " ".join(part for part in key if part), twice=twice))
            continue
        seen.add(key)
        entries.append(Entry(cell=cell.pk, text=one.text, status=one.status, note=one.note, version=one.version))
    if strangers:
        raise Refused(
            422,
            _("Some of this is not asked for by the form."),
            hint=_("Nothing was written, and the values of the other cells were not looked at."),
            findings=strangers,
        )
    return entries


def _stranger(number: int, key: str, *, twice: bool) -> dict[str, Any]:
    message = _("%(key)s is there twice.") if twice else _("The form has no cell %(key)s.")
    return {
        "code": "cell-twice" if twice else "cell-unknown", "severity": "error", "place": f"cells.{number}",
        "row": None, "column": "", "value": key, "message": message % {"key": key},
        "hint": _("GET the submission to see its cells."),
    }  # fmt: skip


def outcome_fields(saved: Saved) -> dict[str, Any]:
    """Give what became of one cell."""
    cell = saved.cell
    return {
        "id": cell.pk, "indicator": cell.indicator, "breakdown": cell.breakdown, "variant": cell.variant,
        "period": cell.period, "outcome": saved.outcome, "version": cell.version,
    }  # fmt: skip


def upload_fields(upload: Upload) -> dict[str, Any]:
    """Give a file that was read, with every finding."""
    return {
        "id": upload.pk, "kind": upload.kind, "content_sha256": upload.content_sha256,
        "counts": upload.counts, "settings": upload.settings, "confirmed": upload.confirmed_at is not None,
        "written": upload.written, "receipt": upload.receipt,
        "findings": [finding_fields(one) for one in kept_reading(upload.reading_sha256).findings],
    }  # fmt: skip
