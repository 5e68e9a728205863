"""When influence is reckoned: at once where that is quick, by the worker where it would keep a page waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.desk.models import Submission
from mezon.web.desk.reviewing import Review, review_of
from mezon.web.warehouse.models import StoredPack
from mezon.web.working.models import Job, State
from mezon.web.working.starting import start

KIND = "influence"
#: Observations of a pack up to which a page waits for the reckoning itself: about a second and a half.
_AT_ONCE = 15_000


def reckoning_for(review: Review, actor: Actor, *, now: datetime) -> tuple[Review, Job | None]:
    """Give a review with its influence; or as it is, and the job that reckons it."""
    submission = review.page.submission
    if review.reckoning is not None:
        return review, None
    if _rows_loaded(submission.pack) <= _AT_ONCE:
        return review_of(submission), None
    return replace(review, reckoning=None), _asked(submission) or _ask(submission, actor, now)


def _rows_loaded(pack: StoredPack) -> int:
    """Say how many observations the first change brought: a measure of the pack's size that costs nothing."""
    first = pack.changes.order_by("number").first()
    return int(first.counts.get("new", 0)) if first else 0


def _asked(submission: Submission) -> Job | None:
    open_jobs = Job.objects.filter(kind=KIND, state__in=[State.WAITING, State.RUNNING], pack=submission.pack.code)
    return next((job for job in open_jobs if job.arguments.get("submission") == submission.pk), None)


def _ask(submission: Submission, actor: Actor, now: datetime) -> Job:
    about = Target(pack=submission.pack.code, unit=submission.unit, confidentiality=submission.confidentiality)
    return start(KIND, actor=actor, arguments={"submission": submission.pk}, now=now, target=about)
