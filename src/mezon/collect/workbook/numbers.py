"""Numbers as people type them: read where they can mean one thing only, explained where they cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mezon.collect.number_style import NumberStyle

_STYLES = {mark: NumberStyle(decimal=mark) for mark in (".", ",")}
#: Day 0 of spreadsheets, and the number of the first day after the one that they count and that never was.
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001
_NEVER_WAS = 61
_WORDS = frozenset(
    [
        *("nan", "na", "n/a", "n.a.", "n.a", "n/d", "n.d.", "nd", "null", "none", "nil", "no", "x", "#", "?"),
        *("-", "–", "—", "--", "...", "…", "#n/a", "нет", "н/д", "нд", "нет данных", "yo‘q", "yo'q", "yoʻq", "yoq"),
    ]
)
_SIGNS = re.compile(r"^[^\d+\-−.,]+|[^\d]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A typed text: its number, or the code of the finding that says why there is none, and what was likely meant."""

    value: float | None = None
    code: str = ""
    suggestion: str = ""
    percent: bool = False


def decimal_sign(texts: Iterable[str]) -> str:
    """Find the decimal sign of a file by the texts that allow only one; "" where none does or both are used."""
    seen = set()
    for text in texts:
        readings = {mark: style.number(_bare(text)) for mark, style in _STYLES.items()}
        fitting = [mark for mark, value in readings.items() if value is not None]
        if len(fitting) == 1:
            seen.add(fitting[0])
    return seen.pop() if len(seen) == 1 else ""


def read_typed(text: str, *, decimal: str = "") -> Typed:
    """Read a text as a number.

    decimal : the decimal sign of the file, which settles what 1,234 means; "" : nothing settles it.
    """
    if text.casefold() in _WORDS:
        return Typed(code="workbook-words-for-number")
    bare = _bare(text)
    percent = bare.endswith("%")
    inside = bare.removesuffix("%").strip()
    readings = {mark: value for mark, style in _STYLES.items() if (value := style.number(inside)) is not None}
    distinct = {value for value in readings.values() if abs(value) != float("inf")}
    if len(distinct) == 1:
        return Typed(value=distinct.pop(), percent=percent)
    if distinct:
        if decimal in readings:
            return Typed(value=readings[decimal], percent=percent)
        either = " / ".join(f"{value:.15g}" for value in sorted(distinct))
        return Typed(code="workbook-number-unclear", suggestion=either)
    meant = _SIGNS.sub("", inside)
    likely = {value for style in _STYLES.values() if (value := style.number(meant)) is not None}
    if likely and meant != inside:
        return Typed(
            code="workbook-number-with-words", suggestion=" / ".join(f"{value:.15g}" for value in sorted(likely))
        )
    return Typed(code="workbook-not-a-number")


def shown(value: float) -> str:
    """Write a number as it was most likely typed."""
    return f"{value:.15g}"


def as_number(moment: datetime | date | time | timedelta) -> float:
    """Give the number that a spreadsheet keeps for a date or a time: days since the end of 1899, a day's part after it.

    Spreadsheets count a 29 February 1900 that never was; before it their days are one less.
    """
    if isinstance(moment, timedelta):
        return _days(moment)
    if isinstance(moment, time):
        return _days(timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second))
    midnight = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    clock = moment.time() if isinstance(moment, datetime) else time()
    days = (midnight - _FIRST_DAY).days
    return (days if days >= _NEVER_WAS else days - 1) + as_number(clock)


def _days(length: timedelta) -> float:
    """Give a length in days; spreadsheets keep seconds, so more digits than that mean nothing."""
    return round(length / timedelta(days=1), 6)


def _bare(text: str) -> str:
    return text.strip().strip("'").replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ").strip()
