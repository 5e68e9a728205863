"""Who may do what: one table, and nothing that is not in it.

An act is allowed when a grant in force has one of its roles and reaches its unit, the object is in one of its states,
its confidentiality may be seen by that role, the person is not barred by four eyes, and a token (when one is used)
has its scope. Everything else is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from mezon.errors import NotAllowed
from mezon.model.codelists import ConfStatus
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Grant
from mezon.web.accounts.roles import Role

#: Scopes of tokens, as people read them. An action without a scope is never done by a token.
SCOPES = {
    "submissions:read": gettext_lazy("read submissions"),
    "submissions:write": gettext_lazy("fill in, upload and submit submissions"),
    "reviews:read": gettext_lazy("read what waits for review"),
    "observations:read": gettext_lazy("read observations of the working view"),
    "observations:write": gettext_lazy("import observations"),
    "jobs:read": gettext_lazy("see the progress of work in the background"),
    "jobs:write": gettext_lazy("stop work in the background"),
    "audit:read": gettext_lazy("read audit records"),
}

PROVIDER, REVIEWER, STATISTICIAN = Role.PROVIDER, Role.REVIEWER, Role.STATISTICIAN
ANALYST, ADMINISTRATOR = Role.STEERING_ANALYST, Role.ADMINISTRATOR
OFFICE = frozenset({REVIEWER, STATISTICIAN})

#: Roles that may see confidential values within the reach of their grant: the enterprise itself and the statistical
#: office. Analysts and administrators see none.
SEES_CONFIDENTIAL = frozenset({PROVIDER, REVIEWER, STATISTICIAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What an act needs. `states` None: any; `four_eyes`: nobody who acted before; `scope` "": never by a token.

    `own`: without any role, by the one person the target belongs to (`Target.people` holds nobody else).
    """

    roles: frozenset[Role]
    label: str
    states: frozenset[str] | None = None
    four_eyes: bool = False
    own: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an act is done to: where it stands, its state, who acted before, and how confidential it is."""

    pack: str = ""
    unit: str = ""
    state: str = ""
    people: frozenset[int] = field(default_factory=frozenset)
    confidentiality: str = "F"


def _action(
    roles: Iterable[Role], label: str, *, states: str = "", four_eyes: bool = False, own: bool = False, scope: str = ""
) -> Action:
    allowed = frozenset(states.split()) if states else None
    return Action(roles=frozenset(roles), label=label, states=allowed, four_eyes=four_eyes, own=own, scope=scope)


_READ, _WRITE = "submissions:read", "submissions:write"

#: The whole of it. Labels are verbs of sentences: "Aziza has <label> ...".
ACTIONS: dict[str, Action] = {
    "submission.open": _action({PROVIDER, STATISTICIAN}, gettext_noop("opened"), scope=_WRITE),
    "submission.save": _action({PROVIDER}, gettext_noop("saved values of"), states="draft returned", scope=_WRITE),
    "submission.upload": _action({PROVIDER}, gettext_noop("uploaded a file to"), states="draft returned", scope=_WRITE),
    "submission.confirm": _action(
        {PROVIDER}, gettext_noop("confirmed an upload to"), states="draft returned", scope=_WRITE
    ),
    "submission.submit": _action({PROVIDER}, gettext_noop("submitted"), states="draft returned", scope=_WRITE),
    "submission.withdraw": _action({PROVIDER}, gettext_noop("withdrew"), states="submitted", scope=_WRITE),
    "submission.answer": _action(
        {PROVIDER}, gettext_noop("answered a warning of"), states="draft returned", scope=_WRITE
    ),
    "submission.comment": _action({PROVIDER, *OFFICE}, gettext_noop("commented on"), scope=_WRITE),
    "submission.read": _action({PROVIDER, *OFFICE}, gettext_noop("read"), scope=_READ),
    "submission.remind": _action(OFFICE, gettext_noop("sent reminders about forms of")),
    "review.read": _action(OFFICE, gettext_noop("read for review"), scope="reviews:read"),
    "review.return": _action(OFFICE, gettext_noop("returned"), states="submitted verified"),
    "review.verify": _action(OFFICE, gettext_noop("verified"), states="submitted", four_eyes=True),
    "review.approve": _action(OFFICE, gettext_noop("approved"), states="verified", four_eyes=True),
    "release.answer": _action({STATISTICIAN}, gettext_noop("said why a warning of the check may stand:")),
    "release.ask": _action({STATISTICIAN}, gettext_noop("asked for the release")),
    "release.freeze": _action({STATISTICIAN}, gettext_noop("froze")),
    "release.fail": _action({STATISTICIAN}, gettext_noop("did not come to make the release")),
    "release.publish": _action({STATISTICIAN}, gettext_noop("published")),
    "definition.read": _action({PROVIDER, *OFFICE, ANALYST}, gettext_noop("read definitions of")),
    "definition.preview": _action({STATISTICIAN}, gettext_noop("asked what a change would move:")),
    "definition.change": _action({STATISTICIAN}, gettext_noop("changed a definition of")),
    "observation.import": _action({STATISTICIAN}, gettext_noop("imported observations of"), scope="observations:write"),
    "observation.read": _action(
        {PROVIDER, *OFFICE, ANALYST}, gettext_noop("read observations of"), scope="observations:read"
    ),
    "change.read": _action(OFFICE, gettext_noop("read what was recorded of")),
    "people.read": _action({ADMINISTRATOR}, gettext_noop("read the list of people")),
    "people.invite": _action({ADMINISTRATOR}, gettext_noop("invited")),
    "people.grant": _action({ADMINISTRATOR}, gettext_noop("gave a role to"), four_eyes=True),
    "people.revoke": _action({ADMINISTRATOR}, gettext_noop("took a role from"), four_eyes=True),
    "people.disable": _action({ADMINISTRATOR}, gettext_noop("disabled"), four_eyes=True),
    "people.end-sessions": _action({ADMINISTRATOR}, gettext_noop("ended the sessions of")),
    "people.enable": _action({ADMINISTRATOR}, gettext_noop("enabled"), four_eyes=True),
    "token.issue": _action((), gettext_noop("issued a token to"), own=True),
    "token.revoke": _action({ADMINISTRATOR}, gettext_noop("revoked"), own=True),
    "audit.read": _action({ADMINISTRATOR, STATISTICIAN}, gettext_noop("read the audit records of"), scope="audit:read"),
    "audit.export": _action({ADMINISTRATOR, STATISTICIAN}, gettext_noop("exported audit records of")),
    "job.read": _action({STATISTICIAN, ADMINISTRATOR}, gettext_noop("looked at"), own=True, scope="jobs:read"),
    "job.cancel": _action({STATISTICIAN, ADMINISTRATOR}, gettext_noop("cancelled"), own=True, scope="jobs:write"),
}

#: Why an act is refused, as a sentence that says what to do next.
REASONS = {
    "unknown-action": gettext_noop("This is not something anybody may do here."),
    "signed-out": gettext_noop("Sign in first."),
    "second-factor": gettext_noop("Your role needs a second factor: set one up, or sign in again with it."),
    "no-role": gettext_noop("Your roles do not reach this. An administrator can give you one that does."),
    "scope": gettext_noop("This token does not reach so far. Issue one with the scope that is needed."),
    "state": gettext_noop("Its state does not allow this now. Read the page again to see where it stands."),
    "four-eyes": gettext_noop("Somebody else has to do this: you took part in it before."),
    "confidential": gettext_noop("This is confidential. Only the enterprise itself and the statistical office see it."),
}


def may(actor: Actor, action: str, target: Target | None = None) -> bool:
    """Say whether an actor may do something to a target (None: to everything, which needs a grant on everything)."""
    return not why_not(actor, action, target or Target())


def may_somewhere(actor: Actor, action: str, *, pack: str = "") -> bool:
    """Say whether an actor has a role for an action at any unit, of one pack or ("") of any: for menus and lists.

    It stands instead of `require` only for what is about no unit, and is meant for whoever has to do with the pack.
    """
    declared = ACTIONS.get(action)
    if declared is None or not _scoped(actor, declared):
        return False
    held = {Role(grant.role) for grant in actor.grants if not pack or grant.pack in {"", pack}}
    return actor.of_the_system or bool(held & declared.roles)


def require(actor: Actor, action: str, target: Target | None = None) -> None:
    """Raise NotAllowed with the reason, when an actor may not do something."""
    reason = why_not(actor, action, target or Target())
    if reason:
        raise NotAllowed(_("You may not do this."), hint=_(REASONS[reason]), action=action, reason=reason)


def why_not(actor: Actor, action: str, target: Target) -> str:
    """Give the code of the first reason against an act, or "" when it is allowed."""
    declared = ACTIONS.get(action)
    if declared is None:
        return "unknown-action"
    if not _scoped(actor, declared):
        return "scope"
    return _role_against(actor, declared, target) or _object_against(actor, declared, target)


def reaching(actor: Actor, action: str, target: Target) -> tuple[Grant, ...]:
    """Give the grants by which an actor may do something to a target, as far as roles and units go."""
    roles = ACTIONS[action].roles
    return tuple(grant for grant in actor.grants if Role(grant.role) in roles and covers(grant, target))


def covers(grant: Grant, target: Target, *, now: datetime | None = None) -> bool:
    """Say whether a grant reaches a target: its pack, and its unit or one that stands under it today."""
    if grant.pack and grant.pack != target.pack:
        return False
    if not grant.unit:
        return True
    if not target.unit:
        return False
    return target.unit == grant.unit or target.unit in grant.units((now or datetime.now(UTC)).date())


def _scoped(actor: Actor, declared: Action) -> bool:
    return actor.scopes is None or (bool(declared.scope) and declared.scope in actor.scopes)


def _role_against(actor: Actor, declared: Action, target: Target) -> str:
    if actor.of_the_system:
        return ""
    if declared.own and actor.person is not None and target.people == {actor.person.pk}:
        return "second-factor" if actor.resting else ""
    held = [grant for grant in actor.grants if Role(grant.role) in declared.roles and covers(grant, target)]
    if held:
        confidential = target.confidentiality != ConfStatus.FREE
        seen = any(Role(grant.role) in SEES_CONFIDENTIAL for grant in held)
        return "confidential" if confidential and not seen else ""
    if any(Role(grant.role) in declared.roles and covers(grant, target) for grant in actor.resting):
        return "second-factor"
    return "no-role" if actor.person else "signed-out"


def _object_against(actor: Actor, declared: Action, target: Target) -> str:
    if declared.states is not None and target.state not in declared.states:
        return "state"
    took_part = actor.person is not None and actor.person.pk in target.people
    return "four-eyes" if declared.four_eyes and took_part else ""
