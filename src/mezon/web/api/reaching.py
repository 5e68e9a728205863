"""Packs as programs reach them: what is not theirs is answered as what is not there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import ACTIONS, Target, may_somewhere, require
from mezon.web.accounts.roles import Role
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import find_stored


def pack_for(actor: Actor, pack: str, *actions: str) -> StoredPack:
    """Give a pack of the database to somebody who has something to do there.

    Raises : NotAllowed for somebody who may do none of these anywhere; AskedForUnknown for a pack where they have none
        of the roles, whether it is there or not.
    """
    if not any(may_somewhere(actor, action) for action in actions):
        require(actor, actions[0], Target(pack=pack))
    roles = frozenset().union(*(ACTIONS[action].roles for action in actions))
    if not any(Role(grant.role) in roles and grant.pack in ("", pack) for grant in actor.grants):
        raise AskedForUnknown(_("There is no such pack, or nothing in it is yours."), hint=_("Check its code."))
    return find_stored(pack)
