"""The one way to change anything: permission, transaction and record in one place.

    @mutation("submission.submit")
    def submit(actor: Actor, submission: Submission, *, reason: str = "", now: datetime) -> Receipt:
        note(before={"state": submission.state}, after={"state": "submitted"})
        ...

The subject is a model object with a `target()`, or a `Target` itself when there is no object yet (the act then notes
`note(subject=made)`). A saved object is read again and locked before the right is checked, so two people never act on
what one of them no longer sees. Records are written last, so that the end of the chain is locked for a moment only; a
mutation called by another stands or falls with it. What is refused or fails leaves a record as well, written after
the transaction has been undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import models, transaction

from mezon.errors import NotAllowed
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import ACTIONS, Target, require
from mezon.web.audit.models import Kind
from mezon.web.audit.recording import Entry, record

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

#: Every mutation there is, by its full name: the action it performs. Tests read it.
MUTATIONS: dict[str, str] = {}


@dataclass(slots=True)
class _Running:
    """The mutation that began, and those it called: their records wait for its end."""

    done: list[Entry] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)
    open: list[Entry] = field(default_factory=list)
    refusal: NotAllowed | None = None


_running: ContextVar[_Running | None] = ContextVar("running_mutation", default=None)


def mutation(
    action: str,
) -> Callable[[Callable[Concatenate[Actor, S, P], R]], Callable[Concatenate[Actor, S, P], R]]:
    """Make `f(actor, subject, *, ..., now)` a mutation that needs the right to `action`."""
    if action not in ACTIONS:
        raise ValueError(f"{action} is not in accounts.policy.ACTIONS")

    def decorate(function: Callable[Concatenate[Actor, S, P], R]) -> Callable[Concatenate[Actor, S, P], R]:
        MUTATIONS[f"{function.__module__}.{function.__qualname__}"] = action

        @wraps(function)
        def perform(actor: Actor, subject: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            entry = _begun(actor, subject, action, kwargs)
            running = _running.get()
            if running is not None:
                return _perform(running, entry, lambda: function(actor, subject, *args, **kwargs))
            return _perform_first(entry, lambda: function(actor, subject, *args, **kwargs))

        return perform

    return decorate


def note(
    *,
    subject: object = None,
    target: Target | None = None,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Complete the record of the mutation that is running: what it made, what was before, what is after."""
    running = _running.get()
    if running is None or not running.open:
        raise RuntimeError("note() is called inside a mutation")
    entry = running.open[-1]
    entry.subject = entry.subject if subject is None else subject
    entry.target = target or entry.target
    entry.reason = reason or entry.reason
    entry.before = {**entry.before, **(before or {})}
    entry.after = {**entry.after, **(after or {})}


def _begun(actor: Actor, subject: object, action: str, kwargs: Mapping[str, Any]) -> Entry:
    at = kwargs.get("now")
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise TypeError("a mutation takes now=, an aware datetime")
    reason = kwargs.get("reason", "")
    return Entry(kind=Kind.ACT, action=action, at=at, actor=actor, subject=subject, reason=str(reason or ""))


def _perform_first(entry: Entry, act: Callable[[], R]) -> R:
    """Run the outermost mutation in its transaction; write what was refused or failed after it."""
    running = _Running()
    token = _running.set(running)
    try:
        with transaction.atomic():
            result = _perform(running, entry, act)
            for done in running.done:
                record(done)
    except Exception as fault:
        if not isinstance(fault, NotAllowed):
            entry.kind, entry.after = Kind.FAILED, {"fault": type(fault).__name__}
            running.refused.append(entry)
        raise
    finally:
        _running.reset(token)
        for refused in running.refused:
            written = record(refused)
            if running.refusal is not None:
                running.refusal.recorded = written.digest
    return result


def _perform(running: _Running, entry: Entry, act: Callable[[], R]) -> R:
    running.open.append(entry)
    try:
        with transaction.atomic():
            _lock(entry.subject)
            entry.target = _target_of(entry.subject)
            require(entry.actor, entry.action, entry.target)
            result = act()
    except NotAllowed as refusal:
        if refusal is not running.refusal:
            entry.kind, entry.after = Kind.REFUSED, {"why": refusal.reason}
            running.refused.append(entry)
            running.refusal = refusal
        raise
    finally:
        running.open.pop()
    running.done.append(entry)
    return result


def _target_of(subject: object) -> Target:
    """Ask the subject where it stands; a Target is one itself."""
    if isinstance(subject, Target):
        return subject
    target = getattr(subject, "target", None)
    if target is None:
        raise TypeError(f"{type(subject).__name__} has no target(): nothing says who may act on it")
    found = target()
    if not isinstance(found, Target):
        raise TypeError(f"{type(subject).__name__}.target() does not give a Target")
    return found


def _lock(subject: object) -> None:
    """Read a saved object again under a lock, in place: what was read before may have changed since."""
    if isinstance(subject, models.Model) and subject.pk is not None and not subject._state.adding:
        subject.refresh_from_db(from_queryset=subject.__class__._default_manager.select_for_update())
