"""Where a role may reach: only packs that are in the database, and units that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from mezon.design.nearest import nearest
from mezon.errors import AskedForUnknown, WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target, may
from mezon.web.accounts.roles import Role
from mezon.web.accounts.subtrees import packs_here, units_here

#: A group of choices, and what may be chosen in it: (value, words).
Choices = list[tuple[str, list[tuple[str, str]]]]


def refuse_unknown(role: str, where: Target) -> None:
    """Refuse a role that would reach nothing, or far too much. Raises : AskedForUnknown, WrongUse."""
    if where.unit and not where.pack:
        raise WrongUse(_("A unit is named together with its pack."), hint=_("Name the pack as well."))
    if where.pack and where.pack not in packs_here():
        raise AskedForUnknown(
            _("There is no pack “%(pack)s” in the database.") % {"pack": where.pack},
            hint=_("There are: %(packs)s. Another one is put in with “mezon load”.")
            % {"packs": ", ".join(packs_here()) or "–"},
        )
    if role == Role.PROVIDER and not where.unit:
        raise WrongUse(
            _("A provider fills in the forms of one unit and of those under it, and none is named."),
            hint=_("Name the pack and the unit: an enterprise, say."),
        )
    known = units_here(where.pack) if where.unit else frozenset()
    if where.unit and where.unit not in known:
        raise AskedForUnknown(
            _("There is no unit “%(unit)s” in %(pack)s.") % {"unit": where.unit, "pack": where.pack},
            hint=_("Did you mean: %(nearest)s?") % {"nearest": nearest(where.unit, known)},
        )


def choices(actor: Actor, packs: Mapping[str, tuple[str, Iterable[tuple[str, str]]]]) -> Choices:
    """Give the places at which somebody may give a role: everywhere, whole packs, and their units.

    packs : code -> (title, units as pairs of code and name). A value reads "", "pack" or "pack/unit".
    """
    found: Choices = []
    if may(actor, "people.grant", Target()):
        found.append((_("Every pack"), [("", _("everywhere"))]))
    for code, (title, units) in packs.items():
        offered = list(_in_pack(actor, code, units))
        if offered:
            found.append((title, offered))
    return found


def _in_pack(actor: Actor, code: str, units: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if may(actor, "people.grant", Target(pack=code)):
        yield code, _("the whole pack %(pack)s") % {"pack": code}
    for unit, name in sorted(units, key=lambda pair: pair[1]):
        if may(actor, "people.grant", Target(pack=code, unit=unit)):
            yield f"{code}/{unit}", f"{name} ({unit})"


def place_of(value: str) -> Target:
    """Read a value of `choices`."""
    pack, _slash, unit = value.partition("/")
    return Target(pack=pack, unit=unit)
