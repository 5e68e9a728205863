"""What the worker does for the desk."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mezon.web.accounts.policy import Target, require
from mezon.web.desk.acts_freezing import carry_out
from mezon.web.desk.freezing import findings_at, last_release
from mezon.web.desk.freezing_models import Freezing
from mezon.web.desk.models import Submission
from mezon.web.desk.proposed import foreseen
from mezon.web.desk.proposing import proposal_of
from mezon.web.desk.public_changes import public_changes
from mezon.web.desk.reviewing import review_of
from mezon.web.warehouse.store import find_stored
from mezon.web.working.kinds import Arguments, Cancelled, Report, Stopped, job
from mezon.web.working.running import asking_actor

#: Steps of a freezing that are told: reading, freezing, auditing, and an assessment by one methodology.
_STEPS = 4


@job("influence", action="review.read", label=gettext_noop("reckon what a submission moves"))
def reckon_influence(arguments: Arguments, report: Report, _cancelled: Cancelled) -> dict[str, Any]:
    """Reckon the influence of a submission and keep it."""
    submission = Submission.objects.select_related("pack").get(pk=arguments["submission"])
    require(asking_actor(now=timezone.now()), "review.read", submission.target())
    report(0, 1, _("running the index with one cell at a time put back"))
    found = review_of(submission)
    return {"submission": submission.pk, "cells": len(found.reckoning.effects) if found.reckoning else 0}


@job("preview", action="release.freeze", label=gettext_noop("reckon what a release would change"))
def preview(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Check a pack as it was at a change, and reckon what freezing it would change in public."""
    pack = find_stored(arguments["pack"])
    require(asking_actor(now=timezone.now()), "release.freeze", Target(pack=pack.code))
    report(0, 2, _("checking the pack"))
    # Findings are kept by language: that of the page which asked, and not that of the person's letters.
    with translation.override(arguments["language"]):
        findings_at(pack, arguments["change"])
    if cancelled():
        raise Stopped
    report(1, 2, _("comparing with what is public"))
    found = public_changes(pack, arguments["change"], last_release(pack))
    return {"pack": pack.code, **{f"values_{name}": count for name, count in found.counts.items()}}


@job("proposal", action="definition.preview", label=gettext_noop("reckon what a changed definition would move"))
def preview_proposal(arguments: Arguments, report: Report, _cancelled: Cancelled) -> dict[str, Any]:
    """Check a pack as it would be by a proposal, and reckon what would move."""
    pack = find_stored(arguments["pack"])
    require(asking_actor(now=timezone.now()), "definition.preview", Target(pack=pack.code))
    proposal = proposal_of(pack, arguments["proposal"])
    report(0, 1, _("checking the pack as it would be, and running the index before and after"))
    with translation.override(arguments["language"]):
        found = foreseen(pack, proposal, arguments["language"])
    href = reverse("desk:proposal", args=[pack.code, proposal.digest])
    return {"file": proposal.path, **found.counts, "errors": found.errors, "href": href}


@job("freezing", action="release.freeze", label=gettext_noop("freeze a release"))
def freeze(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Write a release that was asked for into folders, and record it as frozen."""
    freezing = Freezing.objects.select_related("pack").get(pk=arguments["freezing"])
    told: list[str] = []

    def say(what: str) -> None:
        if cancelled():
            raise Stopped
        told.append(what)
        report(min(len(told) - 1, _STEPS), _STEPS, what)

    done = carry_out(asking_actor(now=timezone.now()), freezing, now=timezone.now(), say=say)
    return {"release": done.made["release"]["release"], "content_sha256": done.made["release"]["content_sha256"]}
