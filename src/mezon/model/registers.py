"""Registers, each declared once: reader, checks and data package (later table, form, API and page) follow.

A register row is a source: derivations count it into observations. The first form holds what the two papers and
the synthetic country need; a later issue grows it, and a pack may bring further columns to any register.
"""

from __future__ import annotations

from mezon.model.tables import BOOLEAN, DATE, INTEGER, NUMBER, PERIOD, Column, Table


def _register(name: str, *columns: Column, key: tuple[str, ...] = ("id",)) -> Table:
    identity = (Column(name="id", required=True),) if "id" in key else ()
    provenance = (Column(name="source", refers="sources"), Column(name="source_ref"), Column(name="note"))
    return Table(
        name=name, path=f"registers/{name}.csv", key=key, columns=(*identity, *columns, *provenance), open_columns=True
    )


_NAMES = (Column(name="name_en", required=True), Column(name="name_ru"), Column(name="name_uz"))
_MONEY = (
    Column(name="amount", type=NUMBER),
    Column(name="unit_of_measure", refers="units of measure"),
    Column(name="qualifier", codes=("=", "~", ">", "<")),
)

PROJECTS = _register(
    "projects",
    *_NAMES,
    Column(name="owner"),
    Column(name="unit", refers="units"),
    Column(name="kind"),
    Column(name="stage"),
    Column(name="innovative", type=BOOLEAN),
    Column(name="minerals", separator=";"),
    *_MONEY,
    Column(name="started", type=DATE),
    Column(name="brought_into_use", type=DATE),
    Column(name="jobs_created", type=NUMBER),
    Column(name="jobs_displaced", type=NUMBER),
    Column(name="capacity_before", type=NUMBER),
    Column(name="capacity_after", type=NUMBER),
    Column(name="capacity_unit"),
    Column(name="capacity_note"),
    Column(name="partners", separator=";"),
    Column(name="location"),
    Column(name="as_stated"),
)
INVESTMENTS = _register(
    "investments",
    Column(name="project", refers="projects"),
    Column(name="unit", required=True, refers="units"),
    Column(name="period", type=PERIOD, required=True),
    Column(name="purpose"),
    Column(name="source_of_funds"),
    *_MONEY,
)
PARTNERSHIPS = _register(
    "partnerships",
    *_NAMES,
    Column(name="unit", required=True, refers="units"),
    Column(name="partner"),
    Column(name="partner_country"),
    Column(name="kind"),
    Column(name="helix_role"),
    Column(name="signed", type=DATE),
    Column(name="expires", type=DATE),
)
ACTORS = _register(
    "actors",
    *_NAMES,
    Column(name="short"),
    Column(name="kind"),
    Column(name="helix_role"),
    Column(name="country", separator=";"),
    Column(name="level"),
    Column(name="unit", refers="units"),
    Column(name="named_in"),
)
DOCUMENTS = _register(
    "documents",
    Column(name="issuer"),
    Column(name="kind"),
    Column(name="number"),
    Column(name="date", type=DATE),
    Column(name="date_stated"),
    Column(name="title_stated"),
    Column(name="title_verified"),
    Column(name="topic"),
    Column(name="number_belongs_to"),
    Column(name="verified"),
    Column(name="cited_at"),
)
INSTRUMENTS = _register("instruments", *_NAMES, Column(name="document", refers="documents"), Column(name="kind"))
TECHNOLOGIES = _register("technologies", *_NAMES, Column(name="kind"))
ADOPTION = _register(
    "adoption",
    Column(name="unit", required=True, refers="units"),
    Column(name="technology", required=True, refers="technologies"),
    Column(name="period", type=PERIOD, required=True),
    Column(name="stage", type=INTEGER),
)
PEOPLE = _register(
    "people", Column(name="unit", required=True, refers="units"), Column(name="period", type=PERIOD, required=True)
)
PATENTS = _register(
    "patents",
    Column(name="unit", required=True, refers="units"),
    Column(name="title", required=True),
    Column(name="number"),
    Column(name="kind"),
    Column(name="granted", type=DATE),
    Column(name="owners", type=INTEGER),
)
PAYMENTS = _register("payments", Column(name="unit", refers="units"), Column(name="period", type=PERIOD), *_MONEY)
SITES = _register(
    "sites",
    *_NAMES,
    Column(name="unit", refers="units"),
    Column(name="latitude", type=NUMBER),
    Column(name="longitude", type=NUMBER),
    Column(name="minerals", separator=";"),
)
EXPERTS = _register("experts", *_NAMES, Column(name="institution"), Column(name="country"))
RATINGS = _register(
    "ratings",
    Column(name="expert"),
    Column(name="item"),
    Column(name="round", type=INTEGER),
    Column(name="score", type=NUMBER),
)
MEASURES = _register("measures", *_NAMES, Column(name="pillar"), Column(name="indicators", separator=";"))
REFERENCES = _register(
    "references",
    Column(name="publication", required=True, refers="sources"),
    Column(name="number", required=True),
    Column(name="entry"),
    Column(name="published", type=DATE),
    Column(name="listed", type=BOOLEAN),
    key=("publication", "number"),
)
CLAIMS = _register(
    "claims",
    Column(name="publication", required=True, refers="sources"),
    Column(name="place", required=True),
    Column(name="kind", required=True),
    Column(name="sentence", required=True),
    Column(name="terms"),
    Column(name="rule"),
    Column(name="comparator", codes=("=", "<", "<=", ">", ">=", "<>", "true")),
    Column(name="stated", type=NUMBER),
    Column(name="tolerance", type=NUMBER),
    Column(name="tolerance_reason"),
    Column(name="bases", separator=";"),
    Column(name="cannot"),
    Column(name="cannot_reason"),
    Column(name="data_needed"),
    Column(name="beside"),
    Column(name="reply"),
)

REGISTERS: dict[str, Table] = {
    table.name: table
    for table in (
        PROJECTS, INVESTMENTS, PARTNERSHIPS, ACTORS, DOCUMENTS, INSTRUMENTS, TECHNOLOGIES, ADOPTION, PEOPLE, PATENTS,
        PAYMENTS, SITES, EXPERTS, RATINGS, MEASURES, CLAIMS, REFERENCES,
    )
}  # fmt: skip
