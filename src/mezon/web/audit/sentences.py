"""Records as people read them: who did what to what, when and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from mezon.web.accounts.policy import ACTIONS, REASONS
from mezon.web.audit.models import AuditRecord, Kind
from mezon.web.audit.recording import TOKEN
from mezon.web.working.kinds import label_of

#: Security events, and small acts that need no right but are kept.
EVENTS = {
    "session.begin": gettext_noop("signed in"),
    "session.end": gettext_noop("signed out"),
    "session.end-one": gettext_noop("ended one of their sessions"),
    "session.end-others": gettext_noop("ended their other sessions"),
    "session.refused": gettext_noop("tried to sign in and failed"),
    "session.locked": gettext_noop("failed five times, so the address was closed for a while"),
    "password.change": gettext_noop("changed their password"),
    "password.reset": gettext_noop("replaced a forgotten password"),
    "factor.add": gettext_noop("set up a second factor"),
    "factor.remove": gettext_noop("took their second factor away"),
    "factor.renew": gettext_noop("made new recovery codes"),
    "factor.show": gettext_noop("showed their second factor"),
    "factor.refused": gettext_noop("gave a wrong code"),
    "invitation.follow": gettext_noop("followed their invitation and set a password"),
    "person.change": gettext_noop("changed their name or language"),
}

#: What was asked for and could not be, by the error that said so. Nothing broke: the person was told what to mend.
_SLIPS = {
    "WrongUse": gettext_noop("Something was left out or did not fit; nothing was changed."),
    "AskedForUnknown": gettext_noop("What was asked for is not there; nothing was changed."),
    "ChangedMeanwhile": gettext_noop("Somebody else had changed it meanwhile; nothing was changed."),
    "WrongStep": gettext_noop("It was not its turn; nothing was changed."),
}
_JOB = "working.job"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that was different afterwards."""

    what: str
    was: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A record in words."""

    record: AuditRecord
    who: str
    did: str
    mark: str
    subject: str
    where: str
    why_not: str
    changes: tuple[Change, ...]


def sentence(record: AuditRecord) -> Sentence:
    """Put a record into words of the reader's language; texts people wrote stay as they wrote them."""
    own = record.subject == record.name and record.kind == Kind.SECURITY
    asked_for_work = record.subject_kind == _JOB and not record.action.startswith("job.")
    return Sentence(
        record=record,
        who=_who(record),
        did=_("began work in the background:") if asked_for_work else label(record.action),
        mark=_mark(record),
        subject="" if own else _job(record.subject) if asked_for_work else record.subject,
        where="/".join(part for part in (record.pack, record.unit) if part),
        why_not=_why_not(record),
        changes=() if record.kind in {Kind.REFUSED, Kind.FAILED} or asked_for_work else changes(record),
    )


def _who(record: AuditRecord) -> str:
    """Name the person; and the program, where one acted for them with a token."""
    who = record.name or _("Somebody who had not signed in")
    token = _values(record.after).get(TOKEN, "")
    return _("%(person)s, by the program “%(token)s”,") % {"person": who, "token": token} if token else who


def _job(subject: str) -> str:
    """Say what a job is to do: a record names it by its kind and number."""
    kind, _space, number = subject.rpartition(" ")
    return f"{label_of(kind)} ({number})" if kind else subject


def _mark(record: AuditRecord) -> str:
    """Say what became of an attempt: who left something out has broken nothing."""
    if record.kind == Kind.FAILED and _values(record.after).get("fault") in _SLIPS:
        return pgettext("audit", "not done")
    return record.get_kind_display()  # type: ignore[attr-defined,no-any-return]


def label(action: str) -> str:
    """Give the verb of an action."""
    if action in EVENTS:
        return _(EVENTS[action])
    return _spoken(ACTIONS[action].label) if action in ACTIONS else action


def _spoken(verb: str) -> str:
    """Give a verb in the reader's language; words that stand elsewhere as a state or a heading have a context here."""
    return {
        "read": pgettext("audit", "read"),
        "verified": pgettext("audit", "verified"),
        "approved": pgettext("audit", "approved"),
        "published": pgettext("audit", "published"),
        "invited": pgettext("audit", "invited"),
        "disabled": pgettext("audit", "disabled"),
        "cancelled": pgettext("audit", "cancelled"),
    }.get(verb) or _(verb)


def changes(record: AuditRecord) -> tuple[Change, ...]:
    """Give what was different afterwards, by name."""
    before, after = _values(record.before), _values(record.after)
    names = sorted({*before, *after} - {TOKEN})
    return tuple(
        Change(what=name, was=_text(before.get(name)), became=_text(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    )


def _why_not(record: AuditRecord) -> str:
    if record.kind == Kind.REFUSED:
        reason = str(_values(record.after).get("why", ""))
        return _(REASONS[reason]) if reason in REASONS else _("It was refused.")
    if record.kind == Kind.FAILED:
        slip = _SLIPS.get(str(_values(record.after).get("fault", "")))
        return _(slip) if slip else _("It failed half way, and nothing was changed.")
    return ""


def _values(text: str) -> Mapping[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {"": found}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
