"""Triggers by which the database itself keeps what was recorded: versions are closed, and never changed or deleted.

A migration that alters one of these tables seals again afterwards: SQLite makes such a table anew, without triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: The open end of a version. A constant of its own: what a migration did must not follow later code.
_OPEN = 2**31 - 1
SAYS = "what the store recorded cannot be changed"

#: Tables of versions: the one change that is allowed is that an open version gets its end.
_VERSIONS: Mapping[str, tuple[str, ...]] = {
    "warehouse_observationversion": (
        "key", "observation_id", "recorded_from", "value", "status", "confidentiality", "qualifier", "low", "high",
        "standard_error", "cites", "note", "position", "as_written",
    ),
    "warehouse_fileversion": ("id", "pack_id", "path", "kind", "text", "recorded_from"),
    "warehouse_registerrow": ("id", "pack_id", "register", "key", "unit", "line", "position", "recorded_from"),
    "warehouse_placement": (
        "id", "pack_id", "hierarchy", "ancestor", "unit", "depth", "valid_from", "valid_to", "recorded_from",
    ),
}  # fmt: skip
#: Tables whose rows never change at all.
_FIXED = ("warehouse_change", "warehouse_series", "warehouse_observation")
#: Rows of a change that is still in the making may take another place in the file.
_MOVED = "warehouse_observationversion"


def seal(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make what is recorded unchangeable (a step of a migration)."""
    for statement in _sealing(editor.connection.vendor):
        editor.execute(statement, params=None)


def unseal(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the seal off: for undoing the migration, and for tests that empty every table."""
    on = {table: f" ON {table}" if editor.connection.vendor == "postgresql" else "" for table in (*_VERSIONS, *_FIXED)}
    for table, place in on.items():
        for act in ("update", "delete", *(["truncate"] if place else [])):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_kept_{act}{place}", params=None)


def _sealing(vendor: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION warehouse_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$"
        )
        yield (
            "CREATE OR REPLACE FUNCTION warehouse_kept_in_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NOT ({_same_but(_MOVED, 'position')}) OR {_kept_already()} THEN RAISE EXCEPTION '{SAYS}'; "
            "END IF; RETURN NEW; END $$"
        )
    for table in (*_VERSIONS, *_FIXED):
        yield from _of_table(table, vendor)


def _of_table(table: str, vendor: str) -> Iterator[str]:
    closing = f"NOT ({_closing(table)})" if table in _VERSIONS else "1 = 1"
    if vendor == "postgresql":
        function = "warehouse_kept_in_place" if table == _MOVED else "warehouse_kept"
        head = "CREATE OR REPLACE TRIGGER"
        yield (
            f"{head} {table}_kept_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({closing}) "
            f"EXECUTE FUNCTION {function}()"
        )
        yield f"{head} {table}_kept_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION warehouse_kept()"
        yield (
            f"{head} {table}_kept_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION warehouse_kept()"
        )
        return
    refused = f" WHERE NOT ({_same_but(table, 'position')}) OR {_kept_already()}" if table == _MOVED else ""
    head = "CREATE TRIGGER IF NOT EXISTS"
    yield (
        f"{head} {table}_kept_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN {closing} "
        f"BEGIN SELECT RAISE(ABORT, '{SAYS}'){refused}; END"
    )
    yield f"{head} {table}_kept_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"


def _closing(table: str) -> str:
    """Say that an open version gets its end, and nothing else becomes different."""
    return f"OLD.recorded_to = {_OPEN} AND NEW.recorded_to < {_OPEN} AND {_same(_VERSIONS[table])}"


def _same_but(table: str, free: str) -> str:
    """Say that nothing becomes different but one column."""
    return _same((*(name for name in _VERSIONS[table] if name != free), "recorded_to"))


def _same(names: tuple[str, ...]) -> str:
    # IS NOT DISTINCT FROM is new in SQLite; this says the same everywhere.
    return " AND ".join(f"(OLD.{name} = NEW.{name} OR (OLD.{name} IS NULL AND NEW.{name} IS NULL))" for name in names)


def _kept_already() -> str:
    return (
        "EXISTS (SELECT 1 FROM warehouse_observation o JOIN warehouse_series s ON s.id = o.series_id "
        "JOIN warehouse_change c ON c.pack_id = s.pack_id AND c.number = OLD.recorded_from "
        "WHERE o.id = OLD.observation_id)"
    )
