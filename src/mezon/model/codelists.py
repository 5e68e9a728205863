"""Closed lists of the model, as SDMX names them, and the shape of an open one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mezon.model.text import Text


class ObsStatus(StrEnum):
    """SDMX CL_OBS_STATUS: what kind of value this is, or why there is none."""

    NORMAL = "A"
    BREAK = "B"
    DEFINITION_DIFFERS = "D"
    ESTIMATED = "E"
    FORECAST = "F"
    EXPERIMENTAL = "G"
    IMPUTED = "I"
    IMPUTED_BY_RECEIVER = "K"
    EXISTS_NOT_COLLECTED = "L"
    CANNOT_EXIST = "M"
    NOT_SIGNIFICANT = "N"
    MISSING = "O"
    PROVISIONAL = "P"
    SUPPRESSED = "Q"
    STRIKE = "S"
    LOW_RELIABILITY = "U"
    UNVALIDATED = "V"


#: Statuses that say why there is no value; each of the others needs one.
ABSENT = frozenset({ObsStatus.MISSING, ObsStatus.CANNOT_EXIST, ObsStatus.EXISTS_NOT_COLLECTED, ObsStatus.SUPPRESSED})


class ConfStatus(StrEnum):
    """SDMX CL_CONF_STATUS: who may see the value."""

    FREE = "F"
    CONFIDENTIAL = "C"
    NOT_FOR_PUBLICATION = "N"
    SECONDARY = "D"
    SECONDARY_BY_RECEIVER = "S"
    PRIMARY_BY_THRESHOLD = "A"
    PRIMARY_BY_OTHER_RULE = "O"
    PRIMARY_BY_DOMINANCE = "T"
    PRIMARY_BY_GEOGRAPHY = "G"
    PRIMARY_BY_MICRODATA = "M"


class Level(StrEnum):
    """What kind of unit is described; an AREA (world, Asia) is never added to countries."""

    ENTERPRISE = "ENTERPRISE"
    CLUSTER = "CLUSTER"
    INDUSTRY = "INDUSTRY"
    REGION = "REGION"
    COUNTRY = "COUNTRY"
    AREA = "AREA"


class Variant(StrEnum):
    """Whether a value happened, is planned, or is aimed at."""

    FACT = "FACT"
    PLAN = "PLAN"
    TARGET = "TARGET"


class Qualifier(StrEnum):
    """How a source hedges a value: exactly, about, more than, less than."""

    EXACT = "="
    ABOUT = "~"
    MORE_THAN = ">"
    LESS_THAN = "<"


class Severity(StrEnum):
    """How much a finding matters: an error stops the line, a warning wants an answer, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Frequency(StrEnum):
    """SDMX CL_FREQ, the part that Mezon uses; B is "every two years" here."""

    ANNUAL = "A"
    BIENNIAL = "B"
    HALF_YEARLY = "S"
    QUARTERLY = "Q"
    MONTHLY = "M"


class RollUp(StrEnum):
    """How a value of the parts becomes the value of the whole (methods.md section 0)."""

    SUM = "sum"
    RATIO_OF_SUMS = "ratio-of-sums"
    WEIGHTED_MEAN = "weighted-mean"
    RATE = "rate"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One entry of an open codelist, such as a dimension's categories."""

    code: str
    name: Text
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codelist:
    """An open list that a pack brings: its id and its codes, in order."""

    id: str
    codes: Mapping[str, Code]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOfMeasure:
    """One entry of CL_UNIT_MEASURE: two units convert into one another when `dimension` agrees.

    A value times `scale` is the value in the base unit of its dimension: UZS_BN has dimension "money",
    currency "UZS" and scale 1e9; KT has dimension "mass", no currency and scale 1000 (base: tonne).
    """

    code: str
    name: Text
    dimension: str
    currency: str = ""
    scale: float = 1.0
