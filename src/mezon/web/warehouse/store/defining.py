"""Changing a definition: the text itself, checked before it is accepted, with a preview of what it would move."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePosixPath

from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.pack import Definitions
from mezon.web.warehouse.models import Change, FileVersion, StoredPack
from mezon.web.warehouse.store import files
from mezon.web.warehouse.store.changes import Recording, changing, known_at
from mezon.web.warehouse.store.drafting import Preview, Text, drafted, preview, refuse_if_changed, refuse_new_errors
from mezon.web.warehouse.store.placing import PLACING, record_placements

_SUFFIXES = frozenset({".toml", ".csv", ".md", ".txt", ".json"})
_PACK = "pack.toml"


def preview_definition(
    pack: StoredPack,
    path: str,
    text: str,
    *,
    home: Path | None = None,
    made_on: int | None = None,
    language: str = "en",
) -> Preview:
    """Say what a definition would change, and change nothing.

    made_on : the change that the text was made against; language : in which findings speak.

    Raises : WrongUse for a path that is no definition, and for a text that makes another pack of it.
    """
    refuse_other_paths(path)
    return preview(pack, Text(path=path, text=text, made_on=made_on, language=language), home=home)


def change_definition(
    pack: StoredPack,
    path: str,
    text: str,
    *,
    by: int | None,
    reason: str,
    now: datetime,
    home: Path | None = None,
    sound_at: int | None = None,
) -> Change | None:
    """Accept another text of a definition (a path inside the pack) as one change; the same text changes nothing.

    sound_at : the change against which a preview of this very text found no error; it is not checked again.

    Raises : WrongUse for a path that is no definition; PackHasFaults when `mezon check` would show an error that is not
    there now; ChangedMeanwhile when the pack was changed while the text was being checked.
    """
    refuse_other_paths(path)
    known = known_at(pack, None) if sound_at is None else sound_at
    definitions = _checked(pack, Text(path=path, text=text, made_on=known), home=home, again=sound_at is None)
    with changing(pack, action="definition.change", by=by, reason=reason, now=now) as recording:
        refuse_if_changed(recording, known, path)
        files.record_files(recording, {path: files.kept(text.encode("utf-8"))}, all_there_are=False)
        if definitions is not None and path in PLACING:
            record_placements(recording, definitions)
        if definitions is not None and path == _PACK:
            _rename(recording, definitions)
    return recording.change


def _checked(pack: StoredPack, changed: Text, *, home: Path | None, again: bool) -> Definitions | None:
    """Refuse a text that brings errors; give what the pack would define, where more than the text follows from it."""
    follows = changed.path in {*PLACING, _PACK}
    if not again and not follows:
        return None
    with drafted(pack, changed, home=home) as (before, after):
        if again:
            refuse_new_errors(before, after)
        return after.definitions


def _rename(recording: Recording, definitions: Definitions) -> None:
    """Keep title, version and mark of a pack as its pack.toml says them now; the change itself saves them."""
    recording.pack.title = definitions.title.in_language("en")
    recording.pack.version = definitions.version
    recording.pack.synthetic = definitions.synthetic
    recording.pack.save(update_fields=["title", "version", "synthetic"])


def refuse_other_paths(path: str) -> None:
    """Raise WrongUse for a path that is no definition of a pack."""
    inside = PurePosixPath(path)
    strange = inside.is_absolute() or any(part in {"..", "."} or part.startswith(".") for part in inside.parts)
    if strange or "\\" in path or "\0" in path or len(inside.parts) > 2 or inside.suffix not in _SUFFIXES:
        raise WrongUse(f"{path!r} is no definition of a pack.", hint="Name one such as indicators.toml or units.csv.")
    if files.is_table_of_rows(path):
        raise WrongUse(f"{path} is kept as rows, not as a text.", hint="Import or enter observations instead.")


def definition_text(pack: StoredPack, path: str, *, at: int | None = None) -> str:
    """Give the text of a definition as it was known at a change. Raises : AskedForUnknown, with those there are."""
    known = known_at(pack, at)
    version = FileVersion.objects.filter(
        pack=pack, path=path, kind=files.TEXT, recorded_from__lte=known, recorded_to__gt=known
    ).first()
    if version is None:
        there = ", ".join(name for name, each in files.files_known(pack, known).items() if each.kind == files.TEXT)
        raise AskedForUnknown(f"Pack {pack.code} has no definition {path!r}.", hint=f"It has: {there}.")
    return version.text
