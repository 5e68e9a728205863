"""How wide a text is, so that nothing is cut and nothing overlaps, whoever draws it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from math import ceil
from pathlib import Path

#: For a letter the table does not have: as wide as most capitals.
_UNKNOWN = 667
_ELLIPSIS = "…"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Give the width of a line of text in pixels at a type size in pixels."""
    widths = _widths("bold" if bold else "regular")
    return sum(widths.get(letter, _UNKNOWN) for letter in text) * size / 1000


def wrap(text: str, room: float, size: float, *, bold: bool = False, most: int = 9) -> tuple[str, ...]:
    """Break a text at its blanks, and a wide word at its hyphens, into at most `most` lines of `room` pixels.

    A word wider than the room, and the end of what does not fit, is cut with an ellipsis.
    """
    lines: list[str] = []
    for word in _bound(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        elif text_width(word, size, bold=bold) <= room:
            lines.append(word)
        else:
            lines += _at_hyphens(word, room, size, bold=bold)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return tuple(shortened(line, room, size, bold=bold) for line in lines)


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Cut a text to `room` pixels, with an ellipsis where it was cut."""
    if text_width(text, size, bold=bold) <= room:
        return text
    kept = text
    while kept and text_width(kept + _ELLIPSIS, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS


def widest(texts: list[str] | tuple[str, ...], size: float, *, bold: bool = False) -> float:
    """Give the width of the widest of some texts in whole pixels, 0 for none."""
    return float(ceil(max((text_width(text, size, bold=bold) for text in texts), default=0.0)))


def _at_hyphens(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Break a word that is too wide after its hyphens."""
    pieces: list[str] = []
    for piece in re.split(r"(?<=-)", word):
        if pieces and text_width(pieces[-1] + piece, size, bold=bold) <= room:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _bound(text: str) -> str:
    """Tie one-letter words to the next word, and a dash to the word before it, as typesetters do."""
    return re.sub(r" (?=[–—] )", "\u00a0", re.sub(r"(?<!\S)(\w) ", "\\1\u00a0", text))


@cache
def _widths(weight: str) -> dict[str, int]:
    table = tomllib.loads((Path(__file__).parent / "glyph_widths.toml").read_text(encoding="utf-8"))[weight]
    return {letter: int(width) for width, letters in table.items() for letter in letters}
