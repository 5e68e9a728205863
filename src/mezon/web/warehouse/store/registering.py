"""Changing a register: its rows, checked like a pack before they are accepted; what is untouched keeps its version."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from mezon.errors import AskedForUnknown
from mezon.model.registers import REGISTERS
from mezon.model.tables import Table
from mezon.web.warehouse.models import Change, FileVersion, StoredPack
from mezon.web.warehouse.store import files
from mezon.web.warehouse.store.changes import changing, known_at
from mezon.web.warehouse.store.drafting import Preview, Text, drafted, preview, refuse_if_changed, refuse_new_errors
from mezon.web.warehouse.store.registers import keyed, record_register, rows_known
from mezon.web.warehouse.store.shapes import Shape, take_apart


def register_shape(pack: StoredPack, register: str, *, at: int | None = None) -> Shape | None:
    """Give how the file of a register is written as known at a change, or None when the pack has no such register."""
    known = known_at(pack, at)
    version = FileVersion.objects.filter(
        pack=pack, path=_declared(register).path, recorded_from__lte=known, recorded_to__gt=known
    ).first()
    return None if version is None else Shape.from_text(version.text)


def register_text(pack: StoredPack, register: str, *, at: int | None = None) -> str:
    """Give a register as the CSV it is unloaded as; one that a pack does not have yet is its header alone."""
    known = known_at(pack, at)
    shape = register_shape(pack, register, at=known)
    if shape is None:
        return line_of({name: name for name in _columns(register)}, _columns(register)) + "\n"
    return shape.file_of([row.line for row in rows_known(pack, register, known)])


def register_rows(text: str, register: str) -> tuple[Shape, list[tuple[str, str, str]]]:
    """Take the CSV of a register apart: how it is written, and its rows as (key, unit, line), in its order.

    Raises : PackUnreadable for a text without a header.
    """
    shape, lines = take_apart(text, file=_declared(register).path)
    return shape, list(keyed(lines, shape, _declared(register).key))


def line_of(cells: Mapping[str, str], columns: Sequence[str]) -> str:
    """Write the cells of a row as the line of a CSV, without its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([cells.get(name, "") for name in columns])
    return out.getvalue()


def preview_register(
    pack: StoredPack,
    register: str,
    text: str,
    *,
    home: Path | None = None,
    made_on: int | None = None,
    language: str = "en",
) -> Preview:
    """Say what a register (as its whole CSV) would change, and change nothing.

    Raises : AskedForUnknown for a register that is not declared; PackUnreadable for a text without a header.
    """
    register_rows(text, register)
    changed = Text(path=_declared(register).path, text=text, made_on=made_on, language=language)
    return preview(pack, changed, home=home)


def change_register(
    pack: StoredPack,
    register: str,
    text: str,
    *,
    by: int | None,
    reason: str,
    now: datetime,
    home: Path | None = None,
    sound_at: int | None = None,
) -> Change | None:
    """Accept a register (as its whole CSV) as one change: rows new, revised and withdrawn; the same CSV changes none.

    sound_at : the change against which a preview of this very text found no error; it is not checked again.

    Raises : AskedForUnknown for a register that is not declared; PackUnreadable; PackHasFaults when `mezon check` would
    show an error that is not there now; ChangedMeanwhile when the pack was changed while the text was being checked.
    """
    path = _declared(register).path
    shape, rows = register_rows(text, register)
    known = known_at(pack, None) if sound_at is None else sound_at
    if sound_at is None:
        with drafted(pack, Text(path=path, text=text, made_on=known), home=home) as (before, after):
            refuse_new_errors(before, after)
    with changing(pack, action="definition.change", by=by, reason=reason, now=now) as recording:
        refuse_if_changed(recording, known, path)
        record_register(recording, register, rows)
        files.record_files(recording, {path: (files.SHAPE, shape.to_text())}, all_there_are=False)
    return recording.change


def _columns(register: str) -> tuple[str, ...]:
    return tuple(column.name for column in _declared(register).columns)


def _declared(register: str) -> Table:
    table = REGISTERS.get(register)
    if table is None:
        raise AskedForUnknown(f"There is no register {register!r}.", hint=f"There are: {', '.join(REGISTERS)}.")
    return table
