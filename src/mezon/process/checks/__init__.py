"""Checks of a pack: each rule of the rulebook names a registered kind, and each kind is one function here."""

from __future__ import annotations

from collections.abc import Iterator

from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.pack import Pack
from mezon.process.checks import (
    agreement,
    cells,
    citations,
    codes,
    computed,
    formulas,
    money,
    register_rows,
    series,
    timing,
    totals,
)
from mezon.process.checks.causes import from_their_causes
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import CHECKS, check

__all__ = ["CHECKS", "Evidence", "check", "check_pack", "findings_of", "from_their_causes"]

#: The modules whose import fills CHECKS.
FAMILIES = (agreement, cells, citations, codes, computed, formulas, money, register_rows, series, timing, totals)


def check_pack(pack: Pack, *, severities: frozenset[Severity] = frozenset(Severity)) -> list[Finding]:
    """Run every rule whose kind is registered here, and give what they find, sorted by place.

    `severities` : only rules of these are run; who only needs to know whether there are errors need not wait for all.
    Rules of other kinds are worded by those who read the files; they are not run again. The order of rows does
    not matter, and nor does the order of rules.
    """
    found = findings_of(pack, severities=severities)
    return sorted(found, key=lambda finding: (finding.place, finding.code, finding.value, finding.message))


def findings_of(pack: Pack, *, severities: frozenset[Severity] = frozenset(Severity)) -> Iterator[Finding]:
    """Give what the rules find one by one, rule after rule: whoever counts them need not hold them all."""
    evidence = Evidence(pack)
    for rule in evidence.rulebook.rules.values():
        run = CHECKS.get(rule.kind)
        if run is not None and rule.severity in severities:
            yield from run(evidence, rule)
