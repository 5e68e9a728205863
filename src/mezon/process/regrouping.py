"""Regrouping: the past rolled up as units are grouped now, beside the usual roll-up as they were grouped then.

A merger, a split or a renaming ends a unit and names its successors (units.csv, `successors`). Seen as now, its values
count where its successor stands today; after a split they count in the lowest wholes that all its successors share,
because nobody said how to divide them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from mezon.model.pack import Definitions
from mezon.model.period import first_day, last_day
from mezon.model.unit import Membership, Unit

#: Parents of a unit in one hierarchy: (hierarchy, unit) -> parents.
_Parents = Mapping[tuple[str, str], frozenset[str]]


def as_now(definitions: Definitions, *, on: date) -> Definitions:
    """Give definitions by which every period is rolled up as units are grouped on one day.

    Units that exist then, and units that ended before (through their successors), belong for all time where they, or
    what became of them, belong on that day. An ended unit without a successor stays in the wholes it was last part of,
    or in what became of those.
    """
    units = definitions.units
    today: dict[tuple[str, str], set[str]] = {}
    last: dict[tuple[str, str], tuple[date, str]] = {}
    for link in definitions.memberships:
        key = (link.hierarchy, link.unit)
        if _covers(link.valid_from, link.valid_to, on):
            today.setdefault(key, set()).add(link.parent)
        end = last_day(link.valid_to) if link.valid_to else date.max
        last[key] = max(last.get(key, (date.min, "")), (end, link.parent))
    now = {key: frozenset(parents) for key, parents in today.items()}
    links = {
        Membership(unit=code, parent=parent, hierarchy=hierarchy)
        for hierarchy, code in sorted(last)
        if code in units
        for parent in _places(units[code], hierarchy, units, now, last, on)
        if parent != code
    }
    return replace(
        definitions,
        units={code: replace(unit, valid_from="", valid_to="") for code, unit in units.items()},
        memberships=tuple(sorted(links, key=lambda link: (link.unit, link.parent, link.hierarchy))),
    )


def _places(
    unit: Unit,
    hierarchy: str,
    units: Mapping[str, Unit],
    now: _Parents,
    last: Mapping[tuple[str, str], tuple[date, str]],
    on: date,
) -> frozenset[str]:
    """Give the wholes that a unit's values count in, seen from that day."""
    if _exists(unit, on):
        return now.get((hierarchy, unit.code), frozenset())
    heirs = _heirs(unit, units, on)
    if heirs == {unit.code}:
        parent = last[hierarchy, unit.code][1]
        became = _heirs(units[parent], units, on) if parent in units else {parent}
        return _lowest_shared(became, hierarchy, now, itself=True)
    return _lowest_shared(heirs, hierarchy, now, itself=False)


def _heirs(unit: Unit, units: Mapping[str, Unit], on: date) -> frozenset[str]:
    """Give what became of a unit by a day: itself while it exists, or when nobody went on with it."""
    found: set[str] = set()
    passed: set[str] = set()
    ahead = [unit.code]
    while ahead:
        code = ahead.pop()
        if code in passed or code not in units:
            continue
        passed.add(code)
        further = [] if _exists(units[code], on) else units[code].successors
        ahead += further
        if not further:
            found.add(code)
    return frozenset(found or {unit.code})


def _lowest_shared(codes: Iterable[str], hierarchy: str, now: _Parents, *, itself: bool) -> frozenset[str]:
    """Give the lowest wholes that all of these are part of; a single one is its own, if `itself`."""
    each = list(codes)
    if len(each) == 1:
        return frozenset(each) if itself else now.get((hierarchy, each[0]), frozenset())
    shared = frozenset.intersection(*(_above(code, hierarchy, now) for code in each)) if each else frozenset()
    higher = {whole for low in shared for whole in _above(low, hierarchy, now)}
    return shared - higher


def _above(code: str, hierarchy: str, now: _Parents) -> frozenset[str]:
    found: set[str] = set()
    ahead = [code]
    while ahead:
        for parent in now.get((hierarchy, ahead.pop()), frozenset()) - found:
            found.add(parent)
            ahead.append(parent)
    return frozenset(found)


def _exists(unit: Unit, on: date) -> bool:
    return _covers(unit.valid_from, unit.valid_to, on)


def _covers(valid_from: str, valid_to: str, on: date) -> bool:
    return (not valid_from or first_day(valid_from) <= on) and (not valid_to or on <= last_day(valid_to))
