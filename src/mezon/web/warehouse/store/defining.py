"""Changing a definition: the text itself, checked before it is accepted, with a preview of what it would move."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

import polars as pl
from django.conf import settings

from mezon import production
from mezon.errors import AskedForUnknown, ChangedMeanwhile, MezonError, PackHasFaults, WrongUse
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.pack import Pack
from mezon.web.warehouse.models import Change, StoredPack
from mezon.web.warehouse.store import files
from mezon.web.warehouse.store.changes import changing, known_at
from mezon.web.warehouse.store.placing import PLACING, record_placements
from mezon.web.warehouse.store.unloading import working_pack

_SUFFIXES = frozenset({".toml", ".csv", ".md", ".txt", ".json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change of a definition would bring.

    `findings` : what `mezon check` would then show and does not show now; `mended` : the other way round; `moved` :
    every change of score and rank under the default methodology, empty without one; `refused` : why it cannot be.
    """

    findings: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    moved: pl.DataFrame
    refused: str = ""


def preview_definition(pack: StoredPack, path: str, text: str, *, home: Path | None = None) -> Preview:
    """Say what a definition would change, and change nothing.

    Raises : WrongUse for a path that is no definition.
    """
    with _draft(pack, path, text, home=home, at=known_at(pack, None)) as (before, after):
        found = {(item.code, item.file, item.key, item.row, item.message): item for item in production.check(before)}
        then = {(item.code, item.file, item.key, item.row, item.message): item for item in production.check(after)}
        fresh = tuple(item for key, item in then.items() if key not in found)
        mended = tuple(item for key, item in found.items() if key not in then)
        refused = next((item.message for item in fresh if item.severity == Severity.ERROR), "")
        moved = pl.DataFrame()
        if not refused and after.definitions.default_methodology:
            moved, refused = _moved(before, after)
        return Preview(findings=fresh, mended=mended, moved=moved, refused=refused)


def change_definition(
    pack: StoredPack,
    path: str,
    text: str,
    *,
    by: int | None,
    reason: str,
    now: datetime,
    home: Path | None = None,
) -> Change | None:
    """Accept another text of a definition (a path inside the pack) as one change; the same text changes nothing.

    Raises : WrongUse for a path that is no definition; PackHasFaults when `mezon check` would show an error that is not
    there now; ChangedMeanwhile when the pack was changed while the text was being checked.
    """
    known = known_at(pack, None)
    with _draft(pack, path, text, home=home, at=known) as (before, after):
        _refuse_new_errors(before, after)
        definitions = after.definitions
    with changing(pack, action="definition.change", by=by, reason=reason, now=now) as recording:
        if recording.number != known + 1:
            raise ChangedMeanwhile(
                f"Pack {pack.code} was changed while {path} was being checked.",
                hint="Look again, and repeat the change.",
            )
        files.record_files(recording, {path: files.kept(text.encode("utf-8"))}, all_there_are=False)
        if path in PLACING:
            record_placements(recording, definitions)
    return recording.change


def _refuse_new_errors(before: Pack, after: Pack) -> None:
    had = {(item.code, item.key, item.message) for item in production.check(before)}
    errors = [
        item
        for item in production.check(after)
        if item.severity == Severity.ERROR and (item.code, item.key, item.message) not in had
    ]
    if errors:
        first = errors[0]
        place = " ".join(str(part) for part in (first.file, first.row or "", first.key or first.column) if part)
        raise PackHasFaults(
            f"The change would bring {len(errors)} error(s). The first: {place}: {first.message}", hint=first.hint
        )


def _moved(before: Pack, after: Pack) -> tuple[pl.DataFrame, str]:
    """Give every change of score and rank, or why it cannot be computed."""
    try:
        changes = production.explain(before, after).changes
    except MezonError as fault:
        return pl.DataFrame(), str(fault)
    return changes.filter(pl.col("change").abs() > 0), ""


@contextmanager
def _draft(pack: StoredPack, path: str, text: str, *, home: Path | None, at: int) -> Iterator[tuple[Pack, Pack]]:
    """Give the pack as it is, and as it would be: the same files, but for one."""
    _refuse_other_paths(path)
    kept_at = home or Path(settings.HOME)
    before = working_pack(pack, at=at, home=kept_at)
    with tempfile.TemporaryDirectory(dir=kept_at / "working") as made:
        folder = Path(made) / pack.code
        shutil.copytree(before.folder, folder, copy_function=os.link)
        place = folder / path
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("utf-8"))
        yield before, production.read_pack(folder)


def _refuse_other_paths(path: str) -> None:
    inside = PurePosixPath(path)
    strange = inside.is_absolute() or any(part in {"..", "."} or part.startswith(".") for part in inside.parts)
    if strange or "\\" in path or len(inside.parts) > 2 or inside.suffix not in _SUFFIXES:
        raise WrongUse(f"{path!r} is no definition of a pack.", hint="Name one such as indicators.toml or units.csv.")
    if files.is_table_of_rows(path):
        raise WrongUse(f"{path} is kept as rows, not as a text.", hint="Import or enter observations instead.")


def definition_text(pack: StoredPack, path: str, *, at: int | None = None) -> str:
    """Give the text of a definition as it was known at a change. Raises : AskedForUnknown, with those there are."""
    known = files.files_known(pack, known_at(pack, at))
    version = known.get(path)
    if version is None or version.kind != files.TEXT:
        there = ", ".join(name for name, each in known.items() if each.kind == files.TEXT)
        raise AskedForUnknown(f"Pack {pack.code} has no definition {path!r}.", hint=f"It has: {there}.")
    return version.text
