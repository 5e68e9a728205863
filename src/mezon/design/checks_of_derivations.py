"""Checks of derivations.toml: registers, columns and measures that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mezon.design.expressions import terms_of
from mezon.design.nearest import nearest
from mezon.design.pack_files import DERIVATIONS
from mezon.errors import FormulaFault
from mezon.model.finding import Finding, Rulebook
from mezon.model.pack import Definitions, Derivation
from mezon.model.registers import REGISTERS

_MEASURE = re.compile(r"count|(?:sum|distinct|mean)\(\s*(?P<column>[\w.-]+)\s*\)")
_ACTIVE = re.compile(r"active\(\s*(?P<first>[\w.-]+)\s*,\s*(?P<last>[\w.-]+)\s*\)")


def check_derivations(definitions: Definitions, folder: Path, *, rulebook: Rulebook) -> list[Finding]:
    """Say where a derivation counts what no register holds."""
    findings: list[Finding] = []
    for derivation in definitions.derivations:
        if derivation.indicator not in definitions.indicators:
            near = nearest(derivation.indicator, definitions.indicators)
            findings.append(_at(rulebook, "unknown-indicator", derivation, "", derivation.indicator, nearest=near))
        if derivation.register in REGISTERS:
            findings += _columns(derivation, register_columns(folder, derivation.register), rulebook)
        elif derivation.register:
            near = nearest(derivation.register, REGISTERS)
            details = {"nearest": near, "what": "registers"}
            findings.append(_at(rulebook, "unknown-reference", derivation, "register", derivation.register, **details))
    return findings


def register_columns(folder: Path, register: str) -> frozenset[str]:
    """Give the declared columns of a register, and those that the pack's file brings besides."""
    table = REGISTERS[register]
    names = {column.name for column in table.columns}
    try:
        with (folder / table.path).open("rb") as file:
            written = file.readline().decode("utf-8-sig", errors="replace").split(",")
    except OSError:
        return frozenset(names)
    return frozenset(names | {name.strip().strip('"').strip() for name in written if name.strip()})


def _columns(derivation: Derivation, columns: frozenset[str], rulebook: Rulebook) -> Iterator[Finding]:
    measure = _MEASURE.fullmatch(derivation.measure.strip())
    if measure is None:
        yield _at(rulebook, "derivation-measure", derivation, "measure", derivation.measure)
    named = [("measure", measure["column"])] if measure and measure["column"] else []
    active = _ACTIVE.fullmatch(derivation.date.strip())
    named += [("date", name) for name in (active.groups() if active else [derivation.date]) if name]
    named += [("fraction", derivation.fraction)] if derivation.fraction else []
    if derivation.where:
        try:
            named += [("where", name) for name in sorted(terms_of(derivation.where, filtering=True))]
        except FormulaFault as fault:
            yield _at(rulebook, "formula-syntax", derivation, "where", derivation.where, reason=fault.message)
    for key, name in named:
        if name not in columns:
            table = REGISTERS[derivation.register].path
            yield _at(rulebook, "unknown-column", derivation, key, name, nearest=nearest(name, columns), table=table)


def _at(rulebook: Rulebook, code: str, derivation: Derivation, key: str, value: str, **details: Any) -> Finding:
    path = ".".join(part for part in (derivation.indicator, key) if part)
    return rulebook.finding(code, file=DERIVATIONS, key=path, value=value, **details)
