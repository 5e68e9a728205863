"""Handing a submission in, and taking it back. Each is one mutation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from mezon.errors import WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk.checking import Checked
from mezon.web.desk.models import Cell, Submission
from mezon.web.desk.states import after

_LONGEST_STATEMENT = 4000


@mutation("submission.submit")
def submit(actor: Actor, submission: Submission, *, statement: str, checked: Checked, now: datetime) -> Submission:
    """Hand a submission in with a statement. Hard faults block it, soft ones must be answered.

    `checked` : what the checks found in the cells as they are; when somebody changed a cell since, this is refused.
    """
    words = statement.strip()[:_LONGEST_STATEMENT]
    if not words:
        raise WrongUse(_("A statement is missing."), hint=_("Say who answers for these figures."))
    cells = list(submission.cells.all())
    if checked.versions != versions_of(cells):
        raise WrongUse(_("Somebody changed a cell a moment ago."), hint=_("Look at the checks again, then submit."))
    if checked.blocking:
        raise WrongUse(
            _("This cannot be submitted yet: %(faults)d faults to mend, %(questions)d questions to answer.")
            % {"faults": len(checked.hard), "questions": len(checked.unanswered)},
            hint=_("Each of them stands beside its cell."),
        )
    before = submission.state
    submission.state = after("submission.submit", before)
    submission.version += 1
    submission.submitted_at, submission.submitted_by, submission.statement = now, actor.person, words
    submission.receipt = receipt_of(submission, cells)
    submission.save()
    note(before={"state": before}, after={"state": submission.state, "receipt": submission.receipt})
    return submission


@mutation("submission.withdraw")
def withdraw(actor: Actor, submission: Submission, *, reason: str, now: datetime) -> Submission:
    """Take a submission back before a reviewer has verified it."""
    before = submission.state
    submission.state = after("submission.withdraw", before)
    submission.version += 1
    submission.save()
    note(before={"state": before}, after={"state": submission.state})
    return submission


def receipt_of(submission: Submission, cells: Iterable[Cell]) -> str:
    """Give the SHA-256 of what is handed in: what it is about, every cell, and the statement.

    The same content gives the same receipt on every machine: it is the digest of canonical JSON.
    """
    content = {
        "form": submission.form,
        "form_version": submission.form_version,
        "unit": submission.unit,
        "period": submission.period,
        "number": submission.number,
        "statement": submission.statement,
        "cells": [
            [
                cell.indicator, cell.breakdown, cell.variant, cell.period, cell.value, cell.status, cell.note,
                cell.evidence_sha256,
            ]
            for cell in sorted(cells, key=lambda one: one.position)
        ],
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def versions_of(cells: Iterable[Cell]) -> dict[int, int]:
    """Say which version each cell is in: what a check has seen."""
    return {cell.pk: cell.version for cell in cells}
