"""From the database back to a folder: the same bytes that were loaded, or what they have become since."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath

from mezon import production
from mezon.design.definitions import read_definitions
from mezon.design.rulebook import read_rulebook
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.pack import Definitions, Pack
from mezon.model.tables import OBSERVATIONS
from mezon.web.warehouse.models import Change, FileVersion, StoredPack
from mezon.web.warehouse.store import files
from mezon.web.warehouse.store.changes import known_at
from mezon.web.warehouse.store.reading import read_observations
from mezon.web.warehouse.store.registers import rows_known
from mezon.web.warehouse.store.shapes import Shape, render, widened


def unload(pack: StoredPack, folder: Path, *, at: int | None = None) -> None:
    """Write a pack as it was known at a change (now when none is named) into a new folder, all or nothing.

    Raises : WrongUse when the folder is there already and not empty; AskedForUnknown before its first change.
    """
    if folder.exists() and any(folder.iterdir()):
        raise WrongUse(f"{folder} is there already.", hint="Name a folder that is not there yet.")
    known = known_at(pack, at)
    _put_in_place(folder, lambda making: _write(pack, making, known))


def working_pack(pack: StoredPack, *, at: int | None = None, home: Path) -> Pack:
    """Give a pack of the database as the line reads it: through a folder of its own, kept for each change."""
    return production.read_pack(working_folder(pack, at=at, home=home))


def working_folder(pack: StoredPack, *, at: int | None = None, home: Path) -> Path:
    """Give the folder of a pack as it was known at a change (now when none is named).

    It is `home`/working/<code>-<change>-<its token>; what is unloaded once is read again from there.

    Raises : AskedForUnknown for a change that the pack does not have.
    """
    known = known_at(pack, at)
    token = Change.objects.filter(pack=pack, number=known).values_list("token", flat=True).first()
    if token is None:
        raise AskedForUnknown(f"Pack {pack.code} has no change {known}.", hint="Changes are numbered from 1.")
    folder = home / "working" / f"{pack.code}-{known}-{token}"
    if not folder.exists():
        _put_in_place(folder, lambda making: _write(pack, making, known))
    return folder


def definitions_of(pack: StoredPack, *, at: int | None = None, home: Path) -> Definitions:
    """Give the definitions of a pack as known at a change, without its observations; read again if they differ."""
    known = files.files_known(pack, known_at(pack, at))
    digest = hashlib.sha256()
    for path, version in known.items():
        digest.update(f"{path}\0{version.kind}\0{version.text}\0".encode())
    folder = home / "working" / f"{pack.code}-definitions-{digest.hexdigest()[:16]}"
    if not folder.exists():
        _put_in_place(folder, lambda making: _write_texts(known, making))
    return _definitions_in(folder)


@lru_cache(maxsize=16)
def _definitions_in(folder: Path) -> Definitions:
    return read_definitions(folder, rulebook=read_rulebook(folder))[0]


def _put_in_place(folder: Path, write: Callable[[Path], None]) -> None:
    """Make a folder beside its place, and move it there when it is whole; another process may be quicker."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        write(making)
        making.replace(folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _write_texts(known: Mapping[str, FileVersion], folder: Path) -> None:
    for path, version in known.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if version.kind != files.SHAPE:
            place.write_bytes(files.content_of(version))


def _write(pack: StoredPack, folder: Path, at: int) -> None:
    known = files.files_known(pack, at)
    if not known:
        raise AskedForUnknown(f"Pack {pack.code} has nothing at change {at}.", hint="Its first change loaded it.")
    _write_texts(known, folder)
    for path, version in known.items():
        if version.kind == files.SHAPE:
            shape = Shape.from_text(version.text)
            if path == OBSERVATIONS.path:
                shape, lines = _observation_lines(pack, folder, shape, at)
            else:
                lines = [row.line for row in rows_known(pack, PurePosixPath(path).stem, at)]
            (folder / path).write_bytes(shape.file_of(lines).encode("utf-8"))


def _observation_lines(pack: StoredPack, folder: Path, shape: Shape, at: int) -> tuple[Shape, list[str]]:
    """Give the lines of the observations, in the shape of their file; where rows say more than it holds, in a wider."""
    definitions, _ = read_definitions(folder, rulebook=read_rulebook(folder))
    frame = read_observations(pack, at=at)
    wide = widened(shape, frame, definitions)
    rendered = render(frame, wide, definitions)
    if wide is not shape:
        return wide, rendered.to_list()
    return shape, [own or line for own, line in zip(frame["as_written"], rendered, strict=True)]
