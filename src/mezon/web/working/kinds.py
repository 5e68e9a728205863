"""Kinds of jobs: a name, the function that does it, and what right asking for it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown, MezonError
from mezon.web.accounts.policy import ACTIONS

Arguments = dict[str, Any]
Report = Callable[[int, int, str], None]
Cancelled = Callable[[], bool]
Work = Callable[[Arguments, Report, Cancelled], dict[str, Any] | None]


class Stopped(Exception):
    """Raised by a job that was asked to stop: it leaves what was before it."""


class Rejected(MezonError):
    """Raised by a job that did nothing because of what it found: `result` keeps the findings."""

    def __init__(self, message: str, *, hint: str = "", result: Arguments) -> None:
        """`result` is kept with the job, as that of one that was done."""
        super().__init__(message, hint=hint)
        self.result = result


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind. `again`: whether it is taken up again when its worker died; else it is said to be interrupted."""

    name: str
    work: Work
    action: str
    label: str
    again: bool


KINDS: dict[str, Kind] = {}


def job(name: str, *, action: str, label: str = "", again: bool = True) -> Callable[[Work], Work]:
    """Register what does a kind of job; who asks for one needs the right to `action`.

    label : a verb with its object, marked for translation where it is declared ("import observations").
    """
    if action not in ACTIONS:
        raise ValueError(f"{action} is not in accounts.policy.ACTIONS")

    def enter(work: Work) -> Work:
        if name in KINDS and KINDS[name].work.__module__ != work.__module__:
            raise ValueError(f"Job {name!r} is already of {KINDS[name].work.__module__}.")
        KINDS[name] = Kind(name=name, work=work, action=action, label=label or name, again=again)
        return work

    return enter


def kind_of(name: str) -> Kind:
    """Give a kind by name. Raises : AskedForUnknown, with those there are."""
    if name not in KINDS:
        find_kinds()
    if name not in KINDS:
        raise AskedForUnknown(f"There is no job {name!r}.", hint=f"There are: {', '.join(sorted(KINDS)) or 'none'}.")
    return KINDS[name]


def label_of(name: str) -> str:
    """Give what a kind does in the language of the page; of a kind that is gone, its name."""
    try:
        return _(kind_of(name).label)
    except AskedForUnknown:
        return name


def find_kinds() -> None:
    """Load the module `jobs` of every app: it registers its kinds."""
    autodiscover_modules("jobs")
