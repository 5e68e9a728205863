"""Text that no spreadsheet runs: what begins like a formula gets an apostrophe before it (OWASP ASVS 1.2.10)."""

from __future__ import annotations

#: A text that begins so is run as a formula, or split over cells, by one spreadsheet program or another.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused_text(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula; give any other as it is."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
