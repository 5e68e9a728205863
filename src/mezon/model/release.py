"""A release: observations frozen at a date, one row a key, every row with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from mezon.model.finding import Finding
from mezon.model.pack import Definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is known of a pack by a date: settled, converted, derived and rolled up.

    `observations` has RELEASE_SCHEMA and one row a key, sorted by key. `content_sha256` hashes the values at ten
    significant digits, so that it agrees across machines. `findings` are what settling and deriving found.
    """

    pack: str
    pack_version: str
    pack_sha256: str
    as_of: date
    definitions: Definitions
    observations: pl.DataFrame
    content_sha256: str
    registers: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def id(self) -> str:
        """Short name for people: pack, version, date and the first digits of the content hash."""
        return f"{self.pack}({self.pack_version})@{self.as_of.isoformat()}#{self.content_sha256[:12]}"
