"""Where a backup is: a folder, or one ZIP file with the same inside; written and read a piece at a time."""

from __future__ import annotations

import hashlib
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from mezon.errors import CopyDiffers, WrongUse
from mezon.web.warehouse.backup.tables import Described

MANIFEST = "manifest.json"
#: SHA-256 of the manifest itself, which holds those of all other files.
MANIFEST_SUM = "manifest.sha256"
_PIECE = 2**20
#: What a ZIP file with a changed byte raises, wherever the byte is: a checksum, a length, a method, a name.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
    KeyError,
)  # fmt: skip


class Place(Protocol):
    """A backup that can be opened by the paths inside it."""

    def open(self, path: str) -> IO[bytes]:
        """Open one file of it."""

    def names(self) -> set[str]:
        """Give the paths of all its files."""


class FolderPlace:
    """A backup as a folder."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where `manifest.json` is."""
        self.folder = folder

    def open(self, path: str) -> IO[bytes]:
        """Open one file of it."""
        return (self.folder / path).open("rb")

    def names(self) -> set[str]:
        """Give the paths of all its files."""
        return {file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*") if file.is_file()}

    def add(self, path: str, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Write one file; give its SHA-256 and its length in bytes."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            return _write(file, pieces)


class ZipPlace:
    """A backup as one file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """`archive` is open, for reading or for writing."""
        self.archive = archive

    def open(self, path: str) -> IO[bytes]:
        """Open one file of it."""
        return self.archive.open(path)

    def names(self) -> set[str]:
        """Give the paths of all its files."""
        return {name for name in self.archive.namelist() if not name.endswith("/")}

    def add(self, path: str, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Write one file; give its SHA-256 and its length in bytes."""
        with self.archive.open(path, "w", force_zip64=True) as file:
            return _write(file, pieces)


def _write(file: IO[bytes], pieces: Iterable[bytes]) -> tuple[str, int]:
    digest, length = hashlib.sha256(), 0
    for piece in pieces:
        file.write(piece)
        digest.update(piece)
        length += len(piece)
    return digest.hexdigest(), length


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Give a file a piece at a time."""
    while piece := file.read(_PIECE):
        yield piece


@contextmanager
def making(target: Path) -> Iterator[FolderPlace | ZipPlace]:
    """Make a backup beside its target, readable by its owner alone, and move it into its place when it is whole.

    A target with a suffix is a file, one without is a folder. Raises : WrongUse when it is there already.
    """
    if target.exists():
        raise WrongUse(f"{target} is there already.", hint="Name a backup that is not there yet.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    _remove(unfinished)
    try:
        if target.suffix:
            unfinished.touch(mode=0o600)
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield ZipPlace(archive)
        else:
            unfinished.mkdir(mode=0o700)
            yield FolderPlace(unfinished)
        unfinished.rename(target)
    finally:
        _remove(unfinished)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def reading(source: Path) -> Iterator[Place]:
    """Open a backup. Raises : CopyDiffers when it is none."""
    if (source / MANIFEST).is_file():
        yield FolderPlace(source)
        return
    if not source.is_file() or not zipfile.is_zipfile(source):
        raise CopyDiffers(f"{source} is no backup.", hint=f"It has no {MANIFEST}. Name what `mezon backup -o` wrote.")
    try:
        archive = zipfile.ZipFile(source)
    except _UNREADABLE:
        raise CopyDiffers(f"{source} cannot be read.", hint="Take another copy of the backup.") from None
    with archive:
        yield ZipPlace(archive)


def content_of(place: Place, path: str) -> bytes:
    """Give one file of a backup as a whole. Raises : CopyDiffers when it cannot be read."""
    try:
        with place.open(path) as file:
            return file.read()
    except _UNREADABLE:
        raise CopyDiffers(f"{path} cannot be read.", hint="Take another copy of the backup.") from None


def differences(place: Place, files: Iterable[Described]) -> list[str]:
    """Compare every file of a backup with its checksum, and name those that differ, lack, or were put in."""
    names, wrong = place.names(), []
    expected = {MANIFEST, MANIFEST_SUM}
    for file in files:
        expected.add(file.path)
        if file.path not in names:
            wrong.append(f"{file.path} is missing")
        elif _digest(place, file.path) != file.sha256:
            wrong.append(f"{file.path} is not what was backed up")
    return wrong + [f"{name} was not backed up" for name in sorted(names - expected)]


def _digest(place: Place, path: str) -> str:
    digest = hashlib.sha256()
    try:
        with place.open(path) as file:
            for piece in pieces_of(file):
                digest.update(piece)
    except _UNREADABLE:
        return "unreadable"
    return digest.hexdigest()
