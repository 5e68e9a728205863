"""Sources of values, and the rates, deflators and settlements that carry a source of their own."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where values come from. Two sources of one `producer` are revisions; two producers may disagree.

    `published` and `accessed` are whole or partial dates; `priority` : the lower number wins, None settles nothing.
    """

    id: str
    producer: str
    title: str
    citation: str = ""
    url: str = ""
    licence: str = ""
    published: str = ""
    accessed: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One unit of `origin` is `rate` units of `into`, over (average) or at the end of (end) a period."""

    origin: str
    into: str
    period: str
    kind: str
    rate: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deflator:
    """A price index of a country in a period; `base` is the period whose index is 100."""

    deflator: str
    country: str
    period: str
    index: float
    base: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A person's choice between rows that state one key: this row is used, for this reason.

    `row` is its line in settlements.csv (the header is 1), for findings; it is no part of what is chosen.
    """

    key: tuple[str, ...]
    source: str
    source_ref: str
    reason: str
    by: str
    date: str
    row: int | None = field(default=None, compare=False)
