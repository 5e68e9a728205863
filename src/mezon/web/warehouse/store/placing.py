"""Placing units: every path of every hierarchy written out with its days, so that one look finds a subtree.

A rename, a merger or a split is a change of units.csv and memberships.csv; what was placed before stays known as of the
change before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from mezon.model.pack import Definitions
from mezon.model.period import first_day, last_day
from mezon.web.warehouse.models import OPEN, Placement, StoredPack
from mezon.web.warehouse.store.changes import Recording, known_at

#: Files from which placements follow.
PLACING = ("units.csv", "memberships.csv")


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """A unit below an ancestor (itself at depth 0, in the hierarchy without a name) from a day to a day."""

    hierarchy: str
    ancestor: str
    unit: str
    depth: int
    valid_from: date
    valid_to: date


def paths_of(definitions: Definitions) -> list[Path]:
    """Write out every path of every hierarchy, in order; of two with the same ends and start the longer stays."""
    spans = {unit.code: _days(unit.valid_from, unit.valid_to) for unit in definitions.units.values()}
    above: dict[tuple[str, str], list[tuple[str, date, date]]] = {}
    for link in definitions.memberships:
        if link.unit in spans and link.parent in spans:
            days = _days(link.valid_from, link.valid_to)
            above.setdefault((link.hierarchy, link.unit), []).append((link.parent, *days))
    found: dict[tuple[str, str, str, int, date], Path] = {}
    for code, (start, end) in spans.items():
        paths = [Path("", code, code, 0, start, end)]
        for hierarchy in sorted({hierarchy for hierarchy, unit in above if unit == code}):
            paths += _upwards(Path(hierarchy, code, code, 0, start, end), above, frozenset({code}))
        for path in paths:
            key = (path.hierarchy, path.ancestor, path.unit, path.depth, path.valid_from)
            found[key] = max(found.get(key, path), path)
    return sorted(found.values())


def _upwards(
    path: Path, above: dict[tuple[str, str], list[tuple[str, date, date]]], passed: frozenset[str]
) -> Iterator[Path]:
    for parent, start, end in above.get((path.hierarchy, path.ancestor), []):
        start, end = max(start, path.valid_from), min(end, path.valid_to)
        if parent in passed or start > end:
            continue
        longer = Path(path.hierarchy, parent, path.unit, path.depth + 1, start, end)
        yield longer
        yield from _upwards(longer, above, passed | {parent})


def _days(valid_from: str, valid_to: str) -> tuple[date, date]:
    start = first_day(valid_from) if valid_from else date.min
    return start, max(start, last_day(valid_to)) if valid_to else date.max


def record_placements(recording: Recording, definitions: Definitions) -> None:
    """Bring the placements of a pack to what its definitions say, as part of a change."""
    wanted = set(paths_of(definitions))
    gone = []
    for row in Placement.objects.filter(pack=recording.pack, recorded_to=OPEN):
        path = Path(row.hierarchy, row.ancestor, row.unit, row.depth, row.valid_from, row.valid_to)
        if path in wanted:
            wanted.remove(path)
        else:
            gone.append(row.pk)
    for start in range(0, len(gone), 500):
        Placement.objects.filter(pk__in=gone[start : start + 500]).update(recorded_to=recording.number)
    Placement.objects.bulk_create(
        (
            Placement(
                pack=recording.pack, hierarchy=path.hierarchy, ancestor=path.ancestor, unit=path.unit, depth=path.depth,
                valid_from=path.valid_from, valid_to=path.valid_to, recorded_from=recording.number,
            )
            for path in sorted(wanted)
        ),
        batch_size=500,
    )  # fmt: skip
    recording.counts.update({"placements": len(wanted), "placements_closed": len(gone)})


def units_below(
    pack: StoredPack, ancestor: str, *, hierarchy: str = "", on: date | None = None, at: int | None = None
) -> frozenset[str]:
    """Give an ancestor and every unit below it, in one query.

    `hierarchy` : one of the parallel trees; all of them when left out. `on` : as it was made up that day; as it ever
    was when left out. `at` : as it was known at a change.
    """
    known = known_at(pack, at)
    tree = Q(hierarchy__in=["", hierarchy]) if hierarchy else Q()
    days = Q(valid_from__lte=on, valid_to__gte=on) if on else Q()
    rows = Placement.objects.filter(
        tree & days, pack=pack, ancestor=ancestor, recorded_from__lte=known, recorded_to__gt=known
    )
    return frozenset(rows.values_list("unit", flat=True))
