"""Verifying: whether a copy of a release is what its manifest says, and what a re-run of its pack gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from mezon.model.observations import KEY, RELEASE_SCHEMA
from mezon.model.release import Release
from mezon.process.manifest import MANIFEST, OBSERVATIONS, file_sums, read_manifest
from mezon.process.releasing import content_hash

_KEY = list(KEY)


def verify_release(folder: Path, again: Release | None) -> list[str]:
    """Name every difference between a release folder, its manifest and a re-run; none means that it can be trusted.

    again : the release made anew from the pack; without it only the checksums are compared. Values are compared at
    ten significant digits.
    Raises : CopyDiffers when the manifest cannot be read.
    """
    manifest = read_manifest(folder)
    differences = [*_changed_files(folder, manifest)]
    observations = _read_observations(folder)
    if observations is None:
        return [*differences, *([] if differences else [f"{OBSERVATIONS}: cannot be read."])]
    if again is not None:
        differences += _changed_values(observations, again.observations)
    if again is not None and again.content_sha256 != manifest["content_sha256"]:
        differences.append(f"{MANIFEST}: content_sha256 is not what a re-run gives ({again.content_sha256[:12]}...).")
    elif content_hash(observations) != manifest["content_sha256"] and not differences:
        differences.append(f"{MANIFEST}: content_sha256 is not that of {OBSERVATIONS}.")
    return differences


def _changed_files(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    promised, found = manifest["files"], file_sums(folder)
    for name in sorted({*promised, *found}):
        if name not in found:
            yield f"{name}: missing; the manifest promises it."
        elif name not in promised:
            yield f"{name}: added; the manifest does not know it."
        elif promised[name] != found[name]:
            yield f"{name}: changed (sha256 {found[name][:12]}... instead of {promised[name][:12]}...)."


def _read_observations(folder: Path) -> pl.DataFrame | None:
    """Read the observations of a copy, which may be damaged: None when nothing sensible can be read."""
    try:
        return pl.read_parquet(folder / OBSERVATIONS).select(
            pl.col(name).cast(kind) for name, kind in RELEASE_SCHEMA.items()
        )
    except (OSError, PolarsError):
        return None


def _changed_values(copy: pl.DataFrame, again: pl.DataFrame) -> Iterator[str]:
    """Name the key and column of every cell that differs, the old value (of the re-run) and the new (of the copy)."""
    for row in copy.join(again, on=_KEY, how="anti").sort(_KEY).select(_KEY).iter_rows():
        yield f"{OBSERVATIONS}: {_named(row)}: is in the copy only."
    for row in again.join(copy, on=_KEY, how="anti").sort(_KEY).select(_KEY).iter_rows():
        yield f"{OBSERVATIONS}: {_named(row)}: is missing from the copy."
    columns = [name for name in RELEASE_SCHEMA if name not in KEY]
    pairs = copy.join(again, on=_KEY, suffix="_again").sort(_KEY)
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_again")) for name in columns]
    for cells in pairs.filter(pl.any_horizontal(differs)).iter_rows(named=True):
        key = _named(tuple(cells[name] for name in KEY))
        for name in columns:
            old, new = _shown(cells[f"{name}_again"]), _shown(cells[name])
            if old != new:
                yield f"{OBSERVATIONS}: {key}: {name} is {new}, a re-run gives {old}."


def _named(key: tuple[object, ...]) -> str:
    return " ".join(str(part) for part in key if part)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value + 0.0:.10g}"
    return "empty" if value in (None, "") else str(value)
