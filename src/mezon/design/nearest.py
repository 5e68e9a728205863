"""The nearest known name, for hints: "did you mean ...?"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

#: Below this likeness a name is a stranger, and the hint lists what there is instead.
LIKENESS = 0.6
_CANDIDATES = 12
_LISTED = 6


class Nearest:
    """Finds the nearest of many known names; built once, asked often (letter pairs narrow the choice first)."""

    def __init__(self, known: Iterable[str]) -> None:
        """`known` : the names that exist."""
        self._known = sorted(set(known))
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(self._known):
            for pair in _pairs(name):
                self._by_pair[pair].append(place)

    def one(self, name: str) -> str:
        """Give the one name that is like this one, or an empty text."""
        shared = Counter(place for pair in _pairs(name) for place in self._by_pair.get(pair, ()))
        ranked = sorted(shared.items(), key=lambda item: (-item[1] / (1 + len(self._known[item[0]])), item[0]))
        rated = [(-_likeness(name, self._known[place]), self._known[place]) for place, _ in ranked[:_CANDIDATES]]
        best = min(rated, default=(0.0, ""))
        return best[1] if -best[0] >= LIKENESS else ""

    def __call__(self, name: str) -> str:
        """Give the name that is like this one, or else the first few that there are."""
        return self.one(name) or listed(self._known)


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the known name that is like this one, or else the first few that there are."""
    return Nearest(known)(name)


def listed(names: Collection[str]) -> str:
    """Name the first few, in order; a dash when there are none."""
    few = sorted(names)[:_LISTED]
    return ", ".join(few) + (", …" if len(names) > _LISTED else "") if few else "–"


def _pairs(name: str) -> set[str]:
    folded = f"^{name.casefold()}$"
    return {folded[i : i + 2] for i in range(len(folded) - 1)}


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
