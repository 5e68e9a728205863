"""Who owes what: periods that have ended, units that exist, and the newest answer to each."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from mezon.model.codelists import Frequency, Level
from mezon.model.form import Form
from mezon.model.pack import Definitions
from mezon.model.text import Text
from mezon.model.unit import Unit
from mezon.web.desk import owing

TODAY = date(2026, 11, 22)


def form(**other: Any) -> Form:
    return Form(
        **{"id": "annual", "version": "1", "title": Text(en="x"), "levels": ("ENTERPRISE",), "first": "2024", **other}
    )


def unit(code: str, **other: Any) -> Unit:
    return Unit(code=code, level=Level.ENTERPRISE, name=Text(en=code), **other)


def listed(the_form: Form, *units: Unit, submissions: Any = (), only: Any = None) -> list[owing.Debt]:
    definitions = Definitions(
        id="p", version="1", title=Text(en="p"), forms={the_form.id: the_form}, units={one.code: one for one in units}
    )
    return owing.debts(definitions, submissions, units=only, today=TODAY)


def test_a_period_is_owed_once_it_has_ended_and_from_the_first_that_is_asked_for() -> None:
    assert [debt.period for debt in listed(form(), unit("A"))] == ["2024", "2025"]


def test_a_form_without_a_first_period_asks_for_the_last_that_has_ended() -> None:
    assert [debt.period for debt in listed(form(first=""), unit("A"))] == ["2025"]
    quarterly = form(first="", frequency=Frequency.QUARTERLY)
    assert [debt.period for debt in listed(quarterly, unit("A"))] == ["2026-Q3"]


def test_a_unit_owes_only_while_it_exists() -> None:
    gone, new = unit("GONE", valid_to="2024-12-31"), unit("NEW", valid_from="2025-07-01")
    assert [(debt.unit.code, debt.period) for debt in listed(form(), gone, new)] == [("GONE", "2024"), ("NEW", "2025")]


def test_only_the_units_asked_about_are_listed() -> None:
    assert [debt.unit.code for debt in listed(form(first="2025"), unit("A"), unit("B"), only={"B"})] == ["B"]


@pytest.mark.parametrize(
    ("state", "urgency"),
    [
        ("draft", "late"), ("returned", "returned"), ("submitted", "submitted"), ("verified", "verified"),
        ("approved", "approved"), ("released", "released"),
    ],
)  # fmt: skip
def test_how_urgent_a_debt_is_follows_from_its_answer(state: str, urgency: str) -> None:
    one = SimpleNamespace(
        form="annual", unit="A", period="2025", number=1, state=state, editable=state in {"draft", "returned"}
    )
    assert [debt.urgency(TODAY) for debt in listed(form(first="2025"), unit("A"), submissions=[one])] == [urgency]


def test_a_correction_stands_for_the_submission_that_it_corrects() -> None:
    first, second = (
        SimpleNamespace(form="annual", unit="A", period="2025", number=number, state=state, editable=state == "draft")
        for number, state in ((1, "approved"), (2, "draft"))
    )
    debt = listed(form(first="2025"), unit("A"), submissions=[second, first])[0]
    assert debt.submission is second


def test_what_is_due_within_two_weeks_is_soon() -> None:
    debt = listed(form(first="2025", deadline=331), unit("A"))[0]
    assert (debt.due, debt.urgency(TODAY)) == (date(2026, 11, 27), "soon")


def test_what_came_back_is_late_by_the_day_it_was_handed_in() -> None:
    def late(state: str, handed_in: datetime | None) -> int:
        one = SimpleNamespace(
            form="annual", unit="A", period="2025", number=1, state=state, submitted_at=handed_in,
            editable=state in {"draft", "returned"},
        )  # fmt: skip
        return listed(form(first="2025"), unit("A"), submissions=[one])[0].late(TODAY)

    due = listed(form(first="2025"), unit("A"))[0].due
    assert late("returned", datetime.combine(due + timedelta(days=3), time(9), tzinfo=UTC)) == 3
    assert late("returned", datetime.combine(due, time(9), tzinfo=UTC)) == 0
    assert late("draft", None) == (TODAY - due).days > 3
