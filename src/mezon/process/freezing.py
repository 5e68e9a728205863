"""Freezing: a release as a folder that is itself a pack, with a manifest of checksums; all of it or nothing.

Definitions are copied byte for byte. Tables of facts are written with their rows in order, so that the same pack with
its rows shuffled freezes to the same bytes; codelists keep theirs, because there the order is said by a person.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from mezon.design.output_folder import (
    Replaced,
    beside,
    clear_unfinished,
    put_in_place,
    refuse_foreign,
    see_to_abandoned,
)
from mezon.model.pack import Pack
from mezon.model.release import Release
from mezon.process.manifest import MANIFEST, OBSERVATIONS, file_sums, is_faithful, manifest_text, read_manifest
from mezon.version import VERSION

_COPIED_FOLDERS = ("codelists", "methodologies", "registers", "forms", "texts")
_LEFT_OUT = frozenset({"observations.csv", OBSERVATIONS, MANIFEST, "datapackage.json"})
_ROW_GROUP = 65_536


def freeze(release: Release, pack: Pack, folder: Path) -> Replaced:
    """Write a release folder: definitions, observations.parquet, manifest.json.

    It is written beside the target and renamed when it is whole. A former release in the target is replaced; files
    that its manifest does not name stay. Returns : what was removed, and what stayed.
    Raises : WrongUse when the target is there and is neither empty nor a release, or holds a file of somebody else
    under a name that is to be written.
    """
    see_to_abandoned(folder, manifest=MANIFEST)
    refuse_foreign(folder, manifest=MANIFEST, what="release")
    unfinished = beside(folder, "unfinished")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    clear_unfinished(unfinished)
    try:
        unfinished.mkdir()
        _copy_definitions(Path(pack.folder), unfinished)
        write_observations(release.observations, unfinished / OBSERVATIONS)
        (unfinished / MANIFEST).write_text(_manifest(release, pack, unfinished), encoding="utf-8", newline="\n")
        return put_in_place(unfinished, folder, manifest=MANIFEST)
    finally:
        clear_unfinished(unfinished)


def write_observations(observations: pl.DataFrame, path: Path) -> None:
    """Write a release's observations so that equal frames give equal bytes."""
    observations.rechunk().write_parquet(
        path, compression="zstd", compression_level=3, statistics=False, row_group_size=_ROW_GROUP
    )


def _manifest(release: Release, pack: Pack, folder: Path) -> str:
    """Say what the release was made of; one made of a faithful release names the pack that was made of."""
    source = Path(pack.folder)
    content = {
        "pack": release.pack,
        "version": release.pack_version,
        "pack_sha256": read_manifest(source)["pack_sha256"] if is_faithful(source) else release.pack_sha256,
        "as_of": release.as_of.isoformat(),
        "software": f"mezon {VERSION}",
        "content_sha256": release.content_sha256,
        "files": file_sums(folder),
    }
    return manifest_text(content)


def _copy_definitions(source: Path, target: Path) -> None:
    """Copy what a pack says beside its observations: TOML and CSV at the top, and the known folders."""
    for path in sorted(source.iterdir()):
        if path.is_file() and path.suffix in {".toml", ".csv", ".md"} and path.name not in _LEFT_OUT:
            _copy(path, target / path.name)
    for name in _COPIED_FOLDERS:
        for path in sorted((source / name).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                _copy(path, target / name / path.relative_to(source / name))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    facts = source.suffix == ".csv" and target.parent.name != "codelists"
    target.write_bytes(_in_order(content) if facts else content)


def _in_order(content: bytes) -> bytes:
    """Write a table's rows in order. A file that is no UTF-8 table with commas stays as it is."""
    try:
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        return content
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([header, *sorted(row for row in rows if row)])
    return written.getvalue().encode("utf-8")
