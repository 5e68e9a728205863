"""Answering warnings, freezing a release, publishing it. What takes long is done before its act, outside the database.

A freezing is asked for (a row), carried out (folders, written whole or not at all), and recorded as frozen; publishing
records the release and takes its submissions along in one transaction. Killed at any moment, the old or the new state
is there, and asking again goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mezon.errors import ChangedMeanwhile, MezonError, WrongStep, WrongUse
from mezon.model.finding import Finding
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk.freezing import Checklist, digest_of, findings_at, name_of
from mezon.web.desk.freezing_models import Freezing, FreezingAnswer, Stage
from mezon.web.desk.models import Submission
from mezon.web.desk.states import State, after
from mezon.web.warehouse import publishing
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import working_pack

Say = Callable[[str], None]
_LONGEST = 4000


@mutation("release.answer")
def answer_warning(
    actor: Actor, where: Target, *, pack: StoredPack, finding: str, text: str, now: datetime
) -> FreezingAnswer:
    """Say why a warning of the check may stand. It is remembered for the releases to come."""
    _same_pack(where, pack)
    words = text.strip()[:_LONGEST]
    if not words:
        raise WrongUse(_("There is nothing written."), hint=_("Say in a few words why this may stand."))
    about = next((one for one in findings_at(pack, pack.last_change) if digest_of(one) == finding), None)
    if about is None:
        raise ChangedMeanwhile(_("This warning is not there any more."), hint=_("Look at the checklist again."))
    made = FreezingAnswer.objects.create(
        pack=pack, finding=finding, rule=about.code, place=_place(about)[:500], text=words, at=now, by=actor.person
    )
    note(subject=made, reason=words[:500], after={"rule": about.code, "place": _place(about)[:200]})
    return made


@mutation("release.ask")
def ask_freezing(actor: Actor, where: Target, *, checked: Checklist, label: str, notes: str, now: datetime) -> Freezing:
    """Ask for a release of a pack as it is: nothing blocks it, every warning has its answer, nothing changed since.

    checked : the checklist its person looked at.
    """
    pack = checked.pack
    _same_pack(where, pack)
    name, words = label.strip()[:50], notes.strip()[:_LONGEST]
    if not name or not words:
        raise WrongUse(
            _("A release needs a version and notes."), hint=_("Say in the notes what is new in it, and why.")
        )
    if checked.errors:
        raise WrongUse(_("Errors block this release."), hint=_("Each of them stands in the checklist."))
    if checked.unanswered:
        raise WrongUse(_("Warnings wait for an answer."), hint=_("Say of each why it may stand."))
    held = StoredPack.objects.select_for_update().get(pk=pack.pk)
    if held.last_change != checked.change:
        raise ChangedMeanwhile(
            _("The pack was changed while you looked at it."), hint=_("Look at the checklist and the preview again.")
        )
    if Freezing.objects.filter(pack=pack, label=name).exclude(stage=Stage.FAILED).exists():
        raise WrongUse(_("There is a release “%(label)s” already.") % {"label": name}, hint=_("Name another version."))
    made = Freezing.objects.create(
        pack=pack, change=checked.change, label=name, notes=words, asked_at=now, asked_by=actor.person
    )
    note(subject=made, reason=words[:500], after={"label": name, "change": checked.change})
    return made


def carry_out(actor: Actor, freezing: Freezing, *, now: datetime, say: Say = lambda _what: None) -> Freezing:
    """Write the release, its audit and its assessments into folders, and record it as frozen; or why it cannot be.

    Done twice it comes to the same: folders are named by what is in them.
    """
    home = Path(settings.HOME)
    try:
        say(_("reading the pack"))
        pack = working_pack(freezing.pack, at=freezing.change, home=home)
        publishing.keep_pack(pack, home)
        made = publishing.make(pack, name=name_of(freezing.pack), as_of=None, home=home, say=say)
    except MezonError as fault:
        failed(actor, freezing, fault=str(fault), now=now)
        raise
    return frozen(actor, freezing, made=made, now=now)


@mutation("release.freeze")
def frozen(actor: Actor, freezing: Freezing, *, made: dict[str, Any], now: datetime) -> Freezing:
    """Record that a release is made. It is not public."""
    if freezing.stage == Stage.FROZEN and freezing.made == made:
        return freezing
    _from(freezing, Stage.ASKED)
    freezing.stage, freezing.made, freezing.frozen_at = Stage.FROZEN, made, now
    freezing.save(update_fields=["stage", "made", "frozen_at"])
    said = made["release"]
    told = {name: said[name] for name in ("release", "content_sha256", "as_of")}
    note(before={"stage": "asked"}, after={"stage": "frozen", **told})
    return freezing


@mutation("release.fail")
def failed(actor: Actor, freezing: Freezing, *, fault: str, now: datetime) -> Freezing:
    """Record why a release could not be made."""
    _from(freezing, Stage.ASKED)
    freezing.stage, freezing.fault = Stage.FAILED, fault[:_LONGEST]
    freezing.save(update_fields=["stage", "fault"])
    note(before={"stage": "asked"}, after={"stage": "failed", "fault": fault[:500]})
    return freezing


@mutation("release.publish")
def publish(actor: Actor, freezing: Freezing, *, now: datetime, reason: str = "") -> Freezing:
    """Make a frozen release public; in the same transaction its submissions are in it."""
    _from(freezing, Stage.FROZEN)
    release = publishing.record(freezing.made, now=now)
    freezing.stage, freezing.release = Stage.PUBLISHED, release
    freezing.published_at, freezing.published_by = now, actor.person
    freezing.save(update_fields=["stage", "release", "published_at", "published_by"])
    taken = _take_along(freezing, now)
    note(before={"stage": "frozen"}, after={"stage": "published", "release": release.release, "submissions": taken})
    return freezing


def _take_along(freezing: Freezing, now: datetime) -> int:
    """Say of every submission approved by then that it is in this release."""
    approved = Submission.objects.select_for_update().filter(
        pack=freezing.pack, state=State.APPROVED, change__lte=freezing.change
    )
    taken = list(approved)
    for one in taken:
        one.state = after("release.freeze", one.state)
        one.version += 1
        one.released_at, one.release = now, freezing.release
    Submission.objects.bulk_update(taken, ["state", "version", "released_at", "release"], batch_size=200)
    return len(taken)


def _from(freezing: Freezing, stage: Stage) -> None:
    if freezing.stage != stage:
        raise WrongStep(
            _("This release is %(stage)s.") % {"stage": freezing.get_stage_display()},  # type: ignore[attr-defined]
            hint=_("Read the page again to see where it stands."),
        )


def _place(finding: Finding) -> str:
    """Say where a finding stands, as people read it: the file with its line, and the row's key or column."""
    where = f"{finding.file}:{finding.row}" if finding.row else finding.file
    return " ".join(part for part in (where, finding.key or finding.column) if part)


def _same_pack(where: Target, pack: StoredPack) -> None:
    if where != Target(pack=pack.code):
        raise WrongUse(_("This is asked of another pack."), hint=_("Read the page again."))
