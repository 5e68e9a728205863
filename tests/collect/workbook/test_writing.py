from __future__ import annotations

import polars as pl
import pytest

from mezon.collect.workbook import write_workbook
from mezon.collect.workbook.layout import IDENTITY, STATUSES, sheet_names
from mezon.errors import AskedForUnknown, WrongUse
from tests.collect.workbook.workbook_cases import (
    UNIT,
    answers,
    definitions,
    filled,
    form,
    opened,
    own_observations,
    place_of,
)


def test_a_workbook_has_a_sheet_a_section_and_opens_with_what_to_do() -> None:
    book = opened(filled())
    sections = [section.title.en for section in form().sections]
    assert book.sheetnames[: 1 + len(sections)] == ["Begin here", *sections]
    first = [cell.value for row in book["Begin here"].iter_rows() for cell in row if cell.value]
    assert any("Ostra Steel" in str(text) for text in first)
    assert "2025-04-30" in first
    assert any("O the value is missing" in str(text) for text in first)


def test_only_what_is_to_be_filled_in_can_be_changed() -> None:
    book = opened(filled())
    sheet, row = place_of(book, "EMPLOYEES")
    assert sheet.protection.sheet
    unlocked = {sheet.cell(3, cell.column).value for cell in sheet[row] if not cell.protection.locked}
    assert unlocked == {"#value", "#status", "#note"}
    assert sheet.row_dimensions[3].hidden
    assert sheet.column_dimensions["A"].hidden
    assert book[IDENTITY].sheet_state == "veryHidden"


def test_reasons_are_chosen_from_a_list_in_the_language_of_the_workbook() -> None:
    book = opened(filled("ru"))
    sheet, row = place_of(book, "EMPLOYEES")
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert f"J{row}" in lists[0].sqref
    offered = [cell.value for cell in book["mezon-lists"]["A"]]
    assert [text[0] for text in offered] == list(STATUSES)
    assert "данных нет" in offered[0]


def test_the_last_three_years_stand_beside_in_the_unit_of_today() -> None:
    book = opened(filled())
    sheet, row = place_of(book, "EMPLOYEES")
    employees = own_observations().filter(pl.col("indicator") == "EMPLOYEES")
    stated = dict(employees.select("period", "value").iter_rows())
    shown = {str(sheet.cell(4, column).value): sheet.cell(row, column).value for column in (6, 7, 8)}
    assert shown == {year: stated[year] for year in ("2021", "2022", "2023")}
    half, row = place_of(book, "PROJECT_FINANCE_COMMITTED", period="2024-S1")
    before = own_observations().filter(
        (pl.col("indicator") == "PROJECT_FINANCE_COMMITTED") & (pl.col("period") == "2023-S1")
    )
    assert half.cell(row, 8).value == before["value"][0]


def test_equal_arguments_give_equal_bytes() -> None:
    again = write_workbook(
        form(), UNIT, "2024", definitions=definitions(),
        before=own_observations().filter(pl.col("period").str.slice(0, 4) < "2024"), values=answers(), language="en",
    )  # fmt: skip
    assert again == filled()


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_nothing_in_a_workbook_runs_as_a_formula_but_the_counts_of_its_first_page(language: str) -> None:
    book = opened(filled(language))
    for sheet in book.worksheets[1:]:
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_name_that_looks_like_a_formula_is_written_as_text() -> None:
    harm = answers().with_columns(pl.lit('=HYPERLINK("http://x","y")').alias("note"))
    book = opened(write_workbook(form(), UNIT, "2024", definitions=definitions(), values=harm))
    sheet, row = place_of(book, "EMPLOYEES")
    assert sheet.cell(row, 11).data_type == "s"


def test_a_stranger_or_another_frequency_is_refused() -> None:
    with pytest.raises(AskedForUnknown):
        write_workbook(form(), "NOBODY", "2024", definitions=definitions())
    with pytest.raises(WrongUse):
        write_workbook(form(), UNIT, "2024-Q1", definitions=definitions())


def test_titles_become_names_that_a_workbook_takes() -> None:
    assert sheet_names(["A/B: [c]*?", "x" * 40, "x" * 31, "mezon", "'quoted'"]) == [
        "A B c", "x" * 31, "x" * 27 + " 3", "mezon 4", "quoted",
    ]  # fmt: skip
