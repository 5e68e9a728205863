"""The history of a value and the list of changes, in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from mezon.errors import NotAllowed
from mezon.model.period import Period
from mezon.web.accounts.acting import Actor
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.viewing import telling
from mezon.web.desk.viewing.choosing import moment_of
from mezon.web.desk.viewing.seeing import reach_of
from mezon.web.warehouse.models import Change
from tests.web.desk.conftest import NOON

pytestmark = pytest.mark.django_db


def told(stored: Any, actor: Actor, unit: str = "A", query: str = "") -> list[Any]:
    stored.refresh_from_db()
    definitions = definitions_of(stored)
    reach = reach_of(actor, stored, definitions.units)
    moment = moment_of(stored, QueryDict(query))
    return telling.statements_of(definitions, actor, reach, definitions.indicators["RD_SPEND"], unit, "2024", moment)


def test_a_revision_tells_who_instead_of_what_and_why(stored: Any, rano: Actor, record: Any) -> None:
    assert rano.person is not None
    record("RD_SPEND", "A", "2024", 13.5, by=rano.person.pk)
    (statement,) = told(stored, rano)
    newest, first = statement.acts
    assert (newest.kind, newest.old, newest.new, newest.who) == ("revised", "13.10", "13.50", str(rano.person))
    assert (newest.reason, newest.change, newest.what) == ("a correction", 2, "brought in a file of values")
    assert (first.kind, first.old, first.new, first.who) == ("stated", "", "13.10", "the command line")


def test_the_history_ends_where_the_reader_looks_from(stored: Any, rano: Actor, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 13.5)
    assert [act.change for act in told(stored, rano, query="change=1")[0].acts] == [1]


def test_two_statements_on_one_place_stand_apart(stored: Any, rano: Actor, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 15.0, variant="PLAN", source_ref="plan")
    assert sorted(statement.about for statement in told(stored, rano)) == ["", "plan"]


def test_one_confidential_word_closes_the_history_to_whoever_may_not_see_it(
    stored: Any, analyst: Actor, aziza: Actor, record: Any
) -> None:
    record("RD_SPEND", "A", "2024", 13.5, confidentiality="C")
    record("RD_SPEND", "A", "2024", 13.5, minutes=6)
    assert [act.confidential for act in told(stored, aziza)[0].acts] == [False, True, False]
    with pytest.raises(NotAllowed, match="may not"):
        told(stored, analyst)


def test_a_total_is_made_of_its_members_then_and_a_ratio_of_its_terms(stored: Any) -> None:
    definitions = definitions_of(stored)
    spend, growth = (definitions.indicators[code] for code in ("RD_SPEND", "RD_GROWTH"))

    def made_of(indicator: Any, unit: str, period: str, origin: str, note: str = "") -> list[tuple[str, str, str]]:
        row = {"origin": origin, "origin_note": note}
        found = telling.ingredients_of(definitions, indicator, unit, period, row)
        return [(one.indicator.code, one.unit.code, one.period) for one in found]

    note = "sum: 2 of 2 members (territory)"
    assert made_of(spend, "NORTH", "2019", "rolled-up", note) == [("RD_SPEND", "A", "2019"), ("RD_SPEND", "B", "2019")]
    assert made_of(spend, "NORTH", "2020", "rolled-up", note) == [("RD_SPEND", "B", "2020")]
    before = str(Period.parse("2020").shifted(-1))
    assert set(made_of(growth, "A", "2020", "derived")) == {("RD_SPEND", "A", "2020"), ("RD_SPEND", "A", before)}
    assert made_of(spend, "A", "2020", "reported") == []


def test_the_list_says_who_did_what_and_what_it_came_to(stored: Any, rano: Actor, record: Any) -> None:
    assert rano.person is not None
    record("RD_SPEND", "A", "2024", 13.5, by=rano.person.pk)
    newest, first = telling.recorded(Change.objects.filter(pack=stored).order_by("-number"), stored)
    assert (newest.who, newest.what, newest.counts) == (
        str(rano.person), "brought in a file of values", ("1 value revised",),
    )  # fmt: skip
    assert first.what == "loaded the pack from its folder"
    assert "48 values new" in first.counts
    assert "units.csv" in first.files
    assert telling.act_words("a new act") == "a new act"


def test_a_change_of_register_rows_alone_is_told_as_one(stored: Any) -> None:
    said = []
    for counts in ({"register_rows": 2, "register_rows_withdrawn": 1}, {"files": 1, "files_withdrawn": 1}):
        change = Change(pack=stored, number=7, at=NOON, action="definition.change", reason="a row", counts=counts)
        said += [(one.what, one.counts) for one in telling.recorded([change], stored)]
    assert said == [
        ("changed a register", ("2 register rows", "1 register row closed")),
        ("changed a definition", ("1 definition file",)),
    ]
