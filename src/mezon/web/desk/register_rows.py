"""Rows of registers as pages show them: who may read which, cells by column, and the history of one row.

A row that is about a unit is read by those whose role reaches that unit; one that is about none, in a register whose
rows are about units, by those whose role reaches the whole pack. Registers of common knowledge (documents,
technologies) are read by everybody who works with the pack.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown
from mezon.model.registers import REGISTERS
from mezon.model.tables import INTEGER, NUMBER, TEXT, Table
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target, may
from mezon.web.desk.defining import Stamp, stamps
from mezon.web.desk.knowing import definitions_of
from mezon.web.portal.register_words import column_names
from mezon.web.warehouse.models import OPEN, FileVersion, RegisterRow, StoredPack
from mezon.web.warehouse.store.shapes import Shape

#: Columns that only an entry's own page shows.
_LONG = frozenset({"note", "source_ref", "as_stated", "sentence", "terms", "capacity_note", "reply"})
_COLUMNS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its key, the unit it is about ("" for none), its cells by column; `withdrawn` : it is there no more."""

    key: str
    unit: str
    cells: Mapping[str, str]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What one change did to a row: `kind` is new, revised or withdrawn; `changes` : (column, before, after)."""

    kind: str
    stamp: Stamp
    changes: tuple[tuple[str, str, str], ...] = ()


def readable_rows(actor: Actor, pack: StoredPack) -> Q:
    """Give the condition on rows of registers that somebody may read. Deny by default."""
    if may(actor, "definition.read", Target(pack=pack.code)):
        return Q()
    units = [
        unit for unit in definitions_of(pack).units if may(actor, "definition.read", Target(pack=pack.code, unit=unit))
    ]
    common = [name for name, table in REGISTERS.items() if table.column("unit") is None]
    return Q(unit__in=units) | Q(unit="", register__in=common)


def labels_of_columns() -> dict[str, str]:
    """Give what columns are called; one of a pack's own goes by its name."""
    return column_names() | {
        "id": _("key of the row"), "name_en": _("name in English"), "name_ru": _("name in Russian"),
        "name_uz": _("name in Uzbek"), "source": _("source"), "source_ref": _("place in the source"),
        "note": _("note"), "title": _("title"), "sentence": _("sentence"), "entry": _("entry"),
    }  # fmt: skip


def table_of(register: str) -> Table:
    """Give how a register is declared. Raises : AskedForUnknown."""
    table = REGISTERS.get(register)
    if table is None:
        raise AskedForUnknown(
            _("There is no register “%(register)s”.") % {"register": register[:100]},
            hint=_("Choose one from the list of registers."),
        )
    return table


def shapes_of(pack: StoredPack, register: str) -> list[tuple[int, Shape]]:
    """Give how the file of a register was written from which change on, in order. One query."""
    versions = FileVersion.objects.filter(pack=pack, path=table_of(register).path).order_by("recorded_from")
    return [(number, Shape.from_text(text)) for number, text in versions.values_list("recorded_from", "text")]


def columns_of(pack: StoredPack, register: str) -> tuple[str, ...]:
    """Give the columns of a register as its file has them now; of one that is not there, those declared."""
    found = shapes_of(pack, register)
    return found[-1][1].columns if found else tuple(column.name for column in table_of(register).columns)


def rows_now(pack: StoredPack, register: str, readable: Q, columns: Sequence[str]) -> list[Row]:
    """Give the rows as they are known now, in the order of the file. One query."""
    known = RegisterRow.objects.filter(readable, pack=pack, register=register, recorded_to=OPEN)
    return [_row(row, columns) for row in known.order_by("position", "key")]


def rows_withdrawn(pack: StoredPack, register: str, readable: Q) -> list[Row]:
    """Give the rows that are there no more, as they were last. Two queries."""
    shapes = shapes_of(pack, register)
    rows = RegisterRow.objects.filter(pack=pack, register=register)
    there = rows.filter(recorded_to=OPEN).values("key")
    gone = rows.filter(readable, recorded_to__lt=OPEN).exclude(key__in=there).order_by("key", "recorded_from")
    last = {row.key: row for row in gone}
    return [_row(row, _columns_at(shapes, row.recorded_from), withdrawn=True) for row in last.values()]


def row_of(pack: StoredPack, register: str, key: str, readable: Q) -> Row:
    """Give one row as it is, or as it was last. Raises : AskedForUnknown, also for one that is not theirs to read."""
    found = list(
        RegisterRow.objects.filter(readable, pack=pack, register=register, key=key).order_by("-recorded_from")[:1]
    )
    if not found:
        raise AskedForUnknown(
            _("There is no such row, or it is not yours to read."), hint=_("Choose one from the register.")
        )
    shapes = shapes_of(pack, register)
    columns = _columns_at(shapes, found[0].recorded_from)
    return _row(found[0], columns, withdrawn=found[0].recorded_to != OPEN)


def _row(row: RegisterRow, columns: Sequence[str], *, withdrawn: bool = False) -> Row:
    return Row(key=row.key, unit=row.unit, cells=cells_of(row.line, columns), withdrawn=withdrawn)


def cells_of(line: str, columns: Sequence[str]) -> dict[str, str]:
    """Take a line of a CSV apart into its cells by column; cells that are not written are empty."""
    written = next(csv.reader([line]), [])
    return {name: written[place] if place < len(written) else "" for place, name in enumerate(columns)}


def _columns_at(shapes: Sequence[tuple[int, Shape]], number: int) -> tuple[str, ...]:
    known = [shape for since, shape in shapes if since <= number]
    return known[-1].columns if known else ()


def history_of(pack: StoredPack, register: str, key: str, readable: Q) -> list[Act]:
    """Tell what happened to a row, newest first. Four queries."""
    shapes = shapes_of(pack, register)
    versions = list(
        RegisterRow.objects.filter(readable, pack=pack, register=register, key=key).order_by("recorded_from")
    )
    numbers = {number for each in versions for number in (each.recorded_from, each.recorded_to) if number < OPEN}
    by_number = stamps(pack, numbers)
    acts: list[Act] = []
    before: RegisterRow | None = None
    for each in versions:
        follows = before is not None and before.recorded_to == each.recorded_from
        if before is not None and not follows:
            acts.append(Act(kind="withdrawn", stamp=by_number[before.recorded_to]))
        changes = _changes(before if follows else None, each, shapes)
        if changes:  # a row that only took another place says the same
            acts.append(Act(kind="revised" if follows else "new", stamp=by_number[each.recorded_from], changes=changes))
        before = each
    if before is not None and before.recorded_to != OPEN:
        acts.append(Act(kind="withdrawn", stamp=by_number[before.recorded_to]))
    return acts[::-1]


def _changes(
    before: RegisterRow | None, after: RegisterRow, shapes: Sequence[tuple[int, Shape]]
) -> tuple[tuple[str, str, str], ...]:
    old = cells_of(before.line, _columns_at(shapes, before.recorded_from)) if before else {}
    new = cells_of(after.line, _columns_at(shapes, after.recorded_from))
    names = list(dict.fromkeys([*new, *old]))
    return tuple(
        (name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name, "") != new.get(name, "")
    )


def shown_columns(register: str, columns: Sequence[str], rows: Iterable[Row], language: str) -> list[str]:
    """Choose the columns beside the key: those that say something; long texts and other languages on the row's page."""
    said = {name for row in rows for name, text in row.cells.items() if text}
    apart = {*table_of(register).key, *_LONG, *({"name_ru", "name_uz"} - {f"name_{language}"})}
    if f"name_{language}" in said:
        apart |= {"name_en"} - {f"name_{language}"}
    return [name for name in columns if name in said and name not in apart][:_COLUMNS_SHOWN]


def sorted_by(rows: Sequence[Row], register: str, column: str) -> list[Row]:
    """Sort rows by a column ("-" before its name: downwards); numbers by their size; empty cells stand last."""
    name = column.removeprefix("-")
    declared = table_of(register).column(name)
    kind = declared.type if declared else TEXT

    def order(row: Row) -> tuple[float, str]:
        text = row.cells.get(name, "")
        return (_size(text), text) if kind in {NUMBER, INTEGER} else (0.0, text.casefold())

    full = sorted((row for row in rows if row.cells.get(name)), key=order, reverse=column.startswith("-"))
    return [*full, *(row for row in rows if not row.cells.get(name))]


def _size(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
