"""All checks of a pack's definitions, one after another."""

from __future__ import annotations

from pathlib import Path

from mezon.design.pack_tables import PackTables
from mezon.model.finding import Finding, Rulebook
from mezon.model.pack import Definitions


def check_definitions(
    definitions: Definitions, tables: PackTables, folder: Path, *, rulebook: Rulebook
) -> list[Finding]:
    """Check definitions against one another."""
    return []
