"""Data: downloads equal to the tables they come from, each saying which release it is; about without cookies."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from reading import table

from mezon.web.portal import downloads
from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def body(client: Any, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return b"".join(answer.streaming_content)


def test_every_table_is_offered_with_its_rows_and_columns(page: Page, edition: Edition) -> None:
    rows = {row[0]: (int(row[2].replace(",", "")), int(row[3])) for row in table(page("/en/data/"), "Tables of")[1:]}
    assert rows == {name: frame.shape for name, frame in downloads.tables(edition).items()}


@pytest.mark.parametrize("name", ["scores", "observations", "two_currencies"])
def test_a_table_as_csv_has_every_number_to_the_last_digit_and_the_release_in_its_last_column(
    client: Any, edition: Edition, name: str
) -> None:
    given = downloads.tables(edition)[name]
    read = pl.read_csv(body(client, f"/en/data/tables/{name}.csv"), infer_schema=False)
    assert set(read["release"]) == {edition.release_id}
    for column, kind in given.schema.items():
        if kind.is_float():
            assert_frame_equal(given.select(column), read.select(pl.col(column).cast(pl.Float64)), check_exact=True)


def test_the_workbook_opens_with_the_release_and_has_a_sheet_for_each_table(client: Any, edition: Edition) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(body(client, "/en/data/everything.xlsx")), read_only=True)
    first = dict(book["about"].iter_rows(values_only=True))
    assert first["release"] == edition.release_id
    assert first["content_sha256"] == edition.content_sha256
    assert set(book.sheetnames) == {"about", *downloads.tables(edition)}


def test_json_and_archives_say_which_release_they_are(client: Any, edition: Edition) -> None:
    assert json.loads(body(client, "/en/data/everything.json"))["about"]["content_sha256"] == edition.content_sha256
    for ending in ("csv", "parquet"):
        with zipfile.ZipFile(io.BytesIO(body(client, f"/en/data/everything.{ending}"))) as archive:
            about = next(name for name in archive.namelist() if name.endswith("about.json"))
            assert json.loads(archive.read(about))["release"] == edition.release_id


def test_the_release_folder_comes_whole(client: Any, edition: Edition) -> None:
    with zipfile.ZipFile(io.BytesIO(body(client, "/en/data/everything.release"))) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        assert {
            path.relative_to(edition.folder).as_posix() for path in edition.folder.rglob("*") if path.is_file()
        } == names


def test_no_cell_of_a_download_is_a_formula_and_a_lone_qualifier_stays_as_it_is(client: Any, edition: Edition) -> None:
    lines = body(client, "/en/data/tables/observations.csv").decode().splitlines()
    assert any(",=," in line for line in lines)
    assert not any(cell[0] in "=@\t" and len(cell) > 1 for line in lines for cell in line.split(",") if cell)


def test_the_file_name_carries_date_and_checksum(client: Any, edition: Edition) -> None:
    answer = client.get("/en/data/everything.xlsx")
    answer.close()
    sent = answer["Content-Disposition"]
    assert edition.as_of.isoformat() in sent
    assert edition.content_sha256[:12] in sent


@pytest.mark.parametrize("address", ["tables/nothing.csv", "tables/..csv", f"tables/{'a' * 400}.csv", "everything.exe"])
def test_a_file_that_is_not_offered_is_not_found(client: Any, edition: Edition, address: str) -> None:
    assert client.get(f"/en/data/{address}").status_code == 404


def test_terms_come_before_the_files_and_every_source_is_listed(page: Page, edition: Edition) -> None:
    html = page("/en/data/")
    assert html.index("Terms first") < html.index("Everything at once")
    for source in edition.definitions.sources:
        assert f'id="source-{source}"' in html


def test_the_permalink_is_that_of_the_edition(page: Page, edition: Edition) -> None:
    assert f"/en/data/?as_of={edition.as_of.isoformat()}" in page("/en/data/")


def test_no_page_sets_a_cookie(client: Any, edition: Edition) -> None:
    for address in ("", "data/", "about/", "search/?q=gold", "claims/", "releases/"):
        assert not client.get(f"/en/{address}").cookies
    assert "needs no cookies" in client.get("/en/about/").content.decode()


def test_the_permalink_names_the_host_that_was_asked(client: Any, edition: Edition) -> None:
    for host in ("localhost", "127.0.0.1"):
        assert f"http://{host}/en/data/?as_of=" in client.get("/en/data/", headers={"host": host}).content.decode()
