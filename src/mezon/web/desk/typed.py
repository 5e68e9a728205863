"""What somebody typed into a cell, read as a value and a status; never a guess where it could mean two things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mezon.collect.number_style import NumberStyle
from mezon.model.codelists import ABSENT, ObsStatus

#: What a person may choose from: the kinds of values an enterprise gives, and the reasons why there is none.
PRESENT_CHOICES = (ObsStatus.NORMAL, ObsStatus.ESTIMATED, ObsStatus.PROVISIONAL, ObsStatus.BREAK)
ABSENT_CHOICES = (ObsStatus.MISSING, ObsStatus.CANNOT_EXIST, ObsStatus.EXISTS_NOT_COLLECTED)

#: One thousand and a bit, or one and a bit: a comma before three digits says either.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
#: What may stand before the sign for numbers, and nothing else around them.
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})

NOT_A_NUMBER, TWO_NUMBERS, VALUE_AND_REASON, TOO_LONG = "not-a-number", "two-numbers", "value-and-reason", "too-long"
MOST_SIGNS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A reading: value and status, both empty when nothing can be read; `fault` names the rule `cell-<fault>`."""

    text: str = ""
    value: float | None = None
    status: str = ""
    fault: str = ""


def read_typed(text: str, status: str = "") -> Typed:
    """Read a cell. `status` : the chosen kind of value, or the chosen reason why there is none; "" = not chosen."""
    bare = text.strip().translate(_MINUS)
    if len(bare) > MOST_SIGNS:
        return Typed(text=bare[:MOST_SIGNS], fault=TOO_LONG)
    if not bare:
        return Typed(status=status if status in ABSENT else "")
    if status in ABSENT:
        return Typed(text=bare, status=status, fault=VALUE_AND_REASON)
    if _EITHER.fullmatch(bare):
        return Typed(text=bare, fault=TWO_NUMBERS)
    value = _number(bare)
    if value is None:
        return Typed(text=bare, fault=NOT_A_NUMBER)
    return Typed(text=bare, value=value, status=status or str(ObsStatus.NORMAL))


def _number(text: str) -> float | None:
    """Read a number of either style. A point never groups thousands in our languages, so 1.234 is one and a bit."""
    for style in (NumberStyle(decimal="."), NumberStyle(decimal=",")):
        value = style.number(text)
        if value is not None:
            return value if abs(value) < float("inf") else None
    return None
