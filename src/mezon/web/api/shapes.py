"""The shapes of what the API takes and gives; the OpenAPI document follows from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from ninja import Field, Schema

from mezon.model.codelists import Variant

T = TypeVar("T")

_MOST_AT_ONCE = 5000


class Finding(Schema):
    """One fault at one place: which rule, how grave, what was found, what to do."""

    code: str
    severity: str
    place: str
    row: int | None = None
    column: str = ""
    value: str = ""
    message: str
    hint: str = ""


class Problem(Schema):
    """A refusal (RFC 9457): what is not possible, what to do next, and every finding."""

    type: str
    title: str
    status: int
    detail: str
    hint: str
    findings: list[Finding]


class Words(Schema):
    """A text in the three languages; empty where there is none."""

    en: str
    ru: str
    uz: str


class Page(Schema, Generic[T]):
    """A part of a list: `total` says how long the whole is, `next` is the cursor of the next part (null: the end)."""

    total: int
    next: str | None
    items: list[T]


class Release(Schema):
    """A published release: content-addressed, it never changes."""

    id: str
    pack: str
    version: str
    as_of: date
    published_at: datetime
    content_sha256: str
    synthetic: bool
    methodologies: list[str]


class Stated(Schema):
    """A value as somebody stated it, with all that is said beside it."""

    indicator: str
    unit: str
    period: str
    breakdown: str
    value: float | None
    unit_of_measure: str
    variant: str
    price_basis: str
    status: str
    confidentiality: str
    qualifier: str
    low: float | None
    high: float | None
    standard_error: float | None
    source: str
    source_ref: str
    cites: str
    published: str
    note: str


class Observation(Stated):
    """A released value. `value` is null where its status says there is none, or where it is confidential."""

    origin: str
    origin_note: str


class Score(Schema):
    """A score and a rank with their intervals; `node` is a group, or the whole index."""

    unit: str
    period: str
    node: str
    score: float | None
    rank: int | None
    score_low: float | None
    score_high: float | None
    rank_low: float | None
    rank_high: float | None
    coverage: float | None
    imputed_share: float | None


class Indicator(Schema):
    """What is measured, in which unit, which way is better (1 more, -1 less, 0 neither)."""

    code: str
    name: Words
    definition: Words
    unit_of_measure: str
    group: str
    direction: int
    formula: str
    proxy: bool
    holder: Words


class Unit(Schema):
    """Something that is measured."""

    code: str
    name: Words
    level: str
    country: str
    valid_from: str
    valid_to: str


class Source(Schema):
    """Where values come from."""

    id: str
    producer: str
    title: str
    citation: str
    url: str
    licence: str
    published: str
    accessed: str


class Form(Schema):
    """A form that a unit owes, and the periods it is asked for."""

    id: str
    version: str
    title: Words
    units: list[str]
    periods: list[str]
    cells: int


class SubmissionToOpen(Schema):
    """Which form of which unit for which period."""

    pack: str = Field(max_length=100)
    form: str = Field(max_length=100)
    unit: str = Field(max_length=100)
    period: str = Field(max_length=20)


class Cell(Schema):
    """One asked-for value: as typed, as read, and where it stands."""

    id: int
    indicator: str
    breakdown: str
    variant: str
    period: str
    required: bool
    text: str
    value: float | None
    status: str
    note: str
    place: str
    state: str
    returned_reason: str
    version: int


class Submission(Schema):
    """A submission, without its cells."""

    id: int
    pack: str
    form: str
    form_version: str
    unit: str
    period: str
    number: int
    state: str
    due: date
    submitted_at: datetime | None
    receipt: str
    release: str | None


class SubmissionWithCells(Submission):
    """A submission with every cell and everything that the checks found in them."""

    cells: list[Cell]
    findings: list[Finding]
    blocking: bool


class CellToPut(Schema):
    """What one cell is to be, as one would type it. `version`: the one you saw; another one since is a conflict."""

    indicator: str = Field(max_length=100)
    breakdown: str = Field("", max_length=250)
    variant: str = Field(str(Variant.FACT), max_length=20)
    period: str = Field("", max_length=20, description="Empty: the period of the submission.")
    text: str = Field("", max_length=250)
    status: str = Field("", max_length=1)
    note: str = Field("", max_length=2000)
    version: int | None = None


class CellsToPut(Schema):
    """Cells in bulk: all of them or none (`all`), or those that can be written (`good`)."""

    mode: str = Field("all", pattern="^(all|good)$")
    reason: str = Field("", max_length=500)
    cells: list[CellToPut] = Field(max_length=_MOST_AT_ONCE)


class CellOutcome(Schema):
    """What became of one cell: saved, unchanged, conflict (somebody changed it since) or locked."""

    id: int
    indicator: str
    breakdown: str
    variant: str
    period: str
    outcome: str
    version: int


class CellsPut(Schema):
    """What became of every cell, and what the checks find now."""

    submission: Submission
    outcomes: list[CellOutcome]
    findings: list[Finding]


class Uploaded(Schema):
    """A file that was read: what it would change, and what is wrong with it. It is written when you confirm it."""

    id: int
    kind: str
    content_sha256: str
    counts: dict[str, int]
    settings: dict[str, Any]
    confirmed: bool
    written: int
    receipt: str
    findings: list[Finding]


class Confirmation(Schema):
    """All or nothing (`all`), or the good cells only (`good`)."""

    mode: str = Field("all", pattern="^(all|good)$")


class Statement(Schema):
    """Who answers for these figures."""

    statement: str = Field(min_length=1, max_length=4000)


class Reason(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class WorkingObservation(Stated):
    """A value of the working view: what the database holds now, and since which change."""

    recorded_from: int


class Job(Schema):
    """Work in the background: how far it is, what came of it, or why it failed."""

    id: int
    kind: str
    state: str
    ended: bool
    sentence: str
    done: int
    of: int
    percent: int | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any] | None
    failure: str
    hint: str
