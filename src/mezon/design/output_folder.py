"""Putting a folder of results in place: whole or not at all, and never at the price of somebody's own files.

The manifest of the former results names what Mezon wrote. Only that is replaced or removed; every other file stays
where it is, and one that the new results would cover stops the writing before anything is moved.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from mezon.errors import WrongUse

#: Most files that a message names.
_NAMED = 5
#: What is built beside a folder, and after how many seconds untouched nobody is at it any more.
_BUILDING = ("unfinished", "part")
_ABANDONED = 3600


@dataclass(frozen=True, slots=True)
class Replaced:
    """What lay in a folder before: files of former results that are gone, and files of others that stay.

    A folder below counts as one, `steps/`. `former` : the manifest of the former results, None where there were none.
    """

    former: dict[str, object] | None = None
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def beside(folder: Path, what: str) -> Path:
    """Give the place beside a folder where it is built; the name is of this process only, and hidden."""
    whole = folder.resolve()
    return whole.with_name(f".{whole.name}.{what}-{os.getpid()}")


def refuse_foreign(folder: Path, *, manifest: str, what: str) -> None:
    """Refuse a target that is a file, or that holds files and no results of this kind.

    `what` : what the results are called, "a release". Raises : WrongUse.
    """
    if folder.is_file():
        raise WrongUse(f"{folder} is a file.", hint="Name a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / manifest).is_file():
        raise WrongUse(f"{folder} is not empty and holds no {what}.", hint="Name a new folder, or empty it first.")


def put_in_place(whole: Path, folder: Path, *, manifest: str) -> Replaced:
    """Move finished results to their folder, in place of the former ones, beside the files of others.

    whole : the finished folder, beside `folder`. manifest : the file whose `files` names what was written.
    The former folder is moved aside, the new one takes its place, files of others are moved over; what is left aside
    is what the former manifest names, and only that is deleted.

    Raises : WrongUse when a file that Mezon did not write is in the way; nothing is moved then.
    """
    folder = folder.resolve()
    if not folder.exists():
        whole.rename(folder)
        return Replaced()
    former, own = _named(folder, manifest)
    fresh = _files(whole)
    others = sorted(_files(folder) - own)
    refuse_covered([name for name in others if _is_covered(name, folder, whole, fresh)], folder)
    aside = beside(folder, "former")
    folder.rename(aside)
    whole.rename(folder)
    _carry_over(others, aside, folder)
    _clear(aside, [*own - {manifest}, *others, manifest], folder)
    return Replaced(former, removed=_shown(sorted(own - fresh - set(others))), kept=_shown(others))


def see_to_abandoned(folder: Path, *, manifest: str) -> None:
    """Finish what a process began beside a folder and was killed at: `kill -9`, or the machine went down.

    A former folder that was moved aside goes back to its place when no new one came there; else the files of others in
    it are carried over. What was being built is deleted, an hour after it was last touched: a process of another
    machine may still be at it.
    """
    folder = folder.resolve()
    for left in sorted(folder.parent.glob(f".{glob.escape(folder.name)}.*-*")):
        what, _, process = left.name.removeprefix(f".{folder.name}.").rpartition("-")
        if not process.isdigit() or _lives(int(process)):
            continue
        if what == "former":
            _finish(left, folder, manifest)
        elif what in _BUILDING and time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _finish(aside: Path, folder: Path, manifest: str) -> None:
    if not folder.exists():
        aside.rename(folder)
        return
    _, own = _named(aside, manifest)
    others = sorted(_files(aside) - own)
    _carry_over(others, aside, folder)
    _clear(aside, [*own - {manifest}, *others, manifest], folder)


def _carry_over(names: list[str], aside: Path, folder: Path) -> None:
    """Move files of others to the new folder; one that is there already says the same."""
    for name in names:
        if not os.path.lexists(folder / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).rename(folder / name)


def _named(folder: Path, manifest: str) -> tuple[dict[str, object] | None, set[str]]:
    """Give the former manifest, and which of the files that are there it names."""
    if not (folder / manifest).is_file():
        return None, set()
    try:
        content = json.loads((folder / manifest).read_text(encoding="utf-8"))
        names = set(content["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, {manifest}
    return content, (names | {manifest}) & _files(folder)


def _files(folder: Path) -> set[str]:
    """Every file below a folder, links among them, which are never followed."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


def _is_covered(name: str, folder: Path, whole: Path, fresh: set[str]) -> bool:
    """Say whether new results would take the place of a file of somebody else that says something else."""
    if name in fresh:
        return (folder / name).is_symlink() or (folder / name).read_bytes() != (whole / name).read_bytes()
    above = Path(name).parents
    return any(parent.as_posix() in fresh for parent in above) or any(one.startswith(f"{name}/") for one in fresh)


def refuse_covered(covered: list[str], folder: Path) -> None:
    """Refuse to write over files that Mezon did not write. Raises : WrongUse that names them."""
    if not covered:
        return
    names = ", ".join(covered[:_NAMED]) + (" ..." if len(covered) > _NAMED else "")
    raise WrongUse(
        f"{folder} holds files of the names to be written that are not of the former run: {names}.",
        hint="Move them away, or name a new folder; nothing was changed.",
    )


def _clear(aside: Path, known: list[str], folder: Path) -> None:
    """Delete what was moved aside and is known, and the folders that it leaves empty."""
    for name in known:
        (aside / name).unlink(missing_ok=True)
    for path in sorted((path for path in aside.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    if not any(aside.iterdir()):
        aside.rmdir()
    else:  # somebody wrote there meanwhile: it is not deleted
        raise WrongUse(f"{folder} was written, but files came into the former one meanwhile.", hint=f"See {aside}.")


def _shown(names: list[str]) -> tuple[str, ...]:
    """Name files at the top, and folders below it once."""
    return tuple(dict.fromkeys(f"{first}/" if rest else first for first, _, rest in (n.partition("/") for n in names)))


def clear_unfinished(whole: Path) -> None:
    """Remove what this process built and could not finish."""
    shutil.rmtree(whole, ignore_errors=True)
