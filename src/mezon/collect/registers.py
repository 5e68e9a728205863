"""Registers of a pack: one CSV each, in the columns that model/registers declares."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from mezon.design.csv_table import read_csv_table
from mezon.model.finding import Finding, Rulebook
from mezon.model.pack import Definitions
from mezon.model.registers import REGISTERS


def read_registers(
    folder: Path, definitions: Definitions, *, rulebook: Rulebook
) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Read every register that the pack has.

    An empty `source` is the pack's default_source. References between registers are checked when all are read.
    Returns : frames by register name (declared columns typed, further ones as text, and `row`), and what reading
        found, such as a file that is no register.
    """
    frames: dict[str, pl.DataFrame] = {}
    findings: list[Finding] = []
    for path in sorted((folder / "registers").glob("*.csv")):
        table = REGISTERS.get(path.stem)
        if table is None:
            findings.append(_unknown_register(path, rulebook))
            continue
        frame, found = read_csv_table(path, table, rulebook=rulebook, file=table.path)
        source = pl.col("source")
        default = pl.lit(definitions.default_source)
        frames[table.name] = frame.with_columns(pl.when(source == "").then(default).otherwise(source).alias("source"))
        findings.extend(found)
    return frames, findings


def _unknown_register(path: Path, rulebook: Rulebook) -> Finding:
    from mezon.design.nearest import nearest

    return rulebook.finding(
        "unknown-register", file=f"registers/{path.name}", value=path.stem, nearest=nearest(path.stem, REGISTERS)
    )
