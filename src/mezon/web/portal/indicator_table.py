"""The table of an indicator: units by periods, each value with its marks and its way back."""

from __future__ import annotations

from typing import Any

from mezon.model.indicator import Indicator
from mezon.web.portal.addresses import of_value
from mezon.web.portal.edition import Edition
from mezon.web.portal.observed import Mark, Row, marks_of, measure_words, series, value_of
from mezon.web.portal.pages import language

#: Most cells that stand on a page; the rest is in the download. A page has to stay small on a phone.
_MOST_CELLS = 800
_LINE = ("unit", "unit_of_measure", "variant", "price_basis", "breakdown")


def table_of(edition: Edition, indicator: Indicator, *, first: tuple[str, ...], as_of: str = "") -> dict[str, Any]:
    """Give periods as columns and one row for each unit, unit of measure, variant and breakdown; `first` on top."""
    rows = edition.by_indicator.get(indicator.code)
    released = rows.to_dicts() if rows is not None else []
    periods = sorted({row["period"] for row in released})
    lines: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in released:
        lines.setdefault(tuple(row[column] for column in _LINE), {})[row["period"]] = row
    ordered = sorted(lines, key=lambda line: _order(edition, indicator, first, line))
    shown = ordered[: max(_MOST_CELLS // max(len(periods), 1), 12)]
    seen: dict[str, Mark] = {}
    notes: dict[str, int] = {}
    body = [_line(edition, indicator, line, lines[line], periods, seen, notes, as_of) for line in shown]
    return {
        "periods": periods,
        "lines": body,
        "left_out": len(ordered) - len(shown),
        "marks": sorted(seen.values(), key=lambda mark: mark.letter),
        "notes": [(number, text) for text, number in notes.items()],
    }


def _order(edition: Edition, indicator: Indicator, first: tuple[str, ...], line: tuple[str, ...]) -> tuple[Any, ...]:
    unit, measure, variant, basis, breakdown = line
    known = edition.definitions.units.get(unit)
    name = known.name.in_language(language()) if known else unit
    return (unit not in first, name, breakdown, measure != indicator.unit, measure, variant, basis)


def _line(
    edition: Edition,
    indicator: Indicator,
    line: tuple[str, ...],
    by_period: dict[str, Row],
    periods: list[str],
    seen: dict[str, Mark],
    notes: dict[str, int],
    as_of: str,
) -> dict[str, Any]:
    unit, measure, variant, basis, breakdown = line
    known = edition.definitions.units.get(unit)
    return {
        "code": unit,
        "name": known.name if known else unit,
        "measure": "" if measure == indicator.unit else measure_words(edition, measure),
        "basis": "" if basis == "NOMINAL" else basis,
        "variant": variant,
        "breakdown": breakdown,
        "cells": [_cell(indicator, unit, period, by_period.get(period), seen, notes, as_of) for period in periods],
    }


def _cell(
    indicator: Indicator,
    unit: str,
    period: str,
    row: Row | None,
    seen: dict[str, Mark],
    notes: dict[str, int],
    as_of: str,
) -> dict[str, Any] | None:
    if row is None:
        return None
    marks = marks_of(row)
    seen.update({mark.letter: mark for mark in marks})
    note = notes.setdefault(row["note"], len(notes) + 1) if row["note"] else 0
    href = of_value(indicator.code, unit, period, as_of=as_of)
    return {"value": value_of(row), "marks": marks, "note": note, "href": href}


def latest(edition: Edition, indicator: Indicator, units: tuple[str, ...], *, as_of: str = "") -> list[dict[str, Any]]:
    """Give the last value of each unit, with its change against the value before and five periods before."""
    found = []
    for unit in units:
        rows = [row for row in series(edition, indicator, unit) if value_of(row) is not None]
        if not rows:
            continue
        last = rows[-1]
        earlier = {row["period"]: row["value"] for row in rows[:-1]}
        before = rows[-2] if len(rows) > 1 else None
        year = last["period"][:4]
        five = f"{int(year) - 5}{last['period'][4:]}"
        found.append(
            {
                "code": unit,
                "name": edition.definitions.units[unit].name,
                "row": last,
                "marks": marks_of(last),
                "href": of_value(indicator.code, unit, last["period"], as_of=as_of),
                "age": edition.as_of.year - int(year),
                "before": before["period"] if before else "",
                "change": last["value"] - before["value"] if before else None,
                "five": five if five in earlier else "",
                "change_five": last["value"] - earlier[five] if five in earlier else None,
            }
        )
    return found
