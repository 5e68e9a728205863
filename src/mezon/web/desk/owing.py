"""Who owes which form for which period, and since when: what the pack's forms ask, set beside what was handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from mezon.model.form import Form, parts_of
from mezon.model.pack import Definitions
from mezon.model.period import Period, last_day
from mezon.model.unit import Unit
from mezon.web.desk.models import Submission
from mezon.web.desk.states import State

#: (form, unit, period): what one submission is about.
About = tuple[str, str, str]

#: How long before the last day somebody is reminded, in days.
SOON = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One form that one unit owes for one period, and the submission that answers it, where there is one."""

    form: Form
    unit: Unit
    period: str
    due: date
    submission: Submission | None = None

    @property
    def about(self) -> About:
        """What it is about."""
        return (self.form.id, self.unit.code, self.period)

    @property
    def handed_in(self) -> bool:
        """Whether it is with the reviewers, or past them."""
        return self.submission is not None and not self.submission.editable

    def late(self, today: date) -> int:
        """Days since the last day on which it was in time; 0 when it is in time or handed in.

        For what came back the days stop at its handing in: what the reviewers took is not the provider's delay.
        """
        if self.handed_in:
            return 0
        back = self.submission is not None and self.submission.state == State.RETURNED
        handed_in = self.submission.submitted_at if self.submission is not None and back else None
        until = handed_in.date() if handed_in is not None else today
        return max((until - self.due).days, 0)

    def soon(self, today: date) -> bool:
        """Whether it is due within two weeks."""
        return not self.handed_in and 0 <= (self.due - today).days <= SOON

    def urgency(self, today: date) -> str:
        """Where it stands, as one word for a mark: returned, late, soon, open, or the submission's state."""
        if self.submission is not None and self.submission.state == State.RETURNED:
            return "returned"
        if self.handed_in and self.submission is not None:
            return str(self.submission.state)
        if self.late(today):
            return "late"
        return "soon" if self.soon(today) else "open"


def debts(
    definitions: Definitions,
    submissions: Iterable[Submission],
    *,
    units: Collection[str] | None,
    today: date,
) -> list[Debt]:
    """List what is asked of units up to a day, with the newest submission for each, earliest due first.

    `units` : those to look at; None = all. A period is asked for once it has ended. A form without a first period
    asks for the last period that has ended.
    """
    newest: dict[About, Submission] = {}
    for one in submissions:
        about = (one.form, one.unit, one.period)
        if about not in newest or newest[about].number < one.number:
            newest[about] = one
    asked = (
        Debt(
            form=form,
            unit=unit,
            period=str(period),
            due=form.due(period),
            submission=newest.get((form.id, unit.code, str(period))),
        )
        for form in definitions.forms.values()
        for period in periods_asked(form, today)
        for unit in units_asked(form, definitions.units, period)
        if units is None or unit.code in units
    )
    return sorted(asked, key=lambda debt: (debt.due, debt.unit.code, debt.form.id, debt.period))


def periods_asked(form: Form, today: date) -> tuple[Period, ...]:
    """Give the periods of a form that have ended by a day, oldest first."""
    first = Period.parse(form.first).year if form.first else today.year - 2
    parts = (part for year in range(first, today.year + 1) for part in parts_of(Period(year), form.frequency))
    ended = tuple(part for part in parts if part.end < today and form.is_period(part))
    return ended if form.first else ended[-1:]


def units_asked(form: Form, units: Mapping[str, Unit], period: Period) -> Iterator[Unit]:
    """Give the units that a form is for and that exist at the end of a period."""
    for unit in units.values():
        if form.asks(unit) and _exists(unit, period):
            yield unit


def _exists(unit: Unit, period: Period) -> bool:
    began = not unit.valid_from or last_day(unit.valid_from) <= period.end
    ended = bool(unit.valid_to) and last_day(unit.valid_to) < period.end
    return began and not ended
