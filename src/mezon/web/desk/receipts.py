"""The public receipt of a submission: what was handed in, when, and by whom of which role. Nobody's name, no secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from mezon.model.codelists import ConfStatus
from mezon.web.accounts.models import Grant
from mezon.web.accounts.policy import ACTIONS, covers
from mezon.web.accounts.roles import Role
from mezon.web.desk.models import Cell, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a submission's way: what, when, and in which role somebody took it."""

    label: str
    at: datetime
    role: str


def steps_of(submission: Submission) -> list[Step]:
    """Give the steps that were taken, in order; one query for the roles."""
    taken = (
        (_("handed in"), "submission.submit", submission.submitted_at, submission.submitted_by_id),
        (_("verified"), "review.verify", submission.verified_at, submission.verified_by_id),
        (_("approved"), "review.approve", submission.approved_at, submission.approved_by_id),  # type: ignore[attr-defined]
        (_("published"), "release.publish", submission.released_at, None),
    )
    people = [person for _label, _action, _at, person in taken if person is not None]
    grants = list(Grant.objects.filter(person__in=people).order_by("pk"))
    return [
        Step(label=label, at=at, role=_role(submission, grants, action, at, person))
        for label, action, at, person in taken
        if at is not None
    ]


def _role(submission: Submission, grants: list[Grant], action: str, at: datetime, person: int | None) -> str:
    """Name the role by which somebody could act then; of several, the one that stands first among the roles."""
    roles = ACTIONS[action].roles
    target = submission.target()
    held = {
        Role(grant.role)
        for grant in grants
        if grant.person_id == person and Role(grant.role) in roles and grant.holds_at(at) and covers(grant, target)  # type: ignore[attr-defined]
    }
    possible = held or (roles if person is None and len(roles) == 1 else frozenset())
    return next((str(role.label) for role in Role if role in possible), "")


def cell_at(submission: Submission, place: str) -> Cell | None:
    """Give the cell at a place of the form, as an observation's source names it."""
    return submission.cells.filter(Q(place=place)).first() if place else None


def may_be_told(submission: Submission, cell: Cell) -> bool:
    """Whether the value itself may stand on a public page: it is released, and free."""
    return submission.release is not None and cell.confidentiality == ConfStatus.FREE
