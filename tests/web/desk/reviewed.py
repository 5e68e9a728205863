"""A submission on its way through review, for tests: A's return of 2025, handed in, verified or approved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.web import people
from tests.web.desk.conftest import NOON, entry, later

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission

VALUES = {"RD_SPEND": "13.2", "TOTAL_SPEND": "492", "PATENTS": "4"}
TOMORROW = NOON + timedelta(days=1)


def somebody(role: str, submission: Submission, name: str) -> Actor:
    """Give another person with a role on the whole pack."""
    return people.actor_with(role, pack=submission.pack.code, email=f"{name}@people.example", now=NOON)


def fill(submission: Submission, actor: Actor, values: dict[str, str], *, now: datetime) -> None:
    """Write values by their indicators."""
    from mezon.web.desk.acts_filling import save_cells

    entries = [entry(submission, indicator, text) for indicator, text in values.items()]
    save_cells(actor, submission, entries=entries, now=now)


def hand_in(submission: Submission, actor: Actor, values: dict[str, str] | None = None, *, minutes: int = 5) -> Any:
    """Fill in, answer every question, and hand in."""
    from mezon.web.desk.acts_filling import answer_finding
    from mezon.web.desk.acts_submitting import submit
    from mezon.web.desk.checking import check_submission
    from mezon.web.desk.knowing import definitions_of

    fill(submission, actor, VALUES if values is None else values, now=later(minutes))
    definitions = definitions_of(submission.pack)

    def checked() -> Any:
        cells = list(submission.cells.all())
        for cell in cells:
            cell.submission = submission
        return check_submission(submission, definitions, cells)

    for one in checked().unanswered:
        answer_finding(actor, submission, cell=one.cell.pk, rule=one.finding.code, text="It is so.", now=later(minutes))
    return submit(actor, submission, statement="Ours.", checked=checked(), now=later(minutes))


def return_it(submission: Submission, actor: Actor, reasons: dict[str, str], *, minutes: int = 10) -> Any:
    """Return cells by their indicators."""
    from mezon.web.desk.acts_review import return_cells

    keys = {submission.cells.get(indicator=indicator).pk: reason for indicator, reason in reasons.items()}
    return return_cells(actor, submission, reasons=keys, version=submission.version, now=later(minutes))


def verify_it(submission: Submission, actor: Actor, *, minutes: int = 20) -> Submission:
    """Verify it as it is."""
    from mezon.web.desk.acts_review import verify

    waiting = submission.cells.exclude(state="accepted").count()
    return verify(actor, submission, version=submission.version, accepting=waiting, now=later(minutes))


def approve_it(submission: Submission, actor: Actor, *, now: datetime | None = None) -> Submission:
    """Approve it as it is."""
    from mezon.web.desk.acts_review import approve
    from mezon.web.desk.knowing import definitions_of

    definitions = definitions_of(submission.pack)
    return approve(actor, submission, version=submission.version, definitions=definitions, now=now or later(30))


def approved(submission: Submission, provider: Actor, values: dict[str, str] | None = None) -> Submission:
    """Take a draft through to its approval by two people."""
    hand_in(submission, provider, values)
    verify_it(submission, somebody("reviewer", submission, "first"))
    return approve_it(submission, somebody("statistician", submission, "second"))
