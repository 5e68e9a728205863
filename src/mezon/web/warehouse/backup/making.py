"""Making a backup while the site goes on: one view of the database, then the files it speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from mezon.version import VERSION
from mezon.web.warehouse.backup import places
from mezon.web.warehouse.backup.tables import Described, lines_of, path_of, stored_models

Say = Callable[[str], None]
#: Folders of a home that are made again when they are missing, and the database itself.
_MADE_AGAIN = frozenset({"working", "pictures", "downloads", "static"})


def make_backup(target: Path, *, home: Path, now: datetime, say: Say = lambda _what: None) -> int:
    """Write everything the database and the home folder hold; give the number of rows.

    target : a file (it has a suffix, such as .zip), or a folder. It holds secrets and what is confidential: it can be
    read by its owner alone.

    Raises : WrongUse when the target is there already.
    """
    with places.making(target) as place:
        tables = list(_tables(place, say))
        say("files")
        files = [
            Described(path=f"files/{path}", sha256=sha256, size=size)
            for path, file in files_of(home).items()
            for sha256, size in [_copied(place, f"files/{path}", file)]
        ]
        manifest = {
            "mezon": VERSION,
            "made_at": now.isoformat(),
            "database": connection.vendor,
            "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
            "tables": [asdict(table) for table in tables],
            "files": [asdict(file) for file in files],
        }
        sha256, _ = place.add(places.MANIFEST, [json.dumps(manifest, indent=1).encode("utf-8")])
        place.add(places.MANIFEST_SUM, [sha256.encode("ascii")])
    return sum(table.size for table in tables)


def _tables(place: places.FolderPlace | places.ZipPlace, say: Say) -> Iterator[Described]:
    """Write every table as it was at one moment."""
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for model in stored_models():
            say(model._meta.db_table)
            rows = -1

            def counted(lines: Iterator[bytes]) -> Iterator[bytes]:
                nonlocal rows
                for line in lines:
                    rows += 1
                    yield line

            sha256, _ = place.add(path_of(model), counted(lines_of(model)))
            yield Described(path=path_of(model), sha256=sha256, size=rows)


def files_of(home: Path) -> dict[str, Path]:
    """Give the files of a home folder that are kept nowhere else, by their path inside it."""
    database = str(connection.settings_dict["NAME"])
    found = {}
    for file in sorted(home.rglob("*")):
        inside = file.relative_to(home)
        if not file.is_file() or file.is_symlink() or inside.parts[0] in _MADE_AGAIN:
            continue
        if str(file).startswith(database) or file.name.startswith("mezon.sqlite3"):
            continue
        found[inside.as_posix()] = file
    return found


def _copied(place: places.FolderPlace | places.ZipPlace, path: str, file: Path) -> tuple[str, int]:
    with file.open("rb") as content:
        return place.add(path, places.pieces_of(content))
