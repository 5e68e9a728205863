"""Reader of the two files of `mezon assess --replay`: choices, a row a replicate, and weight sets."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from mezon.design.nearest import nearest
from mezon.errors import AskedForUnknown, WrongUse

#: Most faults that are named one by one.
_NAMED = 50
_SET_COLUMNS = ("set", "node", "weight")


def read_choices(path: Path) -> list[dict[str, str]]:
    """Read choices: `replicate` and a column for each thing varied; every cell as text, "" where there is none.

    Raises : AskedForUnknown when there is no such file; WrongUse for one without `replicate`, without rows, with a
    replicate twice, or with a row of another length than the header.
    """
    rows = _rows(path)
    if rows and "replicate" not in rows[0]:
        raise WrongUse(f"{path.name} has no column replicate.", hint="Give every row a name of its own in `replicate`.")
    if not rows:
        raise WrongUse(f"{path.name} has no row.", hint="Write a header, then one row a replicate.")
    seen: set[str] = set()
    faults = []
    for line, row in enumerate(rows, start=2):
        if not row["replicate"] or row["replicate"] in seen:
            faults.append(f"row {line}: replicate {row['replicate']!r} is empty or there twice")
        seen.add(row["replicate"])
    _refuse(path, faults, "Give every row a name of its own in `replicate`.")
    return rows


def faults_text(name: str, faults: Sequence[str]) -> str:
    """Name every fault of a file, a line each where there are several; beyond the first few they are counted."""
    if len(faults) == 1:
        return f"{name}, {faults[0]}."
    more = len(faults) - _NAMED
    lines = [f"  {fault}" for fault in faults[:_NAMED]] + ([f"  and {more} more"] if more > 0 else [])
    return "\n".join((f"{name}: {len(faults)} faults.", *lines, ""))


def _refuse(path: Path, faults: Sequence[str], hint: str) -> None:
    if faults:
        raise WrongUse(faults_text(path.name, faults), hint=hint)


def read_weight_sets(path: Path) -> Mapping[str, Mapping[str, float]]:
    """Read weight sets: set, node (a node or an indicator), weight. Returns : set -> node -> weight.

    Raises : AskedForUnknown when there is no such file; WrongUse for a missing column, a weight that is no number at or
    above zero, or a node twice in a set.
    """
    found: dict[str, dict[str, float]] = {}
    rows = _rows(path)
    missing = [name for name in _SET_COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise WrongUse(f"{path.name} has no {', '.join(missing)}.", hint="Its columns are: set, node, weight.")
    faults = []
    for line, row in enumerate(rows, start=2):
        weights, weight = found.setdefault(row["set"], {}), _weight(row["weight"])
        if row["node"] in weights:
            faults.append(f"row {line}: {row['node']} is in set {row['set']} twice")
        elif weight is None:
            faults.append(f"row {line}: {row['weight']!r} is no weight")
        weights[row["node"]] = weight or 0.0
    _refuse(path, faults, "A weight is a number at or above zero, with a point; a node is in a set once.")
    return found


def _weight(text: str) -> float | None:
    """Read a weight; None when it is no number at or above zero."""
    try:
        weight = float(text)
    except ValueError:
        return None
    return weight if 0 <= weight < float("inf") else None


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        near = nearest(path.name, [each.name for each in path.parent.glob("*.csv")]) if path.parent.is_dir() else ""
        raise AskedForUnknown(f"There is no file {path}.", hint=f"Nearest: {near}." if near else "")
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = [[cell.strip() for cell in row] for row in csv.reader(file) if any(cell.strip() for cell in row)]
    header = table[0] if table else []
    if len(header) == 1 and len(header[0].split(";")) > 1:
        raise WrongUse(f"{path.name} is separated by semicolons.", hint="Write it with commas between the cells.")
    faults = [
        f"row {line} has {len(row)} cells, the header {len(header)}"
        for line, row in enumerate(table[1:], start=2)
        if len(row) != len(header)
    ]
    _refuse(path, faults, 'Put a cell with commas in quotation marks: "normalise/z-score(mean=10, sd=2)".')
    return [dict(zip(header, row, strict=True)) for row in table[1:]]
