"""Indicators, and the groups and pillars they are sorted into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mezon.model.codelists import Frequency, Level, RollUp
from mezon.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group (paper 1) or pillar (paper 2) of indicators: which of the two is `kind`."""

    code: str
    kind: str
    name: Text
    order: int = 0
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goalposts:
    """The raw values that count as worst and best imaginable, before any transform; `low` is below `high`.

    Goalposts by group: `by` is a column of units.csv, `groups` its values with their own pair. Goalposts from the data:
    `percentiles`, (0, 100) = the lowest and highest value seen. `low` and `high` are NaN where these decide.
    """

    low: float
    high: float
    by: str = ""
    groups: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    percentiles: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What is measured, in which unit, which way is better, and how it comes about.

    `direction` : 1 more is better, -1 less is better, 0 context only (never enters an index).
    `roll_up_weight` : the indicator that weighs a weighted mean, or the condition of a rate.
    `proxy` : a stand-in, marked wherever it shows.
    `holder` : who would have to supply it, shown where it is missing.
    `attributes` : every other key of the definition (best, target, denominator, bands, transform, standards ...).
    """

    code: str
    name: Text
    unit: str
    group: str = ""
    pillars: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    direction: int = 0
    formula: str = ""
    roll_up: RollUp = RollUp.NONE
    roll_up_weight: str = ""
    range: tuple[float | None, float | None] = (None, None)
    goalposts: Goalposts | None = None
    frequency: Frequency = Frequency.ANNUAL
    decimals: int = 2
    proxy: bool = False
    definition: Text = field(default_factory=Text)
    holder: Text = field(default_factory=Text)
    methods_id: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
