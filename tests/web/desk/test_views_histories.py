"""The page of one value, and the list of what was recorded."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.desk.conftest import later
from tests.web.desk.reviewed import approve_it, hand_in, verify_it
from tests.web.desk.test_views_working import read
from tests.web.desk.viewing.conftest import *  # noqa: F403 - its pack and people
from tests.web.people import actor_with, sign_in

pytestmark = pytest.mark.django_db


def of(pack: Any, indicator: str = "RD_SPEND", unit: str = "A", period: str = "2024") -> str:
    return reverse("desk:working-value", args=[pack.code, indicator, unit, period])


@pytest.fixture
def as_rano(client: Any, rano: Any) -> Any:
    sign_in(client, rano.person)
    return client


def test_a_stated_value_shows_its_acts_and_the_way_to_the_view_as_it_was(
    as_rano: Any, stored: Any, record: Any
) -> None:
    record("RD_SPEND", "A", "2024", 77.25)
    text = read(as_rano, of(stored))
    assert "<del>13.10</del> → <ins>77.25</ins>" in text
    assert "a correction" in text
    view = reverse("desk:working-pack", args=[stored.code])
    assert f'{view}?indicator=RD_SPEND&amp;from=2024&amp;to=2024&amp;change=1"' in text


def test_a_computed_value_says_from_what_each_with_its_own_way_back(as_rano: Any, stored: Any) -> None:
    total = read(as_rano, of(stored, unit="LAND"))
    assert "From what it was computed" in total
    assert "Nobody stated this value" in total
    assert of(stored, unit="NORTH") in total
    ratio = read(as_rano, of(stored, indicator="RD_SHARE"))
    assert of(stored, indicator="TOTAL_SPEND") in ratio
    assert of(stored, unit="B", period="2019") in read(as_rano, of(stored, unit="NORTH", period="2019"))


def test_a_value_from_a_submission_leads_to_it_and_its_receipt(
    client: Any, aziza: Any, rano: Any, draft: Any, stored: Any
) -> None:
    hand_in(draft, aziza, {"RD_SPEND": "14", "TOTAL_SPEND": "500", "PATENTS": "4"})
    verify_it(draft, rano)
    approve_it(draft, actor_with("statistician", pack=stored.code, now=later(0)))
    sign_in(client, aziza.person)
    text = read(client, of(stored, period="2025"))
    assert f'href="{draft.get_absolute_url()}"' in text
    assert reverse("desk:receipt", args=[draft.pk]) in text
    assert "confidential" in text


def test_what_the_table_hides_has_no_page(client: Any, analyst: Any, bek: Any, stored: Any, record: Any) -> None:
    record("RD_SPEND", "A", "2024", 77.25, confidentiality="C")
    sign_in(client, analyst.person)
    for unit in ("A", "SOUTH", "LAND"):
        answer = client.get(of(stored, unit=unit))
        assert answer.status_code == 403
        assert b"77.25" not in answer.content
        assert client.get(of(stored, unit=unit), {"change": "1"}).status_code == 403
    assert client.get(of(stored, unit="NORTH")).status_code == 200
    sign_in(client, bek.person)
    assert client.get(of(stored)).status_code == 403


def test_what_there_is_not_is_told_as_a_page(as_rano: Any, stored: Any) -> None:
    for address in (of(stored, indicator="NONSENSE"), of(stored, unit="NOBODY"), of(stored, period="lately")):
        assert as_rano.get(address).status_code == 404
    assert "No value was known then" in read(as_rano, of(stored, period="2031"))


def test_the_list_of_changes_is_turned_over_and_asks_the_same_queries(as_rano: Any, stored: Any, record: Any) -> None:
    address = reverse("desk:changes", args=[stored.code])
    record("RD_SPEND", "A", "2024", 10.0)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "What it came to" in read(as_rano, address)
        return len(queries)

    few = asked()
    for number in range(60):
        record("RD_SPEND", "A", "2024", 20.0 + number, minutes=10 + number)
    assert asked() <= few
    text = read(as_rano, address)
    assert "62 changes, the newest first" in text
    assert "page 1 of 2" in text
    assert "loaded the pack from its folder" in read(as_rano, address, page="2")


def test_the_history_of_a_value_asks_the_same_queries_however_often_it_was_revised(
    as_rano: Any, stored: Any, record: Any, rano: Any
) -> None:
    record("RD_SPEND", "A", "2024", 10.0, by=rano.person.pk)

    def asked() -> int:
        read(as_rano, of(stored))
        with CaptureQueriesContext(connection) as queries:
            read(as_rano, of(stored))
        return len(queries)

    few = asked()
    for number in range(20):
        record("RD_SPEND", "A", "2024", 20.0 + number, minutes=10 + number, by=rano.person.pk)
    assert asked() == few


def test_the_list_of_changes_is_not_for_analysts(client: Any, analyst: Any, stored: Any) -> None:
    sign_in(client, analyst.person)
    assert client.get(reverse("desk:changes", args=[stored.code])).status_code in {403, 404}
    assert reverse("desk:changes", args=[stored.code]) not in read(client, of(stored))
