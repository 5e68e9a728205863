"""Changing a definition or a register: one act for both, and only of what was previewed without an error."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown, ChangedMeanwhile, WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk.defining import text_of
from mezon.web.desk.proposed import Foreseen
from mezon.web.desk.proposing import Proposal
from mezon.web.warehouse.models import Change, StoredPack
from mezon.web.warehouse.store import change_definition, change_register

_LONGEST = 4000


@mutation("definition.change")
def accept(
    actor: Actor, where: Target, *, proposal: Proposal, seen: Foreseen | None, now: datetime, reason: str
) -> Change:
    """Accept a proposal as one change of its pack, with a reason.

    seen : what its preview showed, None when nobody looked at it.

    Raises : WrongUse without a preview or a reason, and when the preview has errors; ChangedMeanwhile when the pack was
    changed since.
    """
    if where != Target(pack=proposal.pack):
        raise WrongUse(_("This is asked of another pack."), hint=_("Read the page again."))
    if seen is None or seen.digest != proposal.digest:
        raise WrongUse(_("Nobody has looked at what this would change."), hint=_("Look at the preview, then accept."))
    if seen.errors:
        raise WrongUse(_("Errors block this change."), hint=_("Mend them in the text, and preview it again."))
    words = reason.strip()[:_LONGEST]
    if not words:
        raise WrongUse(_("A change needs a reason."), hint=_("Say in a few words why it is made."))
    pack = StoredPack.objects.select_for_update().get(code=proposal.pack)
    if pack.last_change != proposal.change:
        raise ChangedMeanwhile(
            _("The pack was changed after this preview. Nothing was recorded."),
            hint=_("Preview it again: what it would move may be different now."),
        )
    before = _known(pack, proposal.path)
    made = _recorded(actor, pack, proposal, reason=words, now=now)
    if made is None:
        raise WrongUse(_("Nothing is different."), hint=_("Change the text, then preview it."))
    note(
        subject=proposal.path,
        reason=words,
        before={"sha256": _digest(before), "change": proposal.change},
        after={
            "sha256": _digest(proposal.text),
            "change": made.number,
            **({"row": proposal.row} if proposal.row else {}),
        },
    )
    return made


def _recorded(actor: Actor, pack: StoredPack, proposal: Proposal, *, reason: str, now: datetime) -> Change | None:
    by = actor.person.pk if actor.person else None
    if proposal.register:
        return change_register(
            pack, proposal.register, proposal.text, by=by, reason=reason, now=now, sound_at=proposal.change
        )
    return change_definition(
        pack, proposal.path, proposal.text, by=by, reason=reason, now=now, sound_at=proposal.change
    )


def _known(pack: StoredPack, path: str) -> str:
    try:
        return text_of(pack, path)
    except AskedForUnknown:
        return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
