"""Hierarchies: which units make up which whole, as it was then, in several trees side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mezon.model.codelists import Level
from mezon.model.pack import Definitions
from mezon.model.period import Period, last_day
from mezon.model.unit import Membership, Unit

Mask = npt.NDArray[np.bool_]

#: A whole is above its members. What is missing here is never a whole: an AREA is not the sum of its countries.
_HEIGHT: Mapping[Level, int] = {
    Level.ENTERPRISE: 0, Level.CLUSTER: 1, Level.INDUSTRY: 1, Level.REGION: 1, Level.COUNTRY: 2
}  # fmt: skip

_AXES_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One unit and what it is made of in one hierarchy.

    unit, members, leaves : places on the axis of units; `leaves` are the members at the bottom, each once.
    belongs, leaf_belongs : (members, periods) and (leaves, periods): who was part of it at each period's end.
    """

    unit: int
    hierarchy: str
    members: npt.NDArray[np.int64]
    belongs: Mask
    leaves: npt.NDArray[np.int64]
    leaf_belongs: Mask


class Tree:
    """The hierarchies of one pack: what was worked out once is kept, for whoever rolls up the same units again."""

    def __init__(self, definitions: Definitions) -> None:
        """`definitions` : those whose units and memberships count."""
        self._definitions = definitions
        self._families: dict[str, frozenset[str]] | None = None
        self._wholes: dict[tuple[tuple[str, ...], tuple[Period, ...]], tuple[Whole, ...]] = {}

    def families(self) -> Mapping[str, frozenset[str]]:
        """Give for each unit the units it rolls up to, and all the members of those."""
        if self._families is None:
            self._families = families_of(self._definitions)
        return self._families

    def wholes(self, units: tuple[str, ...], periods: tuple[Period, ...]) -> tuple[Whole, ...]:
        """Give every whole on the axes of a cube, the lower ones first."""
        found = self._wholes.get((units, periods))
        if found is None:
            if len(self._wholes) >= _AXES_KEPT:
                self._wholes.clear()
            found = self._wholes[units, periods] = wholes_of(self._definitions, units, periods)
        return found


def families_of(definitions: Definitions) -> dict[str, frozenset[str]]:
    """Give for each unit the units it rolls up to, directly or not, and all the members of those."""
    above: dict[str, set[str]] = {}
    below: dict[str, set[str]] = {}
    for link in _links(definitions):
        above.setdefault(link.unit, set()).add(link.parent)
        below.setdefault(link.parent, set()).add(link.unit)
    families = {}
    # Members of one whole have one family: it is put together once, not for each of them.
    of_wholes: dict[frozenset[str], frozenset[str]] = {}
    for unit in sorted(above.keys() | below.keys()):
        wholes = frozenset(_reach(unit, above))
        if wholes not in of_wholes:
            of_wholes[wholes] = wholes.union(*(_reach(whole, below) for whole in wholes))
        families[unit] = of_wholes[wholes]
    return families


def wholes_above(definitions: Definitions) -> dict[str, frozenset[str]]:
    """Give for each unit that is part of another the units it rolls up to, directly or not, at any time."""
    above: dict[str, set[str]] = {}
    for link in _links(definitions):
        above.setdefault(link.unit, set()).add(link.parent)
    return {unit: frozenset(_reach(unit, above)) for unit in sorted(above)}


def wholes_of(definitions: Definitions, units: Sequence[str], periods: tuple[Period, ...]) -> tuple[Whole, ...]:
    """Give every whole on the axes of a cube, the lower ones first.

    A unit that is a whole in several hierarchies takes the one with the most members at the bottom (the fullest frame;
    the first in the alphabet among equals), so that its parts are never counted twice.
    """
    place = {unit: number for number, unit in enumerate(units)}
    links = [link for link in _links(definitions) if link.unit in place and link.parent in place]
    chosen: dict[str, Whole] = {}
    parents = {link.parent for link in links}
    for parent in sorted(parents, key=lambda code: (_HEIGHT[definitions.units[code].level], code)):
        candidates = []
        for hierarchy in sorted({link.hierarchy for link in links if link.parent == parent}):
            of_it = [link for link in links if (link.parent, link.hierarchy) == (parent, hierarchy)]
            candidates.append(_whole(parent, hierarchy, of_it, definitions, place, periods, chosen))
        chosen[parent] = max(candidates, key=lambda whole: int(whole.leaf_belongs.sum()))
    return tuple(chosen.values())


def _links(definitions: Definitions) -> list[Membership]:
    """Memberships that lead from a unit to a whole above it, in order."""
    known = definitions.units
    return sorted(
        (
            link
            for link in definitions.memberships
            if link.unit in known and link.parent in known and _is_above(known[link.parent], known[link.unit])
        ),
        key=lambda link: (link.parent, link.hierarchy, link.unit, link.valid_from),
    )


def _is_above(parent: Unit, unit: Unit) -> bool:
    heights = _HEIGHT.get(parent.level), _HEIGHT.get(unit.level)
    return heights[0] is not None and heights[1] is not None and heights[0] > heights[1]


def _reach(start: str, steps: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        for unit in steps.get(ahead.pop(), set()) - found:
            found.add(unit)
            ahead.append(unit)
    return found


def _whole(
    parent: str,
    hierarchy: str,
    links: Sequence[Membership],
    definitions: Definitions,
    place: Mapping[str, int],
    periods: tuple[Period, ...],
    lower: Mapping[str, Whole],
) -> Whole:
    belongs: dict[str, Mask] = {}
    leaves: dict[int, Mask] = {}
    for link in links:
        unit = definitions.units[link.unit]
        span = _covers(link.valid_from, link.valid_to, periods) & _covers(unit.valid_from, unit.valid_to, periods)
        belongs[link.unit] = belongs.get(link.unit, np.zeros(len(periods), dtype=bool)) | span
    for code, span in belongs.items():
        below = lower.get(code)
        at_the_bottom = (
            [(place[code], span)] if below is None else zip(below.leaves, below.leaf_belongs & span, strict=True)
        )
        for leaf, then in at_the_bottom:
            leaves[int(leaf)] = leaves.get(int(leaf), np.zeros(len(periods), dtype=bool)) | then
    return Whole(
        unit=place[parent],
        hierarchy=hierarchy,
        members=np.array([place[code] for code in belongs], dtype=np.int64),
        belongs=np.array(list(belongs.values())),
        leaves=np.array(sorted(leaves), dtype=np.int64),
        leaf_belongs=np.array([leaves[leaf] for leaf in sorted(leaves)]),
    )


@lru_cache(maxsize=4096)
def _covers(valid_from: str, valid_to: str, periods: tuple[Period, ...]) -> Mask:
    """Say in which periods something was valid on the last day."""
    start = _first_day(valid_from) if valid_from else date.min
    end = last_day(valid_to) if valid_to else date.max
    return np.array([start <= period.end <= end for period in periods], dtype=bool)


def _first_day(text: str) -> date:
    year, month, day = (int(part) for part in (text + "-01-01"[len(text) - 4 :])[:10].split("-"))
    return date(year, month, day)
