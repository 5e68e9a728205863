"""A methodology file that lies outside its pack: read and checked as if it lay inside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mezon.design.checks import with_readable_directions
from mezon.design.checks_of_methodologies import check_methodology
from mezon.design.methodologies import read_methodology
from mezon.model.finding import Finding
from mezon.model.methodology import Methodology
from mezon.model.pack import Pack


def read_outside_methodology(
    path: Path, pack: Pack, *, identifier: str = ""
) -> tuple[Methodology | None, tuple[Finding, ...]]:
    """Read a methodology file and check it against a pack by the rules that hold for the pack's own files.

    `identifier` : the id it goes by, whatever the file says; left out, the file's own.
    Returns : the methodology, None when the file is absent or no TOML; and what is wrong with it, in order of place.
    """
    rulebook = pack.definitions.rulebook
    methodology, findings = read_methodology(path, rulebook=rulebook)
    if methodology is not None:
        methodology = replace(methodology, id=identifier or methodology.id)
        findings = findings + check_methodology(methodology, pack.definitions, rulebook=rulebook)
    found = set(with_readable_directions(findings, [*pack.findings, *findings]))
    ordered = sorted(found, key=lambda finding: (finding.place, finding.code, finding.message))
    return methodology, tuple(ordered)
