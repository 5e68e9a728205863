"""Pictures under their addresses: drawings, and the table of each as a file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import polars as pl
import pytest

from mezon.web.portal.edition import Edition
from mezon.web.portal.views.pictures import csv_of

pytestmark = pytest.mark.django_db


def rows(client: Any, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8"))))


def test_the_table_of_a_picture_holds_the_scores_in_full_and_the_release(client: Any, edition: Edition) -> None:
    found = rows(client, "/en/pictures/ranking.csv?period=2017")
    assert found[0][-1] == "Release"
    assert {row[-1] for row in found[1:]} == {edition.release_id}
    assert edition.assessment is not None
    scores = edition.assessment.scores.filter(pl.col("period") == "2017", pl.col("node") == "INDEX")
    best = scores.filter(pl.col("rank") == 1).row(0, named=True)
    assert repr(best["score"]) in found[1]
    assert len(found) - 1 == scores["rank"].is_not_null().sum()


def test_the_table_beside_a_picture_is_rounded_as_people_read_it(client: Any, edition: Edition) -> None:
    html = client.get("/ru/ranking/").content.decode()
    twin = html.split("<figure>")[1].split("<tbody>")[1].split("</tbody>")[0]
    numbers = re.findall(r"<t[dh][^>]*>([\d\u00a0]+,\d+)<", twin)
    assert numbers
    assert [one for one in numbers if len(re.findall(r"\d", one)) > 5] == []
    assert "Код столбца" not in html


def test_every_picture_of_a_page_offers_its_table(client: Any, edition: Edition) -> None:
    for page in ("ranking/", "investments/", "units/UZB/", "coverage/", "indicators/RD_GDP/"):
        html = client.get(f"/ru/{page}").content.decode()
        addresses = [
            address.replace("&amp;", "&")
            for address in re.findall(r'href="([^"]+/pictures/[^"]+\.csv[^"]*)" download', html)
        ]
        assert len(addresses) == html.count("<figure>") > 0
        for address in addresses:
            assert len(rows(client, address)) > 1


def test_the_file_of_a_table_is_named_after_the_release(client: Any, edition: Edition) -> None:
    named = client.get("/en/pictures/coverage.csv")["Content-Disposition"]
    assert edition.content_sha256[:12] in named
    assert named.endswith('-coverage.csv"')


@pytest.mark.parametrize(
    "address",
    ["nothing.csv", "ranking.csv?period=1066", "ranking.neon.720.svg", "ranking.light.721.svg"],
)
def test_what_there_is_not_is_not_found(client: Any, edition: Edition, address: str) -> None:
    assert client.get(f"/en/pictures/{address}").status_code == 404


def test_no_cell_and_no_heading_runs_as_a_formula() -> None:
    written = csv_of(pl.DataFrame({"a": ["=1+1", "safe, and quoted"], "b": [-1.5, 2.0]}), ["@sum", "@sum"])
    assert written == "'@sum,'@sum\n'=1+1,-1.5\n\"safe, and quoted\",2.0\n"
