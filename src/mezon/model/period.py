"""SDMX time periods: a year, half-year, quarter or month, written one way only."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mezon.errors import MalformedValue
from mezon.model.codelists import Frequency

_SHAPE = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<kind>[SHQ])(?P<part>\d)|(?P<month>\d{2})))?")
_DATE_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_PARTS = {Frequency.HALF_YEARLY: 2, Frequency.QUARTERLY: 4, Frequency.MONTHLY: 12, Frequency.ANNUAL: 1}
_KINDS = {"S": Frequency.HALF_YEARLY, "H": Frequency.HALF_YEARLY, "Q": Frequency.QUARTERLY}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of time: `year`, and which `part` of it (1-based; 1 of 1 for a whole year)."""

    year: int
    part: int = 1
    frequency: Frequency = Frequency.ANNUAL

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2024`, `2024-S1`, `2024-Q3` or `2024-05`; `2024-H1` is read as `2024-S1`.

        Raises : MalformedValue, with the likely spelling as a hint.
        """
        return _parse(text)

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, (self.part - 1) * self._months + 1, 1)

    @property
    def end(self) -> date:
        """Last day."""
        month = self.part * self._months
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def ordinal(self) -> int:
        """Place on the axis of its own frequency, so that neighbours differ by one."""
        return self.year * _PARTS[self.frequency] + self.part - 1

    def shifted(self, steps: int) -> Period:
        """Give the period `steps` later on the axis of its own frequency (earlier when negative)."""
        year, part = divmod(self.ordinal + steps, _PARTS[self.frequency])
        return Period(year, part + 1, self.frequency)

    @property
    def _months(self) -> int:
        return 12 // _PARTS[self.frequency]

    def __str__(self) -> str:
        match self.frequency:
            case Frequency.ANNUAL:
                return f"{self.year:04d}"
            case Frequency.MONTHLY:
                return f"{self.year:04d}-{self.part:02d}"
            case _:
                return f"{self.year:04d}-{self.frequency.value}{self.part}"


@lru_cache(maxsize=4096)
def _parse(text: str) -> Period:
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise MalformedValue(f"{text!r} is not a period.", hint=_period_hint(text))
    year = int(found["year"])
    if found["month"]:
        frequency, part = Frequency.MONTHLY, int(found["month"])
    elif found["kind"]:
        frequency, part = _KINDS[found["kind"]], int(found["part"])
    else:
        frequency, part = Frequency.ANNUAL, 1
    if not (1 <= part <= _PARTS[frequency] and year >= 1):
        raise MalformedValue(f"{text!r} is not a period.", hint=f"A year has {_PARTS[frequency]} such parts.")
    return Period(year, part, frequency)


def _period_hint(text: str) -> str:
    """Guess what was meant, from the two damages seen most: blanks inside, and the parts in the wrong order."""
    squeezed = re.sub(r"[\s\u00a0]+", "", text).upper()
    turned = re.sub(r"^([SHQ]\d)-?(\d{4})$", r"\2-\1", squeezed)
    dashed = re.sub(r"^(\d{4})([SHQ]\d)$", r"\1-\2", turned)
    dashed = re.sub(r"-H(\d)$", r"-S\1", dashed)
    if _SHAPE.fullmatch(dashed):
        return f"Write {dashed}."
    return "Write 2024, 2024-S1, 2024-Q3 or 2024-05."


def last_day(text: str) -> date:
    """Read a whole or partial date (`2024`, `2024-05`, `2024-05-17`) as its last day.

    Raises : MalformedValue when it is no date.
    """
    found = _DATE_SHAPE.fullmatch(text)
    if found is None:
        raise MalformedValue(f"{text!r} is not a date.", hint="Write 2024, 2024-05 or 2024-05-17.")
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        return date(year, month or 12, day or monthrange(year, month or 12)[1])
    except (ValueError, IndexError):
        raise MalformedValue(f"{text!r} is not a date.", hint="Write 2024, 2024-05 or 2024-05-17.") from None


def first_day(text: str) -> date:
    """Read a whole or partial date (`2024`, `2024-05`, `2024-05-17`) as its first day.

    Raises : MalformedValue when it is no date.
    """
    last = last_day(text)
    return date(last.year, last.month if len(text) > len("2024") else 1, last.day if len(text) > len("2024-05") else 1)
