from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import numbers

from mezon.collect.workbook import read_workbook
from mezon.errors import NotTrusted
from mezon.model.codelists import Severity
from tests.collect.workbook.workbook_cases import (
    PERIOD,
    UNIT,
    answers,
    changed,
    definitions,
    filled,
    form,
    found,
    place_of,
    read,
    value_at,
)

VALUE, STATUS, NOTE, MEASURE = 9, 10, 11, 5


def put(indicator: str, value: object, *, column: int = VALUE, shape: str = "") -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet, row = place_of(book, indicator)
        cell = sheet.cell(row, column)
        cell.value = value
        if shape:
            cell.number_format = shape

    return change


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_what_was_filled_in_is_what_is_read_in_any_language(language: str) -> None:
    reading = read(filled(language))
    assert reading.findings == ()
    compared = ["indicator", "breakdown", "variant", "period", "value"]
    assert reading.cells.select(compared).equals(answers().select(compared))
    assert reading.form_version == "1"
    assert len(reading.digest) == 64


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1 234,5", 1234.5), ("1\u00a0234,5", 1234.5), ("1\u202f234.5", 1234.5), ("1234,50", 1234.5),
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1 234", 1234.0), (" 12 ", 12.0), ("−5,5", -5.5),
        ("1'234.5", 1234.5), ("1,234,567", 1234567), ("2e3", 2000.0),
    ],
)  # fmt: skip
def test_a_number_in_a_local_spelling_is_read_and_said(typed: str, value: float) -> None:
    reading = read(changed(filled(), put("TOTAL_SPEND", typed)))
    assert value_at(reading, "TOTAL_SPEND") == value
    assert found(reading) == {("workbook-number-as-text", "Resources!I9")}


def test_what_settles_one_number_settles_another() -> None:
    both = changed(filled(), put("TOTAL_SPEND", "1,234"), put("INNOV_SPEND", "12,5"))
    assert value_at(read(both), "TOTAL_SPEND") == 1.234
    alone = read(changed(filled(), put("TOTAL_SPEND", "1,234")))
    assert ("workbook-number-unclear", "Resources!I9") in found(alone)
    assert value_at(alone, "TOTAL_SPEND") is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("about twelve", "workbook-not-a-number"),
        ("н/д", "workbook-words-for-number"),
        ("-", "workbook-words-for-number"),
        ("12,5 млрд", "workbook-number-with-words"),
        ("> 40", "workbook-number-with-words"),
        (True, "workbook-not-a-number"),
        (datetime.date(2024, 5, 1), "workbook-date"),
        (datetime.time(12, 30), "workbook-date"),
        ("=1+1", "workbook-formula-uncomputed"),
        ("#DIV/0!", "workbook-formula-fault"),
        ("1e999", "workbook-not-a-number"),
        ("12 %", "workbook-percent-misplaced"),
    ],
)
def test_what_is_no_number_is_explained_at_its_cell(value: object, code: str) -> None:
    reading = read(changed(filled(), put("TOTAL_SPEND", value)))
    assert found(reading) == {(code, "Resources!I9")}
    assert value_at(reading, "TOTAL_SPEND") is None


def test_a_percent_is_brought_into_the_unit_that_is_asked_for() -> None:
    shares = replace(definitions().indicators["TOTAL_SPEND"], unit="PERCENT")
    ratio = replace(definitions().indicators["INNOV_SPEND"], unit="RATIO")
    known = {**definitions().indicators, "TOTAL_SPEND": shares, "INNOV_SPEND": ratio}
    content = changed(
        filled(),
        put("TOTAL_SPEND", 0.125, shape=numbers.FORMAT_PERCENTAGE_00),
        put("INNOV_SPEND", "12,5 %"),
        put("RD_SPEND", 0.5, shape="0.0%"),
        put("TOTAL_SPEND", "per cent", column=MEASURE),
        put("INNOV_SPEND", "ratio", column=MEASURE),
    )
    reading = read_workbook(
        content, form(), definitions=replace(definitions(), indicators=known), unit=UNIT, period=PERIOD
    )
    assert value_at(reading, "TOTAL_SPEND") == 12.5
    assert value_at(reading, "INNOV_SPEND") == 0.125
    assert found(reading) == {
        ("workbook-percent-read", "Resources!I9"),
        ("workbook-percent-read", "Resources!I10"),
        ("workbook-percent-misplaced", "Resources!I11"),
    }


def test_a_formula_is_read_by_its_computed_value_and_said() -> None:
    sheet_path = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(io.BytesIO(filled())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts[sheet_path]
    place = sheet.index(b'<c r="I9"')
    start, end = sheet.index(b"<v>", place), sheet.index(b"</v>", place)
    parts[sheet_path] = sheet[:start] + b"<f>SUM(I10:I11)</f><v>77.5" + sheet[end:]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    reading = read(target.getvalue())
    assert value_at(reading, "TOTAL_SPEND") == 77.5
    assert found(reading) == {("workbook-formula", "Resources!I9")}


def test_reasons_are_read_by_their_letter_even_a_cyrillic_one() -> None:
    content = changed(
        filled(),
        *(put(code, None) for code in ("TOTAL_SPEND", "INNOV_SPEND", "RD_SPEND")),
        put("TOTAL_SPEND", "O - the value is missing", column=STATUS),
        put("INNOV_SPEND", "М", column=STATUS),
        put("RD_SPEND", "l", column=STATUS),
        put("EMPLOYEES", "E - the value is an estimate", column=STATUS),
    )
    reading = read(content)
    assert reading.findings == ()
    statuses = dict(reading.cells.filter(pl.col("status") != "").select("indicator", "status").iter_rows())
    assert statuses == {"TOTAL_SPEND": "O", "INNOV_SPEND": "M", "RD_SPEND": "L", "EMPLOYEES": "E"}


def test_an_inserted_row_and_column_a_renamed_and_a_moved_sheet_do_no_harm() -> None:
    def rearrange(book: Any) -> None:
        sheet = book["Resources"]
        sheet.insert_rows(7)
        sheet.insert_cols(5)
        sheet.title = "Our resources"
        book.move_sheet("Our resources", offset=3)

    reading = read(changed(filled(), rearrange))
    assert found(reading) == {("workbook-sheet-renamed", "Our resources!A1")}
    assert reading.cells["value"].to_list() == answers()["value"].to_list()


def test_sorted_lines_keep_their_answers() -> None:
    def turn_round(book: Any) -> None:
        sheet = book["Activity"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=10)]
        for number, row in enumerate(reversed(rows), 5):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    reading = read(changed(filled(), turn_round))
    assert reading.findings == ()
    assert reading.cells["value"].to_list() == answers()["value"].to_list()


def test_without_the_row_of_marks_the_headings_tell_the_columns() -> None:
    reading = read(changed(filled("ru"), lambda book: book["Деятельность"].delete_rows(3)))
    assert reading.findings == ()
    assert reading.cells["value"].to_list() == answers()["value"].to_list()


def test_without_marks_and_headings_a_sheet_is_not_guessed() -> None:
    def bare(book: Any) -> None:
        book["Activity"].delete_rows(1, 4)

    reading = read(changed(filled(), bare))
    assert ("workbook-marks-gone", "Activity!A1") in found(reading)


@pytest.mark.parametrize(
    ("unit", "period", "code"),
    [("TERRA_COAL", PERIOD, "workbook-other-unit"), (UNIT, "2025", "workbook-other-period")],
)
def test_another_units_or_periods_workbook_gives_no_value(unit: str, period: str, code: str) -> None:
    reading = read(filled(), unit=unit, period=period)
    assert [finding.code for finding in reading.findings] == [code]
    assert reading.cells.is_empty()
    assert reading.has_errors


def test_another_form_gives_no_value() -> None:
    reading = read(filled(), asked=replace(form(), id="quarterly"))
    assert [finding.code for finding in reading.findings] == ["workbook-other-form"]
    assert reading.cells.is_empty()


def test_another_version_is_read_by_its_lines_and_the_difference_is_named() -> None:
    section = form().sections[1]
    fewer = replace(section, items=section.items[1:])
    newer = replace(form(), version="2", sections=(form().sections[0], fewer, *form().sections[2:]))
    reading = read(filled(), asked=newer)
    assert found(reading) == {("workbook-other-version", ""), ("workbook-line-not-asked", "Activity!I5")}
    assert reading.cells.height == answers().height - 1
    older = read(changed(filled(), lambda book: book["Activity"].delete_rows(5)))
    assert [(each.code, each.value) for each in older.findings] == [("workbook-line-missing", "IN_SCOPE FACT 2024")]


def test_a_workbook_that_lost_its_marks_says_so_and_is_read() -> None:
    reading = read(changed(filled(), lambda book: book.remove(book["mezon"])))
    assert {finding.code for finding in reading.findings} == {"workbook-identity-gone"}
    assert reading.cells.height == answers().height


def test_a_missing_sheet_is_one_finding() -> None:
    reading = read(changed(filled(), lambda book: book.remove(book["Trade"])))
    assert [finding.code for finding in reading.findings] == ["workbook-sheet-missing"]


def test_a_workbook_of_something_else_lacks_every_sheet() -> None:
    def strip(book: Any) -> None:
        for name in book.sheetnames[1:]:
            book.remove(book[name])
        book["Begin here"]["A1"] = "x"

    reading = read(changed(filled(), strip))
    assert reading.has_errors
    assert sum(finding.code == "workbook-sheet-missing" for finding in reading.findings) == len(form().sections)


def test_what_stands_outside_the_form_is_named_once_a_cell_and_then_counted() -> None:
    def scribble(book: Any) -> None:
        for number in range(30):
            book["Trade"].cell(20 + number, 3).value = "mine"
        book.create_sheet("My sums")["A1"] = 1

    reading = read(changed(filled(), scribble))
    codes = [finding.code for finding in reading.findings]
    assert codes.count("workbook-outside") == 20
    assert codes.count("workbook-outside-more") == 1
    assert ("workbook-sheet-foreign", "My sums!A1") in found(reading)
    assert {finding.severity for finding in reading.findings} == {Severity.WARNING, Severity.NOTE}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_content_of_cells_leads_to_anything_but_values_and_findings(data: st.DataObject) -> None:
    texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
    anything = st.one_of(texts, st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.dates(), st.none())
    sheet_names = [section.title.en for section in form().sections]

    def scribble(book: Any) -> None:
        for _ in range(8):
            sheet = book[data.draw(st.sampled_from([*sheet_names, "mezon"]))]
            cell = sheet.cell(data.draw(st.integers(1, 24)), data.draw(st.integers(1, 14)))
            content = data.draw(anything)
            cell.value = content
            if isinstance(content, str):
                cell.data_type = "s"

    reading = read(changed(filled(), scribble))
    assert set(reading.cells["indicator"]) <= {item.indicator for item in form().items}
    assert all(finding.message and finding.hint for finding in reading.findings)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_change_of_parts_leads_to_anything_but_a_reading_or_a_refusal(data: st.DataObject) -> None:
    """The archive stays sound and the XML inside is cut, doubled and turned: what a fuzzer would do."""
    with zipfile.ZipFile(io.BytesIO(filled())) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    for _ in range(data.draw(st.integers(1, 4))):
        part = parts[data.draw(st.sampled_from(sorted(parts)))]
        start = data.draw(st.integers(0, max(len(part) - 1, 0)))
        end = min(len(part), start + data.draw(st.integers(0, 60)))
        part[start:end] = data.draw(st.one_of(st.binary(max_size=12), st.just(bytes(part[start:end]) * 2)))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, bytes(part))
    try:
        reading = read(target.getvalue())
    except NotTrusted as refusal:
        reading = None
        text = refusal.hint
    assert reading is not None or text
