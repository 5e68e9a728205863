"""Faults of one cell of observations.csv, as data: kind, finding, column, what becomes of it, and where it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pack_copy import PackCopy, Planted

Fits = Callable[[PackCopy, int], bool]


@dataclass(frozen=True)
class CellFault:
    kind: str
    code: str
    column: str
    becomes: str | Callable[[str], str]
    fits: Fits = lambda copy, index: True  # noqa: ARG005
    shown_at: str = ""

    def plant(self, copy: PackCopy) -> Planted | None:
        index = copy.choose(lambda row: self.fits(copy, row))
        if index is None:
            return None
        old = str(copy.frame[index][self.column] if copy.frame[index][self.column] is not None else "")
        copy.observations.set(index, self.column, self.becomes if isinstance(self.becomes, str) else self.becomes(old))
        return copy.at(index, self.kind, self.code, self.shown_at or self.column)


def _misspelt(old: str) -> str:
    return f"{old[: len(old) // 2]}QX{old[len(old) // 2 :]}"


def _times(factor: float) -> Callable[[str], str]:
    return lambda old: repr(float(old) * factor)


def _below_zero(copy: PackCopy, index: int) -> bool:
    low = copy.pack.definitions.indicators[copy.frame[index]["indicator"]].range[0]
    return low is not None and low >= 0


def _steady(copy: PackCopy, index: int) -> bool:
    """Whether the two neighbours on each side, at least two in all, are within ten times of one another and of this."""
    series = copy.neighbours(index)
    if series is None:
        return False
    place = series.index(index)
    around = [series[other] for other in range(max(0, place - 2), min(len(series), place + 3)) if other != place]
    sizes = [abs(copy.frame[other]["value"] or 0) for other in around]
    own = abs(copy.frame[index]["value"])
    sizes = [size for size in sizes if size]
    if len(sizes) < 2 or max(sizes) > 9 * min(sizes) or not own:
        return False
    return 0.55 < own / (min(sizes) * max(sizes)) ** 0.5 < 1.8


def _on_a_ratio_scale(copy: PackCopy, index: int) -> bool:
    """Whether five times the value of a year earlier is a jump that is to be reported."""
    row = copy.frame[index]
    definition = copy.pack.definitions.indicators[row["indicator"]]
    declared = definition.attributes.get("volatile") or (definition.range[0] is not None and definition.range[0] < 0)
    negative = row["indicator"] in copy.facts.with_negatives
    series = copy.neighbours(index)
    if declared or negative or series is None or not row["period"].isdigit() or series.index(index) == 0:
        return False
    earlier = copy.frame[series[series.index(index) - 1]]
    is_adjacent = int(row["period"]) - int(earlier["period"]) == 1
    is_large = earlier["value"] is not None and earlier["value"] > 10
    return is_adjacent and is_large and 0.7 < row["value"] / earlier["value"] < 2


def _yearly(copy: PackCopy, index: int) -> bool:
    row = copy.frame[index]
    frequency = copy.pack.definitions.indicators[row["indicator"]].frequency
    return row["period"].isdigit() and frequency in ("A", "B")


def _is_money(copy: PackCopy, index: int) -> bool:
    row = copy.frame[index]
    measures = copy.pack.definitions.units_of_measure
    own = measures[copy.pack.definitions.indicators[row["indicator"]].unit]
    return bool(own.currency) and own.dimension == "money" and measures[row["unit_of_measure"]] == own


def _is_no_money(copy: PackCopy, index: int) -> bool:
    measure = copy.pack.definitions.indicators[copy.frame[index]["indicator"]].unit
    return not copy.pack.definitions.units_of_measure[measure].currency


def _is_fact(copy: PackCopy, index: int) -> bool:
    row = copy.frame[index]
    return row["variant"] == "FACT" and row["status"] not in ("F", "P")


def _is_total(copy: PackCopy, index: int) -> bool:
    return not copy.frame[index]["breakdown"]


CELL_FAULTS = (
    CellFault("indicator misspelt", "unknown-indicator", "indicator", _misspelt),
    CellFault("unit misspelt", "unknown-unit", "unit", _misspelt),
    CellFault("source misspelt", "unknown-source", "source", _misspelt),
    CellFault("unit of measure misspelt", "unknown-unit-of-measure", "unit_of_measure", _misspelt),
    CellFault("money for no money", "unit-of-measure-of-other-dimension", "unit_of_measure", "USD_BN", _is_no_money),
    CellFault("below the range", "outside-range", "value", "-12.5", _below_zero),
    CellFault("a thousand times", "magnitude-slip", "value", _times(1e3), _steady),
    CellFault("a million times", "magnitude-slip", "value", _times(1e6), _steady),
    CellFault("a thousandth", "magnitude-slip", "value", _times(1e-3), _steady),
    CellFault("a millionth", "magnitude-slip", "value", _times(1e-6), _steady),
    CellFault("jump in a year", "year-on-year", "value", _times(9.0), _on_a_ratio_scale),
    CellFault("fall in a year", "year-on-year", "value", _times(0.1), _on_a_ratio_scale),
    CellFault("value, but missing", "value-beside-absent-status", "status", "O"),
    CellFault("value, but suppressed", "value-beside-absent-status", "status", "Q"),
    CellFault("no value", "value-missing", "value", ""),
    CellFault("negative standard error", "negative-standard-error", "standard_error", "-0.4"),
    CellFault("low above value", "outside-bounds", "low", "1e15"),
    CellFault("high below value", "outside-bounds", "high", "-1e15"),
    CellFault("price basis malformed", "price-basis-malformed", "price_basis", "CONST2015"),
    CellFault("quarter of a year", "period-against-frequency", "period", lambda old: f"{old}-Q3", _yearly),
    CellFault("older than the fact", "source-older-than-fact", "published", "2001-05", _is_fact, "source"),
    CellFault("breakdown not canonical", "breakdown-not-canonical", "breakdown", "SEX=F;AGE=Y15", _is_total),
    CellFault("unknown dimension", "breakdown-unknown-code", "breakdown", "NOSUCH=X", _is_total),
    CellFault("currency without a rate", "conversion-without-rate", "unit_of_measure", "EUR_MN", _is_money),
    CellFault("status unknown", "code-unknown", "status", "Z"),
    CellFault("confidentiality unknown", "code-unknown", "confidentiality", "SECRET"),
    CellFault("variant unknown", "code-unknown", "variant", "FACTT"),
    CellFault("decimal comma", "number-with-decimal-comma", "value", "37,5"),
    CellFault("blank between digits", "number-with-blanks", "value", "12 345"),
    CellFault("percent sign", "number-with-percent-sign", "value", "15%"),
    CellFault("number in words", "number-said-in-words", "value", "n/a"),
    CellFault("no number", "not-a-number", "value", "about ten"),
    CellFault("blank in a year", "not-a-period", "period", lambda old: f"{old[0]} {old[1:]}"),
    CellFault("half-year turned round", "not-a-period", "period", lambda old: f"H 1 {old[:4]}"),
    CellFault("date of another country", "not-a-date", "published", "31.12.2020"),
    CellFault("stray space", "cell-stray-spaces", "indicator", lambda old: f"{old} "),
    CellFault("no unit", "cell-missing", "unit", ""),
    CellFault("tool residue", "citation-residue", "cites", "[0search12]"),
    CellFault("citation of nothing", "dangling-citation", "cites", "[731]"),
)
