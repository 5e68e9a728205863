"""A file loaded again: what it no longer says is withdrawn, and its rows take the order they now have.

Rows that keep their order keep their place; only those that moved, and those between, get another one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

import polars as pl
from django.db import connection

from mezon.web.warehouse.models import OPEN, VERSIONS_EACH
from mezon.web.warehouse.store import staging
from mezon.web.warehouse.store.changes import Recording
from mezon.web.warehouse.store.reading import frame_of

_AT_ONCE = 5000


def withdraw(recording: Recording, seen: pl.DataFrame) -> None:
    """Close what the file does not say any more. seen : `observation_id` of every row of it."""
    gone = _open_versions(recording.pack.pk).join(seen, on="observation_id", how="anti")["key"].to_list()
    _close(gone, recording.number)
    recording.counts["withdrawn"] += len(gone)


def reorder(recording: Recording, seen: pl.DataFrame, *, gap: int) -> None:
    """Bring positions into the order of the file.

    seen : `n`, the line in the file, and `observation_id`, for every row of it. gap : room left between rows.
    """
    open_now = _open_versions(recording.pack.pk)
    ordered = seen.join(open_now, on="observation_id").sort("n")
    places = in_order(ordered["position"].to_list(), gap=gap)
    moved = ordered.with_columns(place=pl.Series(places, dtype=pl.Int64)).filter(pl.col("place") != pl.col("position"))
    _move(moved.select("key", "place").rows(), recording.number)
    recording.end = max([recording.end, *places[-1:]])
    recording.counts["moved"] += moved.filter(pl.col("key") % VERSIONS_EACH != recording.number).height


def in_order(positions: Sequence[int], *, gap: int) -> list[int]:
    """Give rows places that rise, changing as few as can be: the longest run that rises already stays where it is.

    Where there is no room between two that stay, all get new places, `gap` apart.
    """
    stay = _longest_rising(positions)
    places = list(positions)
    last = (positions[stay[-1]] if stay else 0) + gap * (len(positions) + 1)
    ends = [(-1, 0), *((place, positions[place]) for place in stay), (len(positions), last)]
    for (before, low), (after, high) in pairwise(ends):
        between = after - before - 1
        if high - low <= between:
            return [gap * number for number in range(1, len(positions) + 1)]
        step = min(gap, (high - low) // (between + 1))
        for number in range(1, between + 1):
            places[before + number] = low + step * number
    return places


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Give the places of a longest strictly rising run (patience sorting)."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(ends, number)
        before.append(places[at - 1] if at else -1)
        if at == len(ends):
            ends.append(number)
            places.append(place)
        else:
            ends[at], places[at] = number, place
    run = []
    place = places[-1] if places else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]


def _open_versions(pack_id: int) -> pl.DataFrame:
    return frame_of(
        "SELECT v.key, v.observation_id, v.position FROM warehouse_series s JOIN warehouse_observation o ON "  # noqa: S608
        "o.series_id = s.id JOIN warehouse_observationversion v ON v.observation_id = o.id AND "
        f"v.recorded_to = {OPEN} WHERE s.pack_id = %s",
        [pack_id],
        {"key": pl.Int64(), "observation_id": pl.Int64(), "position": pl.Int64()},
    )


def _close(keys: Sequence[int], number: int) -> None:
    for part in _parts(keys):
        staging.run(
            f"UPDATE warehouse_observationversion SET recorded_to = {number} WHERE key IN "  # noqa: S608 - numbers
            f"({', '.join(map(str, part))})"
        )


def _move(moved: list[tuple[int, int]], number: int) -> None:
    """Give versions another position: those of this change in place, the others by a version of their own."""
    own = [(place, key) for key, place in moved if key % VERSIONS_EACH == number]
    older = [(key, place) for key, place in moved if key % VERSIONS_EACH != number]
    names = ", ".join((*staging.CONTENT, "as_written"))
    with connection.cursor() as cursor:
        if own:
            cursor.executemany("UPDATE warehouse_observationversion SET position = %s WHERE key = %s", own)
        _close([key for key, _ in older], number)
        if older:
            cursor.executemany(
                "INSERT INTO warehouse_observationversion (key, observation_id, recorded_from, recorded_to, "  # noqa: S608
                f"position, {names}) SELECT observation_id * {VERSIONS_EACH} + {number}, observation_id, {number}, "
                f"{OPEN}, %s, {names} FROM warehouse_observationversion WHERE key = %s",
                [(place, key) for key, place in older],
            )


def _parts(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
