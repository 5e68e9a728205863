"""What the desk knows of a pack: its definitions as they are now, in the language of the page, and its observations."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from mezon.design.definitions import read_definitions
from mezon.design.rulebook import read_rulebook
from mezon.errors import AskedForUnknown
from mezon.model.form import Form
from mezon.model.pack import Definitions, Pack
from mezon.model.unit import Unit
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import OPEN, Change, FileVersion, StoredPack
from mezon.web.warehouse.store import files, read_observations


def definitions_of(pack: StoredPack) -> Definitions:
    """Give what a pack defines now, speaking the language of the page. One query; the texts are read once a change."""
    versions = FileVersion.objects.filter(pack=pack)
    made = versions.order_by("-recorded_from").values("recorded_from")[:1]
    closed = versions.filter(recorded_to__lt=OPEN).order_by("-recorded_to").values("recorded_to")[:1]
    newest = Change.objects.filter(Q(number=Subquery(made)) | Q(number=Subquery(closed)), pack=pack)
    change, token = newest.order_by("-number").values_list("number", "token").first() or (0, "")
    return _in_language(pack.pk, pack.code, change, token, language())


@lru_cache(maxsize=24)
def _in_language(pack: int, code: str, change: int, token: str, spoken: str) -> Definitions:
    definitions = _definitions(pack, code, change, token)
    return replace(definitions, rulebook=replace(definitions.rulebook, language=spoken))


@lru_cache(maxsize=8)
def _definitions(pack: int, code: str, change: int, _token: str) -> Definitions:
    """Read definitions; the token tells a change from one of the same number that was never kept."""
    stored = StoredPack.objects.get(pk=pack)
    with tempfile.TemporaryDirectory(prefix=f"{code}-") as made:
        folder = Path(made)
        for path, version in files.files_known(stored, change).items():
            if version.kind != files.SHAPE:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(files.content_of(version))
        return read_definitions(folder, rulebook=read_rulebook(folder))[0]


def pack_to_check(definitions: Definitions, pack: StoredPack) -> Pack:
    """Give the pack as checks of cells want it: what it defines, without any observation."""
    return Pack(folder=Path(pack.code), sha256="", definitions=definitions)


def known_of(pack: StoredPack, *, units: Sequence[str], indicators: Sequence[str]) -> pl.DataFrame:
    """Read what is known now of some indicators of some units: one query."""
    return read_observations(pack, units=units, indicators=indicators)


def form_of(definitions: Definitions, form: str) -> Form:
    """Give a form by id. Raises : AskedForUnknown, with those there are."""
    found = definitions.forms.get(form)
    if found is None:
        known = ", ".join(definitions.forms)
        raise AskedForUnknown(
            _("There is no form “%(form)s”.") % {"form": form}, hint=_("There are: %(forms)s.") % {"forms": known}
        )
    return found


def unit_of(definitions: Definitions, unit: str) -> Unit:
    """Give a unit by code. Raises : AskedForUnknown."""
    found = definitions.units.get(unit)
    if found is None:
        raise AskedForUnknown(
            _("There is no unit “%(unit)s”.") % {"unit": unit}, hint=_("Choose one from the calendar.")
        )
    return found
