"""What is published is read by anybody: by filter, in parts, as JSON or CSV, and nothing confidential is told."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mezon.web.api import released
from mezon.web.warehouse.models import ReleaseRecord
from tests.web.api.conftest import Program

pytestmark = pytest.mark.django_db


def _fields(record: ReleaseRecord) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in record._meta.fields if field.name != "id"}


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_newest_release_comes_first_and_its_id_finds_it(anybody: Program, edition: Any) -> None:
    first = anybody.get("/releases").json()["items"][0]
    assert first["content_sha256"] == edition.content_sha256
    assert first["methodologies"] == sorted(edition.assessments)
    by_id = anybody.get(f"/releases/{first['id']}/units").json()
    assert by_id == anybody.get("/releases/latest/units").json()


@pytest.mark.parametrize(
    "wrong", ["nothing", "uzbekistan-2026-01-01-abcdefabcdef", "x-9999-99-99-abcdefabcdef", "%F0%9F"]
)
def test_a_release_that_is_not_there_is_a_problem_that_says_where_to_look(anybody: Program, wrong: str) -> None:
    answer = anybody.get(f"/releases/{wrong}/observations")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert "/api/v1/releases" in answer.json()["hint"]


def test_a_filter_gives_those_observations_and_no_others(anybody: Program, edition: Any) -> None:
    wanted = edition.observations.filter(pl.col("indicator") == "GDP_PC_PPP")
    code = edition.observations["indicator"][0] if not wanted.height else "GDP_PC_PPP"
    answer = anybody.get(f"/releases/latest/observations?indicator={code}&limit=1000").json()
    expected = edition.observations.filter(pl.col("indicator") == code)
    assert answer["total"] == expected.height
    assert {row["indicator"] for row in answer["items"]} == {code}
    assert sorted(row["value"] for row in answer["items"] if row["value"] is not None) == sorted(
        value for value in expected["value"].to_list() if value is not None
    )


def test_a_code_that_the_release_does_not_have_is_no_empty_list(anybody: Program, edition: Any) -> None:
    answer = anybody.get("/releases/latest/observations?indicator=RD_SPENT")
    assert answer.status_code == 404
    assert "Did you mean RD_SPEND?" in answer.json()["hint"]


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "POST"])
def test_a_way_that_an_address_does_not_take_is_a_problem_too(anybody: Program, method: str) -> None:
    answer = anybody.ask(method, "/releases")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET"


def test_the_parts_together_are_the_whole_without_a_row_twice(anybody: Program, edition: Any) -> None:
    code = edition.observations["indicator"].value_counts(sort=True)["indicator"][0]
    path = f"/releases/latest/observations?indicator={code}&limit=7"
    answer = anybody.get(path).json()
    collected = list(answer["items"])
    while answer["next"]:
        answer = anybody.get(f"{path}&cursor={answer['next']}").json()
        collected += answer["items"]
    whole = anybody.get(f"/releases/latest/observations?indicator={code}&limit=1000").json()
    assert collected == whole["items"]
    assert len(collected) == whole["total"]


def test_a_cursor_of_another_question_is_refused(anybody: Program) -> None:
    cursor = anybody.get("/releases/latest/observations?limit=1").json()["next"]
    answer = anybody.get(f"/releases/latest/observations?limit=1&period=2020&cursor={cursor}")
    assert answer.status_code == 422
    assert "next" in answer.json()["hint"]


def test_csv_gives_every_row_at_once(anybody: Program, edition: Any) -> None:
    answer = anybody.get("/releases/latest/observations?format=csv")
    table = rows(answer)
    assert answer["Content-Type"].startswith("text/csv")
    assert len(table) - 1 == edition.observations.height == int(answer["X-Total-Count"])
    assert table[0][:3] == ["indicator", "unit", "period"]


def test_no_cell_of_a_csv_is_a_formula() -> None:
    frame = pl.DataFrame({"note": ["=1+1", "@cmd", "plain"], "value": [1.0, -2.0, None]})
    text = b"".join(released.csv_lines(frame)).decode()
    assert text == "note,value\n'=1+1,1.0\n'@cmd,-2.0\nplain,\n"


def test_a_confidential_value_is_not_told_nor_what_is_said_of_it(edition: Any) -> None:
    from dataclasses import replace

    frame = edition.observations.with_columns(
        confidentiality=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("C")).otherwise("confidentiality"),
        note=pl.lit("a word"),
    )
    told = released.told(replace(edition, pack=replace(edition.pack, observations=frame)))
    secret = told.filter(pl.col("confidentiality") == "C").to_dicts()
    assert len(secret) == 1
    assert (secret[0]["value"], secret[0]["low"], secret[0]["note"]) == (None, None, "")


def test_scores_are_those_of_the_assessment(anybody: Program, edition: Any) -> None:
    answer = anybody.get("/releases/latest/scores?limit=1000").json()
    assert answer["total"] == edition.assessment.scores.height
    best = next(row for row in answer["items"] if row["rank"] == 1)
    assert best["score"] is not None
    assert anybody.get("/releases/latest/scores?methodology=nonsense").status_code == 404


def test_definitions_come_in_three_languages(anybody: Program, edition: Any) -> None:
    answer = anybody.get("/releases/latest/indicators?limit=1000").json()
    assert answer["total"] == len(edition.definitions.indicators)
    assert set(answer["items"][0]["name"]) == {"en", "ru", "uz"}
    sources = anybody.get("/releases/latest/sources?limit=1000").json()
    assert {one["id"] for one in sources["items"]} == set(edition.definitions.sources)


@pytest.mark.parametrize("path", ["/releases", "/releases/latest/observations", "/releases/latest/scores"])
def test_reading_takes_as_many_queries_for_ten_times_as_many_releases(
    anybody: Program, edition: Any, path: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert anybody.get(path).status_code == 200
        return len(caught)

    anybody.get(path)
    before = queries()
    record = ReleaseRecord.objects.get(content_sha256=edition.content_sha256, as_of=edition.as_of)
    for number in range(10):
        older = {"pack_sha256": f"{number:064}", "published_at": record.published_at - timedelta(days=1 + number)}
        ReleaseRecord.objects.create(**{**_fields(record), **older})
    anybody.get(path)
    assert queries() == before <= 3


def test_the_page_of_the_interface_lists_every_operation(anybody: Program) -> None:
    document = anybody.get("/openapi.json").json()
    text = anybody.get("/").content.decode()
    assert document["openapi"].startswith("3.1")
    for path in document["paths"]:
        assert path in text


def test_public_operations_open_no_session(anybody: Program) -> None:
    answer = anybody.get("/releases")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
