"""Writing the workbook of a form for one unit and period: everything but the answers is locked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

import polars as pl

from mezon.collect.grid import letters
from mezon.collect.workbook import layout, looks
from mezon.collect.workbook.history import Earlier, earlier_values, shifted
from mezon.collect.workbook.layout import FIRST_ROW, HEADER_ROW, MARKS_ROW, identity_of, say, sheet_names
from mezon.collect.workbook.looks import Looks
from mezon.collect.workbook.start import write_start
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.codelists import Variant
from mezon.model.form import Form, FormCell, FormItem, FormSection
from mezon.model.indicator import Indicator
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.model.unit import Unit

#: Above so many cells the hints of single cells are left out: a workbook holds only some 65,000 of them.
MOST_HINTS = 5_000
_WIDTHS = (None, 6, 38, 24, 15, 14, 14, 14, 18, 26, 34, 70)
#: A cell's key, and what is filled in already: value, status, note.
Filled = Mapping[tuple[str, str, str, str], tuple[float | None, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the writer of sheets needs to know: form, unit, period, and the words and values to show."""

    form: Form
    unit: Unit
    period: Period
    definitions: Definitions
    language: str
    earlier: Earlier
    filled: Filled

    def word(self, name: str) -> str:
        """Give one of the workbook's own words."""
        return say(name, self.language)


def write_workbook(
    form: Form,
    unit: str,
    period: str,
    *,
    definitions: Definitions,
    before: pl.DataFrame | None = None,
    values: pl.DataFrame | None = None,
    language: str = "en",
) -> bytes:
    """Write the workbook in which a unit answers a form for a period. Equal arguments give equal bytes.

    before : observations of the unit in earlier periods, shown beside. values : cells (CELLS) filled in already.
    Raises : AskedForUnknown for a unit the pack does not have; WrongUse for a period the form is not asked for in.
    """
    known = definitions.units.get(unit)
    if known is None:
        raise AskedForUnknown(f"There is no unit {unit!r} in pack {definitions.id}.")
    asked_period = Period.parse(period)
    if not form.is_period(asked_period):
        raise WrongUse(f"The form {form.id} is not asked for in {period}.", hint="Choose a period of its frequency.")
    asked = Asked(
        form=form,
        unit=known,
        period=asked_period,
        definitions=definitions,
        language=language,
        earlier=earlier_values(before, unit, definitions),
        filled=_filled(values),
    )
    return _written(asked)


def _filled(values: pl.DataFrame | None) -> Filled:
    if values is None:
        return {}
    columns = ("indicator", "breakdown", "variant", "period", "value", "status", "note")
    return {row[:4]: (row[4], row[5] or "", row[6] or "") for row in values.select(columns).iter_rows()}


def _written(asked: Asked) -> bytes:
    import xlsxwriter  # here, because few commands write a workbook

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(target, options) as book:
        title = asked.form.title.in_language(asked.language)
        # No clock: the day after the period is when the form can first be asked for.
        created = datetime.combine(asked.period.end, time())
        book.set_properties({"title": title, "subject": asked.unit.code, "author": "Mezon", "created": created})
        styles = Looks(book)
        titles = [asked.word("start"), *(section.title.in_language(asked.language) for section in asked.form.sections)]
        names = sheet_names(titles)
        sheets = [book.add_worksheet(name) for name in names]
        _write_lists(book, asked)
        counts = [
            _Sheet(asked, sheet, styles, section).write(number)
            for number, (sheet, section) in enumerate(zip(sheets[1:], asked.form.sections, strict=True), 1)
        ]
        write_start(sheets[0], asked, styles, list(zip(names[1:], counts, strict=True)))
        _write_identity(book, asked, names[1:])
    return target.getvalue()


def _write_lists(book: Any, asked: Asked) -> None:
    sheet = book.add_worksheet(layout.LISTS)
    for row, code in enumerate(layout.STATUSES):
        sheet.write_string(row, 0, asked.word(f"status_{code}"))
    sheet.very_hidden()
    sheet.protect()


def _write_identity(book: Any, asked: Asked, names: list[str]) -> None:
    sheet = book.add_worksheet(layout.IDENTITY)
    identity = identity_of(
        asked.form,
        unit=asked.unit.code,
        period=asked.period,
        language=asked.language,
        pack=f"{asked.definitions.id} {asked.definitions.version}",
    )
    for row, (name, value) in enumerate(asdict(identity).items()):
        sheet.write_row(row, 0, [name, value])
    for row, (section, name) in enumerate(zip(asked.form.sections, names, strict=True), 20):
        sheet.write_row(row, 0, [f"sheet {section.id}", name])
    sheet.very_hidden()
    sheet.protect()


class _Sheet:
    """One section of the form as one sheet."""

    def __init__(self, asked: Asked, sheet: Any, styles: Looks, section: FormSection) -> None:
        self.asked, self.sheet, self.styles, self.section = asked, sheet, styles, section
        self.place = {mark: column for column, mark in enumerate(layout.COLUMNS)}

    def write(self, number: int) -> tuple[int, int, int]:
        """Write the sheet; give how many cells it has, how many are required, and in which row the last stands."""
        self._head()
        cells = [cell for cell in self.asked.form.cells(self.asked.period) if cell.section == self.section.id]
        items = {item.indicator: item for item in self.section.items}
        row = FIRST_ROW
        for place, cell in enumerate(cells, 1):
            self._line(row, f"{number}.{place}", cell, items[cell.indicator])
            row += 1
        self._rules(FIRST_ROW, row - 1, hints=len(cells) <= MOST_HINTS, cells=cells)
        self._close(row)
        return len(cells), sum(cell.required for cell in cells), row - 1

    def _head(self) -> None:
        asked, sheet = self.asked, self.sheet
        width = len(layout.COLUMNS) - 1
        sheet.set_row(0, 36)
        sheet.set_row(1, 22)
        for row, style in ((0, self.styles.banner), (1, self.styles.under_banner)):
            for column in range(width + 1):
                sheet.write_blank(row, column, None, style)
        unit = asked.unit.name.in_language(asked.language)
        sheet.write_string(0, 1, self.section.title.in_language(asked.language), self.styles.banner)
        note = self.section.note.in_language(asked.language)
        sheet.write_string(1, 1, f"{unit} · {asked.period}" + (f" · {note}" if note else ""), self.styles.under_banner)
        for column, mark in enumerate(layout.COLUMNS):
            sheet.write_string(MARKS_ROW, column, mark)
            sheet.write_string(HEADER_ROW, column, self._heading(mark), self.styles.heading)
            if (letters := _WIDTHS[column]) is not None:
                sheet.set_column(column, column, letters)
        sheet.set_column(0, 0, 8, None, {"hidden": True})
        sheet.set_row(MARKS_ROW, None, None, {"hidden": True})
        sheet.set_row(HEADER_ROW, 34)

    def _heading(self, mark: str) -> str:
        if mark in layout.BEFORE:
            back = len(layout.BEFORE) - layout.BEFORE.index(mark)
            return str(shifted(str(self.asked.period), back))
        headings = {
            layout.KEY: "", layout.NUMBER: "number", layout.NAME: "indicator", layout.PART: "part",
            layout.MEASURE: "measure", layout.VALUE: "value", layout.STATUS: "status", layout.NOTE: "note",
            layout.MEANT: "definition",
        }  # fmt: skip
        if mark == layout.VALUE:
            return f"{self.asked.word('value')} {self.asked.period}"
        return self.asked.word(headings[mark]) if headings[mark] else ""

    def _line(self, row: int, number: str, cell: FormCell, item: FormItem) -> None:
        asked, sheet, styles, place = self.asked, self.sheet, self.styles, self.place
        indicator = asked.definitions.indicators.get(cell.indicator)
        decimals = indicator.decimals if indicator else 2
        sheet.write_string(row, place[layout.KEY], layout.key_of(cell))
        sheet.write_string(row, place[layout.NUMBER], number, styles.quiet)
        sheet.write_string(row, place[layout.NAME], name_of(indicator, cell, asked.language), styles.text)
        sheet.write_string(row, place[layout.PART], part_of(cell, asked), styles.text)
        sheet.write_string(row, place[layout.MEASURE], measure_of(item, asked.definitions, asked.language), styles.text)
        for mark in layout.BEFORE:
            back = len(layout.BEFORE) - layout.BEFORE.index(mark)
            _number(sheet, row, place[mark], asked.earlier.of(cell, back), styles.earlier(decimals))
        value, status, note = asked.filled.get(cell.key, (None, "", ""))
        _number(sheet, row, place[layout.VALUE], value, styles.value(decimals, required=cell.required))
        shown = asked.word(f"status_{status}") if status in layout.STATUSES else ""
        for mark, text in ((layout.STATUS, shown), (layout.NOTE, note)):
            _text(sheet, row, place[mark], text, styles.answer)
        meant = indicator.definition.in_language(asked.language) if indicator else ""
        own = item.note.in_language(asked.language)
        sheet.write_string(row, place[layout.MEANT], " ".join(text for text in (own, meant) if text), styles.quiet)

    def _rules(self, first: int, last: int, *, hints: bool, cells: list[FormCell]) -> None:
        """Lay the list of reasons, the hint and the warning of a number, and the colours that follow what is typed."""
        if last < first:
            return
        value, status = self.place[layout.VALUE], self.place[layout.STATUS]
        source = f"='{layout.LISTS}'!$A$1:$A${len(layout.STATUSES)}"
        choose = {"validate": "list", "source": source, "input_message": self.asked.word("choose")}
        self.sheet.data_validation(first, status, last, status, choose)
        plain = {
            "validate": "decimal", "criteria": "between", "minimum": -1e300, "maximum": 1e300,
            "error_type": "warning", "error_message": self.asked.word("a_number"),
        }  # fmt: skip
        if hints:
            for row, cell in enumerate(cells, first):
                self.sheet.data_validation(row, value, row, value, plain | self._hint(cell))
        else:
            self.sheet.data_validation(first, value, last, value, plain)
        v, s, b = (letters(self.place[mark]) for mark in (layout.VALUE, layout.STATUS, layout.BEFORE[-1]))
        row = first + 1
        jump = (
            f"=AND(ISNUMBER(${v}{row}),ISNUMBER(${b}{row}),${b}{row}>0,OR(${v}{row}>3*${b}{row},${v}{row}<${b}{row}/3))"
        )
        look = self.styles.of
        for criteria, style in (
            (jump, look(font_color=looks.JUMP, bold=True, bg_color=looks.FILLED)),
            (f"=LEN(${v}{row})+LEN(${s}{row})>0", look(bg_color=looks.FILLED)),
        ):
            rule = {"type": "formula", "criteria": criteria, "format": style}
            self.sheet.conditional_format(first, value, last, value, rule)

    def _hint(self, cell: FormCell) -> dict[str, str]:
        indicator = self.asked.definitions.indicators.get(cell.indicator)
        title = name_of(indicator, cell, self.asked.language)
        meant = indicator.definition.in_language(self.asked.language) if indicator else ""
        return {"input_title": title[:32], "input_message": (meant or self.asked.word("a_number"))[:255]}

    def _close(self, row: int) -> None:
        sheet = self.sheet
        sheet.freeze_panes(FIRST_ROW, self.place[layout.PART])
        sheet.set_zoom(110)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, HEADER_ROW)
        sheet.print_area(0, 1, max(row - 1, FIRST_ROW), len(layout.COLUMNS) - 1)
        # A cell that a program took for a date must be able to become a number again.
        formats = {"format_cells": True, "format_columns": True, "format_rows": True}
        sheet.protect("", {**formats, "objects": True, "scenarios": True})
        sheet.set_selection(FIRST_ROW, self.place[layout.VALUE], FIRST_ROW, self.place[layout.VALUE])


def name_of(indicator: Indicator | None, cell: FormCell, language: str) -> str:
    """Name what a line asks for."""
    return indicator.name.in_language(language) if indicator else cell.indicator


def part_of(cell: FormCell, asked: Asked) -> str:
    """Say which part of the whole a line asks for: category, half of the year, plan or target; "" for the whole."""
    parts = []
    for part in filter(None, cell.breakdown.split(";")):
        dimension, _, code = part.partition("=")
        codelists = asked.definitions.codelists
        codelist = codelists.get(dimension) or codelists.get(f"CL_{dimension}")
        known = codelist.codes.get(code) if codelist else None
        parts.append(known.name.in_language(asked.language) if known else part)
    if cell.period != str(asked.period):
        parts.append(cell.period)
    if cell.variant != Variant.FACT:
        parts.append(asked.word(cell.variant.lower()))
    return ", ".join(parts)


def measure_of(item: FormItem, definitions: Definitions, language: str) -> str:
    """Name the unit in which a line asks for its value."""
    indicator = definitions.indicators.get(item.indicator)
    code = item.unit_of_measure or (indicator.unit if indicator else "")
    known = definitions.units_of_measure.get(code)
    return known.name.in_language(language) if known else code


def _number(sheet: Any, row: int, column: int, value: float | None, style: Any) -> None:
    if value is None or value != value:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, value, style)


def _text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)
