"""Restoring a backup into an empty site: every checksum is compared before anything is written, and again after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from mezon.errors import CopyDiffers, WrongUse
from mezon.web.warehouse.backup import places
from mezon.web.warehouse.backup.tables import Described, described, insert_lines, lines_of, path_of, stored_models
from mezon.web.warehouse.models import ReleaseRecord, StoredPack

Say = Callable[[str], None]
_FILES = "files/"


def restore_backup(source: Path, *, home: Path, say: Say = lambda _what: None) -> int:
    """Fill an empty database and home folder from a backup; give the number of rows.

    All or nothing: the database is filled in one transaction, after the files, and is compared with the backup's
    checksums before it is kept. Ended half-way, it can be done again.

    Raises : CopyDiffers for a backup that is not what its manifest says, or was made by a newer Mezon; WrongUse when
    there is something already.
    """
    with places.reading(source) as place:
        say("comparing checksums")
        manifest, tables, files = compared(place, source)
        _refuse_unlike(manifest)
        call_command("migrate", verbosity=0, interactive=False)
        _refuse_full()
        say("files")
        _restore_files(place, files, home)
        with transaction.atomic():
            _restore_tables(place, tables, say)
            say("comparing the database with the backup")
            _refuse(_table_differences(tables), source)
    return sum(table.size for table in tables)


def compared(place: places.Place, source: Path) -> tuple[dict[str, Any], list[Described], list[Described]]:
    """Compare every file of a backup with its checksum; give the manifest, its tables and its files.

    Raises : CopyDiffers, naming the first file that is changed, missing, or was put in.
    """
    text = places.content_of(place, places.MANIFEST)
    if hashlib.sha256(text).hexdigest().encode("ascii") != places.content_of(place, places.MANIFEST_SUM):
        _refuse([f"{places.MANIFEST} is not what was backed up"], source)
    manifest: dict[str, Any] = json.loads(text)
    tables = [Described(**each) for each in manifest["tables"]]
    files = [Described(**each) for each in manifest["files"]]
    _refuse(places.differences(place, [*tables, *files]), source)
    return manifest, tables, files


def _refuse(wrong: list[str], source: Path) -> None:
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise CopyDiffers(f"{source}: {wrong[0]}{more}. Nothing was restored.", hint="Take another copy of the backup.")


def _refuse_unlike(manifest: dict[str, Any]) -> None:
    """Refuse a backup of other tables: of a newer Mezon, or of an older one that must be restored with its own."""
    known = set(MigrationExecutor(connection).loader.graph.nodes)
    made = {tuple(each) for each in manifest["migrations"]}
    installed = {config.label for config in apps.get_app_configs()}
    if made - known or {node for node in known - made if node[0] in installed}:
        raise CopyDiffers(
            f"The backup was made by Mezon {manifest['mezon']} with other tables than this version has.",
            hint=f"Restore it with Mezon {manifest['mezon']}, then start this one: it brings tables up to date.",
        )


def _refuse_full() -> None:
    if StoredPack.objects.exists() or ReleaseRecord.objects.exists():
        raise WrongUse(
            "The database is not empty, so nothing is restored into it.",
            hint="Restore into a new MEZON_HOME, or a new database of PostgreSQL.",
        )


def _restore_files(place: places.Place, files: list[Described], home: Path) -> None:
    for file in files:
        inside = PurePosixPath(file.path.removeprefix(_FILES))
        if inside.is_absolute() or ".." in inside.parts:
            raise CopyDiffers(f"{file.path} lies outside the home folder. Nothing was restored.")
        target = home / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.unfinished")
        beside.touch(mode=0o600)
        with place.open(file.path) as content, beside.open("wb") as written:
            for piece in places.pieces_of(content):
                written.write(piece)
        beside.replace(target)


def _restore_tables(place: places.Place, tables: list[Described], say: Say) -> None:
    """Empty what the migrations put in, and fill every table; references are compared when all is there."""
    wanted = {table.path for table in tables}
    with connection.constraint_checks_disabled():
        for model in stored_models():
            if model._base_manager.exists():
                _empty(model)
        for model in stored_models():
            if path_of(model) not in wanted:
                continue
            say(model._meta.db_table)
            with place.open(path_of(model)) as file:
                insert_lines(model, _lines(file))
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), stored_models()):
            cursor.execute(statement)


def _empty(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our names


def _lines(file: Any) -> Iterator[bytes]:
    return iter(file)


def _table_differences(tables: list[Described]) -> list[str]:
    now = {path_of(model): described(path_of(model), lines_of(model)) for model in stored_models()}
    return [f"{table.path} is not the same in the database" for table in tables if now.get(table.path) != table]
