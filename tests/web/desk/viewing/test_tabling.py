"""The table and its file: what stands in a cell, what is left out, and that a file says what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.http import QueryDict

from mezon.errors import UnsettledDisagreement, WrongStep
from mezon.web.accounts.acting import Actor
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.viewing import tabling
from mezon.web.desk.viewing.choosing import choice_of, definitions_at, moment_of
from mezon.web.desk.viewing.ordering import lines_of
from mezon.web.desk.viewing.seeing import reach_of
from tests.web.desk.viewing.conftest import TODAY

pytestmark = pytest.mark.django_db
Lay = Callable[..., Any]


@pytest.fixture
def lay(stored: Any) -> Lay:
    """Give a function that lays a table out for somebody: choice, view and lines."""

    def laid(actor: Actor, query: str) -> Any:
        stored.refresh_from_db()
        asked = QueryDict(query)
        moment = moment_of(stored, asked)
        definitions = definitions_at(stored, moment)
        reach = reach_of(actor, stored, definitions.units)
        choice = choice_of(
            stored, asked, moment=moment, definitions=definitions, stated=set(), units=reach.named, today=TODAY
        )
        lines = lines_of(
            choice.definitions, hierarchy=choice.hierarchy, top=choice.top, periods=choice.periods, seen=reach.free
        )
        view = tabling.view_of(
            stored, choice.definitions, reach, indicators=choice.indicators,
            units=[line.unit.code for line in lines], periods=choice.periods, known=moment.known, at=moment.at,
            seen_from=choice.seen_from,
        )  # fmt: skip
        return choice, view, lines

    return laid


def boxes(lay: Lay, actor: Actor, query: str) -> dict[str, list[Any]]:
    choice, view, lines = lay(actor, query)
    rows = tabling.rows_of(choice, view, tabling.lines_with_something(lines, view))
    return {f"{row.line.depth} {row.line.unit.code}": list(row.boxes) for row in rows}


def test_a_cell_has_its_value_its_marks_and_its_way_back(rano: Actor, lay: Lay) -> None:
    table = boxes(lay, rano, "indicator=RD_SPEND&indicator=RD_SHARE&to=2024&grouped=now&change=1")
    reported, derived = table["2 A"]
    total, ratio = table["0 LAND"]
    assert (reported.text, reported.marks) == ("13.10", ())
    assert [mark.letter for mark in derived.marks] == ["f"]
    assert [mark.letter for mark in total.marks + ratio.marks] == ["r", "r"]
    assert reported.href.endswith("/values/RD_SPEND/A/2024/?change=1&grouped=now")


def test_a_unit_has_values_only_where_it_was_then(rano: Actor, lay: Lay) -> None:
    table = boxes(lay, rano, "indicator=RD_SPEND&from=2019&to=2020")
    assert [box.kind for box in table["2 A"]] == ["elsewhere", "value"]


def test_what_is_hidden_says_so_and_leads_nowhere(analyst: Actor, lay: Lay, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 13.0, confidentiality="C")
    table = boxes(lay, analyst, "indicator=RD_SPEND&to=2024")
    for line in ("2 A", "1 SOUTH", "0 LAND"):
        assert [(box.kind, box.text, box.href) for box in table[line]] == [("masked", "", "")]
    assert table["1 NORTH"][0].kind == "value"


def test_parts_and_absent_values_are_words(rano: Actor, lay: Lay, record: Any) -> None:
    record("PATENTS", "A", "2024", 4.0, breakdown="FIELD=ORE", unit_of_measure="NUMBER")
    record("PATENTS", "B", "2024", None, status="O", unit_of_measure="NUMBER")
    table = boxes(lay, rano, "indicator=PATENTS&to=2024")
    assert (table["2 A"][0].kind, table["2 A"][0].others) == ("parts", 1)
    assert (table["2 B"][0].kind, table["2 B"][0].text) == ("absent", "missing")


def test_a_plan_beside_the_fact_is_counted_and_not_shown_for_it(rano: Actor, lay: Lay, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 99.0, variant="PLAN", source_ref="plan")
    box = boxes(lay, rano, "indicator=RD_SPEND&to=2024")["2 A"][0]
    assert (box.text, box.others) == ("13.10", 1)


def test_units_without_anything_are_left_out_and_their_wholes_stay_where_a_member_has_some(
    rano: Actor, lay: Lay, record: Any
) -> None:
    record("PATENTS", "A", "2024", 4.0, unit_of_measure="NUMBER")
    assert list(boxes(lay, rano, "indicator=PATENTS&to=2024")) == ["0 LAND", "1 SOUTH", "2 A"]


def test_a_long_table_is_turned_over(rano: Actor, lay: Lay) -> None:
    _choice, _view, lines = lay(rano, "indicator=RD_SPEND&to=2024")
    many = lines * 100
    pages = tabling.pages_of(many, columns=24)
    assert [line for page in pages for line in page] == many
    assert tabling.pages_of([], columns=24) == [[]]
    assert max(len(page) for page in pages) * 24 <= tabling.MOST_CELLS


def test_the_file_has_every_row_and_says_in_each_what_it_is(rano: Actor, lay: Lay) -> None:
    table = tabling.file_of(*lay(rano, "indicator=RD_SPEND&to=2024"))
    assert table["unit"].to_list() == ["LAND", "NORTH", "B", "SOUTH", "A"]
    assert table.select("pack", "view", "known_after_change", "units_grouped_as").unique().rows() == [
        ("mypack", "working view, not released", 1, "then")
    ]
    assert table["recorded_at"].unique().to_list() == ["2026-11-22T12:00:00+00:00"]


def test_of_what_is_hidden_the_file_has_no_more_than_the_key(analyst: Actor, lay: Lay, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 13.75, confidentiality="C")
    table = tabling.file_of(*lay(analyst, "indicator=RD_SPEND&to=2024"))
    hidden = table.filter(pl.col("masked") == "yes")
    assert set(hidden["unit"]) == {"A", "SOUTH", "LAND"}
    for name in ("value", "status", "origin", "origin_note"):
        assert hidden[name].null_count() == hidden.height
    assert "13.75" not in table.write_csv()


def test_an_empty_choice_makes_an_empty_file(rano: Actor, lay: Lay) -> None:
    assert tabling.file_of(*lay(rano, "indicator=RD_SPEND&from=1990&to=1991")).height == 0


def test_whose_values_disagree_is_told_to_the_office_alone(rano: Actor, stored: Any, record: Any, aziza: Actor) -> None:
    for actor, told in ((rano, UnsettledDisagreement), (aziza, WrongStep)):
        reach = reach_of(actor, stored, definitions_of(stored).units)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tabling, "dashboard", _disagreeing)
            with pytest.raises(told) as refused:
                tabling.view_of(stored, definitions_of(stored), reach, indicators=["RD_SPEND"], units=["A"],
                                periods=["2024"], known=1, at=None, seen_from=None)  # fmt: skip
        assert ("B says 31" in str(refused.value)) == (actor is rano)


def _disagreeing(*_arguments: Any, **_named: Any) -> pl.DataFrame:
    raise UnsettledDisagreement("B says 31")
