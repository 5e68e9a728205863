"""Which units stand under a unit: the reach of a grant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from mezon.model.unit import Membership


def reaches(pack: str, top: str, unit: str, *, hierarchy: str = "", on: date) -> bool:
    """Say whether `unit` is `top` or stands under it on a day, along one hierarchy ("" = any)."""
    if top == unit:
        return True
    parents = _parents(memberships_of(pack), hierarchy, on)
    seen: set[str] = set()
    waiting = [unit]
    while waiting:
        here = waiting.pop()
        if here == top:
            return True
        if here not in seen:
            seen.add(here)
            waiting.extend(parents.get(here, ()))
    return False


def memberships_of(pack: str) -> tuple[Membership, ...]:
    """Give every dated membership of a pack; an unknown pack has none, so its subtrees are single units."""
    return _bundled(pack)


@lru_cache(maxsize=32)
def _bundled(pack: str) -> tuple[Membership, ...]:
    from mezon import production
    from mezon.errors import AskedForUnknown

    try:
        return production.read_pack(pack).definitions.memberships
    except AskedForUnknown:
        return ()


@lru_cache(maxsize=64)
def _parents(memberships: tuple[Membership, ...], hierarchy: str, on: date) -> dict[str, tuple[str, ...]]:
    held = (item for item in memberships if hierarchy in ("", item.hierarchy) and _holds(item, on.isoformat()))
    return _by_unit(held)


def _by_unit(memberships: Iterable[Membership]) -> dict[str, tuple[str, ...]]:
    parents: dict[str, tuple[str, ...]] = {}
    for item in memberships:
        parents[item.unit] = (*parents.get(item.unit, ()), item.parent)
    return parents


def _holds(item: Membership, day: str) -> bool:
    """Partial dates compare as texts: "2020" begins before "2020-05-01", and lasts until its year has passed."""
    begun = not item.valid_from or item.valid_from <= day
    ended = bool(item.valid_to) and item.valid_to < day[: len(item.valid_to)]
    return begun and not ended
