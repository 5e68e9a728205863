"""Backup and restore: everything a site knows, in a form that does not depend on its database, with checksums.

A backup is a folder, or one file that holds that folder: `manifest.json`, a text of rows for each table, and the files
kept beside the database. It may be made on SQLite and restored on PostgreSQL, and the other way round.
"""

from __future__ import annotations

from mezon.web.warehouse.backup.making import make_backup
from mezon.web.warehouse.backup.restoring import restore_backup

__all__ = ["make_backup", "restore_backup"]
