from __future__ import annotations

import datetime
import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from openpyxl.comments import Comment

from mezon.collect.workbook import annotate
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.process.checks.of_submission import check_cells
from tests.collect.workbook.workbook_cases import (
    PERIOD,
    UNIT,
    changed,
    definitions,
    filled,
    form,
    found,
    opened,
    own_observations,
    pack,
    place_of,
    read,
)

VALUE, STATUS, NOTE, MEASURE, BESIDE = 9, 10, 11, 5, 14
RULES = definitions().rulebook


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def finding(key: str, severity: str = "error", message: str = "Wrong.", value: str = "x") -> Finding:
    return Finding(code="c", severity=Severity(severity), message=message, key=key, value=value, hint="Mend it.")


def colour_of(sheet: Any, cell: str) -> str:
    ranges = [area for area in sheet.conditional_formatting if cell in area.sqref]
    rules = sorted((rule for area in ranges for rule in area.rules), key=lambda rule: rule.priority)
    return str(rules[0].dxf.fill.bgColor.rgb)


def test_each_cell_gets_a_colour_and_a_comment_and_all_are_listed() -> None:
    findings = [
        finding("Resources!I5"), finding("Resources!I5", "note", "Read as 5."), finding("Resources!I7", "warning"),
        finding("", message="A sheet is missing."),
    ]  # fmt: skip
    book = opened(annotate(filled(), findings, rulebook=RULES))
    sheet = book["Resources"]
    assert "Wrong." in sheet["I5"].comment.text
    assert "Mend it." in sheet["I5"].comment.text
    assert "Read as 5." in sheet["I5"].comment.text
    assert sheet["I6"].comment is None
    assert colour_of(sheet, "I5") == "FFF8B4B4"
    assert colour_of(sheet, "I7") == "FFFFD8A8"
    listed = book["Findings"]
    assert [listed.cell(row, 1).value for row in range(5, 9)] == ["Resources!I5", "Resources!I5", "Resources!I7", None]
    assert listed["A5"].hyperlink.location == "'Resources'!I5"
    assert book.active.title == "Findings"


def test_parts_that_have_nothing_to_do_with_findings_stay_byte_for_byte() -> None:
    before = parts_of(filled())
    after = parts_of(annotate(filled(), [finding("Resources!I5")], rulebook=RULES))
    touched = {name for name in before if before[name] != after[name]}
    assert touched <= {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
    }  # fmt: skip


def test_pictures_comments_and_notes_of_the_person_stay() -> None:
    def mine(book: Any) -> None:
        book["Resources"]["I5"].comment = Comment("mine", "Bek")
        book["Resources"]["C6"].comment = Comment("also mine", "Bek")
        book["Resources"]["K5"] = "a note"
        book.create_sheet("My sums")["A1"] = "=SUM(1,2)"

    content = changed(filled(), mine)
    sheet = opened(annotate(content, [finding("Resources!I5")], rulebook=RULES))["Resources"]
    assert sheet["I5"].comment.text.startswith("mine")
    assert "Wrong." in sheet["I5"].comment.text
    assert sheet["C6"].comment.text == "also mine"
    assert sheet["K5"].value == "a note"


def test_a_second_annotation_takes_the_first_away() -> None:
    first = annotate(filled(), [finding("Resources!I5"), finding("Activity!I6")], rulebook=RULES)
    assert read(first).findings == ()
    second = annotate(first, [finding("Activity!I7")], rulebook=RULES)
    book = opened(second)
    assert book.sheetnames.count("Findings") == 1
    commented = {f"{sheet.title}!{cell.coordinate}" for sheet in book for row in sheet.iter_rows() for cell in row
                 if cell.comment}  # fmt: skip
    assert commented == {"Activity!I7"}
    assert not [area for area in book["Resources"].conditional_formatting if str(area.sqref) == "I5"]


def test_annotating_nothing_says_that_nothing_was_found() -> None:
    listed = opened(annotate(filled(), [], rulebook=RULES))["Findings"]
    assert "Nothing was found" in listed["A3"].value


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_looks_like_a_formula_is_defused_in_the_list(start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    listed = opened(annotate(filled(), [finding("Resources!I5", value=text)], rulebook=RULES))["Findings"]
    assert listed["C5"].data_type == "s"
    assert listed["C5"].value.startswith("'")


def test_texts_that_xml_cannot_hold_are_shown_all_the_same() -> None:
    odd = finding("Resources!I5", message="a<b>&\x00\x1f\ufffe ]]> \ud800", value="\x07")
    book = opened(annotate(filled(), [odd], rulebook=RULES))
    assert "a<b>&" in book["Resources"]["I5"].comment.text


# --- a seeded mutator: faults as people make them, found at their cells, and nothing else blamed -----------------


def set_cell(sheet: Any, row: int, value: object, column: int = VALUE, shape: str = "") -> None:
    cell = sheet.cell(row, column)
    cell.value = value
    if shape:
        cell.number_format = shape


def emptied(sheet: Any, row: int) -> None:
    set_cell(sheet, row, None)


def with_reason(sheet: Any, row: int) -> None:
    set_cell(sheet, row, "M - it cannot exist here", STATUS)


def hidden(sheet: Any, row: int) -> None:
    sheet.row_dimensions[row].hidden = True


def merged(sheet: Any, row: int) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=VALUE - 1, end_column=VALUE)


def doubled(sheet: Any, row: int) -> None:
    set_cell(sheet, sheet.max_row + 2, sheet.cell(row, 1).value, 1)


def times(factor: float) -> Callable[[Any, int], None]:
    return lambda sheet, row: set_cell(sheet, row, sheet.cell(row, VALUE).value * factor)


def typed(value: object, shape: str = "") -> Callable[[Any, int], None]:
    return lambda sheet, row: set_cell(sheet, row, value, shape=shape)


#: Kind of fault: the rule that finds it, what to do to a line, and whether it lies beside the value.
FAULTS: dict[str, tuple[str, Callable[[Any, int], None], int]] = {
    "words": ("workbook-words-for-number", typed("нет данных"), VALUE),
    "a number with its unit": ("workbook-number-with-words", typed("12,5 млн"), VALUE),
    "an unclear number": ("workbook-number-unclear", typed("7,125"), VALUE),
    "a date": ("workbook-date", typed(datetime.date(2024, 5, 1)), VALUE),
    "a percent sign": ("workbook-percent-misplaced", typed(0.4, "0%"), VALUE),
    "a formula without a value": ("workbook-formula-uncomputed", typed("=1+1"), VALUE),
    "a formula at fault": ("workbook-formula-fault", typed("#REF!"), VALUE),
    "truth": ("workbook-not-a-number", typed(True), VALUE),
    "no answer": ("workbook-required-empty", emptied, VALUE),
    "a reason beside a value": ("value-beside-absent-status", with_reason, VALUE),
    "an unknown reason": ("workbook-status-unknown", lambda s, r: set_cell(s, r, "Z?", STATUS), STATUS),
    "another unit": ("workbook-unit-changed", lambda s, r: set_cell(s, r, "thousand XTS", MEASURE), MEASURE),
    "a hidden line": ("workbook-hidden", hidden, VALUE),
    "a merged cell": ("workbook-merged", merged, VALUE),
    "a remark beside": ("workbook-outside", lambda s, r: set_cell(s, r, "see letter", BESIDE), BESIDE),
    "a negative number": ("cell-outside-range", times(-1), VALUE),
    "a slip of magnitude": ("cell-magnitude", times(1000), VALUE),
    "a jump": ("cell-jump", times(4), VALUE),
}
#: Lines whose values stand in no rule with others, so that a fault in one blames no other.
LINES = (
    "HOURS_WORKED", "INNOV_ABANDONED", "OUTPUT_PRICE_INDEX", "EMISSIONS_CO2E", "SURVEY_INVITED", "PROCESSES",
    "ASSETS_OPENING", "COST_BASELINE", "FOREIGN_INV_INNOV", "EXPORT_VALUE", "VALUE_ADDED", "OUTPUT_VALUE", "EMPLOYEES",
    "TOTAL_SPEND", "REVENUE", "INNOV_STAFF", "PROJECT_FINANCE", "INNOV_IMPLEMENTED",
)  # fmt: skip
NEEDS_REQUIRED = {"no answer"}
NEEDS_MONEY = {"a negative number", "a slip of magnitude", "a jump"}
MONEY = ("EMISSIONS_CO2E", "ASSETS_OPENING", "OUTPUT_VALUE", "HOURS_WORKED", "EXPORT_VALUE", "EMPLOYEES")


def chosen_line(kind: str, free: list[str], chance: random.Random) -> str:
    required = {item.indicator for item in form().items if item.required}
    fitting = [line for line in free if (kind not in NEEDS_REQUIRED or line in required)
               and (kind not in NEEDS_MONEY or line in MONEY)]  # fmt: skip
    line = chance.choice(fitting)
    free.remove(line)
    return line


@pytest.mark.parametrize("seed", range(8))
def test_every_planted_fault_is_found_at_its_cell_and_nothing_else_is_blamed(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance for a test
    free = list(LINES)
    kinds = sorted(FAULTS, key=lambda kind: (kind not in NEEDS_MONEY, kind not in NEEDS_REQUIRED, kind))
    wanted: set[tuple[str, str]] = set()

    def plant(book: Any) -> None:
        for kind in kinds:
            code, harm, column = FAULTS[kind]
            sheet, row = place_of(book, chosen_line(kind, free, chance))
            harm(sheet, row)
            if kind == "a date":
                import datetime

                set_cell(sheet, row, datetime.date(2024, 5, 1))
            wanted.add((code, f"{sheet.title}!{sheet.cell(row, column).coordinate}"))

    content = changed(filled(), plant)
    reading = read(content)
    checked = check_cells(
        pack(), reading.cells, form=form(), unit=UNIT, period=PERIOD,
        before=own_observations().filter(pl.col("period").str.slice(0, 4) < PERIOD),
    )  # fmt: skip
    everything = [*reading.findings, *checked]
    serious = {(one.code, one.key) for one in everything if one.severity != Severity.NOTE}
    assert len(wanted) == len(FAULTS) >= 12
    assert wanted <= found(reading) | {(one.code, one.key) for one in checked}
    at_planted = {key for _, key in wanted}
    assert {key for _, key in serious} <= at_planted, serious - wanted

    book = opened(annotate(content, everything, rulebook=RULES))
    for code, key in wanted:
        sheet, _, cell = key.partition("!")
        # A merged cell shows nothing: its comment is at the first cell of the range.
        first = cell.replace("I", "H") if code == "workbook-merged" else cell
        assert book[sheet][first].comment is not None
