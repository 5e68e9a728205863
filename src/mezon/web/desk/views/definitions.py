"""Pages on definitions: which there are, one of them with its versions, and what differs between two of those."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mezon.errors import AskedForUnknown
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import Target, may, may_somewhere, require
from mezon.web.desk.defining import (
    Stamp,
    definitions_of_pack,
    holds,
    register_of,
    registers_of_pack,
    text_of,
    versions_of,
)
from mezon.web.desk.line_differences import difference
from mezon.web.desk.pages import desk_page, file_answer
from mezon.web.desk.register_rows import readable_rows
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import find_stored

_TYPES = {".csv": "text/csv; charset=utf-8", ".json": "application/json"}


def pack_for(request: HttpRequest, code: str) -> tuple[Actor, StoredPack]:
    """Give a pack to somebody who may read its definitions. Raises : NotAllowed, AskedForUnknown.

    Definitions are about no unit: whoever works with a pack, at whatever unit, may read them.
    """
    actor = actor_of(request)
    if not may_somewhere(actor, "definition.read", pack=code):
        require(actor, "definition.read", Target(pack=code))
    return actor, find_stored(code)


def may_change(actor: Actor, pack: StoredPack) -> bool:
    """Say whether somebody may change the definitions of a pack: for buttons, never instead of `require`."""
    return may(actor, "definition.change", Target(pack=pack.code))


@require_safe
@desk_page
def definitions(request: HttpRequest) -> HttpResponse:
    """List the packs whose definitions this person may read."""
    actor = actor_of(request)
    if not may_somewhere(actor, "definition.read"):
        require(actor, "definition.read")
    packs = [one for one in StoredPack.objects.all() if may_somewhere(actor, "definition.read", pack=one.code)]
    if len(packs) == 1:
        return redirect("desk:definitions-of", packs[0].code)
    return render(request, "desk/definitions_packs.html", {"title": _("Definitions"), "packs": packs})


@require_safe
@desk_page
def definitions_of(request: HttpRequest, code: str) -> HttpResponse:
    """List the definitions and registers of a pack: what each holds, and who changed it last, when and why."""
    actor, pack = pack_for(request, code)
    registers = registers_of_pack(pack, readable_rows(actor, pack))
    context = {
        "title": _("Definitions of %(pack)s") % {"pack": pack.title},
        "pack": pack,
        "files": definitions_of_pack(pack),
        "registers": [one for one in registers if one.there],
        "others": [one for one in registers if not one.there],
        "may_change": may_change(actor, pack),
    }
    return render(request, "desk/definitions.html", context)


@require_safe
@desk_page
def definition(request: HttpRequest, code: str, file: str) -> HttpResponse:
    """Show one definition with its lines numbered, as it is now or (`?at=`) was at a change, and its versions."""
    actor, pack = pack_for(request, code)
    versions = versions_of(pack, file)
    at = _number(request.GET.get("at", ""))
    text = text_of(pack, _definition(file), at=at)
    shown = next((one for one in versions if at is None or one.number <= at), versions[-1])
    context = {
        "title": file,
        "holds": holds(file),
        "pack": pack,
        "file": file,
        "lines": text.splitlines(),
        "versions": versions,
        "shown": shown,
        "older": shown != versions[0],
        "may_change": may_change(actor, pack),
    }
    return render(request, "desk/definition.html", context)


@require_safe
@desk_page
def differences(request: HttpRequest, code: str, file: str) -> HttpResponse:
    """Show what differs between two versions of a definition: the last two, or `?from=` and `?to=`."""
    _actor, pack = pack_for(request, code)
    versions = versions_of(pack, _definition(file))
    to = _version(versions, request.GET.get("to", ""), versions[0])
    earlier = [one for one in versions if one.number < to.number]
    since = _version(versions, request.GET.get("from", ""), earlier[0] if earlier else to)
    context = {
        "title": _("What differs in %(file)s") % {"file": file},
        "pack": pack,
        "file": file,
        "versions": versions,
        "since": since,
        "to": to,
        "difference": difference(text_of(pack, file, at=since.number), text_of(pack, file, at=to.number)),
    }
    return render(request, "desk/definition_differences.html", context)


@require_safe
@desk_page
def definition_file(request: HttpRequest, code: str, file: str) -> HttpResponse:
    """Give a definition, or a whole register, as a file. A register holds rows of all units: it needs more rights."""
    actor, pack = pack_for(request, code)
    if register_of(file):
        require(actor, "definition.change", Target(pack=code))
    content = text_of(pack, file, at=_number(request.GET.get("at", ""))).encode()
    name = file.replace("/", "-")
    return file_answer(content, name, _TYPES.get("." + file.rpartition(".")[2], "text/plain; charset=utf-8"))


def _definition(file: str) -> str:
    """Refuse a register here: its rows have pages of their own, each by its own right."""
    if register_of(file):
        raise AskedForUnknown(
            _("“%(path)s” is a register.") % {"path": file[:200]}, hint=_("Choose it from the list of registers.")
        )
    return file


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _version(versions: list[Stamp], text: str, otherwise: Stamp) -> Stamp:
    number = _number(text)
    return otherwise if number is None else next((one for one in versions if one.number <= number), versions[-1])


urlpatterns = [
    path("definitions/", definitions, name="definitions"),
    path("definitions/<str:code>/", definitions_of, name="definitions-of"),
    path("definitions/<str:code>/texts/<path:file>/", definition, name="definition"),
    path("definitions/<str:code>/differences/<path:file>/", differences, name="definition-differences"),
    path("definitions/<str:code>/files/<path:file>/", definition_file, name="definition-file"),
]
