"""Reporting units and the dated hierarchies they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mezon.model.codelists import Level
from mezon.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Something that is measured: an enterprise, cluster, industry, region, country or area.

    `valid_from` and `valid_to` are whole or partial dates, empty when open. `groupings` holds the extra columns
    of units.csv (region, size class ...) by column name. `successors` are the units that went on with what this one
    was when it ended: one after a merger or a renaming, several after a split.
    """

    code: str
    level: Level
    name: Text
    country: str = ""
    isic: str = ""
    valid_from: str = ""
    valid_to: str = ""
    aliases: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    groupings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A unit is part of a parent in one hierarchy, from a date to a date (empty = open)."""

    unit: str
    parent: str
    hierarchy: str
    valid_from: str = ""
    valid_to: str = ""
