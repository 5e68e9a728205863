from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezon.design.csv_table import check_references, read_csv_table
from mezon.model.finding import Finding, Rulebook
from mezon.model.tables import BOOLEAN, DATE, INTEGER, NUMBER, PERIOD, Column, Table

TABLE = Table(
    name="table",
    path="table.csv",
    key=("code",),
    columns=(
        Column(name="code", required=True),
        Column(name="period", type=PERIOD),
        Column(name="value", type=NUMBER),
        Column(name="count", type=INTEGER),
        Column(name="flag", type=BOOLEAN),
        Column(name="day", type=DATE),
        Column(name="status", codes=("A", "O", "E")),
        Column(name="unit", refers="units", separator=";"),
    ),
)
HEADER = "code,period,value,count,flag,day,status,unit\n"
Read = tuple[pl.DataFrame, list[Finding]]


@pytest.fixture
def read(tmp_path: Path, rulebook: Rulebook):
    def reading(content: str | bytes, table: Table = TABLE) -> Read:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_csv_table(path, table, rulebook=rulebook, file="table.csv")

    return reading


def places(findings: list[Finding]) -> set[tuple[str, int | None, str]]:
    return {(finding.code, finding.row, finding.column) for finding in findings}


def test_sound_cells_are_typed_and_rows_are_numbered_as_a_spreadsheet_does(read) -> None:
    frame, findings = read(HEADER + "a,2024-H1,1.5,3,true,2024-05,A,x;y\nb,,,,,,,\n")
    assert findings == []
    assert frame.row(0) == ("a", "2024-S1", 1.5, 3, True, "2024-05", "A", "x;y", 2)
    assert frame.row(1) == ("b", "", None, None, None, "", "", "", 3)


def test_every_wrong_cell_is_named_and_becomes_null(read) -> None:
    frame, findings = read(HEADER + 'a,2 024,"1 234,5",1.5,maybe,2024-13,X,x\n,2024,NaN,,,,,\n')
    assert places(findings) == {
        ("not-a-period", 2, "period"),
        ("number-with-decimal-comma", 2, "value"),
        ("not-an-integer", 2, "count"),
        ("not-a-boolean", 2, "flag"),
        ("not-a-date", 2, "day"),
        ("code-unknown", 2, "status"),
        ("cell-missing", 3, "code"),
        ("number-said-in-words", 3, "value"),
    }
    assert frame.row(0) == ("a", "", None, None, None, "", "", "x", 2)


def test_hints_say_how_to_write_it(read) -> None:
    _, findings = read(HEADER + 'a,H 1 2025,"1 234,5",,,,,\n')
    hints = {finding.code: finding.hint for finding in findings}
    assert "2025-S1" in hints["not-a-period"]
    assert "1234.5" in hints["number-with-decimal-comma"]


@pytest.mark.parametrize(
    ("written", "code", "suggestion"),
    [
        ("1\u00a0234", "number-with-blanks", "1234"),
        ("1.234,5", "number-with-thousands-marks", "1234.5"),
        ("1,234.5", "number-with-thousands-marks", "1234.5"),
        ("1,234", "number-with-thousands-marks", "1234"),
        ("12,5 %", "number-with-percent-sign", "12.5"),
        ("~5", "number-with-unit", "5"),
        ("2,7 млрд", "number-with-unit", "2.7"),
        ("н/д", "number-said-in-words", "O"),
        ("inf", "number-not-finite", ""),
        ("1e999", "number-not-finite", ""),
        ("5-6", "not-a-number", ""),
    ],
)
def test_local_spellings_of_numbers_are_told_apart(read, written: str, code: str, suggestion: str) -> None:
    frame, findings = read(f'{HEADER}a,,"{written}",,,,,\n')
    assert [finding.code for finding in findings] == [code]
    assert suggestion in findings[0].hint
    assert frame["value"].to_list() == [None]


def test_a_file_that_is_not_utf_8_is_read_and_its_encoding_named(read) -> None:
    text = "code,status\nМедь,A\nЗолото,E\n"
    for encoding, name in (("cp1251", "windows-1251"), ("utf-16", "UTF-16")):
        frame, findings = read(text.encode(encoding))
        assert [finding.code for finding in findings] == ["file-encoding"]
        assert name in findings[0].message
        assert frame["code"].to_list() == ["Медь", "Золото"]


def test_latin_letters_are_not_taken_for_cyrillic(read) -> None:
    _, findings = read("code,status\nMineração do Chile e café,A\n".encode("cp1252"))
    assert "windows-1252" in findings[0].message


def test_a_byte_order_mark_is_noted_and_read_over(read) -> None:
    frame, findings = read(b"\xef\xbb\xbf" + b"code,status\na,A\n")
    assert [(finding.code, finding.severity) for finding in findings] == [("file-byte-order-mark", "note")]
    assert frame["code"].to_list() == ["a"]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_wrong_separator_is_named_once_and_the_rest_still_checked(read, separator: str) -> None:
    _, findings = read("code;value;status\na;1,5;Z\n".replace(";", separator))
    assert findings[0].code == "separator-wrong"
    assert ("code-unknown", 2, "status") in places(findings)


def test_ragged_rows_keep_their_number_past_blank_lines_and_cells_of_several_lines(read) -> None:
    frame, findings = read('code,status\n"a\nb",A\n\nc\nd,A,extra\ne,A\n')
    assert places(findings) == {("row-ragged", 4, ""), ("row-ragged", 5, "")}
    assert frame["row"].to_list() == [2, 4, 5, 6]
    assert frame["code"].to_list() == ["a\nb", "c", "d", "e"]


def test_columns_missing_doubled_misspelt_and_unknown_are_all_reported(read) -> None:
    frame, findings = read("statsu,value,value,weather\nA,1,2,fine\n")
    assert places(findings) == {
        ("column-missing", 1, "code"),
        ("column-duplicated", 1, "value"),
        ("column-misspelled", 1, "statsu"),
        ("column-unknown", 1, "weather"),
    }
    assert "status" in next(f.message for f in findings if f.code == "column-misspelled")
    assert frame["value"].to_list() == [1.0]


def test_an_open_table_keeps_further_columns_as_text(read) -> None:
    table = Table(name="t", path="t.csv", columns=(Column(name="code"),), open_columns=True)
    frame, findings = read("code,region\na,North\n", table)
    assert findings == []
    assert frame.columns == ["code", "region", "row"]
    assert frame["region"].to_list() == ["North"]


def test_blanks_around_a_cell_are_taken_away_and_told(read) -> None:
    frame, findings = read("code,value,status\n a , 1.5\u00a0,A\n")
    assert places(findings) == {("cell-stray-spaces", 2, "code"), ("cell-stray-spaces", 2, "value")}
    assert frame.row(0)[0] == "a"
    assert frame["value"].to_list() == [1.5]


def test_a_key_that_comes_again_names_the_first_row(read) -> None:
    _, findings = read("code\na\nb\na\n")
    assert places(findings) == {("key-duplicated", 4, "code")}
    assert "row 2" in findings[0].message


@pytest.mark.parametrize(("content", "codes"), [("", ["file-empty"]), ("\n\n", ["file-empty"]), (HEADER, [])])
def test_a_file_without_rows_gives_an_empty_frame_of_the_right_shape(read, content: str, codes: list[str]) -> None:
    frame, findings = read(content)
    assert [finding.code for finding in findings] == codes
    assert frame.height == 0
    assert frame.schema["value"] == pl.Float64
    assert frame.columns[-1] == "row"


def test_a_missing_file_is_a_finding(tmp_path: Path, rulebook: Rulebook) -> None:
    frame, findings = read_csv_table(tmp_path / "no.csv", TABLE, rulebook=rulebook, file="no.csv")
    assert [finding.code for finding in findings] == ["file-missing"]
    assert frame.height == 0


def test_names_that_do_not_exist_are_found_one_by_one_inside_a_cell(read, rulebook: Rulebook) -> None:
    frame, _ = read("code,unit\na,UZB;KAZ\nb,UZBB\nc,\n")
    findings = check_references(frame, TABLE, {"units": {"UZB", "KAZ"}}, rulebook=rulebook, file="table.csv")
    assert places(findings) == {("unknown-unit", 3, "unit")}
    assert "UZB" in findings[0].hint


def test_the_fast_and_the_careful_path_read_the_same(read) -> None:
    rows = "".join(f'c{n},{2000 + n},{n / 7!r},{n},true,2024,A,"x, ""y"""\n' for n in range(50))
    fast, _ = read(HEADER + rows)
    careful, _ = read(HEADER + "\n" + rows)
    assert fast.drop("row").equals(careful.drop("row"))
    assert (careful["row"] - fast["row"]).unique().to_list() == [1]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(alphabet='ab,;"\n\r\t 1.é', max_size=200).map(str.encode))
def test_no_bytes_whatsoever_make_it_stop(read, content: bytes) -> None:
    frame, findings = read(content)
    assert frame.columns[: len(TABLE.columns)] == [column.name for column in TABLE.columns]
    assert frame.height == 0 or frame["row"].is_sorted()
    assert all(finding.message for finding in findings)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_come_back_bit_for_bit(read, values: list[float]) -> None:
    frame, _ = read("code,value\n" + "".join(f"c{n},{value!r}\n" for n, value in enumerate(values)))
    assert frame["value"].to_list() == values
