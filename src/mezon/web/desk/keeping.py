"""Files that people send, kept by their digest: written whole or not at all, and never named by a user."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from mezon.errors import CopyDiffers

_FOLDER = "kept"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(content: bytes) -> str:
    """Keep a file; give its SHA-256. What is kept already is not written again."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside its place and renamed: a crash leaves no half a file under a digest that promises a whole one.
    handle, beside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(beside).replace(path)
    return digest


def keep_pieces(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Keep a file that comes in pieces, whatever its size; give its SHA-256 and its length."""
    folder = Path(settings.HOME) / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    reckoned, length = hashlib.sha256(), 0
    handle, beside = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                reckoned.update(piece)
                length += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        place = _path(reckoned.hexdigest())
        place.parent.mkdir(parents=True, exist_ok=True)
        Path(beside).replace(place)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return reckoned.hexdigest(), length


def place_of(digest: str) -> Path:
    """Give where a kept file is. Raises : CopyDiffers when it is gone."""
    path = _path(digest)
    if not path.is_file():
        raise CopyDiffers(
            f"The kept file {digest[:12]}… is gone.", hint="Restore the folder “kept” from the last backup."
        )
    return path


def kept(digest: str) -> bytes:
    """Read a kept file back. Raises : CopyDiffers when it is gone, or is not what was kept."""
    path = _path(digest)
    content = path.read_bytes() if path.exists() else None
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        raise CopyDiffers(
            f"The kept file {digest[:12]}… is gone or is not what was sent.",
            hint="Restore the folder “kept” from the last backup.",
        )
    return content


def _path(digest: str) -> Path:
    if not _DIGEST.fullmatch(digest):
        raise CopyDiffers(f"{digest!r} is not a digest.")
    return Path(settings.HOME) / _FOLDER / digest[:2] / digest


def shown_name(name: str) -> str:
    """Give a file's name fit to be shown and offered back: its last part, printable, at most 120 signs."""
    last = re.split(r"[\\/]", name)[-1]
    clean = "".join(sign for sign in last if sign.isprintable() and sign not in '"<>|:*?').strip(". ")
    return clean[-120:] or "file"
