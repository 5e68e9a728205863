"""Pages on registers: the rows as a table, one row with its history, and a row added, revised or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mezon.errors import AskedForUnknown, ChangedMeanwhile, MezonError, WrongUse
from mezon.model.finding import Finding
from mezon.model.pack import Definitions
from mezon.model.tables import INTEGER, NUMBER, Table
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.pages import desk_page, status_of
from mezon.web.desk.proposed import kept_foreseen
from mezon.web.desk.proposing import Proposal, proposal_of, propose
from mezon.web.desk.register_form import (
    Checked,
    Known,
    cells_in,
    check_row,
    fields_of,
    known_names,
    with_findings,
    with_row,
)
from mezon.web.desk.register_rows import (
    Row,
    columns_of,
    history_of,
    labels_of_columns,
    readable_rows,
    row_of,
    rows_now,
    rows_withdrawn,
    shown_columns,
    sorted_by,
    table_of,
)
from mezon.web.desk.views.definitions import may_change, pack_for
from mezon.web.desk.views.proposals import changing_pack
from mezon.web.portal.pages import language
from mezon.web.portal.register_words import register_names, register_purposes
from mezon.web.warehouse.models import OPEN, RegisterRow, StoredPack
from mezon.web.warehouse.store import register_text
from mezon.web.warehouse.store.registering import register_rows

_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row with the cells of the columns that are shown, each with how it looks."""

    row: Row
    cells: tuple[tuple[str, str], ...]


@require_safe
@desk_page
def register(request: HttpRequest, code: str, register: str) -> HttpResponse:
    """Show the rows of a register that this person may read: searched, sorted and paged here, not in the browser."""
    actor, pack = pack_for(request, code)
    table = table_of(register)
    readable = readable_rows(actor, pack)
    columns = columns_of(pack, register)
    gone = request.GET.get("show") == "withdrawn"
    rows = rows_withdrawn(pack, register, readable) if gone else rows_now(pack, register, readable, columns)
    asked, sort = request.GET.get("q", "").strip(), request.GET.get("sort", "")
    page = Paginator(_chosen(rows, register, columns, asked, sort), _A_PAGE).get_page(request.GET.get("page"))
    heads = shown_columns(register, columns, rows, language())
    kept = {"q": asked, "show": "withdrawn" if gone else ""}
    context = {
        "title": register_names().get(register, register),
        "holds": register_purposes().get(register, ""),
        "pack": pack,
        "register": register,
        "path": table.path,
        "heads": _heads(table, [*table.key[:1], *heads], sort, kept),
        "page": page,
        "lines": [
            Line(row=row, cells=tuple((_look(table, name), row.cells.get(name, "")) for name in heads))
            for row in page.object_list
        ],
        "numbers": list(page.paginator.get_elided_page_range(page.number)),
        "asked": asked,
        "gone": gone,
        "query": urlencode({name: text for name, text in {**kept, "sort": sort}.items() if text}),
        "may_change": may_change(actor, pack),
    }
    return render(request, "desk/register.html", context)


def _chosen(rows: list[Row], register: str, columns: tuple[str, ...], asked: str, sort: str) -> list[Row]:
    words = asked.casefold()
    found = [row for row in rows if words in " ".join(row.cells.values()).casefold()] if words else rows
    return sorted_by(found, register, sort) if sort.removeprefix("-") in columns else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column: its words, the address that sorts by it, how it is sorted now, and how it looks."""

    name: str
    label: str
    href: str
    sorted: str
    look: str


def _look(table: Table, name: str) -> str:
    """Say how the cells of a column look: numbers to the right, names and titles wide."""
    column = table.column(name)
    if column is not None and column.type in {NUMBER, INTEGER}:
        return "n"
    return "wide" if name.startswith(("name_", "title")) or name in {"entry", "issuer"} else ""


def _heads(table: Table, columns: list[str], sort: str, kept: Mapping[str, str]) -> list[Head]:
    labels = labels_of_columns()
    heads = []
    for name in columns:
        other = f"-{name}" if sort == name else name
        query = urlencode({**{word: text for word, text in kept.items() if text}, "sort": other})
        now = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        heads.append(
            Head(name=name, label=labels.get(name, name), href=f"?{query}", sorted=now, look=_look(table, name))
        )
    return heads


@require_safe
@desk_page
def row(request: HttpRequest, code: str, register: str, key: str) -> HttpResponse:
    """Show one row of a register with everything that happened to it."""
    actor, pack = pack_for(request, code)
    readable = readable_rows(actor, pack)
    table_of(register)
    found = row_of(pack, register, key, readable)
    labels = labels_of_columns()
    context = {
        "title": f"{register_names().get(register, register)}: {key}",
        "pack": pack,
        "register": register,
        "register_name": register_names().get(register, register),
        "row": found,
        "cells": [(labels.get(name, name), name, text) for name, text in found.cells.items()],
        "acts": history_of(pack, register, key, readable),
        "labels": labels,
        "units": definitions_of(pack).units,
        "may_change": may_change(actor, pack),
    }
    return render(request, "desk/register_row.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What a form of one row works with."""

    pack: StoredPack
    table: Table
    text: str
    definitions: Definitions
    known: Known

    @property
    def name(self) -> str:
        """The register's name."""
        return self.table.name


def _desk(request: HttpRequest, code: str, register: str) -> _Desk:
    _actor, pack = changing_pack(request, code)
    table = table_of(register)
    definitions = definitions_of(pack)
    known = known_names(pack, definitions, table, language())
    text = register_text(pack, register, at=pack.last_change)
    return _Desk(pack=pack, table=table, text=text, definitions=definitions, known=known)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def add(request: HttpRequest, code: str, register: str) -> HttpResponse:
    """Add a row by a form; on POST, go on to what it would change."""
    desk = _desk(request, code, register)
    if request.method == "POST":
        return _filled_in(request, desk, None)
    begun = _begun(request, desk)
    cells = cells_in(begun.text, desk.name, begun.row, _columns(desk), None) if begun else {}
    return _form(request, desk, None, cells, findings=_seen(desk, begun))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def revise(request: HttpRequest, code: str, register: str, key: str) -> HttpResponse:
    """Revise a row by a form; on POST, go on to what that would change."""
    desk = _desk(request, code, register)
    found = _open_row(desk, key)
    if request.method == "POST":
        return _filled_in(request, desk, found)
    begun = _begun(request, desk)
    cells = cells_in(begun.text, desk.name, begun.row, _columns(desk), found) if begun else found.cells
    return _form(request, desk, found, cells, findings=_seen(desk, begun))


@require_POST
@desk_page
def withdraw(request: HttpRequest, code: str, register: str, key: str) -> HttpResponse:
    """Go on to what withdrawing a row would change. What it said stays in its history."""
    desk = _desk(request, code, register)
    found = _open_row(desk, key)
    text = with_row(desk.text, desk.name, key=found.key, line=None)
    made = propose(desk.pack, desk.table.path, text, opened_at=desk.pack.last_change, row=found.key)
    return redirect("desk:proposal", desk.pack.code, made.digest)


def _open_row(desk: _Desk, key: str) -> Row:
    known = RegisterRow.objects.filter(pack=desk.pack, register=desk.name, key=key, recorded_to=OPEN).first()
    if known is None:
        raise AskedForUnknown(_("There is no such row now."), hint=_("Choose one from the register."))
    return row_of(desk.pack, desk.name, key, Q())


def _columns(desk: _Desk) -> tuple[str, ...]:
    return register_rows(desk.text, desk.name)[0].columns


def _filled_in(request: HttpRequest, desk: _Desk, found: Row | None) -> HttpResponse:
    """Check the row by itself; with a fault show it at its field, else go on to the preview."""
    shape, rows = register_rows(desk.text, desk.name)
    cells = {name: _cell(request, name) for name in shape.columns}
    if found is not None:
        cells.update({name: found.cells.get(name, "") for name in desk.table.key})
    taken = {key for key, _unit, _line in rows if found is None or key != found.key}
    checked = check_row(cells, shape, desk.table, definitions=desk.definitions, known=desk.known, taken=taken)
    if checked.blocked:
        return _form(request, desk, found, cells, findings=checked.findings, status=422)
    try:
        made = _proposed(request, desk, found, checked)
    except (WrongUse, ChangedMeanwhile) as fault:
        return _form(request, desk, found, cells, fault=fault, status=status_of(fault))
    return redirect("desk:proposal", desk.pack.code, made.digest)


def _proposed(request: HttpRequest, desk: _Desk, found: Row | None, checked: Checked) -> Proposal:
    """Make the proposal. Another row changed meanwhile is no matter; this one is."""
    opened = request.POST.get("change", "")
    opened_at = int(opened) if opened.isascii() and opened.isdigit() else 0
    rows = RegisterRow.objects.filter(pack=desk.pack, register=desk.name, key=checked.key)
    if found is not None and rows.filter(recorded_from__gt=opened_at).exists():
        raise ChangedMeanwhile(
            _("Somebody revised this row since you opened it. Nothing was recorded, and what you wrote is still here."),
            hint=_("Look at the history of the row, then go on: what you wrote would take the place of theirs."),
        )
    text = with_row(desk.text, desk.name, key=checked.key, line=checked.line)
    return propose(desk.pack, desk.table.path, text, opened_at=desk.pack.last_change, row=checked.key)


def _cell(request: HttpRequest, name: str) -> str:
    return request.POST.get(f"cell-{name}", "").replace("\r\n", "\n").replace("\0", "").strip()


def _begun(request: HttpRequest, desk: _Desk) -> Proposal | None:
    """Give the proposal that is written on, if one is named."""
    digest = request.GET.get("proposal", "")
    return proposal_of(desk.pack, digest) if digest else None


def _seen(desk: _Desk, begun: Proposal | None) -> tuple[Finding, ...]:
    """Give what the preview found in the row of a proposal."""
    seen = kept_foreseen(desk.pack, begun, language()) if begun else None
    if begun is None or seen is None:
        return ()
    keys = [key for key, _unit, _line in register_rows(begun.text, desk.name)[1]]
    place = keys.index(begun.row) + 2 if begun.row in keys else 0
    here = (one for one in seen.findings if one["file"] == desk.table.path and one["row"] == place)
    return tuple(Finding(**one) for one in here)


def _form(
    request: HttpRequest,
    desk: _Desk,
    found: Row | None,
    cells: Mapping[str, str],
    *,
    findings: tuple[Finding, ...] = (),
    fault: MezonError | None = None,
    status: int = 200,
) -> HttpResponse:
    fixed = desk.table.key if found else ()
    fields = with_findings(fields_of(desk.table, _columns(desk), cells, desk.known, fixed=fixed), findings)
    names = {each.name for each in fields}
    register_name = register_names().get(desk.name, desk.name)
    context = {
        "title": _("Revise %(row)s") % {"row": found.key}
        if found
        else _("A new row of: %(register)s") % {"register": register_name},
        "pack": desk.pack,
        "register": desk.name,
        "register_name": register_name,
        "row": found,
        "fields": fields,
        "findings": findings,
        "elsewhere": [one for one in findings if one.column not in names],
        "fault": fault,
        "change": desk.pack.last_change,
    }
    return render(request, "desk/register_form.html", context, status=status)


urlpatterns = [
    path("definitions/<str:code>/registers/<str:register>/", register, name="register"),
    path("definitions/<str:code>/registers/<str:register>/add/", add, name="register-add"),
    path("definitions/<str:code>/registers/<str:register>/rows/<path:key>/", row, name="register-row"),
    path("definitions/<str:code>/registers/<str:register>/revise/<path:key>/", revise, name="register-revise"),
    path("definitions/<str:code>/registers/<str:register>/withdraw/<path:key>/", withdraw, name="register-withdraw"),
]
