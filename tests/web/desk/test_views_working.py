"""The page of the working view: who sees what, as known when, grouped how; the same work however much there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.desk.viewing.conftest import *  # noqa: F403 - its pack and people
from tests.web.desk.viewing.conftest import UNITS
from tests.web.people import person_with, sign_in

pytestmark = pytest.mark.django_db
SPENDING = {"indicator": ["RD_SPEND", "TOTAL_SPEND", "RD_SHARE"], "from": "2022", "to": "2024"}


def read(client: Any, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    text = str(answer.content.decode("utf-8"))
    html5lib.HTMLParser(strict=True).parse(text)
    return text


def at(pack: Any, name: str = "working-pack") -> str:
    return reverse(f"desk:{name}", args=[pack.code])


@pytest.fixture
def as_rano(client: Any, rano: Any) -> Any:
    sign_in(client, rano.person)
    return client


def test_the_first_address_leads_to_the_pack(as_rano: Any, stored: Any) -> None:
    assert as_rano.get(reverse("desk:working"))["Location"] == at(stored)


def test_the_page_says_that_it_is_not_released_and_as_known_when(as_rano: Any, stored: Any, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 77.25)
    now = read(as_rano, at(stored), **SPENDING)
    assert "Working view: not released." in now
    assert "the last change is number 2" in now
    assert "77.25" in now
    then = read(as_rano, at(stored), **SPENDING, change="1")
    assert "As known after change 1" in then
    assert "77.25" not in then
    assert "13.10" in then


def test_units_stand_in_the_order_of_the_tree(as_rano: Any, stored: Any) -> None:
    text = read(as_rano, at(stored), **SPENDING)
    places = [text.index(f">{name}</span></th>") for name in ("Land", "North", "Enterprise B", "South", "Enterprise A")]
    assert places == sorted(places)


def test_an_enterprise_sees_nothing_of_another(client: Any, aziza: Any, stored: Any, record: Any) -> None:
    record("RD_SPEND", "B", "2024", 31.4159)
    sign_in(client, aziza.person)
    for address in (at(stored), at(stored, "working-file")):
        text = client.get(address, SPENDING).content.decode("utf-8")
        assert "13.1" in text
        assert not any(word in text for word in ("Enterprise B", "31.42", "31.4159", ">Land<", "LAND"))


def test_an_analyst_is_told_in_words_what_is_hidden(client: Any, analyst: Any, stored: Any, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 77.25, confidentiality="C")
    sign_in(client, analyst.person)
    text = read(client, at(stored), **SPENDING)
    assert "Some values are hidden from you" in text
    assert "77.25" not in text
    assert "108.35" not in text  # the total of the country
    assert "77.25" not in client.get(at(stored, "working-file"), SPENDING).content.decode("utf-8")


def test_the_file_is_one_to_save_and_runs_nothing(as_rano: Any, stored: Any) -> None:
    answer = as_rano.get(at(stored, "working-file"), SPENDING)
    assert answer["Content-Disposition"] == 'attachment; filename="mezon-mypack-working-view-change-1.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    lines = answer.content.decode("utf-8").splitlines()
    assert lines[0].startswith("indicator_name,unit_name,indicator,unit,period")
    assert all("working view, not released" in line for line in lines[1:])
    assert len(lines) == 1 + 5 * 3 * 3


def test_what_there_is_not_is_told_as_a_page(as_rano: Any, stored: Any) -> None:
    for query in ({"indicator": "NONSENSE"}, {"change": "99"}, {"day": "2020-01-01"}, {"from": "lately"}):
        answer = as_rano.get(at(stored), query)
        assert answer.status_code == 404
        assert b"<h1>" in answer.content
    assert as_rano.get(reverse("desk:working-pack", args=["nowhere"])).status_code == 404


def test_a_choice_of_which_nothing_is_known_says_what_to_do(as_rano: Any, stored: Any) -> None:
    assert "Nothing is known of this choice" in read(as_rano, at(stored), **{"from": "1990", "to": "1991"})


def test_everybody_with_values_to_read_finds_the_page_in_the_menu(client: Any, aziza: Any, stored: Any) -> None:
    sign_in(client, aziza.person)
    assert f'href="{reverse("desk:working")}"' in read(client, reverse("desk:home"))
    sign_in(client, person_with("administrator"))
    assert f'href="{reverse("desk:working")}"' not in read(client, reverse("accounts:people"))


def queries(client: Any, address: str, query: Any) -> int:
    client.get(address, query)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, query).status_code == 200
    return len(asked)


@pytest.mark.parametrize("who", ["rano", "analyst", "aziza"])
@pytest.mark.parametrize("name", ["working-pack", "working-file"])
def test_ten_times_as_many_units_cost_no_more_queries(
    request: Any, client: Any, stored: Any, desk_pack: Path, who: str, name: str
) -> None:
    sign_in(client, request.getfixturevalue(who).person)
    few = queries(client, at(stored, name), SPENDING)
    more = [f"M{number}" for number in range(20)]
    _write_more(desk_pack, more)
    _load(desk_pack)
    assert queries(client, at(stored, name), SPENDING) == few
    if who != "aziza":
        assert "Mine M7" in client.get(at(stored, name), SPENDING).content.decode("utf-8")


def _write_more(pack: Path, units: list[str]) -> None:
    named = UNITS + "".join(f"{unit},ENTERPRISE,Mine {unit}\n" for unit in units)
    (pack / "units.csv").write_text(named, encoding="utf-8")
    with (pack / "memberships.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{unit},NORTH,territory,,\n" for unit in units)
    with (pack / "observations.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"RD_SPEND,{unit},{year},{year - 2000}\n" for unit in units for year in range(2015, 2025))


def _load(pack: Path) -> None:
    from mezon.web.warehouse import store
    from tests.web.desk.conftest import later

    store.load(pack, by=None, reason="more", now=later(10), replace=True)
