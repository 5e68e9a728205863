"""How a file writes its numbers: which mark is the decimal sign, which groups thousands; found and said, never guessed.

"1,234" alone may be one thousand or one and a bit. The file as a whole usually tells: one "12,5" or "1,234,567" settles
what the comma means. Where nothing does, or where cells contradict one another, the numbers are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u2007\u2009\u202f'’](?=\d{3}(?!\d))")
#: 31.12.2020 is a date, and says nothing about numbers.
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}\.\d{1,2}\.\d{1,2}")
_NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?")
_OTHER = {".": ",", ",": "."}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """The marks of a file. `thousands` is empty where no number has any; `witness` is a cell that settled it."""

    decimal: str = "."
    thousands: str = ""
    witness: str = ""

    def number(self, text: str) -> float | None:
        """Read a number; None when the text is none in this style."""
        bare = _bare(text)
        if not _NUMBER.fullmatch(bare):
            return None
        claims = _claims(bare)
        if claims is None or not claims <= {f"decimal {self.decimal}", f"thousands {_OTHER[self.decimal]}", "open"}:
            return None
        plain = bare.replace(_OTHER[self.decimal], "").replace(self.decimal, ".")
        try:
            return float(plain)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleFault:
    """Why the numbers of a file cannot be read: `rule` is the code of the finding, with two cells that show it."""

    rule: str
    first: str
    second: str = ""


def looks_like_number(text: str) -> bool:
    """Say whether a text could be a number in some style."""
    return _NUMBER.fullmatch(_bare(text)) is not None


def find_style(texts: Iterable[str], *, decimal: str = "") -> NumberStyle | StyleFault:
    """Find the one style in which every number-like text is a number.

    texts : cells that may be numbers; others are passed over. decimal : what somebody said the decimal sign is.
    Returns : the style, or what stands against there being one.
    """
    witnesses: dict[str, str] = {f"decimal {decimal}": f"--decimal {decimal}"} if decimal else {}
    for text in texts:
        bare = _bare(text)
        if not _NUMBER.fullmatch(bare) or _DATE.fullmatch(bare):
            continue
        claims = _claims(bare)
        if claims is None:
            return StyleFault(rule="import-numbers-damaged", first=text, second=next(iter(witnesses.values()), text))
        for claim in claims:
            witnesses.setdefault(f"{claim} {bare.strip('+-0123456789eE')}" if claim == "open" else claim, text)
    return _settled(witnesses)


def _settled(witnesses: dict[str, str]) -> NumberStyle | StyleFault:
    signs = [mark for mark in _OTHER if f"decimal {mark}" in witnesses]
    groups = [mark for mark in _OTHER if f"thousands {mark}" in witnesses]
    for mark in signs:
        against = next(
            (f"{kind}" for kind in (f"thousands {mark}", f"decimal {_OTHER[mark]}") if kind in witnesses), ""
        )
        if against:
            first, second = witnesses[against], witnesses[f"decimal {mark}"]
            return StyleFault(rule="import-numbers-damaged", first=first, second=second)
    if len(groups) == 2:
        return StyleFault(
            rule="import-numbers-damaged", first=witnesses["thousands ."], second=witnesses["thousands ,"]
        )
    known = signs or [_OTHER[mark] for mark in groups]
    open_marks = [mark for mark in _OTHER if f"open {mark}" in witnesses]
    if not known and open_marks:
        return StyleFault(rule="import-numbers-unclear", first=witnesses[f"open {open_marks[0]}"])
    sign = known[0] if known else "."
    other = _OTHER[sign]
    grouped = other if f"thousands {other}" in witnesses or f"open {other}" in witnesses else ""
    settled = witnesses.get(f"decimal {sign}") or witnesses.get(f"thousands {other}", "")
    return NumberStyle(decimal=sign, thousands=grouped, witness=settled)


def _bare(text: str) -> str:
    return _BLANKS.sub("", text.strip().replace("−", "-"))


def _claims(bare: str) -> set[str] | None:
    """Say what a number shows about its marks; "open" where one mark could be either; None where it fits no style."""
    body = re.sub(r"[eE][+-]?\d+$", "", bare).lstrip("+-")
    kinds = sorted({mark for mark in body if mark in _OTHER}, key=body.rindex)
    if not kinds:
        return set()
    last = kinds[-1]
    if len(kinds) == 2:
        whole, _, _ = body.partition(last)
        fine = body.count(last) == 1 and re.fullmatch(rf"\d{{1,3}}(\{kinds[0]}\d{{3}})+", whole)
        return {f"decimal {last}", f"thousands {kinds[0]}"} if fine else None
    if body.count(last) > 1:
        return {f"thousands {last}"} if re.fullmatch(rf"\d{{1,3}}(\{last}\d{{3}})+", body) else None
    could_group = re.fullmatch(rf"[1-9]\d{{0,2}}\{last}\d{{3}}", body) and body == bare.lstrip("+-")
    return {"open"} if could_group else {f"decimal {last}"}
