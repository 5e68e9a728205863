"""The first sheet: whose return this is, until when, how to fill it in, and how much of it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mezon.collect.grid import letters
from mezon.collect.workbook import layout, looks
from mezon.collect.workbook.layout import FIRST_ROW
from mezon.collect.workbook.looks import Looks

if TYPE_CHECKING:
    from mezon.collect.workbook.writing import Asked

#: Of a sheet: its cells, its required cells, and the row of the last one.
Counts = tuple[int, int, int]


def write_start(sheet: Any, asked: Asked, styles: Looks, sheets: list[tuple[str, Counts]]) -> None:
    """Write the first sheet: facts, sheets with what is answered of them, instructions, colours."""
    _banner(sheet, asked, styles)
    row = _facts(sheet, asked, styles, 3)
    row = _progress(sheet, asked, styles, sheets, row + 1)
    row = _instructions(sheet, asked, styles, row + 1)
    _legend(sheet, asked, styles, row + 1)
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 3, 14)
    sheet.set_column(4, 4, 26)
    sheet.set_column(5, 5, 50)
    sheet.hide_gridlines(2)
    sheet.set_zoom(110)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True, "objects": True})


def _banner(sheet: Any, asked: Asked, styles: Looks) -> None:
    sheet.set_row(0, 44)
    sheet.set_row(1, 24)
    for row, style in ((0, styles.banner), (1, styles.under_banner)):
        for column in range(6):
            sheet.write_blank(row, column, None, style)
    sheet.write_string(0, 1, asked.form.title.in_language(asked.language), styles.banner)
    under = [asked.definitions.title.in_language(asked.language)]
    if asked.definitions.synthetic:
        under = [asked.word("synthetic")]
    if asked.form.translation == "unreviewed" and asked.word("unreviewed"):
        under.append(asked.word("unreviewed"))
    sheet.write_string(1, 1, " · ".join(under), styles.under_banner)


def _facts(sheet: Any, asked: Asked, styles: Looks, row: int) -> int:
    facts = (
        (asked.word("unit"), f"{asked.unit.name.in_language(asked.language)} ({asked.unit.code})"),
        (asked.word("period"), str(asked.period)),
        (asked.word("due"), asked.form.due(asked.period).isoformat()),
        (asked.word("form"), f"{asked.form.id}, {asked.form.version}"),
    )
    for name, value in facts:
        sheet.write_string(row, 1, name, styles.of(font_color=looks.QUIET))
        sheet.write_string(row, 2, value, styles.of(bold=True, font_size=14))
        row += 1
    return row


def _progress(sheet: Any, asked: Asked, styles: Looks, sheets: list[tuple[str, Counts]], row: int) -> int:
    """Count, by formula, what is answered on each sheet: a bar that grows as the work does."""
    for column, name in enumerate(("sheets", "asked", "filled", "done"), 1):
        sheet.write_string(row, column, asked.word(name), styles.heading)
    value, status = (_column(mark) for mark in (layout.VALUE, layout.STATUS))
    number = styles.of(num_format="0")
    first = row + 1
    for name, (cells, _required, last) in sheets:
        row += 1
        sheet.write_url(row, 1, f"internal:'{name}'!A1", styles.of(font_color=looks.BANNER, underline=1), name)
        sheet.write_number(row, 2, cells, number)
        ranges = [f"'{name}'!${letter}${FIRST_ROW + 1}:${letter}${last + 1}" for letter in (value, status)]
        answered = f"=SUMPRODUCT(--(LEN({ranges[0]})+LEN({ranges[1]})>0))" if cells else "=0"
        filled = _filled_of(asked, name, sheets)
        sheet.write_formula(row, 3, answered, number, filled)
        share = f"=IF(C{row + 1}=0,1,D{row + 1}/C{row + 1})"
        sheet.write_formula(row, 4, share, styles.of(num_format="0%"), filled / cells if cells else 1)
    bar = {"type": "data_bar", "bar_color": "#3AA17E", "bar_solid": True, "min_type": "num", "min_value": 0,
           "max_type": "num", "max_value": 1}  # fmt: skip
    if row >= first:
        sheet.conditional_format(first, 4, row, 4, bar)
    return row + 1


def _filled_of(asked: Asked, name: str, sheets: list[tuple[str, Counts]]) -> int:
    place = [known for known, _ in sheets].index(name)
    section = asked.form.sections[place].id
    cells = (cell for cell in asked.form.cells(asked.period) if cell.section == section)
    filled = (asked.filled.get(cell.key, (None, "", "")) for cell in cells)
    return sum(value is not None or bool(status) for value, status, _ in filled)


def _instructions(sheet: Any, asked: Asked, styles: Looks, row: int) -> int:
    lines = [line.strip() for line in asked.form.instructions.in_language(asked.language).strip().splitlines()]
    sheet.write_string(row, 1, asked.word("how"), styles.heading)
    for line in filter(None, lines):
        row += 1
        sheet.write_string(row, 1, f"• {line}", styles.of())
    return row + 1


def _legend(sheet: Any, asked: Asked, styles: Looks, row: int) -> None:
    sheet.write_string(row, 1, asked.word("legend"), styles.heading)
    shown = (
        ("legend_required", {"bg_color": looks.REQUIRED}),
        ("legend_open", {"bg_color": looks.OPEN}),
        ("legend_filled", {"bg_color": looks.FILLED}),
        ("legend_jump", {"bg_color": looks.FILLED, "font_color": looks.JUMP, "bold": True}),
        ("legend_locked", {"bg_color": looks.LOCKED}),
    )
    for name, properties in shown:
        row += 1
        sheet.write_string(row, 1, "1 234", styles.of(border=1, border_color=looks.LINE, align="center", **properties))
        sheet.write_string(row, 2, asked.word(name), styles.of())


def _column(mark: str) -> str:
    return letters(layout.COLUMNS.index(mark))
