"""What a reviewer does: accept cells, return them with a reason, verify, approve. Each is one mutation.

Every act names the version of the submission that its person looked at. Acts wait for one another at the row's lock;
the second finds another version, is told so, and nothing of either is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import polars as pl
from django.utils.translation import gettext as _

from mezon.errors import ChangedMeanwhile, WrongUse
from mezon.model.codelists import ObsStatus
from mezon.model.form import Form
from mezon.model.observations import DEFAULTS, ROW, WORKING_SCHEMA
from mezon.model.pack import Definitions
from mezon.web.accounts.acting import Actor
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk.differences import approved_before, key_of
from mezon.web.desk.knowing import form_of
from mezon.web.desk.models import Cell, Remark, Submission
from mezon.web.desk.states import CellState, after
from mezon.web.warehouse.models import OPEN, ObservationVersion
from mezon.web.warehouse.store import changing, record_observations

_LONGEST_REASON = 4000
#: How many cells a record of the audit names; the others are counted.
_NAMED = 50


@mutation("review.verify")
def accept_cells(
    actor: Actor,
    submission: Submission,
    *,
    cells: Collection[int],
    version: int,
    now: datetime,
    reason: str = "",
) -> int:
    """Accept cells, by their keys: all clean ones in one act, or a single one. Give how many that changed."""
    _refuse_other_version(submission, version)
    chosen = [cell for cell in submission.cells.all() if cell.pk in cells and cell.state != CellState.ACCEPTED]
    for cell in chosen:
        cell.state, cell.returned_reason = CellState.ACCEPTED, ""
    Cell.objects.bulk_update(chosen, ["state", "returned_reason"], batch_size=400)
    if chosen:
        submission.version += 1
        submission.save(update_fields=["version"])
    note(after={"accepted": len(chosen), "cells": [str(cell) for cell in chosen[:_NAMED]]})
    return len(chosen)


@mutation("review.return")
def return_cells(
    actor: Actor,
    submission: Submission,
    *,
    reasons: Mapping[int, str],
    version: int,
    now: datetime,
) -> list[Cell]:
    """Send single cells back, each with its reason; all others stay as they are and cannot be written.

    reasons : key of a cell -> why it comes back.
    """
    _refuse_other_version(submission, version)
    words = {key: text.strip()[:_LONGEST_REASON] for key, text in reasons.items()}
    cells = [cell for cell in submission.cells.all() if cell.pk in words]
    if not cells:
        raise WrongUse(_("No cell is chosen."), hint=_("Mark the cells to return, and say of each why."))
    silent = [cell.place or str(cell) for cell in cells if not words[cell.pk]]
    if silent:
        raise WrongUse(
            _("A reason is missing for %(cells)s.") % {"cells": ", ".join(silent)},
            hint=_("Say in a few words what is wrong, so that it can be mended."),
        )
    for cell in cells:
        cell.state, cell.returned_reason = CellState.RETURNED, words[cell.pk]
    Cell.objects.bulk_update(cells, ["state", "returned_reason"], batch_size=400)
    Remark.objects.bulk_create(
        Remark(
            submission=submission, cell=cell, at=now, by=actor.person, kind=Remark.RETURN, text=words[cell.pk],
            cell_version=cell.version,
        )
        for cell in cells
    )  # fmt: skip
    # Whoever verified it before may verify what comes back: the record keeps that they did.
    _step(submission, "review.return", verified_at=None, verified_by=None)
    note(
        reason="; ".join(words[cell.pk] for cell in cells[:5])[:500],
        after={"returned": len(cells), "cells": [str(cell) for cell in cells[:_NAMED]]},
    )
    return cells


@mutation("review.verify")
def verify(
    actor: Actor, submission: Submission, *, version: int, accepting: int, now: datetime, reason: str = ""
) -> Submission:
    """Find a submission valid as a whole: every cell is accepted by it.

    accepting : how many cells nobody accepted yet and this act accepts; its person has to know. Raises : WrongUse.
    """
    _refuse_other_version(submission, version)
    waiting = submission.cells.exclude(state=CellState.ACCEPTED)
    count = waiting.count()
    if count != accepting:
        raise WrongUse(
            _("%(n)d cells of this submission are not accepted yet.") % {"n": count},
            hint=_("Look at them; then accept them, return them, or say that you accept them all with this act."),
        )
    waiting.update(state=CellState.ACCEPTED, returned_reason="")
    note(after={"accepted": count})
    return _step(submission, "review.verify", verified_at=now, verified_by=actor.person)


@mutation("review.approve")
def approve(
    actor: Actor,
    submission: Submission,
    *,
    version: int,
    definitions: Definitions,
    now: datetime,
    reason: str = "",
) -> Submission:
    """Approve a verified submission: in the same transaction its cells become observations of the store."""
    _refuse_other_version(submission, version)
    form = form_of(definitions, submission.form)
    _withdraw_of_today(submission, by=actor.person.pk if actor.person else None, now=now)
    frame = observations_of(submission, list(submission.cells.all()), form, definitions, now=now)
    recorded = record_observations(
        submission.pack,
        frame,
        by=actor.person.pk if actor.person else None,
        reason=reason.strip() or _("submission %(number)d approved") % {"number": submission.pk},
        action="review.approve",
        now=now,
    )
    submission.change = recorded.change.number if recorded.change else submission.pack.last_change
    note(after={"new": recorded.new, "changed": recorded.changed, "unchanged": recorded.unchanged})
    return _step(submission, "review.approve", approved_at=now, approved_by=actor.person, change=submission.change)


def observations_of(
    submission: Submission, cells: Collection[Cell], form: Form, definitions: Definitions, *, now: datetime
) -> pl.DataFrame:
    """Give the cells that say something as observations (WORKING_SCHEMA), each with its way back to the cell.

    A value that the submission before this one stated and this one leaves out is stated as missing, so that a
    correction can also take back.
    """
    before = approved_before(submission)
    blank = {name: None if kind == pl.Float64() else "" for name, kind in WORKING_SCHEMA.items()}
    rows: list[dict[str, object]] = []
    for cell in sorted(cells, key=lambda one: one.position):
        earlier = before.get(key_of(cell))
        if not cell.filled and (earlier is None or not earlier.filled):
            continue
        rows.append(
            {
                **blank, **DEFAULTS, ROW: len(rows) + 2,
                "indicator": cell.indicator, "unit": submission.unit, "period": cell.period,
                "breakdown": cell.breakdown, "variant": cell.variant, "value": cell.value if cell.filled else None,
                "unit_of_measure": measure_of(form, definitions, cell.indicator),
                "status": cell.status if cell.filled else str(ObsStatus.MISSING),
                "confidentiality": cell.confidentiality, "source": form.source or definitions.default_source,
                "source_ref": source_ref(submission.pk, cell.place), "published": now.date().isoformat(),
                "note": cell.note,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=WORKING_SCHEMA)


def _withdraw_of_today(submission: Submission, *, by: int | None, now: datetime) -> None:
    """Withdraw what the corrected submission stated this very day.

    A release knows days: of two words of one day nothing would say which came later. Words of an earlier day stay, for
    they are what was known by then.
    """
    before = Submission.objects.filter(
        pack=submission.pack, form=submission.form, unit=submission.unit, period=submission.period,
        number=submission.number - 1,
    ).first()  # fmt: skip
    if before is None:
        return
    stated = ObservationVersion.objects.filter(
        recorded_to=OPEN,
        observation__series__pack=submission.pack,
        observation__series__unit=submission.unit,
        observation__published=now.date().isoformat(),
        observation__source_ref__startswith=source_ref(before.pk, ""),
    )
    reason = _("corrected the same day by submission %(number)d") % {"number": submission.pk}
    with changing(submission.pack, action="review.approve", by=by, reason=reason, now=now) as recording:
        recording.counts["withdrawn"] = stated.update(recorded_to=recording.number)


def measure_of(form: Form, definitions: Definitions, indicator: str) -> str:
    """Give the code of the unit in which a form asks for an indicator."""
    item, defined = form.item(indicator), definitions.indicators.get(indicator)
    return (item.unit_of_measure if item else "") or (defined.unit if defined else "")


def source_ref(submission: int, place: str) -> str:
    """Give the way back from an observation to its cell: `submission 7 resources!3`."""
    return f"submission {submission} {place}"


def _step(submission: Submission, act: str, **written: object) -> Submission:
    """Go one step of the table of transitions, and write what belongs to it."""
    before = submission.state
    submission.state = after(act, before)
    submission.version += 1
    for name, value in written.items():
        setattr(submission, name, value)
    submission.save(update_fields=["state", "version", *written])
    note(before={"state": before}, after={"state": submission.state})
    return submission


def _refuse_other_version(submission: Submission, version: int) -> None:
    if submission.version != version:
        raise ChangedMeanwhile(
            _("Somebody else acted on this submission while you looked at it."),
            hint=_("Look at what changed. What you wrote is still here; send it again if it still holds."),
        )
