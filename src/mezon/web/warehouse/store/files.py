"""Files of a pack that are kept as their texts, versioned by path."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from django.db.models import Q

from mezon.design.digest import content_files
from mezon.model.tables import OBSERVATIONS
from mezon.web.warehouse.models import OPEN, FileVersion, StoredPack
from mezon.web.warehouse.store.changes import Recording

#: (kind, text) of a file as it is kept.
Kept = tuple[str, str]
TEXT, BASE64, SHAPE = "text", "base64", "shape"
#: Files that do not count for the digest of a pack, and yet are part of its folder.
_BESIDE = ("README.md", "datapackage.json")


def files_of(folder: Path) -> dict[str, Path]:
    """Give every file of a pack's folder by its path inside, in order; hidden files are no part of it."""
    beside = [folder / name for name in _BESIDE if (folder / name).is_file()]
    return {path.relative_to(folder).as_posix(): path for path in sorted([*content_files(folder), *beside])}


def is_table_of_rows(path: str) -> bool:
    """Whether a file is kept as rows: the observations, and every register."""
    return path == OBSERVATIONS.path or (path.startswith("registers/") and path.endswith(".csv"))


def kept(content: bytes) -> Kept:
    """Give a file's content as it is kept: its text, or base64 of what is no text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return BASE64, base64.b64encode(content).decode("ascii")
    return (TEXT, text) if "\0" not in text else (BASE64, base64.b64encode(content).decode("ascii"))


def content_of(version: FileVersion) -> bytes:
    """Give the bytes of a kept file."""
    return base64.b64decode(version.text) if version.kind == BASE64 else version.text.encode("utf-8")


def files_known(pack: StoredPack, at: int) -> dict[str, FileVersion]:
    """Give the files of a pack by path, as they were known at a change."""
    known = FileVersion.objects.filter(Q(recorded_from__lte=at, recorded_to__gt=at), pack=pack).order_by("path")
    return {version.path: version for version in known}


def record_files(recording: Recording, files: Mapping[str, Kept], *, all_there_are: bool) -> None:
    """Record files as part of a change: what differs is revised; what is no longer there is withdrawn, if asked."""
    before = files_known(recording.pack, recording.number - 1)
    after = {path: file for path, file in files.items() if path not in before or _pair(before[path]) != file}
    gone = [path for path in before if all_there_are and path not in files]
    closed = [before[path].pk for path in [*after, *gone] if path in before]
    FileVersion.objects.filter(pk__in=closed, recorded_to=OPEN).update(recorded_to=recording.number)
    FileVersion.objects.bulk_create(
        FileVersion(pack=recording.pack, path=path, kind=kind, text=text, recorded_from=recording.number)
        for path, (kind, text) in sorted(after.items())
    )
    recording.counts.update({"files": len(after), "files_withdrawn": len(gone)})


def _pair(version: FileVersion) -> Kept:
    return version.kind, version.text
