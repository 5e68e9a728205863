"""All checks of a pack's definitions against one another, one after another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mezon.design.checks_of_derivations import check_derivations
from mezon.design.checks_of_forms import check_forms
from mezon.design.checks_of_indicators import check_expressions, check_indicators
from mezon.design.checks_of_methodologies import check_methodology
from mezon.design.checks_of_pack import check_pack_file, check_translations
from mezon.design.checks_of_tables import check_tables
from mezon.design.indicators import FILE
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


def with_readable_directions(findings: Iterable[Finding], every: Iterable[Finding]) -> list[Finding]:
    """Leave out that a leaf's indicator has no direction where it was written and could not be read.

    every : all findings about the definitions, among them those of the directions.
    """
    unread = {finding.key for finding in every if finding.file == FILE and finding.key.endswith(".direction")}
    return [
        finding
        for finding in findings
        if finding.code != "leaf-without-direction" or f"{finding.value}.direction" not in unread
    ]
