"""Reading a pack's definitions: every file, every fault at once, and what remains when faulty entries are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mezon.design import pack_tables
from mezon.design.checks import check_definitions, with_readable_directions
from mezon.design.forms import read_forms
from mezon.design.indicators import read_indicators
from mezon.design.methodologies import read_methodologies
from mezon.design.pack_files import read_derivations, read_groups, read_pack_file, read_sources
from mezon.design.pack_tables import PackTables, read_pack_tables
from mezon.design.quantities import read_units_of_measure
from mezon.design.rulebook import check_rules
from mezon.errors import PackUnreadable
from mezon.model.finding import Finding, Rulebook
from mezon.model.pack import Definitions


def read_definitions(folder: Path, *, rulebook: Rulebook) -> tuple[Definitions, list[Finding]]:
    """Read all definitions of a pack and check them against one another.

    folder : the pack. Its observations and registers are read elsewhere.
    Returns : what could be read, and every finding, sorted by place. A faulty entry is left out or defaulted.
    Raises : PackUnreadable when the folder is no folder at all.
    """
    if not folder.is_dir():
        raise PackUnreadable(f"{folder.name!r} is no folder, so no pack.", hint="Give the folder with pack.toml in it.")
    findings: list[Finding] = list(check_rules(folder, rulebook=rulebook))
    units_of_measure, found = read_units_of_measure(folder, rulebook=rulebook)
    findings += found
    tables = read_pack_tables(folder, rulebook=rulebook, findings=findings)
    definitions = _assembled(
        read_pack_file(folder, rulebook=rulebook, findings=findings),
        tables,
        groups=read_groups(folder, rulebook=rulebook, findings=findings),
        indicators=read_indicators(folder, rulebook=rulebook, findings=findings),
        sources=read_sources(folder, rulebook=rulebook, findings=findings),
        derivations=read_derivations(folder, rulebook=rulebook, findings=findings),
        methodologies=read_methodologies(folder, rulebook=rulebook, findings=findings),
        forms=read_forms(folder, codelists=tables.codelists, rulebook=rulebook, findings=findings),
        units_of_measure=units_of_measure,
        rulebook=rulebook,
    )
    findings += check_definitions(definitions, tables, folder, rulebook=rulebook)
    findings = with_readable_directions(findings, findings)
    return definitions, sorted(findings, key=lambda finding: (finding.place, finding.code, finding.message))


def _assembled(pack: dict[str, Any], tables: PackTables, **parts: Any) -> Definitions:
    return Definitions(
        units=pack_tables.units_of(tables["units"]),
        memberships=pack_tables.memberships_of(tables["memberships"]),
        rates=pack_tables.rates_of(tables["rates"]),
        deflators=pack_tables.deflators_of(tables["deflators"]),
        parameters=pack_tables.parameters_of(tables["parameters"]),
        targets=pack_tables.targets_of(tables["targets"]),
        settlements=pack_tables.settlements_of(
            tables["settlements"], parts["indicators"], str(pack.get("default_source", ""))
        ),
        codelists=tables.codelists,
        **pack,
        **parts,
    )
