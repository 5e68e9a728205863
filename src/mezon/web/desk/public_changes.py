"""What a release would change in public: values new, changed and withdrawn, scores and ranks before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from mezon import production
from mezon.analyse.explaining import Look, explain
from mezon.errors import MezonError
from mezon.model.codelists import ConfStatus
from mezon.model.observations import KEY
from mezon.model.pack import Pack
from mezon.model.release import Release
from mezon.version import VERSION
from mezon.web.desk import reckoned
from mezon.web.warehouse.models import ReleaseRecord, StoredPack
from mezon.web.warehouse.store import working_pack

#: Values listed of each kind, largest change first; all of them are counted.
LISTED = 200
#: Relative differences below this are rounding.
_SAME = 1e-10
_SHOWN = (*KEY, "origin", "source", "source_ref")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicChanges:
    """Against the release that is public now (`before` "": there is none yet).

    `counts` : new, changed, withdrawn and unchanged values, of those reported and of those computed from them.
    `new`, `changed`, `withdrawn` : rows, at most LISTED each. `moved` : methodology -> rows of units whose score or
    rank differs, with both. `touched` : units of which some value differs.
    `redefined` : methodologies that are not what they were. `faults` : methodology -> why it cannot be
    computed. `stopped` : why there is no release.
    """

    before: str = ""
    as_of: str = ""
    counts: Mapping[str, int]
    new: Sequence[Mapping[str, Any]] = ()
    changed: Sequence[Mapping[str, Any]] = ()
    withdrawn: Sequence[Mapping[str, Any]] = ()
    moved: Mapping[str, Sequence[Mapping[str, Any]]]
    faults: Mapping[str, str]
    touched: Sequence[str] = ()
    redefined: Sequence[str] = ()
    stopped: str = ""

    @property
    def moved_by_others(self) -> dict[str, int]:
        """How many units each methodology moves though no value of their own differs."""
        own = frozenset(self.touched)
        return {name: sum(row["unit"] not in own for row in rows) for name, rows in self.moved.items()}

    @property
    def nothing(self) -> bool:
        """Whether the public would see the same numbers: values, and scores, which another methodology moves alone."""
        still = not any(self.counts.get(name) for name in ("new", "changed", "withdrawn"))
        return still and not any(self.moved.values()) and not self.faults


def kept_changes(pack: StoredPack, change: int, last: ReleaseRecord | None) -> PublicChanges | None:
    """Give the preview as reckoned before, or None."""
    found = reckoned.kept("public", pack.pk, pack.code, change, last.content_sha256 if last else "", VERSION)
    return None if found is None else PublicChanges(**found)


def public_changes(pack: StoredPack, change: int, last: ReleaseRecord | None) -> PublicChanges:
    """Reckon what freezing a pack as it was at a change would change in public, and keep it."""
    found = kept_changes(pack, change, last)
    if found is None:
        found = _reckoned(working_pack(pack, at=change, home=Path(settings.HOME)), last)
        reckoned.keep(asdict(found), "public", pack.pk, pack.code, change, last.content_sha256 if last else "", VERSION)
    return found


def _reckoned(pack: Pack, last: ReleaseRecord | None) -> PublicChanges:
    try:
        after = production.prepare(pack)
    except MezonError as fault:
        return PublicChanges(counts={}, moved={}, faults={}, stopped=str(fault))
    before = _released(last.folder, last.pack_sha256, last.as_of.isoformat()) if last else None
    old = before.observations if before is not None else after.observations.clear()
    counts, rows = compared(old, after.observations)
    moved, faults = moved_between(before, after) if before is not None else ({}, {})
    return PublicChanges(
        before=last.release if last else "",
        as_of=after.as_of.isoformat(),
        counts=counts,
        new=rows["new"],
        changed=rows["changed"],
        withdrawn=rows["withdrawn"],
        moved=moved,
        faults=faults,
        touched=touched(old, after.observations),
        redefined=_redefined(before, after) if before is not None else (),
    )


def _redefined(before: Release, after: Release) -> list[str]:
    was, now = before.definitions.methodologies, after.definitions.methodologies
    return sorted(name for name in now if was.get(name) != now[name])


def touched(old: pl.DataFrame, new: pl.DataFrame) -> list[str]:
    """Give the units of which some value or status differs between two releases."""
    same = [*KEY, "value", "status"]
    differing = (a.join(b, on=same, how="anti", nulls_equal=True)["unit"] for a, b in ((old, new), (new, old)))
    return sorted({unit for units in differing for unit in units.to_list()})


@lru_cache(maxsize=4)
def _released(folder: str, pack_sha256: str, as_of: str) -> Release:
    pack = production.read_pack(Path(settings.HOME) / folder)
    return Release(
        pack=pack.definitions.id, pack_version=pack.definitions.version, pack_sha256=pack_sha256,
        as_of=date.fromisoformat(as_of), definitions=pack.definitions, observations=pack.observations,
        content_sha256="", registers=pack.registers,
    )  # fmt: skip


def compared(old: pl.DataFrame, new: pl.DataFrame) -> tuple[dict[str, int], dict[str, list[dict[str, Any]]]]:
    """Compare the values of two releases by key.

    Returns : the counts of new, changed, withdrawn and unchanged values, and of those `reported` among the first
    three; and rows of each kind, the largest relative change first, those that a source states before computed ones.
    """
    keys = list(KEY)
    first, second = (frame.select(*_SHOWN, "value", "status", "confidentiality") for frame in (old, new))
    both = second.join(first, on=keys, how="full", coalesce=True, suffix="_before", nulls_equal=True)
    was, is_now = pl.col("origin_before").is_not_null(), pl.col("origin").is_not_null()
    size = pl.max_horizontal(pl.col("value").abs(), pl.col("value_before").abs())
    moved = (pl.col("value") - pl.col("value_before")).abs() > _SAME * size
    differs = moved.fill_null(value=False) | (pl.col("value").is_null() != pl.col("value_before").is_null())
    differs |= pl.col("status") != pl.col("status_before")
    kind = (
        pl.when(~was).then(pl.lit("new")).when(~is_now).then(pl.lit("withdrawn"))
        .when(differs).then(pl.lit("changed")).otherwise(pl.lit("unchanged"))
    )  # fmt: skip
    told = both.with_columns(
        kind=kind,
        relative=pl.when(pl.col("value_before") != 0).then(pl.col("value") / pl.col("value_before") - 1),
        reported=pl.coalesce("origin", "origin_before") == "reported",
        secret=pl.coalesce("confidentiality", "confidentiality_before") != str(ConfStatus.FREE),
    )
    counts = {str(name): int(count) for name, count in told.group_by("kind").len().iter_rows()}
    counts["reported"] = told.filter(pl.col("reported") & (pl.col("kind") != "unchanged")).height
    ordered = told.sort(
        pl.col("reported"), pl.col("relative").abs().fill_null(0), *keys,
        descending=[True, True, *([False] * len(keys))],
    )  # fmt: skip
    columns = [*keys, "value", "value_before", "status", "status_before", "relative", "origin", "source", "source_ref",
               "secret"]  # fmt: skip
    return counts, {
        name: ordered.filter(pl.col("kind") == name).head(LISTED).select(columns).to_dicts()
        for name in ("new", "changed", "withdrawn")
    }


def moved_between(before: Release, after: Release) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Give for every methodology the units whose score or rank of the index itself differs, with both.

    Returns : those by methodology, and by methodology why it cannot be computed.
    """
    moved: dict[str, list[dict[str, Any]]] = {}
    faults: dict[str, str] = {}
    for name in sorted(after.definitions.methodologies):
        methodology = after.definitions.methodologies[name]
        own = before.definitions.methodologies.get(name, methodology)
        try:
            found = explain(Look(release=before, methodology=own), Look(release=after, methodology=methodology))
        except MezonError as fault:
            faults[name] = str(fault)
            continue
        moved[name] = _by_unit(found.changes.filter(pl.col("node") == found.root))
    return moved, faults


def _by_unit(changes: pl.DataFrame) -> list[dict[str, Any]]:
    """Put score and rank of a unit into one row; units of which neither moved are left out."""
    parts = {
        measure: changes.filter(pl.col("measure") == measure).select(
            "unit", "from", "to", **{f"{measure}_before": "before", f"{measure}_after": "after"}
        )
        for measure in ("score", "rank")
    }
    both = parts["score"].join(parts["rank"].drop("from", "to"), on="unit", how="left")
    still = (pl.col("score_before") - pl.col("score_after")).abs() < _SAME
    same = still & (pl.col("rank_before") == pl.col("rank_after"))
    return both.filter(~same.fill_null(value=False)).sort("rank_after", "unit", nulls_last=True).to_dicts()
