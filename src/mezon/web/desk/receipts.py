"""The public receipt of a submission: what was handed in, when, and by whom of which role. Nobody's name, no secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mezon.model.codelists import ConfStatus
from mezon.web.accounts.models import Grant
from mezon.web.accounts.policy import ACTIONS, covers
from mezon.web.accounts.roles import Role
from mezon.web.audit.models import AuditRecord, Kind
from mezon.web.audit.recording import describe
from mezon.web.desk.models import Cell, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a submission's way: what, when, in which role somebody took it, and the receipt it was given."""

    label: str
    at: datetime
    role: str
    receipt: str = ""


#: The acts that a receipt tells of; the others change cells, and are told in the cells' own histories.
_TOLD = {
    "submission.submit": gettext_lazy("handed in"),
    "submission.withdraw": gettext_lazy("taken back by its provider"),
    "review.return": gettext_lazy("came back to be mended"),
    "review.verify": gettext_lazy("verified"),
    "review.approve": gettext_lazy("approved"),
}


def steps_of(submission: Submission) -> list[Step]:
    """Give every step that was taken, in order, as the audit trail has it: one query for them, one for the roles."""
    kind, key, _words = describe(submission)
    records = list(
        AuditRecord.objects.filter(kind=Kind.ACT, action__in=_TOLD, subject_kind=kind, subject_id=key).order_by(
            "number"
        )
    )
    grants = list(Grant.objects.filter(person__in={one.person_id for one in records}).order_by("pk"))
    steps = [
        Step(
            label=str(_TOLD[one.action]),
            at=one.at,
            role=_role(submission, grants, one.action, one.at, one.person_id),
            receipt=json.loads(one.after or "{}").get("receipt", ""),
        )
        for one in records
    ]
    if submission.released_at is not None:
        role = _role(submission, [], "release.publish", submission.released_at, None)
        steps.append(Step(label=_("published"), at=submission.released_at, role=role))
    return steps


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
