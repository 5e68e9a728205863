"""The columns of every CSV of a pack, declared once: the reader, the checks and datapackage.json follow from it."""

from __future__ import annotations

from dataclasses import dataclass

from mezon.model.codelists import ConfStatus, Level, ObsStatus, Qualifier, Variant

#: Types of a column, in the words of Data Package's Table Schema, and two of ours: "period" (SDMX) and
#: "date" (whole or partial: 2024, 2024-05, 2024-05-17).
TEXT, NUMBER, INTEGER, BOOLEAN, PERIOD, DATE = "string", "number", "integer", "boolean", "period", "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its type, whether a cell may be empty, and what its values must exist in.

    `codes` : the closed list of values, or `refers` : "units", "indicators", "sources" ... (a table of the pack);
    a cell that holds several takes them apart at `separator`.
    """

    name: str
    type: str = TEXT
    required: bool = False
    codes: tuple[str, ...] = ()
    refers: str = ""
    separator: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One CSV: the path inside the pack, its columns, its primary key, and whether it may bring more columns."""

    name: str
    path: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    open_columns: bool = False

    def column(self, name: str) -> Column | None:
        """Give a declared column, or None."""
        return next((column for column in self.columns if column.name == name), None)


def _codes(codelist: type) -> tuple[str, ...]:
    return tuple(str(code) for code in codelist)  # type: ignore[attr-defined]


UNITS = Table(
    name="units",
    path="units.csv",
    key=("unit",),
    open_columns=True,
    columns=(
        Column(name="unit", required=True),
        Column(name="level", required=True, codes=_codes(Level)),
        Column(name="name_en", required=True),
        Column(name="name_ru"),
        Column(name="name_uz"),
        Column(name="country"),
        Column(name="isic"),
        Column(name="valid_from", type=DATE),
        Column(name="valid_to", type=DATE),
        Column(name="aliases", separator=";"),
        Column(name="successors", refers="units", separator=";"),
    ),
)

MEMBERSHIPS = Table(
    name="memberships",
    path="memberships.csv",
    key=("unit", "parent", "hierarchy", "valid_from"),
    columns=(
        Column(name="unit", required=True, refers="units"),
        Column(name="parent", required=True, refers="units"),
        Column(name="hierarchy", required=True),
        Column(name="valid_from", type=DATE),
        Column(name="valid_to", type=DATE),
    ),
)

_KEY_COLUMNS = (
    Column(name="indicator", required=True, refers="indicators"),
    Column(name="unit", required=True, refers="units"),
    Column(name="period", type=PERIOD, required=True),
    Column(name="breakdown"),
    Column(name="variant", codes=_codes(Variant)),
    Column(name="price_basis"),
    Column(name="unit_of_measure", refers="units of measure"),
)

OBSERVATIONS = Table(
    name="observations",
    path="observations.csv",
    columns=(
        *_KEY_COLUMNS[:4],
        Column(name="value", type=NUMBER),
        _KEY_COLUMNS[6],
        _KEY_COLUMNS[4],
        _KEY_COLUMNS[5],
        Column(name="status", codes=_codes(ObsStatus)),
        Column(name="confidentiality", codes=_codes(ConfStatus)),
        Column(name="qualifier", codes=_codes(Qualifier)),
        Column(name="low", type=NUMBER),
        Column(name="high", type=NUMBER),
        Column(name="standard_error", type=NUMBER),
        Column(name="source", refers="sources"),
        Column(name="source_ref"),
        Column(name="cites"),
        Column(name="published", type=DATE),
        Column(name="note"),
    ),
)

SETTLEMENTS = Table(
    name="settlements",
    path="settlements.csv",
    columns=(
        *_KEY_COLUMNS,
        Column(name="source", refers="sources"),
        Column(name="source_ref"),
        Column(name="reason", required=True),
        Column(name="by", required=True),
        Column(name="date", type=DATE, required=True),
    ),
)

PARAMETERS = Table(
    name="parameters",
    path="parameters.csv",
    key=("name", "period"),
    columns=(
        Column(name="name", required=True),
        Column(name="period", type=PERIOD),
        Column(name="value", type=NUMBER, required=True),
        Column(name="source", refers="sources"),
        Column(name="note"),
    ),
)

TARGETS = Table(
    name="targets",
    path="targets.csv",
    key=("indicator", "unit", "period", "kind"),
    columns=(
        Column(name="indicator", required=True, refers="indicators"),
        Column(name="unit", required=True, refers="units"),
        Column(name="period", type=PERIOD, required=True),
        Column(name="value", type=NUMBER, required=True),
        Column(name="kind"),
        Column(name="source", refers="sources"),
    ),
)

RATES = Table(
    name="rates",
    path="rates.csv",
    key=("from", "to", "period", "kind"),
    columns=(
        Column(name="from", required=True, refers="currencies"),
        Column(name="to", required=True, refers="currencies"),
        Column(name="period", type=PERIOD, required=True),
        Column(name="kind", required=True, codes=("average", "end")),
        Column(name="rate", type=NUMBER, required=True),
        Column(name="source", required=True, refers="sources"),
    ),
)

DEFLATORS = Table(
    name="deflators",
    path="deflators.csv",
    key=("deflator", "country", "period"),
    columns=(
        Column(name="deflator", required=True),
        Column(name="country", required=True),
        Column(name="period", type=PERIOD, required=True),
        Column(name="index", type=NUMBER, required=True),
        Column(name="base", required=True),
        Column(name="source", required=True, refers="sources"),
    ),
)

CODELIST = Table(
    name="codelist",
    path="codelists/*.csv",
    key=("code",),
    open_columns=True,
    columns=(
        Column(name="code", required=True),
        Column(name="name_en", required=True),
        Column(name="name_ru"),
        Column(name="name_uz"),
        Column(name="parent"),
    ),
)

#: Every table of fixed name; registers are declared in `model.registers`.
TABLES = (UNITS, MEMBERSHIPS, OBSERVATIONS, SETTLEMENTS, PARAMETERS, TARGETS, RATES, DEFLATORS)
