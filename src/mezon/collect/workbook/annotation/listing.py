"""The added sheet: every finding with its cell, what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mezon.collect.workbook.annotation.styles import AddedStyles
from mezon.collect.workbook.annotation.xml_text import harmless, quoted
from mezon.collect.workbook.layout import say
from mezon.model.codelists import Severity
from mezon.model.finding import Finding

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WIDTHS = (30, 22, 20, 70, 70)
_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "a_note"}
_HEADER = 4


def findings_sheet(findings: Sequence[Finding], *, language: str, styles: AddedStyles) -> bytes:
    """Write the sheet of findings, each with a link to its cell."""
    rows = list(_rows(findings, language, styles))
    links = "".join(
        f'<hyperlink ref="A{row}" location={quoted(_target(finding.key))}/>'
        for row, finding in enumerate(findings, _HEADER + 1)
        if "!" in finding.key
    )
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, 1)
    )
    last = _HEADER + max(len(findings), 1)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        '<sheetPr><tabColor rgb="FFC0392B"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" zoomScale="110" workbookViewId="0">'
        f'<pane ySplit="{_HEADER}" topLeftCell="A{_HEADER + 1}" activePane="bottomLeft" state="frozen"/>'
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A{_HEADER}:E{last}"/>'
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _rows(findings: Sequence[Finding], language: str, styles: AddedStyles) -> Iterator[str]:
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in _WORDS}
    summary = " · ".join(f"{say(word, language)}: {counts[severity]}" for severity, word in _WORDS.items())
    yield _row(1, [(say("findings_title", language), styles.title), *([("", styles.title)] * 4)], height=30)
    yield _row(2, [(summary, styles.heading)])
    yield _row(3, [(say("findings_next" if findings else "findings_none", language), styles.heading)])
    headings = ("where", "weight", "found", "wrong", "mend")
    yield _row(_HEADER, [(say(word, language), styles.heading) for word in headings])
    for number, finding in enumerate(findings, _HEADER + 1):
        look = styles.severities[finding.severity]
        yield _row(number, [
            (finding.key, styles.text), (say(_WORDS[finding.severity], language), look), (finding.value, styles.text),
            (finding.message, styles.text), (finding.hint, styles.text),
        ])  # fmt: skip


def _row(number: int, cells: Sequence[tuple[str, int]], *, height: int = 0) -> str:
    shape = f' ht="{height}" customHeight="1"' if height else ""
    inside = "".join(_cell(f"{'ABCDE'[place]}{number}", text, look) for place, (text, look) in enumerate(cells))
    return f'<row r="{number}"{shape}>{inside}</row>'


def _cell(name: str, text: str, look: int) -> str:
    if not text:
        return f'<c r="{name}" s="{look}"/>'
    return f'<c r="{name}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{harmless(text)}</t></is></c>'


def _target(key: str) -> str:
    sheet, _, cell = key.rpartition("!")
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'!{cell}"
