"""Numbers, dates and shares the way each language writes them, from the value at full precision."""

from __future__ import annotations

import math
from datetime import date

#: Decimal sign and thousands separator: Uzbek and Russian write 1 234,5 with no-break spaces, English 1,234.5.
_SIGNS = {"en": (".", ","), "ru": (",", "\u00a0"), "uz": (",", "\u00a0")}
NO_VALUE = "–"
_MINUS = "\u2212"


def number(value: float | None, *, digits: int = 1, language: str = "en") -> str:
    """Write a number with a fixed count of decimals; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    decimal, thousands = _SIGNS[language]
    text = f"{abs(value):,.{digits}f}".replace(",", "\u0000").replace(".", decimal).replace("\u0000", thousands)
    negative = value < 0 and any(figure in text for figure in "123456789")
    return f"{_MINUS}{text}" if negative else text


def figure(value: float | None, *, significant: int = 4, language: str = "en") -> str:
    """Write a number of any size with so many significant digits, without zeros behind them: 72.16, 2.861, 12,652."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    size = math.floor(math.log10(abs(value))) if value else 0
    digits = max(significant - 1 - size, 0)
    while digits and round(value, digits) == round(value, digits - 1):
        digits -= 1
    return number(value, digits=digits, language=language)


def share(value: float | None, *, digits: int = 0, language: str = "en") -> str:
    """Write a share of one in percent."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    gap = "" if language == "en" else "\u00a0"
    return f"{number(100 * value, digits=digits, language=language)}{gap}%"


def interval(low: float | None, high: float | None, *, digits: int = 0, language: str = "en") -> str:
    """Write an interval with an en dash, or one number where both ends look alike."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    ends = [number(end, digits=digits, language=language) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def day(value: date, *, language: str = "en") -> str:
    """Write a date in words of the language."""
    from babel.dates import format_date

    return str(format_date(value, format="long", locale={"uz": "uz_Latn"}.get(language, language)))
