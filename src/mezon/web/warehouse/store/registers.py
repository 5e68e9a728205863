"""Registers of a pack as rows: each with its key, its unit, and the line it is written as."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from mezon.model.registers import REGISTERS
from mezon.web.warehouse.models import OPEN, RegisterRow, StoredPack
from mezon.web.warehouse.store.changes import Recording
from mezon.web.warehouse.store.recording import GAP
from mezon.web.warehouse.store.shapes import Shape, take_apart


def read_lines(path: Path, *, file: str) -> tuple[Shape, list[tuple[str, str, str]]]:
    """Read a register as (key, unit, line) in the order of the file, with the shape of the file."""
    shape, lines = take_apart(path.read_bytes().decode("utf-8"), file=file)
    table = REGISTERS.get(path.stem)
    names = table.key if table else shape.columns[:1]
    return shape, list(keyed(lines, shape, names))


def keyed(lines: list[str], shape: Shape, names: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Give each line with its key (the cells of its key columns) and the unit it is about."""
    seen: Counter[str] = Counter()
    for line in lines:
        cells = dict(zip(shape.columns, next(csv.reader([line])), strict=False))
        key = " / ".join(cells.get(name, "").strip() for name in names)
        seen[key] += 1
        yield key if seen[key] == 1 else f"{key} ({seen[key]})", cells.get("unit", "").strip(), line


def record_register(recording: Recording, register: str, rows: list[tuple[str, str, str]]) -> None:
    """Record a whole register as part of a change: rows revised, new and withdrawn."""
    before = {row.key: row for row in rows_known(recording.pack, register, recording.number - 1)}
    places = _places([before[key].position if key in before else None for key, _, _ in rows])
    fresh = []
    for position, (key, unit, line) in zip(places, rows, strict=True):
        old = before.pop(key, None)
        if old is not None and (old.unit, old.line, old.position) == (unit, line, position):
            continue
        fresh.append((old, RegisterRow(
            pack=recording.pack, register=register, key=key, unit=unit, line=line, position=position,
            recorded_from=recording.number,
        )))  # fmt: skip
    closed = [old.pk for old, _ in fresh if old is not None] + [row.pk for row in before.values()]
    for start in range(0, len(closed), 500):
        part = closed[start : start + 500]
        RegisterRow.objects.filter(pk__in=part, recorded_to=OPEN).update(recorded_to=recording.number)
    RegisterRow.objects.bulk_create((row for _, row in fresh), batch_size=500)
    recording.counts.update({"register_rows": len(fresh), "register_rows_withdrawn": len(before)})


def _places(positions: Sequence[int | None]) -> list[int]:
    """Give rows places that rise: those that had one and stand in order keep it, those between share the room there.

    positions : where each row was; None for one that is new.
    """
    anew = [GAP * number for number in range(1, len(positions) + 1)]
    had = [place for place in positions if place is not None]
    if had != sorted(set(had)):
        return anew
    places, last = [], 0
    ends = [number for number, place in enumerate(positions) if place is not None]
    for start, end in pairwise([-1, *ends, len(positions)]):
        ahead = positions[end] if end < len(positions) else None
        step = GAP if ahead is None else (ahead - last) // (end - start)
        if not step:
            return anew
        places += [last + step * number for number in range(1, end - start)]
        if ahead is not None:
            places.append(ahead)
            last = ahead
    return places


def rows_known(pack: StoredPack, register: str, at: int) -> list[RegisterRow]:
    """Give the rows of a register in the order of its file, as they were known at a change."""
    known = RegisterRow.objects.filter(pack=pack, register=register, recorded_from__lte=at, recorded_to__gt=at)
    return list(known.order_by("position", "key"))
