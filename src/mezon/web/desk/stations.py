"""The way of a submission, station by station, from draft to published; each with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from mezon.web.desk.models import Remark, Submission
from mezon.web.desk.showing import STATE_WORDS
from mezon.web.desk.states import State

_ORDER = (State.DRAFT, State.SUBMITTED, State.VERIFIED, State.APPROVED, State.RELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One station: passed, here, or still ahead."""

    label: str
    passed: bool
    here: bool
    at: datetime | None = None
    by: str = ""
    href: str = ""
    note: str = ""


def stations_of(submission: Submission) -> list[Station]:
    """Give the stations of a submission; one that came back stands at the first again, and says so."""
    here = State.DRAFT if submission.state == State.RETURNED else State(submission.state)
    place = _ORDER.index(here)
    return [_station(submission, state, passed=number < place, here=number == place)
            for number, state in enumerate(_ORDER)]  # fmt: skip


def _station(submission: Submission, state: State, *, passed: bool, here: bool) -> Station:
    reached = passed or here
    label, at, by, href, note = _facts(submission, state)
    if not reached:
        at, by, href = None, "", ""
    return Station(label=label, passed=passed, here=here, at=at, by=by, href=href, note=note if here else "")


def _facts(submission: Submission, state: State) -> tuple[str, datetime | None, str, str, str]:
    """Give label, time, person, link and note of a station."""
    words = str(STATE_WORDS[state])
    match state:
        case State.DRAFT if submission.state == State.RETURNED:
            note = _("mend the marked cells, then hand it in again")
            return str(STATE_WORDS[State.RETURNED]), _came_back(submission), "", "", note
        case State.DRAFT:
            return words, submission.opened_at, "", "", ""
        case State.SUBMITTED:
            return words, submission.submitted_at, _who(submission.submitted_by), "", _("a reviewer reads it")
        case State.VERIFIED:
            return words, submission.verified_at, _who(submission.verified_by), "", _("a second person approves it")
        case State.APPROVED:
            note = _("it is published with the next release")
            return words, submission.approved_at, _who(submission.approved_by), "", note
        case _:
            release = submission.release
            label = _("published in %(release)s") % {"release": release.release} if release else words
            href = reverse("portal:unit", args=[submission.unit]) if release else ""
            return label, submission.released_at, "", href, ""


def _came_back(submission: Submission) -> datetime | None:
    """Give when a submission came back last."""
    found: datetime | None = submission.remarks.filter(kind=Remark.RETURN).aggregate(last=Max("at"))["last"]
    return found


def _who(person: object) -> str:
    return str(person) if person is not None else ""
