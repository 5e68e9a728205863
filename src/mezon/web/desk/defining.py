"""What the pages on definitions know: the files of a pack, what each holds, and who changed it last, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mezon.errors import AskedForUnknown
from mezon.model.registers import REGISTERS
from mezon.web.accounts.models import Person
from mezon.web.portal.register_words import register_names, register_purposes
from mezon.web.warehouse.models import OPEN, Change, FileVersion, RegisterRow, StoredPack
from mezon.web.warehouse.store import definition_text, files, register_text

_REGISTERS = "registers/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One change of a pack: who, when, and why. `who` is "" for the command line."""

    number: int
    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A definition, or a register (then with its name and how many rows of it the reader may see)."""

    path: str
    holds: str
    changed: Stamp | None
    name: str = ""
    rows: int = 0
    there: bool = True

    @property
    def register(self) -> str:
        """Give the name of the register it is, or ""."""
        return register_of(self.path)


def holds(path: str) -> str:
    """Say in plain words what a file of a pack holds."""
    inside = PurePosixPath(path)
    folder = str(inside.parent) if len(inside.parts) > 1 else ""
    return {
        "pack.toml": _("What the pack is called, who publishes it, and which methodology is its own."),
        "indicators.toml": _("What is measured: names, definitions, units of measure, formulas, ranges."),
        "groups.toml": _("How indicators stand together: groups and pillars."),
        "sources.toml": _("Where figures come from: publications, surveys, registers, and which goes before which."),
        "derivations.toml": _("How indicators are counted from the registers."),
        "rules.toml": _("Further checks of this pack, with the sentences they speak."),
        "units.csv": _("The countries, regions, enterprises and other units that are measured."),
        "memberships.csv": _("Which unit belongs to which, from when to when, in each hierarchy."),
        "parameters.csv": _("Constants that formulas use."),
        "rates.csv": _("Rates of exchange, each with its source."),
        "deflators.csv": _("Price indices, for values in constant prices."),
        "targets.csv": _("Targets that were set for indicators."),
        "settlements.csv": _("Which of two contradicting figures is used, decided by whom and why."),
        "README.md": _("What is to be known of the pack before using it."),
        "datapackage.json": _("The description of the tables, for programs."),
    }.get(path) or {
        "methodologies": _("A methodology: the steps, weights and tree by which units are scored."),
        "forms": _("A form that units fill in: its indicators, deadline and instructions."),
        "codelists": _("A list of codes with their names."),
    }.get(folder, _("A file of the pack."))  # fmt: skip


def definitions_of_pack(pack: StoredPack) -> list[File]:
    """List the definitions of a pack, the most asked for first. Three queries."""
    open_now = FileVersion.objects.filter(pack=pack, recorded_to=OPEN, kind=files.TEXT)
    found = dict(open_now.values_list("path", "recorded_from"))
    by_number = stamps(pack, found.values())
    return [
        File(path=path, holds=holds(path), changed=by_number.get(found[path])) for path in sorted(found, key=_order)
    ]


_FIRST = ("pack.toml", "indicators.toml", "groups.toml", "derivations.toml")
_LAST = ("README.md", "datapackage.json")


def _order(path: str) -> tuple[int, str]:
    folder = PurePosixPath(path).parts[0]
    if path in _FIRST:
        return _FIRST.index(path), path
    places = {"methodologies": 10, "forms": 11, "codelists": 30}
    return places.get(folder, 90 if path in _LAST else 20), path


def registers_of_pack(pack: StoredPack, readable: Q) -> list[File]:
    """List the registers of a pack, and those it could have. readable : the rows a person may read. Four queries."""
    here = _registers_here(pack)
    rows = RegisterRow.objects.filter(readable, pack=pack)
    newest = {
        each["register"]: each
        for each in rows.values("register").annotate(
            made=Max("recorded_from"),
            closed=Max("recorded_to", filter=Q(recorded_to__lt=OPEN)),
            count=Count("pk", filter=Q(recorded_to=OPEN)),
        )
    }
    last = {name: max(each["made"], each["closed"] or 0) for name, each in newest.items()}
    by_number = stamps(pack, [*last.values(), *here.values()])
    names, purposes = register_names(), register_purposes()
    return [
        File(
            path=REGISTERS[name].path, name=names.get(name, name), holds=purposes.get(name, ""), there=name in here,
            changed=by_number.get(last.get(name, here.get(name, 0))), rows=newest.get(name, {}).get("count", 0),
        )
        for name in sorted(REGISTERS, key=lambda name: (name not in here, names.get(name, name)))
    ]  # fmt: skip


def _registers_here(pack: StoredPack) -> dict[str, int]:
    shapes = FileVersion.objects.filter(pack=pack, recorded_to=OPEN, path__startswith=_REGISTERS)
    return {PurePosixPath(path).stem: number for path, number in shapes.values_list("path", "recorded_from")}


def versions_of(pack: StoredPack, path: str) -> list[Stamp]:
    """List the versions of a definition, newest first. Raises : AskedForUnknown when it never was one."""
    numbers = FileVersion.objects.filter(pack=pack, path=path, kind=files.TEXT).values_list("recorded_from", flat=True)
    found = stamps(pack, list(numbers))
    if not found:
        raise AskedForUnknown(
            _("This pack has no definition “%(path)s”.") % {"path": path[:200]},
            hint=_("Choose one from the list of definitions."),
        )
    return [found[number] for number in sorted(found, reverse=True)]


def stamps(pack: StoredPack, numbers: Iterable[int]) -> dict[int, Stamp]:
    """Give changes by their numbers, with the names of who made them. Two queries."""
    rows = list(Change.objects.filter(pack=pack, number__in=set(numbers)).values("number", "at", "by", "reason"))
    people = Person.objects.in_bulk({row["by"] for row in rows if row["by"] is not None})
    return {row["number"]: _stamp(row, people) for row in rows}


def _stamp(row: dict[str, Any], people: dict[int, Person]) -> Stamp:
    by = row["by"]
    who = "" if by is None else str(people.get(by, pgettext("person", "somebody no longer here")))
    return Stamp(number=row["number"], at=row["at"], who=who, reason=row["reason"])


def changed_since(pack: StoredPack, path: str, number: int) -> list[Stamp]:
    """List the changes after a change by which one file, or a row of its register, became another."""
    files_changed = FileVersion.objects.filter(pack=pack, path=path, recorded_from__gt=number)
    found = set(files_changed.values_list("recorded_from", flat=True))
    register = register_of(path)
    if register:
        rows = RegisterRow.objects.filter(pack=pack, register=register)
        found |= set(rows.filter(recorded_from__gt=number).values_list("recorded_from", flat=True))
        closed = rows.filter(recorded_to__gt=number, recorded_to__lt=OPEN)
        found |= set(closed.values_list("recorded_to", flat=True))
    return sorted(stamps(pack, found).values(), key=lambda stamp: stamp.number)


def register_of(path: str) -> str:
    """Give the register whose file a path is, or "" when it is a definition's."""
    inside = PurePosixPath(path)
    return inside.stem if files.is_table_of_rows(path) and path.startswith(_REGISTERS) else ""


def text_of(pack: StoredPack, path: str, *, at: int | None = None) -> str:
    """Give the text of a definition, or of a register as its CSV. Raises : AskedForUnknown."""
    register = register_of(path)
    return register_text(pack, register, at=at) if register else definition_text(pack, path, at=at)
