from __future__ import annotations

import tracemalloc
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezon.collect.delimited import Detected, cells_of, detect, read_delimited
from mezon.design.rulebook import read_rulebook
from mezon.errors import NotTrusted
from mezon.model.finding import Finding
from mezon.model.form import CELLS

RULES = read_rulebook(None)


def written(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "upload"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read_all(path: Path, detected: Detected) -> tuple[pl.DataFrame, list[Finding]]:
    batches = list(read_delimited(path, detected, rulebook=RULES))
    return pl.concat([batch.rows for batch in batches]), [fault for batch in batches for fault in batch.findings]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251"])
def test_separator_and_encoding_are_found_and_said(tmp_path: Path, separator: str, encoding: str) -> None:
    lines = ["Показатель;Предприятие;Год;Значение", "REVENUE;Остра;2024;1234.5", "EMPLOYEES;Остра;2024;17"]
    text = "\n".join(lines).replace(";", separator)
    detected = detect(written(tmp_path, text, encoding), rulebook=RULES)
    assert detected.separator == separator
    assert detected.decimal == "."
    assert dict(detected.columns)["Значение"] == "value"
    assert detected.questions == ()
    rows, findings = read_all(tmp_path / "upload", detected)
    assert findings == []
    assert rows.select("indicator", "unit", "period", "value", "row").rows() == [
        ("REVENUE", "Остра", "2024", 1234.5, 2), ("EMPLOYEES", "Остра", "2024", 17.0, 3),
    ]  # fmt: skip


def test_decimal_commas_are_found_by_a_witness_and_read_everywhere(tmp_path: Path) -> None:
    text = "indicator;period;value;low\nA;2024;1 234,5;1.000,5\nB;2024;1.234;7\nC;2024;12;\n"
    detected = detect(written(tmp_path, text), rulebook=RULES)
    assert (detected.separator, detected.decimal, detected.thousands) == (";", ",", ".")
    assert detected.witness
    rows, findings = read_all(tmp_path / "upload", detected)
    assert findings == []
    assert rows["value"].to_list() == [1234.5, 1234.0, 12.0]
    assert rows["low"].to_list() == [1000.5, 7.0, None]


def test_what_cannot_be_told_is_asked_and_the_answer_is_heard(tmp_path: Path) -> None:
    path = written(tmp_path, "indicator;period;value\nA;2024;1,234\n")
    asked = detect(path, rulebook=RULES)
    assert [question.code for question in asked.questions] == ["delimited-decimal-unclear"]
    answered = detect(path, rulebook=RULES, decimal=",")
    assert answered.questions == ()
    assert read_all(path, answered)[0]["value"].to_list() == [1.234]
    other = detect(path, rulebook=RULES, decimal=".")
    assert read_all(path, other)[0]["value"].to_list() == [1234.0]


def test_missing_columns_are_asked_for(tmp_path: Path) -> None:
    detected = detect(written(tmp_path, "a;b\n1;2\n"), rulebook=RULES)
    assert [question.code for question in detected.questions] == ["delimited-columns-missing"]


def test_every_fault_has_its_row_however_far_down(tmp_path: Path) -> None:
    lines = [f"A,U,{2000 + n % 20},{n}.5" for n in range(700_000)]
    lines[650_000] = "A,U,2024,many"
    lines[650_001] = "A,U,20-24,1"
    lines[650_002] = "A,U,2024"
    detected = detect(written(tmp_path, "indicator,unit,period,value\n" + "\n".join(lines) + "\n"), rulebook=RULES)
    rows, findings = read_all(tmp_path / "upload", detected)
    assert rows.height == 700_000
    assert rows["row"].to_list() == list(range(2, 700_002))
    assert sorted((each.row or 0, each.code) for each in findings) == [
        (650_002, "not-a-number"), (650_003, "not-a-period"), (650_004, "row-ragged"),
    ]  # fmt: skip


def test_quoted_cells_over_several_lines_stay_whole_across_batches(tmp_path: Path) -> None:
    note = "first line\nsecond, line " + "x" * 200
    lines = [f'A,2024,{n},"{note}"' for n in range(60_000)]
    detected = detect(written(tmp_path, "indicator,period,value,note\n" + "\n".join(lines)), rulebook=RULES)
    rows, findings = read_all(tmp_path / "upload", detected)
    assert findings == []
    assert rows["value"].to_list() == [float(n) for n in range(60_000)]
    assert rows["row"].to_list() == list(range(2, 60_002))
    assert set(rows["note"]) == {note}


def test_reading_in_batches_keeps_python_memory_small(tmp_path: Path) -> None:
    path = written(tmp_path, "indicator,unit,period,value\n" + "A,U,2024,1.5\n" * 1_000_000)
    detected = detect(path, rulebook=RULES)
    tracemalloc.start()
    count = sum(batch.rows.height for batch in read_delimited(path, detected, rulebook=RULES))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_000_000
    assert peak < 150_000_000


def test_rows_become_cells_of_a_submission(tmp_path: Path) -> None:
    detected = detect(written(tmp_path, "indicator,period,value,status\nA,,1.5,A\nB,2023,,O\n"), rulebook=RULES)
    cells = cells_of(read_all(tmp_path / "upload", detected)[0], period="2024")
    assert cells.schema == pl.Schema(CELLS)
    assert cells.select("indicator", "period", "variant", "value", "status", "place").rows() == [
        ("A", "2024", "FACT", 1.5, "", "row 2"), ("B", "2023", "FACT", None, "O", "row 3"),
    ]  # fmt: skip


def test_a_workbook_under_the_name_of_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotTrusted):
        detect(written(tmp_path, b"PK\x03\x04" + bytes(100)), rulebook=RULES)


@settings(max_examples=150, deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_no_text_leads_to_anything_but_rows_findings_or_a_refusal(tmp_path_factory: object, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("fuzz")  # type: ignore[attr-defined]
    path = written(folder, b"indicator;period;value\n" + content)
    try:
        detected = detect(path, rulebook=RULES)
    except NotTrusted:
        return
    for batch in read_delimited(path, detected, rulebook=RULES):
        assert all(fault.message for fault in batch.findings)
