"""Line by line: a value, or the reason why there is none, each checked by what its definition promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from mezon.collect.workbook import layout
from mezon.collect.workbook.marked import MarkedSheet, as_typed, at
from mezon.collect.workbook.numbers import as_number, read_typed, shown
from mezon.collect.workbook.writing import measure_of
from mezon.model.codelists import ABSENT
from mezon.model.finding import Finding
from mezon.model.form import Form, FormCell
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.model.text import LANGUAGES

Key = tuple[str, str, str, str]
#: Letters that look alike: a person may choose by typing.
_LOOKALIKES = str.maketrans("ОМЕРЛомерлomlep", "OMEPLOMEPLOMLEP")


class LineReader:
    """Reads the lines of all sheets of one form; what is wrong gathers in `findings`."""

    def __init__(self, *, form: Form, definitions: Definitions, period: Period, language: str, decimal: str) -> None:
        """`decimal` : the decimal sign of texts in the file, where they show one."""
        self.form, self.definitions, self.period = form, definitions, period
        self.language, self.decimal = language, decimal
        self.asked: dict[Key, FormCell] = {cell.key: cell for cell in form.cells(period)}
        self.items = {item.indicator: item for item in form.items}
        self.findings: list[Finding] = []
        self.places: dict[Key, str] = {}
        self._cells: dict[Key, tuple[Any, ...]] = {}
        self._measures: dict[str, frozenset[str]] = {}

    def read(self, sheet: MarkedSheet) -> None:
        """Read the lines of one sheet."""
        merged = self._merged(sheet)
        for row, key in sheet.lines:
            cell = self.asked.get(key)
            if cell is None:
                self._not_asked(sheet, row, key)
            elif key in self.places:
                self._report("workbook-line-twice", sheet.place(row), as_typed(sheet.cell(row, layout.VALUE)),
                             first=self.places[key])  # fmt: skip
            else:
                place = self.places[key] = sheet.place(row)
                self._line(sheet, row, cell, place, merged.get(row, ""))

    def missing(self) -> Iterator[Finding]:
        """Say which lines are nowhere: a whole sheet at once, single lines by name."""
        rulebook = self.definitions.rulebook
        for section in self.form.sections:
            keys = [key for key, cell in self.asked.items() if cell.section == section.id]
            lost = [key for key in keys if key not in self.places]
            title = section.title.in_language(rulebook.language)
            if lost and len(lost) == len(keys):
                yield rulebook.finding("workbook-sheet-missing", value=title, count=len(lost))
                continue
            for key in lost:
                code = "workbook-line-missing" if self.asked[key].required else "workbook-line-gone"
                yield rulebook.finding(code, value=" ".join(part for part in key if part), section=title)

    def cells_in_order(self) -> list[tuple[Any, ...]]:
        """Give what was read as rows of CELLS, in the order of the form; lines that say nothing are left out."""
        return [self._cells[key] for key in self.asked if key in self._cells]

    def _line(self, sheet: MarkedSheet, row: int, cell: FormCell, place: str, merged: str) -> None:
        raw = sheet.cell(row, layout.VALUE)
        text = as_typed(raw) or sheet.facts.errors.get(sheet.spot(row), "")
        before = len(self.findings)
        value = None
        if merged:
            self._report("workbook-merged", place, text, merged=merged)
        elif not self._is_faulty_formula(sheet, row, place, text):
            value = self._value(sheet, row, cell, place, raw, text)
        status = self._status(sheet, row)
        note = as_typed(sheet.cell(row, layout.NOTE)) if layout.NOTE in sheet.columns else ""
        if not merged:
            self._measure(sheet, row, cell, text)
        if (text or status) and self._is_hidden(sheet, row):
            self._report("workbook-hidden", place, text)
        if len(self.findings) == before or value is not None:
            self._completeness(cell, place, text, value, status)
        if text or status or note:
            self._cells[cell.key] = (*cell.key, place, text, value, status, note)

    def _value(self, sheet: MarkedSheet, row: int, cell: FormCell, place: str, raw: Any, text: str) -> float | None:
        if isinstance(raw, bool):
            self._report("workbook-not-a-number", place, text)
        elif isinstance(raw, datetime | date | time | timedelta):
            self._report("workbook-date", place, text, number=shown(as_number(raw)))
        elif isinstance(raw, int | float):
            return self._number(sheet, row, cell, place, float(raw), text)
        elif text:
            return self._text(cell, place, text)
        return None

    def _number(
        self, sheet: MarkedSheet, row: int, cell: FormCell, place: str, value: float, text: str
    ) -> float | None:
        spot = sheet.spot(row)
        if value != value or abs(value) == float("inf"):
            self._report("workbook-not-a-number", place, text)
            return None
        if sheet.facts.formulas.get(spot):
            self._report("workbook-formula", place, text)
        if spot in sheet.facts.percents:
            return self._of_hundred(cell, place, value * 100, f"{shown(value * 100)} %")
        return value

    def _text(self, cell: FormCell, place: str, text: str) -> float | None:
        read = read_typed(text, decimal=self.decimal)
        if read.value is None:
            self._report(read.code, place, text, suggestion=read.suggestion)
            return None
        if read.percent:
            return self._of_hundred(cell, place, read.value, text)
        self._report("workbook-number-as-text", place, text, read=shown(read.value))
        return read.value

    def _of_hundred(self, cell: FormCell, place: str, percent: float, text: str) -> float | None:
        """Bring a share of a hundred into the unit that is asked for; only a ratio can be one."""
        item = self.items[cell.indicator]
        defined = self.definitions.indicators.get(cell.indicator)
        code = item.unit_of_measure or (defined.unit if defined else "")
        measure = self.definitions.units_of_measure.get(code)
        words = measure_of(item, self.definitions, self.definitions.rulebook.language)
        if measure is None or measure.dimension != "ratio":
            self._report("workbook-percent-misplaced", place, text, unit_of_measure=words)
            return None
        value = float(f"{percent * 0.01 / measure.scale:.15g}")
        self._report("workbook-percent-read", place, text, read=shown(value), unit_of_measure=words)
        return value

    def _status(self, sheet: MarkedSheet, row: int) -> str:
        if layout.STATUS not in sheet.columns:
            return ""
        text = as_typed(sheet.cell(row, layout.STATUS))
        if not text:
            return ""
        code = text.split()[0].rstrip("-–—:.,;").translate(_LOOKALIKES)
        if code in layout.STATUSES:
            return code
        self._report("workbook-status-unknown", sheet.place(row, layout.STATUS), text[:80])
        return ""

    def _completeness(self, cell: FormCell, place: str, text: str, value: float | None, status: str) -> None:
        if value is not None and status in ABSENT:
            self._report("value-beside-absent-status", place, text, status=status)
        elif value is None and not text and status and status not in ABSENT:
            self._report("value-missing", place, text, status=status)
        elif value is None and not text and not status and cell.required:
            self._report("workbook-required-empty", place)

    def _is_faulty_formula(self, sheet: MarkedSheet, row: int, place: str, text: str) -> bool:
        spot = sheet.spot(row)
        if spot in sheet.facts.errors:
            self._report("workbook-formula-fault", place, sheet.facts.errors[spot])
        elif sheet.facts.formulas.get(spot) is False and not text:
            self._report("workbook-formula-uncomputed", place)
        else:
            return False
        return True

    def _measure(self, sheet: MarkedSheet, row: int, cell: FormCell, text: str) -> None:
        """Report a unit that somebody wrote over: the value beside may be in thousands as well as in millions."""
        if layout.MEASURE not in sheet.columns or not text:
            return
        written = as_typed(sheet.cell(row, layout.MEASURE))
        if cell.indicator not in self._measures:
            item = self.items[cell.indicator]
            names = {measure_of(item, self.definitions, language) for language in LANGUAGES}
            self._measures[cell.indicator] = frozenset({*names, ""})
        if written not in self._measures[cell.indicator]:
            asked = measure_of(self.items[cell.indicator], self.definitions, self.language or "en")
            self._report("workbook-unit-changed", sheet.place(row, layout.MEASURE), written[:80], asked=asked)

    def _not_asked(self, sheet: MarkedSheet, row: int, key: Key) -> None:
        text = as_typed(sheet.cell(row, layout.VALUE))
        if text:
            self._report("workbook-line-not-asked", sheet.place(row), text, line=" ".join(part for part in key if part))

    def _is_hidden(self, sheet: MarkedSheet, row: int) -> bool:
        return row in sheet.facts.hidden_rows or sheet.columns[layout.VALUE] in sheet.facts.hidden_columns

    def _merged(self, sheet: MarkedSheet) -> dict[int, str]:
        """Give the lines whose value is merged with something else, with the range: there its meaning is lost."""
        column = sheet.columns[layout.VALUE]
        rows = {row for row, _ in sheet.lines}
        found: dict[int, str] = {}
        for (top, left), (bottom, right) in sheet.facts.merged:
            lines = [row for row in range(top, min(bottom, len(sheet.rows) - 1) + 1) if row in rows]
            if left <= column <= right and lines and (len(lines) > 1 or left < column):
                name = at(sheet.name, top, left).partition("!")[2] + ":" + at("", bottom, right).removeprefix("!")
                found |= dict.fromkeys(lines, name)
        return found

    def _report(self, code: str, place: str, value: str = "", **details: Any) -> None:
        self.findings.append(self.definitions.rulebook.finding(code, key=place, value=value, **details))
