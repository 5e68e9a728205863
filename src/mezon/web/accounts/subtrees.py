"""Which units stand under a unit: the reach of a grant."""

from __future__ import annotations

from datetime import date

from mezon.web.warehouse.models import OPEN, Placement, StoredPack


def under(pack: str, top: str, *, hierarchy: str = "", on: date) -> frozenset[str]:
    """Give a unit and every unit that stands under it on a day, along one hierarchy ("" = any): one query.

    A pack that is not in this database has no hierarchy here, so the reach is the unit alone.
    """
    below = Placement.objects.filter(
        pack__code=pack, ancestor=top, valid_from__lte=on, valid_to__gte=on, recorded_to=OPEN
    )
    if hierarchy:
        below = below.filter(hierarchy__in=("", hierarchy))
    return frozenset({top, *below.values_list("unit", flat=True)})


def packs_here() -> tuple[str, ...]:
    """Give the codes of the packs that this database works on, in order."""
    return tuple(StoredPack.objects.order_by("code").values_list("code", flat=True))


def units_here(pack: str) -> frozenset[str]:
    """Give the codes of all units that a pack has, or ever had, in this database: one query."""
    placed = Placement.objects.filter(pack__code=pack, depth=0, hierarchy="", recorded_to=OPEN)
    return frozenset(placed.values_list("unit", flat=True))
