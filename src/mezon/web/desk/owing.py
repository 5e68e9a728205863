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
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import read_observations

#: (form, unit, period): what one submission is about.
About = tuple[str, str, str]

_KEY = ("indicator", "breakdown", "variant", "period")
#: How long before the last day somebody is reminded, in days.
SOON = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One form that one unit owes for one period, and the submission that answers it, where there is one.

    `known` : the store holds all that must be given already, from elsewhere. Nobody is late with what is known.
    """

    form: Form
    unit: Unit
    period: str
    due: date
    submission: Submission | None = None
    known: bool = False

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
        if self.handed_in or (self.known and self.submission is None):
            return 0
        back = self.submission is not None and self.submission.state == State.RETURNED
        handed_in = self.submission.submitted_at if self.submission is not None and back else None
        until = handed_in.date() if handed_in is not None else today
        return max((until - self.due).days, 0)

    def soon(self, today: date) -> bool:
        """Whether it is due within two weeks."""
        missing = not self.handed_in and not (self.known and self.submission is None)
        return missing and 0 <= (self.due - today).days <= SOON

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
    known: Collection[About] = frozenset(),
) -> list[Debt]:
    """List what is asked of units up to a day, with the newest submission for each, earliest due first.

    `units` : those to look at; None = all. `known` : what the store holds already (`known_already`). A period is asked
    for once it has ended. A form without a first period asks for the last period that has ended.
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
            known=(form.id, unit.code, str(period)) in known,
        )
        for form in definitions.forms.values()
        for period in periods_asked(form, today)
        for unit in units_asked(form, definitions.units, period)
        if units is None or unit.code in units
    )
    return sorted(asked, key=lambda debt: (debt.due, debt.unit.code, debt.form.id, debt.period))


def known_already(
    pack: StoredPack, definitions: Definitions, *, units: Collection[str] | None, today: date
) -> frozenset[About]:
    """Give what is known of every value that must be given, before any form was handed in: one query a form."""
    found: set[About] = set()
    for form in definitions.forms.values():
        required = {str(period): _required(form, period) for period in periods_asked(form, today)}
        keys = set().union(*required.values())
        held = read_observations(
            pack,
            indicators=sorted({key[0] for key in keys}),
            units=None if units is None else sorted(units),
            periods=sorted({key[3] for key in keys}),
        )
        by_unit: dict[str, set[tuple[str, ...]]] = {}
        for unit, *key in held.select("unit", *_KEY).iter_rows():
            by_unit.setdefault(unit, set()).add(tuple(key))
        found |= {
            (form.id, unit, period)
            for unit, has in by_unit.items()
            for period, asked in required.items()
            if asked and asked <= has
        }
    return frozenset(found)


def _required(form: Form, period: Period) -> set[tuple[str, ...]]:
    return {cell.key for cell in form.cells(period) if cell.required}


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
