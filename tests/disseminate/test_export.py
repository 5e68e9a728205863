"""Exports: the same numbers in every format, and nothing a spreadsheet would run."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from mezon.disseminate import export as exporting
from mezon.errors import AskedForUnknown

FACTS = {"title": "Test", "release": "test(1)@2024-12-31#0", "as_of": "2024-12-31"}
TABLE = pl.DataFrame(
    {"unit": ["A", "=1+1", "@x"], "value": [0.1 + 0.2, None, 1e-300], "note": ["", "-2 as stated", "plain"]}
)


def export(to: str, path: Path) -> list[Path]:
    return exporting.export({"observations": TABLE}, FACTS, to=to, path=path)


def test_every_format_gives_the_same_numbers_to_the_last_digit(tmp_path: Path) -> None:
    export("csv", tmp_path / "csv")
    export("parquet", tmp_path / "parquet")
    export("json", tmp_path / "all.json")
    export("xlsx", tmp_path / "all.xlsx")
    from_csv = pl.read_csv(tmp_path / "csv/observations.csv")["value"].to_list()
    from_parquet = pl.read_parquet(tmp_path / "parquet/observations.parquet")["value"].to_list()
    from_json = [row["value"] for row in json.loads((tmp_path / "all.json").read_text())["observations"]]
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx")["observations"]
    from_sheet = [sheet.cell(row, 2).value for row in (2, 3, 4)]
    expected = TABLE["value"].to_list()
    assert from_csv == from_parquet == from_json == expected
    assert from_sheet[1] is None
    # A workbook keeps 16 significant digits of a number (xlsxwriter writes %.16G).
    assert from_sheet[0] == pytest.approx(expected[0], rel=1e-15)


def test_a_text_that_begins_like_a_formula_is_never_run(tmp_path: Path) -> None:
    export("csv", tmp_path / "csv")
    export("xlsx", tmp_path / "all.xlsx")
    written = pl.read_csv(tmp_path / "csv/observations.csv", infer_schema=False)
    assert written["unit"].to_list() == ["A", "'=1+1", "'@x"]
    assert written["note"][1] == "'-2 as stated"
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx")["observations"]
    assert sheet.cell(3, 1).value == "=1+1"
    assert sheet.cell(3, 1).data_type == "s"


def test_every_file_says_which_release_it_is(tmp_path: Path) -> None:
    export("csv", tmp_path / "csv")
    export("json", tmp_path / "all.json")
    export("xlsx", tmp_path / "all.xlsx")
    assert json.loads((tmp_path / "csv/about.json").read_text())["release"] == FACTS["release"]
    assert json.loads((tmp_path / "all.json").read_text())["about"]["release"] == FACTS["release"]
    about = openpyxl.load_workbook(tmp_path / "all.xlsx").worksheets[0]
    assert [about.cell(2, 1).value, about.cell(2, 2).value] == ["release", FACTS["release"]]


def test_two_exports_of_one_release_are_the_same_bytes(tmp_path: Path) -> None:
    for to, name in (("xlsx", "all.xlsx"), ("json", "all.json")):
        export(to, tmp_path / "one" / name)
        export(to, tmp_path / "two" / name)
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "SHEET_ROWS", 2)
    export("xlsx", tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == ["about", "observations", "observations 2"]
    assert book["observations 2"].cell(2, 1).value == "@x"


def test_an_unknown_format_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(AskedForUnknown, match="csv, json, parquet, xlsx"):
        export("ods", tmp_path / "x")


def test_a_sign_by_itself_is_no_formula_and_stays_what_the_source_said(tmp_path: Path) -> None:
    hedged = pl.DataFrame({"qualifier": ["=", ">", "~", "-"], "note": ["=1", "-2", "+", "@x"]})
    exporting.export({"observations": hedged}, FACTS, to="csv", path=tmp_path / "csv")
    written = pl.read_csv(tmp_path / "csv/observations.csv")
    assert written["qualifier"].to_list() == ["=", ">", "~", "-"]
    assert written["note"].to_list() == ["'=1", "'-2", "+", "'@x"]
