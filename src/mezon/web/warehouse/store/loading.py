"""Loading a pack's folder into the database: the whole folder, as one change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath

import polars as pl
from django.db import transaction

from mezon import production
from mezon.errors import PackHasFaults, WrongUse
from mezon.model.codelists import Severity
from mezon.model.observations import ROW
from mezon.model.pack import Pack
from mezon.model.tables import OBSERVATIONS
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import files, shapes
from mezon.web.warehouse.store.changes import Recording, changing
from mezon.web.warehouse.store.losing import refuse_lost_files, refuse_lost_observations, refuse_lost_rows
from mezon.web.warehouse.store.ordering import reorder, withdraw
from mezon.web.warehouse.store.placing import record_placements
from mezon.web.warehouse.store.recording import GAP, record_rows
from mezon.web.warehouse.store.registers import read_lines, record_register

Progress = Callable[[str], None]
_NOTHING_SEEN = pl.DataFrame(schema={"n": pl.Int64(), "observation_id": pl.Int64()})


def load(
    folder: str | Path,
    *,
    by: int | None,
    reason: str,
    now: datetime,
    replace: bool = False,
    say: Progress = lambda _what: None,
) -> StoredPack:
    """Bring a pack (a folder, or a bundled pack's name) into the database, all or nothing, as one change.

    A pack that is there already becomes what the folder says: rows are revised, added and withdrawn, with what they
    were before kept. A folder that says what is known already changes nothing.

    replace : also withdraw what was recorded in the database itself (approved at the desk, imported, a definition
    changed) and the folder does not say.

    Raises : PackHasFaults when `mezon check` would show an error; WrongUse for a release, and for a folder that does
    not say what was recorded in the database, unless that is to be replaced.
    """
    say("reading and checking")
    pack = _sound(production.read_pack(folder))
    root = Path(pack.folder)
    if not (root / OBSERVATIONS.path).is_file():
        raise WrongUse(f"{root} has no {OBSERVATIONS.path}.", hint="Load the pack itself, not a release of it.")
    with transaction.atomic():
        stored = _stored(pack, now)
        with changing(stored, action="load", by=by, reason=reason, now=now) as recording:
            say("recording")
            _record_pack(recording, pack, root, replace=replace)
    stored.refresh_from_db()
    return stored


def _sound(pack: Pack) -> Pack:
    errors = [finding for finding in production.check(pack) if finding.severity == Severity.ERROR]
    if not errors:
        return pack
    first = errors[0]
    place = " ".join(str(part) for part in (first.file, first.row or "", first.key or first.column) if part)
    raise PackHasFaults(
        f"Pack {pack.definitions.id} has {len(errors)} error(s), so it is not loaded. First: {place}: {first.message}",
        hint="`mezon check` shows them all.",
    )


def _stored(pack: Pack, now: datetime) -> StoredPack:
    """Give the pack's row, with the title and version of the folder."""
    says = {
        "title": pack.definitions.title.in_language("en"),
        "version": pack.definitions.version,
        "synthetic": pack.definitions.synthetic,
    }
    stored, _ = StoredPack.objects.update_or_create(
        code=pack.definitions.id, defaults=says, create_defaults={**says, "loaded_at": now}
    )
    return stored


def _record_pack(recording: Recording, pack: Pack, root: Path, *, replace: bool) -> None:
    texts: dict[str, files.Kept] = {}
    for path, file in files.files_of(root).items():
        if path == OBSERVATIONS.path:
            texts[path] = files.SHAPE, _record_observations(recording, pack, file, replace=replace).to_text()
        elif files.is_table_of_rows(path):
            shape, rows = read_lines(file, file=path)
            record_register(recording, PurePosixPath(path).stem, rows)
            texts[path] = files.SHAPE, shape.to_text()
        else:
            texts[path] = files.kept(file.read_bytes())
    files.record_files(recording, texts, all_there_are=True)
    if not replace:
        refuse_lost_files(recording)
        refuse_lost_rows(recording)
    record_placements(recording, pack.definitions)


def _record_observations(recording: Recording, pack: Pack, file: Path, *, replace: bool) -> shapes.Shape:
    """Record the observations with the lines they were written as; give the shape of their file."""
    shape, lines = shapes.take_apart(file.read_bytes().decode("utf-8"), file=OBSERVATIONS.path)
    rows = pack.observations.sort(ROW)
    if len(lines) != rows.height:
        raise PackHasFaults(
            f"{OBSERVATIONS.path} has {len(lines)} lines but {rows.height} rows: line ends or quotes are mixed.",
            hint="Save it again with one kind of line end.",
        )
    written = pl.Series("as_written", lines, dtype=pl.String)
    shape = shapes.spelled_out(rows, written, shape, pack.definitions)
    same = shapes.render(rows, shape, pack.definitions) == written
    frame = rows.with_columns(
        position=pl.col(ROW).cast(pl.Int64) * GAP,
        as_written=pl.select(pl.when(same).then(pl.lit("")).otherwise(written)).to_series(),
    )
    seen: list[pl.DataFrame] | None = [] if recording.number > 1 else None
    record_rows(recording, frame, as_written=True, seen=seen)
    if seen is not None:
        rows_seen = pl.concat(seen or [_NOTHING_SEEN])
        withdraw(recording, rows_seen)
        if not replace:
            refuse_lost_observations(recording)
        reorder(recording, rows_seen, gap=GAP)
    return shape
