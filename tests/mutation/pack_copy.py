"""A copy of a pack whose cells can be changed, and what has to be known to change them where a rule can see it."""

from __future__ import annotations

import csv
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from mezon.model.pack import Pack

SERIES = ("indicator", "unit", "breakdown", "variant", "price_basis", "unit_of_measure", "source")


@dataclass
class Sheet:
    """One CSV as text: header and rows."""

    header: list[str]
    rows: list[list[str]]

    def get(self, index: int, column: str) -> str:
        return self.rows[index][self.header.index(column)] if column in self.header else ""

    def set(self, index: int, column: str, value: str) -> None:
        if column not in self.header:
            self.header.append(column)
            for row in self.rows:
                row.append("")
        self.rows[index][self.header.index(column)] = value

    def append_like(self, index: int, **changes: str) -> int:
        self.rows.append(list(self.rows[index]))
        for column, value in changes.items():
            self.set(len(self.rows) - 1, column, value)
        return len(self.rows) - 1


@dataclass(frozen=True)
class Planted:
    """One fault: its kind, the finding it has to make, where, and what else it touches.

    `touched` : pairs of indicator and unit; `names` : the source of the row, and the references it cites, for findings
    that speak of a source or a reference as a whole.
    """

    kind: str
    code: str
    file: str
    row: int | None = None
    column: str = ""
    key: str = ""
    touched: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    names: frozenset[str] = field(default_factory=frozenset)


class Facts:
    """The observations of a pack as rows, and where to find those that belong together; made once a pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.frame: list[dict[str, Any]] = pack.observations.to_dicts()
        self.series: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.of_pair: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.of_unit_period: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.with_negatives: set[str] = set()
        for index, row in enumerate(self.frame):
            self.series[tuple(row[name] for name in SERIES)].append(index)
            self.of_pair[row["indicator"], row["unit"]].append(row)
            self.of_unit_period[row["unit"], row["period"]].append(row)
            if row["value"] is not None and row["value"] < 0:
                self.with_negatives.add(row["indicator"])

    def is_restated(self, index: int) -> bool:
        """Whether any source states a period of this indicator and unit twice."""
        row = self.frame[index]
        stated = [(other["period"], other["breakdown"]) for other in self.of_pair[row["indicator"], row["unit"]]]
        return len(stated) > len(set(stated))


class PackCopy:
    """A pack copied to `folder`; `noisy` series have findings already and are left alone."""

    def __init__(self, facts: Facts, folder: Path, seed: int, noisy: set[tuple[str, str]]) -> None:
        shutil.copytree(str(facts.pack.folder), folder)
        self.facts, self.pack, self.folder = facts, facts.pack, folder
        self.rng = Random(seed)  # noqa: S311
        self.frame = facts.frame
        self.taken = set(noisy)
        self.sheets: dict[str, Sheet] = {}
        self.ragged: list[int] = []
        self.bytes_of: dict[str, Callable[[bytes], bytes]] = {}

    @property
    def observations(self) -> Sheet:
        return self.sheet("observations.csv")

    def sheet(self, path: str) -> Sheet:
        if path not in self.sheets:
            with (self.folder / path).open(encoding="utf-8", newline="") as stream:
                header, *rows = csv.reader(stream)
            self.sheets[path] = Sheet(header, rows)
        return self.sheets[path]

    def has(self, path: str) -> bool:
        return (self.folder / path).is_file()

    def save(self) -> None:
        for index in self.ragged:
            self.observations.rows[index].append("one too many")
        for path, sheet in self.sheets.items():
            with (self.folder / path).open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(sheet.header)
                writer.writerows(sheet.rows)
        for path, change in self.bytes_of.items():
            (self.folder / path).write_bytes(change((self.folder / path).read_bytes()))

    def choose(self, fits: Callable[[int], bool] | None = None) -> int | None:
        """Pick at random an observation of an untouched series that has a value and fits; take its series."""
        for index in self.rng.sample(range(len(self.frame)), len(self.frame)):
            row = self.frame[index]
            if (row["indicator"], row["unit"]) in self.taken or row["value"] is None:
                continue
            if fits is None or fits(index):
                self.taken.add((row["indicator"], row["unit"]))
                return index
        return None

    def at(self, index: int, kind: str, code: str, column: str) -> Planted:
        """Record a fault in a cell of observations.csv."""
        row = self.frame[index]
        return Planted(
            kind=kind, code=code, file="observations.csv", row=index + 2, column=column,
            touched=frozenset({(row["indicator"], row["unit"])}), names=names_in(row),
        )  # fmt: skip

    def neighbours(self, index: int) -> list[int] | None:
        """Give the rows of the same series by period, or None when it states a period twice or periods of two kinds."""
        members = self.facts.series[tuple(self.frame[index][name] for name in SERIES)]
        periods = [self.frame[member]["period"] for member in members]
        if len(set(periods)) < len(periods) or len({len(period) for period in periods}) > 1:
            return None
        return sorted(members, key=lambda member: self.frame[member]["period"])


def names_in(row: dict[str, Any]) -> frozenset[str]:
    """Give the source of a row and the references it cites, as findings show them."""
    return frozenset({row.get("source", ""), *(f"[{number}]" for number in re.findall(r"\w+", row.get("cites", "")))})
