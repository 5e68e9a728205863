"""What waits for a reviewer: by role and reach, the most overdue first, each with what is worth knowing beforehand."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from mezon.model.pack import Definitions
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import may, why_not
from mezon.web.desk import reckoned
from mezon.web.desk.before import past_of
from mezon.web.desk.checking import check_submission
from mezon.web.desk.differences import differences
from mezon.web.desk.influence import Effect
from mezon.web.desk.knowing import definitions_of, known_of
from mezon.web.desk.models import Cell, Remark, Submission
from mezon.web.desk.reviewing import kept_reckoning
from mezon.web.desk.states import CellState, State
from mezon.web.portal.pages import language

#: What a submission in a state waits for.
WAITS_FOR = {State.SUBMITTED: "review.verify", State.VERIFIED: "review.approve"}
STEPS = {
    "review.verify": gettext_lazy("to be verified"),
    "review.approve": gettext_lazy("to be approved"),
}
#: Seconds that a page may spend on what nobody counted yet; the rest is counted when it is looked at.
_PATIENCE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the checks and comparisons say of a submission as it was handed in."""

    cells: int
    questions: int
    unanswered: int
    outside: int
    came_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """The cell that moves the index most, in words."""

    name: str
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One submission of the queue. `mine` : whether this person may do what it waits for; `why` : the reason if not."""

    submission: Submission
    form: str
    unit: str
    step: str
    mine: bool
    why: str
    late: int
    counts: Counts | None
    moving: Moving | None


def waiting_for(actor: Actor, today: date, chosen: QuerySet[Submission]) -> list[Waiting]:
    """List what waits for review within somebody's reach, the most overdue first; the number of queries is constant."""
    waiting = chosen.filter(state__in=sorted(map(str, WAITS_FOR))).select_related("pack")
    reached = [one for one in waiting if may(actor, "review.read", one.target())]
    packs = {one.pack_id: one.pack for one in reached}  # type: ignore[attr-defined]
    definitions = {key: definitions_of(pack) for key, pack in packs.items()}
    counts = counts_of(reached, definitions)
    found = [
        _row(actor, today, one, definitions[one.pack_id], counts.get(one.pk))  # type: ignore[attr-defined]
        for one in reached
    ]
    return sorted(found, key=lambda row: (not row.mine, *_age(row.submission)))


def _age(submission: Submission) -> tuple[date, datetime, int]:
    at = submission.submitted_at or submission.opened_at
    return (submission.due, at, submission.pk)


def _row(actor: Actor, today: date, one: Submission, definitions: Definitions, counts: Counts | None) -> Waiting:
    step = WAITS_FOR[State(one.state)]
    why = why_not(actor, step, one.target())
    form, unit = definitions.forms.get(one.form), definitions.units.get(one.unit)
    return Waiting(
        submission=one,
        form=form.title.in_language(language()) if form else one.form,
        unit=unit.name.in_language(language()) if unit else one.unit,
        step=step,
        mine=not why,
        why=why,
        late=max((today - one.due).days, 0),
        counts=counts,
        moving=_moving(one, definitions),
    )


def _moving(submission: Submission, definitions: Definitions) -> Moving | None:
    """Name the cell that moves most, where that was reckoned."""
    reckoning = kept_reckoning(submission)
    names = reckoned.kept("names", submission.pk, submission.receipt)
    if reckoning is None or not reckoning.effects or names is None:
        return None
    key, effect = max(reckoning.effects.items(), key=lambda pair: (pair[1].size, -pair[0]))
    indicator = definitions.indicators.get(names.get(str(key), ""))
    return Moving(name=indicator.name.in_language(language()) if indicator else "", effect=effect)


def counts_of(submissions: Sequence[Submission], definitions: Mapping[int, Definitions]) -> dict[int, Counts]:
    """Give the counts of submissions by key: kept ones, and as many of the others as a page has time for."""
    found: dict[int, Counts] = {}
    missing: list[Submission] = []
    for one in submissions:
        kept = reckoned.kept("counts", one.pk, one.receipt)
        if kept is None:
            missing.append(one)
        else:
            found[one.pk] = Counts(**kept)
    return {**found, **_count(missing, definitions)} if missing else found


def _count(missing: Sequence[Submission], definitions: Mapping[int, Definitions]) -> dict[int, Counts]:
    until = time.monotonic() + _PATIENCE
    cells = _grouped(Cell.objects.filter(submission__in=missing).order_by("submission", "position"))
    answers = _grouped(Remark.objects.filter(submission__in=missing, kind=Remark.ANSWER))
    known = _known(missing, definitions)
    found = {}
    for one in missing:
        if time.monotonic() > until:
            break
        of_pack = definitions[one.pack_id]  # type: ignore[attr-defined]
        before = known[one.pack_id].filter(pl.col("unit") == one.unit)  # type: ignore[attr-defined]
        counted = _counted(one, cells.get(one.pk, []), answers.get(one.pk, []), before, of_pack)
        reckoned.keep({name: getattr(counted, name) for name in counted.__slots__}, "counts", one.pk, one.receipt)
        found[one.pk] = counted
    return found


def _counted(
    one: Submission, cells: list[Any], answers: list[Any], before: pl.DataFrame, definitions: Definitions
) -> Counts:
    for cell in cells:
        cell.submission = one
    checked = check_submission(one, definitions, cells, known=before, remarks=answers)
    past = past_of(before, cells, definitions)
    beside = differences(cells, past, returned={}, approved={}, known={})
    return Counts(
        cells=len(cells),
        questions=len(checked.soft),
        unanswered=len(checked.unanswered),
        outside=sum(difference.outside for difference in beside.values()),
        came_back=sum(cell.state == CellState.MENDED for cell in cells),
    )


def _known(missing: Sequence[Submission], definitions: Mapping[int, Definitions]) -> dict[int, pl.DataFrame]:
    found = {}
    for key, of_pack in definitions.items():
        mine = [one for one in missing if one.pack_id == key]  # type: ignore[attr-defined]
        if not mine:
            continue
        forms = [of_pack.forms[one.form] for one in mine if one.form in of_pack.forms]
        indicators = sorted({item.indicator for form in forms for item in form.items})
        found[key] = known_of(mine[0].pack, units=sorted({one.unit for one in mine}), indicators=indicators)
    return found


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.submission_id, []).append(row)
    return grouped
