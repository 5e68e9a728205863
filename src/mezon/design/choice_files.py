"""Reader of the two files of `mezon assess --replay`: choices, a row a replicate, and weight sets."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from mezon.design.nearest import nearest
from mezon.errors import AskedForUnknown, WrongUse

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
    for line, row in enumerate(rows, start=2):
        if not row["replicate"] or row["replicate"] in seen:
            raise WrongUse(f"{path.name}, row {line}: replicate {row['replicate']!r} is empty or there twice.")
        seen.add(row["replicate"])
    return rows


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
    for line, row in enumerate(rows, start=2):
        weights = found.setdefault(row["set"], {})
        if row["node"] in weights:
            raise WrongUse(f"{path.name}, row {line}: {row['node']} is in set {row['set']} twice.")
        weights[row["node"]] = _weight(row["weight"], f"{path.name}, row {line}")
    return found


def _weight(text: str, place: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = -1.0
    if not 0 <= weight < float("inf"):
        raise WrongUse(f"{place}: {text!r} is no weight.", hint="Write a number at or above zero, with a point.")
    return weight


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        near = nearest(path.name, [each.name for each in path.parent.glob("*.csv")]) if path.parent.is_dir() else ""
        raise AskedForUnknown(f"There is no file {path}.", hint=f"Nearest: {near}." if near else "")
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = [[cell.strip() for cell in row] for row in csv.reader(file) if any(cell.strip() for cell in row)]
    for line, row in enumerate(table[1:], start=2):
        if len(row) != len(table[0]):
            raise WrongUse(
                f"{path.name}, row {line} has {len(row)} cells, the header {len(table[0])}.",
                hint='Put a cell with commas in quotation marks: "normalise/z-score(mean=10, sd=2)".',
            )
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]
