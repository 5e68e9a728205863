"""Numbers as a reader of each language expects them, and the round numbers of an axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Thousands and decimal marks; the thousands blank does not break.
_MARKS = {"en": (",", "."), "ru": ("\u00a0", ","), "uz": ("\u00a0", ",")}
_MINUS = "\u2212"

#: What stands where there is no value.
NO_VALUE = "–"


def format_number(value: float | None, *, decimals: int, language: str) -> str:
    """Write a number: 1,234.5 in English, 1 234,5 in Russian and Uzbek; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    plain = f"{abs(value):,.{decimals}f}"
    thousands, point = _MARKS[language]
    written = plain.replace(",", "\0").replace(".", point).replace("\0", thousands)
    return f"{_MINUS}{written}" if value < 0 and plain.strip("0.,") else written


def format_change(value: float | None, *, decimals: int, language: str) -> str:
    """Write a difference with its sign: +4.2, −1.0, 0.0."""
    written = format_number(value, decimals=decimals, language=language)
    return f"+{written}" if value is not None and value > 0 and written.strip("0.,") else written


def format_interval(low: float | None, high: float | None, *, decimals: int, language: str) -> str:
    """Write an interval: 41.4–54.6, with an ellipsis between where a bound is negative; "" where there is none."""
    if low is None or high is None:
        return ""
    ends = [format_number(end, decimals=decimals, language=language) for end in (low, high)]
    return ("…" if low < 0 or high < 0 else "–").join(ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A span of numbers laid on a span of pixels, with round numbers to mark.

    `low`, `high` : the numbers at `start` and `end` (pixels); `ticks` lie between them; `decimals` is what they need.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...] = ()
    decimals: int = 0

    def at(self, value: float) -> float:
        """Give the pixel of a number."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def axis_of(
    values: list[float], *, start: float, end: float, count: int = 5, whole: bool = False, tight: bool = False
) -> Axis:
    """Lay an axis over some numbers, with about `count` round marks.

    values : at least one number. `whole` keeps the marks on whole numbers (ranks, counts). The axis ends on marks;
    if `tight`, it ends with the numbers, and the marks lie within.
    """
    low, high = min(values), max(values)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
    step = _round_step((high - low) / count)
    step = max(1.0, step) if whole else step
    first = math.ceil(low / step - 1e-9) if tight else math.floor(low / step + 1e-9)
    last = math.floor(high / step + 1e-9) if tight else math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple(round(place * step, decimals + 2) for place in range(first, last + 1))
    decimals = decimals + 1 if any(round(tick, decimals) != tick for tick in ticks) else decimals
    if not tight:
        low, high = ticks[0], ticks[-1]
    return Axis(low=low, high=high, start=start, end=end, ticks=ticks, decimals=decimals)


def _round_step(rough: float) -> float:
    """Give the smallest of 1, 2, 2.5, 5 times a power of ten that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if power * factor >= rough * (1 - 1e-9))
