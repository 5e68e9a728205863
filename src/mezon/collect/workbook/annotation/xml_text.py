"""Small pieces of spreadsheet XML: text that may stand in it, and places to put an element in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from mezon.model.spreadsheet_text import defused_text

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: A cell holds no longer text.
MOST_LETTERS = 32_000
#: What may follow in a sheet, in the order of the standard (ECMA-376, part 1, 18.3.1.99).
AFTER_FORMATS = (
    "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
AFTER_DRAWING = AFTER_FORMATS[AFTER_FORMATS.index("legacyDrawingHF") :]


def plain(text: str) -> str:
    """Give a text that XML can hold, escaped."""
    return escape(_NOT_XML.sub("\ufffd", text[:MOST_LETTERS]))


def quoted(text: str) -> str:
    """Give a text as the value of an attribute, with its quotation marks."""
    return quoteattr(_NOT_XML.sub("\ufffd", text[:MOST_LETTERS]))


def harmless(text: str) -> str:
    """Give a text that comes from outside so that no program runs it, escaped."""
    return plain(defused_text(text))


def inserted(sheet: bytes, element: bytes, *, before: Sequence[str]) -> bytes:
    """Put an element into a sheet, before the first of those that have to follow it."""
    start = sheet.rfind(b"</sheetData>")
    start = sheet.rfind(b"<sheetData/>") if start < 0 else start
    places = [place for name in before if (place := _element(sheet, name.encode(), start)) >= 0]
    end = sheet.rfind(b"</worksheet>")
    place = min([*places, end])
    return sheet[:place] + element + sheet[place:]


def _element(sheet: bytes, name: bytes, start: int) -> int:
    found = re.compile(rb"<" + name + rb"[\s/>]").search(sheet, max(start, 0))
    return found.start() if found else -1
