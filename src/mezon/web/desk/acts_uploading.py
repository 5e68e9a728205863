"""Receiving a file and confirming it. Each is one mutation; nothing is written to cells before it is confirmed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown, ChangedMeanwhile, WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk import keeping
from mezon.web.desk.acts_filling import CONFLICT, SAVED, WORKBOOK, save_entries
from mezon.web.desk.delimited_file import CSV
from mezon.web.desk.models import Submission, Upload
from mezon.web.desk.reading import Brought, File, Read, kept_reading

ALL, GOOD = "all", "good"


@mutation("submission.upload")
def receive(
    actor: Actor, submission: Submission, *, name: str, content: bytes, file: File, read: Read, now: datetime
) -> Upload:
    """Keep a file and what was read from it. The cells stay as they are."""
    made = Upload.objects.create(
        submission=submission,
        at=now,
        by=actor.person,
        name=keeping.shown_name(name),
        kind=file.kind,
        size=len(content),
        content_sha256=keeping.keep(content),
        reading_sha256=read.keep(),
        form_version=file.form_version,
        settings=dict(file.settings),
        counts=read.counts,
    )
    note(after={"upload": made.pk, "sha256": made.content_sha256, **read.counts})
    return made


@mutation("submission.confirm")
def confirm(actor: Actor, submission: Submission, *, upload: int, mode: str, now: datetime) -> Upload:
    """Write what a file brings: all of it or nothing, or its good cells only. Confirmed once, it changes nothing more.

    Raises : ChangedMeanwhile when a cell to be written is no longer what the file was compared with.
    """
    found = submission.uploads.select_for_update().filter(pk=upload).first()
    if found is None:
        raise AskedForUnknown(_("There is no such file."), hint=_("Send it again."))
    if found.confirmed_at is not None:
        note(after={"upload": found.pk, "again": True})
        return found
    brought = _to_write(found, mode)
    entries = [replace(entry, place=_place(found, entry.place)) for entry in (one.entry() for one in brought)]
    saved = save_entries(actor, submission, entries, way=WORKBOOK, now=now, why="", upload=found)
    taken = [one for one in saved if one.outcome == CONFLICT]
    if taken:
        raise ChangedMeanwhile(
            _("Somebody changed %(cell)s since the file was read, so nothing was written.") % {"cell": taken[0].cell},
            hint=_("Send the file again: it is compared with what is there now."),
        )
    found.confirmed_at, found.confirmed_by, found.mode = now, actor.person, mode
    found.written = sum(one.outcome == SAVED for one in saved)
    found.receipt = _receipt(found, brought)
    found.save()
    note(after={"upload": found.pk, "mode": mode, "written": found.written, "receipt": found.receipt})
    return found


def _place(upload: Upload, place: str) -> str:
    """Name a place for good. A cell of the form's workbook is one cell only; of rows every file has a second."""
    return f"file {upload.pk} {place}" if upload.kind == CSV else place


def _to_write(upload: Upload, mode: str) -> list[Brought]:
    if mode not in {ALL, GOOD}:
        raise WrongUse(_("Choose what is to be written."), hint=_("All or nothing, or the good cells only."))
    read = kept_reading(upload.reading_sha256)
    if mode == ALL and read.counts["rejected"]:
        raise WrongUse(
            _("Nothing was written: some cells have faults."),
            hint=_("Mend them and send the file again, or write the good cells only."),
        )
    return read.to_write(good_only=mode == GOOD)


def _receipt(upload: Upload, brought: list[Brought]) -> str:
    """Give the SHA-256 of what was written: the file, and each cell with what it became."""
    content = [upload.content_sha256, *sorted([one.place, one.text, one.status, one.note] for one in brought)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8")).hexdigest()
