"""What writer and reader of a form's workbook agree on: marks, columns, keys, and the sheet that says whose it is."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mezon.model.form import Form, FormCell
from mezon.model.period import Period
from mezon.model.text import Text

#: The sheet with the marks of the workbook, hidden so that only a program shows it; and the one with the lists.
IDENTITY, LISTS = "mezon", "mezon-lists"
#: What a sheet's columns are, in a hidden row: whatever is inserted or moved, they are found by it.
KEY, NUMBER, NAME, PART, MEASURE, VALUE, STATUS, NOTE, MEANT = (
    "#key", "#number", "#name", "#part", "#unit", "#value", "#status", "#note", "#meant"
)  # fmt: skip
BEFORE = ("#before3", "#before2", "#before1")
COLUMNS = (KEY, NUMBER, NAME, PART, MEASURE, *BEFORE, VALUE, STATUS, NOTE, MEANT)
MARKS_ROW, HEADER_ROW, FIRST_ROW = 2, 3, 4
#: Why there is no value, and what kind of value it is where it is not a plain one; the first letter is the code.
STATUSES = ("O", "M", "L", "E", "P")
LAYOUT_VERSION = "1"
_KEY = re.compile(r"[^|\s]+\|[^|]*\|[A-Z]+\|\d{4}(-[SHQ]?\d{1,2})?")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose workbook it is; `marks` is a hash of form, unit, period and every key, against mixed-up copies."""

    form: str
    version: str
    unit: str
    period: str
    language: str
    pack: str
    marks: str
    layout: str = LAYOUT_VERSION


def key_of(cell: FormCell) -> str:
    """Write a cell's key as it stands in the hidden column."""
    return "|".join(cell.key)


def read_key(text: str) -> tuple[str, str, str, str] | None:
    """Read a key; None for any other text."""
    if not _KEY.fullmatch(text):
        return None
    indicator, breakdown, variant, period = text.split("|")
    return indicator, breakdown, variant, period


def identity_of(form: Form, *, unit: str, period: Period, language: str, pack: str) -> Identity:
    """Make the marks of a workbook."""
    keys = "\n".join(key_of(cell) for cell in form.cells(period))
    marks = hashlib.sha256(f"{form.id}\n{form.version}\n{unit}\n{period}\n{keys}".encode()).hexdigest()
    return Identity(
        form=form.id,
        version=form.version,
        unit=unit,
        period=str(period),
        language=language,
        pack=pack,
        marks=marks,
    )


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Make names that a workbook takes of titles: 31 letters, no brackets or slashes, each once."""
    taken = {IDENTITY.casefold(), LISTS.casefold()}
    names = []
    for number, title in enumerate(titles, 1):
        plain = " ".join(_FORBIDDEN.sub(" ", title).split())[:31].strip() or str(number)
        name = plain if plain.casefold() not in taken else f"{plain[:27].strip()} {number}"
        taken.add(name.casefold())
        names.append(name)
    return names


@lru_cache(maxsize=1)
def words() -> Mapping[str, Text]:
    """Everything that a workbook says by itself, in all languages."""
    entries = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
    return {name: Text.of(entry) for name, entry in entries.items()}


def say(name: str, language: str) -> str:
    """Give a word of the workbook in a language."""
    return getattr(words()[name], language, "") if name == "unreviewed" else words()[name].in_language(language)
