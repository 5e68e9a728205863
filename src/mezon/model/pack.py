"""A pack: everything a country needs, read from one folder. A release is a pack too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import polars as pl

from mezon.model.codelists import Codelist, UnitOfMeasure
from mezon.model.finding import Finding, Rulebook
from mezon.model.form import Form
from mezon.model.indicator import Group, Indicator
from mezon.model.methodology import Methodology
from mezon.model.observations import no_observations
from mezon.model.source import Deflator, Rate, Settlement, Source
from mezon.model.text import Text
from mezon.model.unit import Membership, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """An indicator counted from a register (derivations.toml).

    `measure` : "count", "sum(COLUMN)", "distinct(COLUMN)" or "mean(COLUMN)"; `where` : an SQL expression over the
    register's columns; `date` : the column whose date (or period) says in which period a row counts, or
    "active(FROM, TO)" for every period it spans; `fraction` : a column to divide each row by (1 / number of owners).
    """

    indicator: str
    register: str
    measure: str
    where: str = ""
    date: str = ""
    fraction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What a pack says about itself and its world: all but the observations and the rows of its registers."""

    id: str
    version: str
    title: Text
    publisher: str = ""
    licence: str = ""
    languages: tuple[str, ...] = ("en",)
    default_methodology: str = ""
    default_source: str = ""
    synthetic: bool = False
    groups: Mapping[str, Group] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    deflators: tuple[Deflator, ...] = ()
    parameters: Mapping[tuple[str, str], float] = field(default_factory=dict)
    targets: pl.DataFrame = field(default_factory=pl.DataFrame)
    settlements: tuple[Settlement, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    codelists: Mapping[str, Codelist] = field(default_factory=dict)
    units_of_measure: Mapping[str, UnitOfMeasure] = field(default_factory=dict)
    methodologies: Mapping[str, Methodology] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    rulebook: Rulebook = field(default_factory=lambda: Rulebook(rules={}))
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Definitions, observations and registers, and what reading them found.

    `folder` is where it was read from; `sha256` is a hash of its content that does not depend on the order of rows.
    `findings` are the faults of reading; the checks of `process` add theirs to them. Registers are frames with the
    declared columns (typed) first, any further columns as text, and `row`, the line in the file.
    """

    folder: PurePath
    sha256: str
    definitions: Definitions
    observations: pl.DataFrame = field(default_factory=no_observations)
    registers: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the line."""
        return any(finding.severity == "error" for finding in self.findings)

    def methodology(self, methodology_id: str | None = None) -> Methodology | None:
        """Give a methodology by id, or the default one; None when there is none of that name."""
        return self.definitions.methodologies.get(methodology_id or self.definitions.default_methodology)
