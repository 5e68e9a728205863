"""Triggers by which the database itself refuses to change or delete an audit record."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SAYS = "audit records cannot be changed"

_SEAL = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS audit_record_kept_update BEFORE UPDATE ON audit_auditrecord "
        f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
        "CREATE TRIGGER IF NOT EXISTS audit_record_kept_delete BEFORE DELETE ON audit_auditrecord "
        f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_record_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$",
        "CREATE OR REPLACE TRIGGER audit_record_kept_change BEFORE UPDATE OR DELETE ON audit_auditrecord "
        "FOR EACH ROW EXECUTE FUNCTION audit_record_kept()",
        "CREATE OR REPLACE TRIGGER audit_record_kept_truncate BEFORE TRUNCATE ON audit_auditrecord "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_record_kept()",
    ),
}
_UNSEAL = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS audit_record_kept_update",
        "DROP TRIGGER IF EXISTS audit_record_kept_delete",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS audit_record_kept_change ON audit_auditrecord",
        "DROP TRIGGER IF EXISTS audit_record_kept_truncate ON audit_auditrecord",
    ),
}


def seal(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make records unchangeable (a step of a migration, and of restoring a backup)."""
    _run(_SEAL, editor)


def unseal(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the seal off: for undoing the migration, and for tests that empty every table."""
    _run(_UNSEAL, editor)


def _run(statements: Mapping[str, tuple[str, ...]], editor: BaseDatabaseSchemaEditor) -> None:
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement)
