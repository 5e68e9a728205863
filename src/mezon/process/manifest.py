"""The manifest of a release folder: what it was made of, and the checksum of every file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mezon.errors import CopyDiffers

MANIFEST = "manifest.json"
OBSERVATIONS = "observations.parquet"
_TEXTS = ("pack_sha256", "content_sha256", "as_of")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a release's manifest. Raises : CopyDiffers when it is not there, or not a manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if isinstance(manifest["files"], dict) and all(isinstance(manifest[name], str) for name in _TEXTS):
            return dict(manifest)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise CopyDiffers(f"{folder} has no readable {MANIFEST}.", hint="Take a fresh copy of the release.")


def manifest_text(content: Mapping[str, Any]) -> str:
    """Write a manifest so that equal content gives equal bytes."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def file_sums(folder: Path) -> dict[str, str]:
    """Give the sha256 of every file of a release but its manifest, by path inside the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def is_faithful(folder: Path) -> bool:
    """Say whether a folder is a release whose files are all what its manifest promises."""
    try:
        return bool(read_manifest(folder)["files"] == file_sums(folder))
    except CopyDiffers:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
