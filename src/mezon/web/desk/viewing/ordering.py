"""The units of the table in the order of a hierarchy: each whole above its members, indented, with dates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from mezon.model.codelists import Level
from mezon.model.pack import Definitions
from mezon.model.unit import Unit
from mezon.web.desk.viewing.choosing import NO_HIERARCHY
from mezon.web.desk.viewing.seeing import holds_in
from mezon.web.portal.pages import language


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One unit in one place of the tree. `here`: the periods in which it belonged there; `whole`: it has members."""

    unit: Unit
    depth: int
    here: frozenset[str]
    whole: bool = False


def lines_of(
    definitions: Definitions, *, hierarchy: str, top: str, periods: Sequence[str], seen: Collection[str]
) -> list[Line]:
    """Give the units to show, wholes above members; a unit that moved stands in each place, with its periods.

    seen : the units that may be shown; of a whole that may not be, the members stand one step to the left.
    """
    if hierarchy == NO_HIERARCHY:
        units = [definitions.units[code] for code in seen if code in definitions.units and top in ("", code)]
        return [Line(unit=unit, depth=0, here=frozenset(periods)) for unit in sorted(units, key=_by_level)]
    below = _members(definitions, hierarchy, periods)
    inner = {code for members in below.values() for code in members}
    tops = [top] if top else sorted(set(below) - inner, key=lambda code: _by_level(definitions.units[code]))
    whole = frozenset(periods)
    return [line for code in tops for line in _walk(definitions, below, seen, code, 0, whole, frozenset())]


def wholes_of(definitions: Definitions, hierarchy: str, seen: Collection[str]) -> list[tuple[str, str]]:
    """Give the wholes of a hierarchy that may be started from: code and name, by level and name."""
    codes = {link.parent for link in definitions.memberships if link.hierarchy == hierarchy and link.parent in seen}
    units = sorted((definitions.units[code] for code in codes if code in definitions.units), key=_by_level)
    return [(unit.code, unit.name.in_language(language())) for unit in units]


def _members(definitions: Definitions, hierarchy: str, periods: Sequence[str]) -> dict[str, dict[str, frozenset[str]]]:
    """Give, for each whole, its members and in which of the periods each belonged to it."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for link in definitions.memberships:
        if link.hierarchy != hierarchy or not {link.unit, link.parent} <= definitions.units.keys():
            continue
        then = frozenset(period for period in periods if holds_in(link, period))
        if then:
            members = found.setdefault(link.parent, {})
            members[link.unit] = members.get(link.unit, frozenset()) | then
    return found


def _walk(
    definitions: Definitions,
    below: dict[str, dict[str, frozenset[str]]],
    seen: Collection[str],
    code: str,
    depth: int,
    here: frozenset[str],
    passed: frozenset[str],
) -> Iterator[Line]:
    members = below.get(code, {})
    shown = code in seen
    if shown:
        yield Line(unit=definitions.units[code], depth=depth, here=here, whole=bool(members))
    for member in sorted(members, key=lambda one: _by_name(definitions.units[one])):
        then = here & members[member]
        if then and member not in passed:
            yield from _walk(definitions, below, seen, member, depth + shown, then, passed | {code})


def _by_level(unit: Unit) -> tuple[int, str, str]:
    return (-list(Level).index(unit.level), *_by_name(unit))


def _by_name(unit: Unit) -> tuple[str, str]:
    return (unit.name.in_language(language()), unit.code)
