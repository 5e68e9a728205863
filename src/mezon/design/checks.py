"""All checks of a pack's definitions against one another, one after another."""

from __future__ import annotations

from pathlib import Path

from mezon.design.checks_of_derivations import check_derivations
from mezon.design.checks_of_forms import check_forms
from mezon.design.checks_of_indicators import check_expressions, check_indicators
from mezon.design.checks_of_methodologies import check_methodology
from mezon.design.checks_of_pack import check_pack_file, check_translations
from mezon.design.checks_of_tables import check_tables
from mezon.design.pack_tables import PackTables
from mezon.model.finding import Finding, Rulebook
from mezon.model.pack import Definitions


def check_definitions(
    definitions: Definitions, tables: PackTables, folder: Path, *, rulebook: Rulebook
) -> list[Finding]:
    """Say where definitions contradict one another, name what does not exist, or ask what mathematics forbids.

    tables : the pack's definition tables as read, so that a finding can name its row.
    """
    findings = check_pack_file(definitions, rulebook=rulebook)
    findings += check_translations(definitions, rulebook=rulebook)
    findings += check_tables(definitions, tables, rulebook=rulebook)
    findings += check_indicators(definitions, rulebook=rulebook)
    findings += check_expressions(definitions, rulebook=rulebook)
    findings += check_derivations(definitions, folder, rulebook=rulebook)
    findings += check_forms(definitions, rulebook=rulebook)
    for methodology in definitions.methodologies.values():
        findings += check_methodology(methodology, definitions, rulebook=rulebook)
    return findings
