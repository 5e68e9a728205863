"""Pages as a reader sees them: parsed strictly, tables as rows of words."""

from __future__ import annotations

import re
from typing import Any

import html5lib

_HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(html: str) -> Any:
    """Parse a page; the first fault against the standard raises."""
    return html5lib.HTMLParser(strict=True).parse(html)


def words_of(element: Any) -> str:
    """Give the words of an element, blanks made one."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def tables(html: str) -> dict[str, list[list[str]]]:
    """Give the tables of a page by caption; a row is the words of its cells."""
    found = {}
    for table in parsed(html).iter(f"{_HTML}table"):
        caption = words_of(table.find(f"{_HTML}caption"))
        found[caption] = [
            [words_of(cell) for cell in row if cell.tag in {f"{_HTML}td", f"{_HTML}th"}]
            for row in table.iter(f"{_HTML}tr")
        ]
    return found


def table(html: str, beginning: str) -> list[list[str]]:
    """Give the one table whose caption contains some words."""
    chosen = [rows for caption, rows in tables(html).items() if beginning in caption]
    assert len(chosen) == 1, f"{len(chosen)} tables are called {beginning!r}: {list(tables(html))}"
    return chosen[0]


def titles(html: str) -> list[str]:
    """Give every number at full precision, as it stands in title attributes."""
    return [element.get("title") for element in parsed(html).iter() if element.get("title")]


def headings(html: str) -> list[int]:
    """Give the levels of the headings in their order."""
    return [
        int(element.tag[-1]) for element in parsed(html).iter() if re.fullmatch(rf"{_HTML}h[1-6]", str(element.tag))
    ]
