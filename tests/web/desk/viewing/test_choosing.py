"""What is chosen of the working view: sensible where nothing is said, and refused in words where it is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from mezon.errors import AskedForUnknown, MalformedValue
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.viewing.choosing import NO_HIERARCHY, choice_of, definitions_at, moment_of
from tests.web.desk.viewing.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def choose(stored: Any) -> Callable[..., Any]:
    from mezon.web.warehouse.store.contents import indicators_stated

    def chosen(query: str = "", units: frozenset[str] | None = None) -> Any:
        asked = QueryDict(query)
        moment = moment_of(stored, asked)
        return choice_of(
            stored, asked, moment=moment, definitions=definitions_at(stored, moment),
            stated=indicators_stated(stored, units=units), units=units, today=TODAY,
        )  # fmt: skip

    return chosen


def test_without_a_word_it_is_the_forms_indicators_of_the_last_years_in_the_fullest_hierarchy(choose: Any) -> None:
    choice = choose()
    assert choice.indicators == ("RD_SPEND", "TOTAL_SPEND")
    assert choice.periods == ("2022", "2023", "2024")
    assert (choice.hierarchy, choice.grouped, choice.moment.asked) == ("territory", "then", False)


def test_who_reaches_one_unit_alone_gets_no_tree(choose: Any) -> None:
    assert choose(units=frozenset({"A"})).hierarchy == NO_HIERARCHY


@pytest.mark.parametrize(("query", "periods"), [
    ("from=2020&to=2022", ("2020", "2021", "2022")),
    ("from=2022&to=2020", ("2020", "2021", "2022")),
    ("to=2020", ("2020",)),
    ("from=2023&to=2031", ("2023", "2024")),
    ("from=2020-Q1&to=2021", ("2021",)),
    ("from=1990&to=1991", ()),
])  # fmt: skip
def test_periods_go_from_one_to_another_as_far_as_there_are_any(choose: Any, query: str, periods: Any) -> None:
    assert choose(query).periods == periods


def test_a_table_of_too_many_indicators_is_cut_and_says_so(choose: Any) -> None:
    choice = choose("&".join(f"indicator={code}" for code in definitions_of_all(choose)))
    assert len(choice.indicators) + choice.left_out == len(definitions_of_all(choose))
    assert len(choice.indicators) <= 8


def definitions_of_all(choose: Any) -> list[str]:
    return list(definitions_of(choose().pack).indicators)


@pytest.mark.parametrize("query", ["indicator=NONSENSE", "hierarchy=nothing", "top=nowhere", "day=yesterday"])
def test_what_there_is_not_is_refused_by_name(choose: Any, query: str) -> None:
    with pytest.raises(AskedForUnknown) as refused:
        choose(query)
    assert refused.value.hint


def test_a_period_that_is_none_is_refused(choose: Any) -> None:
    with pytest.raises(MalformedValue):
        choose("from=lately")


def test_a_day_means_the_last_change_by_its_end(stored: Any, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 13.0, minutes=60 * 24)
    assert moment_of(stored, QueryDict("day=2026-11-22")).known == 1
    assert moment_of(stored, QueryDict("day=2026-11-23")).known == 2
    with pytest.raises(AskedForUnknown):
        moment_of(stored, QueryDict("day=2026-11-21"))


@pytest.mark.parametrize("number", ["0", "2", "-1", "many", "99999999999999999999"])
def test_a_change_that_there_is_not_is_refused(stored: Any, number: str) -> None:
    with pytest.raises(AskedForUnknown):
        moment_of(stored, QueryDict(f"change={number}"))


def test_units_may_be_grouped_as_today(choose: Any) -> None:
    choice = choose("grouped=now&change=1")
    assert choice.seen_from == TODAY
    assert choice.asked == {"change": "1", "grouped": "now"}
    assert {link.parent for link in choice.definitions.memberships if link.unit == "A"} == {"SOUTH", "ORES"}


def test_a_whole_of_another_hierarchy_starts_nothing(choose: Any) -> None:
    assert choose("hierarchy=cluster&top=NORTH").top == ""
    assert choose("hierarchy=territory&top=NORTH").top == "NORTH"
