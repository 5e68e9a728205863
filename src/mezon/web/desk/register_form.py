"""One row of a register as a form: fields from the declared columns, and what is wrong with each at its field."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext as _

from mezon.design.csv_table import check_references, read_csv_table
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.pack import Definitions
from mezon.model.registers import REGISTERS
from mezon.model.tables import BOOLEAN, DATE, INTEGER, NUMBER, PERIOD, Column, Table
from mezon.process.checks.codes import known_codes
from mezon.web.desk.register_rows import Row, cells_of, labels_of_columns
from mezon.web.warehouse.models import OPEN, RegisterRow, StoredPack
from mezon.web.warehouse.store.registering import line_of, register_rows
from mezon.web.warehouse.store.shapes import Shape

#: Texts longer than this get a field of several lines.
_ONE_LINE = 80
#: Names that a field offers; of more, none are offered, and the checks still know them all.
_OFFERED = 1000
_LONG_TEXTS = frozenset({"note", "sentence", "as_stated", "terms"})
_REFERS = ("units", "indicators", "sources", "units of measure", "currencies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `kind` : text, long, number, choice; `choices` : all there are; `offered` : known names to pick."""

    name: str
    label: str
    value: str
    kind: str
    required: bool
    fixed: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A row that was filled in: its key, its line, and what is wrong with it."""

    key: str
    line: str
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether it has an error."""
        return any(one.severity == Severity.ERROR for one in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What columns may refer to: by table, its codes with their names."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def known_names(pack: StoredPack, definitions: Definitions, table: Table, language: str) -> Known:
    """Give the codes that the columns of a register may refer to. One query."""
    asked = {column.refers for column in table.columns if column.refers}
    names: dict[str, dict[str, str]] = {
        what: {code: _name(definitions, what, code, language) for code in sorted(known_codes(definitions, what))}
        for what in asked
        if what in _REFERS
    }
    registers = [what for what in asked if what in REGISTERS]
    keys = RegisterRow.objects.filter(pack=pack, register__in=registers, recorded_to=OPEN)
    for what in registers:
        names[what] = {}
    for what, key in keys.order_by("register", "key").values_list("register", "key"):
        names[what][key] = ""
    return Known(names=names)


def _name(definitions: Definitions, what: str, code: str, language: str) -> str:
    if what == "units":
        return definitions.units[code].name.in_language(language)
    if what == "sources":
        return definitions.sources[code].title
    if what == "indicators":
        return definitions.indicators[code].name.in_language(language)
    return ""


def fields_of(
    table: Table, columns: Sequence[str], cells: Mapping[str, str], known: Known, *, fixed: Collection[str] = ()
) -> list[Field]:
    """Give the fields of a row, in the order of the file. fixed : columns that may not be changed (the key)."""
    labels = labels_of_columns()
    return [_field(name, table.column(name) or Column(name=name), labels.get(name, name), cells.get(name, ""), known,
                   fixed=name in fixed) for name in columns]  # fmt: skip


def _field(name: str, column: Column, label: str, value: str, known: Known, *, fixed: bool) -> Field:
    names = known.names.get(column.refers, {}) if column.refers else {}
    choices = column.codes if column.codes and not column.separator else ()
    if column.type == BOOLEAN:
        choices = ("true", "false")
    if choices and value and value not in choices:
        choices = (*choices, value)
    long = len(value) > _ONE_LINE or "\n" in value or name in _LONG_TEXTS
    kind = "choice" if choices else "number" if column.type in {NUMBER, INTEGER} else "long" if long else "text"
    offered = tuple(names.items()) if len(names) <= _OFFERED and not column.separator else ()
    return Field(
        name=name, label=label, value=value, kind=kind, required=column.required, fixed=fixed, hint=_hint(column),
        choices=choices, offered=offered,
    )  # fmt: skip


def _hint(column: Column) -> str:
    if column.separator:
        return _("several are separated by “%(sign)s”") % {"sign": column.separator}
    return {
        DATE: _("such as 2024, 2024-05 or 2024-05-17"),
        PERIOD: _("such as 2024, 2024-Q1 or 2024-05"),
        NUMBER: _("a number with a point: 1234.5"),
        INTEGER: _("a whole number"),
    }.get(column.type, "")


def with_findings(fields: Iterable[Field], findings: Sequence[Finding]) -> list[Field]:
    """Put findings at their fields."""
    return [replace(each, findings=tuple(one for one in findings if one.column == each.name)) for each in fields]


def check_row(
    cells: Mapping[str, str],
    shape: Shape,
    table: Table,
    *,
    definitions: Definitions,
    known: Known,
    taken: Collection[str],
) -> Checked:
    """Write a row as a line, and check it by itself: types, codes, what is required, what it refers to, its key.

    taken : the keys of the other rows. What only the whole pack can tell is for the preview.
    """
    line = line_of(cells, shape.columns)
    text = shape.file_of([line])
    rulebook = definitions.rulebook
    with tempfile.TemporaryDirectory(prefix="row-") as made:
        path = Path(made) / "row.csv"
        path.write_bytes(text.encode("utf-8"))
        frame, findings = read_csv_table(path, table, rulebook=rulebook, file=table.path)
    names: dict[str, Collection[str]] = dict(known.names)
    findings += check_references(frame, table, names, rulebook=rulebook, file=table.path)
    key = register_rows(text, table.name)[1][0][0]
    if key in taken:
        findings.append(_taken(key, table))
    return Checked(key=key, line=line, findings=tuple(one for one in findings if one.row != 1))


def _taken(key: str, table: Table) -> Finding:
    return Finding(
        code="key-duplicated", severity=Severity.ERROR, file=table.path, row=2, column=table.key[0], value=key,
        message=_("There is a row “%(key)s” already.") % {"key": key},
        hint=_("Give this one another, or revise the one that is there."),
    )  # fmt: skip


def with_row(text: str, register: str, *, key: str, line: str | None) -> str:
    """Give the CSV of a register with one row written anew (or at its end when there is none), or without it (None).

    Every other line stays as it is.
    """
    shape, rows = register_rows(text, register)
    lines = [each if own != key else line for own, _unit, each in rows]
    if line is not None and key not in {own for own, _unit, _line in rows}:
        lines.append(line)
    return shape.file_of([each for each in lines if each is not None])


def cells_in(text: str, register: str, key: str, columns: Sequence[str], row: Row | None) -> Mapping[str, str]:
    """Give the cells of a row as a proposed CSV says them; of one that it does not have, those it has now."""
    found = next((line for own, _unit, line in register_rows(text, register)[1] if own == key), None)
    if found is None:
        return row.cells if row else {}
    return cells_of(found, columns)
