"""What the worker does for the desk."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mezon.web.accounts.policy import require
from mezon.web.desk.models import Submission
from mezon.web.desk.reviewing import review_of
from mezon.web.working.kinds import Arguments, Cancelled, Report, job
from mezon.web.working.running import asking_actor


@job("influence", action="review.read", label=gettext_noop("reckon what a submission moves"))
def reckon_influence(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:  # noqa: ARG001
    """Reckon the influence of a submission and keep it."""
    submission = Submission.objects.select_related("pack").get(pk=arguments["submission"])
    require(asking_actor(now=timezone.now()), "review.read", submission.target())
    report(0, 1, _("running the index with one cell at a time put back"))
    found = review_of(submission)
    report(1, 1, "")
    return {"submission": submission.pk, "cells": len(found.reckoning.effects) if found.reckoning else 0}
