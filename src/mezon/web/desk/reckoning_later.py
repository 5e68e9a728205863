"""When influence is reckoned: at once where that is quick, by the worker where it would keep a page waiting."""

from __future__ import annotations

from datetime import datetime

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.desk.later import asked_once, size_of
from mezon.web.desk.reviewing import Review, review_of
from mezon.web.working.models import Job

KIND = "influence"
#: Observations of a pack up to which a page waits for the reckoning itself.
_AT_ONCE = 6_000


def reckoning_for(review: Review, actor: Actor, *, now: datetime) -> tuple[Review, Job | None]:
    """Give a review with its influence; or as it is, and the job that reckons it."""
    submission = review.page.submission
    if review.reckoning is not None:
        return review, None
    if size_of(submission.pack) <= _AT_ONCE:
        return review_of(submission), None
    about = Target(pack=submission.pack.code, unit=submission.unit, confidentiality=submission.confidentiality)
    arguments = {"submission": submission.pk, "change": submission.pack.last_change}
    return review, asked_once(KIND, actor=actor, arguments=arguments, target=about, now=now)
