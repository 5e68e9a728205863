"""From texts to typed cells: what is wrong with each, and how to write it instead. A faulty cell becomes null."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from mezon.design.nearest import Nearest
from mezon.errors import MalformedValue
from mezon.model.finding import Finding, Rulebook
from mezon.model.period import Period, last_day
from mezon.model.tables import BOOLEAN, DATE, INTEGER, NUMBER, PERIOD, TEXT, Column

#: The type of a read column; text, periods and dates are texts, empty where nothing is said.
DTYPES: Mapping[str, pl.DataType] = {
    TEXT: pl.String(),
    PERIOD: pl.String(),
    DATE: pl.String(),
    NUMBER: pl.Float64(),
    INTEGER: pl.Int64(),
    BOOLEAN: pl.Boolean(),
}

_TRUTH = {
    "true": True,
    "True": True,
    "TRUE": True,
    "1": True,
    "false": False,
    "False": False,
    "FALSE": False,
    "0": False,
}
_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f']+")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WORDS = frozenset(
    [
        *("nan", "na", "n/a", "n.a.", "n.a", "n/d", "n.d.", "nd", "null", "none", "nil", "x", "#"),
        *("-", "–", "—", ".", "..", "...", "…", "#n/a", "#value!", "#div/0!", "#ref!", "н/д", "нет", "yo‘q", "yo'q"),
    ]
)
#: A fault of one text: code of its rule and the details of the sentence.
CellFault = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where findings of a column belong."""

    rulebook: Rulebook
    file: str
    rows: pl.Series

    def findings(self, texts: pl.Series, faults: Mapping[str, CellFault], column: str) -> list[Finding]:
        """Word one finding for every row whose text has a fault."""
        if not faults:
            return []
        hits = texts.is_in(sorted(faults)).arg_true()
        found = []
        for row, text in zip(self.rows.gather(hits), texts.gather(hits), strict=True):
            code, details = faults[text]
            found.append(self.rulebook.finding(code, file=self.file, row=row, column=column, value=text, **details))
        return found


def trimmed(texts: pl.Series, name: str, place: Place) -> tuple[pl.Series, list[Finding]]:
    """Take blanks around cells away, and say where there were any."""
    clean = texts.str.strip_chars()
    off = (texts != clean) & (clean != "")
    if not off.any():
        return clean, []
    hits = off.arg_true()
    return clean, [
        place.rulebook.finding("cell-stray-spaces", file=place.file, row=row, column=name, value=text)
        for row, text in zip(place.rows.gather(hits), clean.gather(hits), strict=True)
    ]


def typed(texts: pl.Series, column: Column, place: Place) -> tuple[pl.Series, list[Finding]]:
    """Read the trimmed cells of a column as its type; a cell that is something else is null, or empty text."""
    values, faults = _READERS.get(column.type, _read_text)(texts, column)
    findings = place.findings(texts, faults, column.name)
    if column.required:
        findings += [
            place.rulebook.finding("cell-missing", file=place.file, row=row, column=column.name)
            for row in place.rows.filter(texts == "")
        ]
    return values.alias(column.name), findings


def _read_text(texts: pl.Series, column: Column) -> tuple[pl.Series, dict[str, CellFault]]:
    if not column.codes:
        return texts, {}
    nearest, allowed = Nearest(column.codes), set(column.codes)
    faults: dict[str, CellFault] = {}
    for text in _distinct(texts):
        stranger = next((part for part in parts(text, column.separator) if part not in allowed), None)
        if stranger is not None:
            faults[text] = ("code-unknown", {"nearest": nearest(stranger)})
    return _blanked(texts, faults), faults


def _read_number(texts: pl.Series, _: Column) -> tuple[pl.Series, dict[str, CellFault]]:
    values = texts.cast(pl.Float64, strict=False)
    odd = (values.is_null() | ~values.is_finite()) & (texts != "")
    faults = {text: number_fault(text) for text in _distinct(texts.filter(odd.fill_null(value=True)))}
    return values.set(~values.is_finite().fill_null(value=True), None), faults


def _read_integer(texts: pl.Series, _: Column) -> tuple[pl.Series, dict[str, CellFault]]:
    values = texts.cast(pl.Int64, strict=False)
    odd = values.is_null() & (texts != "")
    return values, {text: _integer_fault(text) for text in _distinct(texts.filter(odd))}


def _read_boolean(texts: pl.Series, _: Column) -> tuple[pl.Series, dict[str, CellFault]]:
    strange = [text for text in _distinct(texts) if text not in _TRUTH]
    values = texts.replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    return values, {text: ("not-a-boolean", {}) for text in strange}


def _read_by(
    parse: Callable[[str], str], code: str
) -> Callable[[pl.Series, Column], tuple[pl.Series, dict[str, CellFault]]]:
    def read(texts: pl.Series, _: Column) -> tuple[pl.Series, dict[str, CellFault]]:
        meant: dict[str, str] = {}
        faults: dict[str, CellFault] = {}
        for text in _distinct(texts):
            try:
                meant[text] = parse(text)
            except MalformedValue as fault:
                faults[text] = (code, {"suggestion": fault.hint.removeprefix("Write ").removesuffix(".")})
        respelled = {text: canonical for text, canonical in meant.items() if text != canonical}
        values = texts.replace(respelled) if respelled else texts
        return _blanked(values, faults), faults

    return read


def _date(text: str) -> str:
    last_day(text)
    return text


_READERS: Mapping[str, Callable[[pl.Series, Column], tuple[pl.Series, dict[str, CellFault]]]] = {
    NUMBER: _read_number,
    INTEGER: _read_integer,
    BOOLEAN: _read_boolean,
    PERIOD: _read_by(lambda text: str(Period.parse(text)), "not-a-period"),
    DATE: _read_by(_date, "not-a-date"),
}


def number_fault(text: str) -> CellFault:
    """Say what kind of local spelling a text is that Mezon does not read as a number, and how to write it."""
    bare = _BLANKS.sub("", text)
    if text.casefold() in _WORDS:
        return "number-said-in-words", {}
    if bare.lstrip("+-").casefold() in {"inf", "infinity", "∞"} or _PLAIN.fullmatch(text):
        return "number-not-finite", {}
    percent = bare.rstrip("%‰")
    for inside, code in ((bare, ""), (percent, "number-with-percent-sign"), (_without_unit(bare), "number-with-unit")):
        meant, local = _meant(inside)
        if meant:
            named = code or (local if local else "number-with-blanks")
            return named, {"suggestion": meant}
    return "not-a-number", {}


def _meant(bare: str) -> tuple[str, str]:
    """Give the likely number in our spelling, and the rule that says what was local about it."""
    bare = bare.replace("−", "-")
    if _PLAIN.fullmatch(bare):
        return bare, ""
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?|[+-]?\d{1,3}(\.\d{3}){2,}", bare):
        return bare.replace(".", "").replace(",", "."), "number-with-thousands-marks"
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d*|[+-]?\d{1,3}(,\d{3}){2,}", bare):
        return bare.replace(",", ""), "number-with-thousands-marks"
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", bare):
        return f"{bare.replace(',', '.')} / {bare.replace(',', '')}", "number-with-thousands-marks"
    if re.fullmatch(r"[+-]?\d*,\d+", bare):
        return bare.replace(",", "."), "number-with-decimal-comma"
    return "", ""


def _without_unit(bare: str) -> str:
    """Take signs and letters away before and after the digits: "~5", "12,5млрд", "$3"."""
    return re.sub(r"^[^\d+-]+|[^\d]+$", "", bare.replace("%", ""))


def _integer_fault(text: str) -> CellFault:
    code, details = number_fault(text)
    return ("not-an-integer", {}) if code in {"not-a-number", "number-not-finite"} else (code, details)


def parts(text: str, separator: str) -> list[str]:
    """Take a cell apart at its separator; without one it is a single part."""
    return [part for each in text.split(separator) if (part := each.strip())] if separator else [text]


def _distinct(texts: pl.Series) -> Iterator[str]:
    return (text for text in texts.unique().sort() if text)


def _blanked(texts: pl.Series, faults: Mapping[str, CellFault]) -> pl.Series:
    return texts.replace(dict.fromkeys(faults, "")) if faults else texts
