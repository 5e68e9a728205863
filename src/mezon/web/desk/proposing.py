"""A proposal: another text of one file, kept until it is accepted, and named by its digest.

What is accepted is exactly what was previewed: the digest covers the text, the file, and the change of the pack it was
made against.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown, ChangedMeanwhile, WrongUse
from mezon.web.desk import reckoned
from mezon.web.desk.defining import changed_since, register_of, text_of
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store.defining import refuse_other_paths

#: Bytes of a file that is sent: more than ten times the longest of the bundled packs.
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`change` : the number of the pack's newest change when it was made; `row` : the key of the row it is about."""

    pack: str
    path: str
    change: int
    text: str
    row: str = ""

    @property
    def digest(self) -> str:
        """Tell it from every other."""
        parts = (self.pack, self.path, str(self.change), self.row, self.text)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def register(self) -> str:
        """Give the register it changes, or "" for a definition."""
        return register_of(self.path)


class Overtaken(ChangedMeanwhile):
    """The file became another one since it was opened. `stamps` : by which changes; `proposal` : what was written."""

    def __init__(self, proposal: Proposal, stamps: list[object]) -> None:
        """Say what happened, and that nothing written is lost."""
        super().__init__(
            _("Somebody changed this file since you opened it. Nothing was recorded, and your text is still here."),
            hint=_("Look at what they changed, bring it into your text, and preview again."),
        )
        self.proposal, self.stamps = proposal, stamps


def propose(pack: StoredPack, path: str, text: str, *, opened_at: int, row: str = "") -> Proposal:
    """Make a proposal and keep it. opened_at : the change at which its author began to write.

    Raises : WrongUse when it says what is known already, or is too long; Overtaken when the file was changed since.
    """
    proposal = Proposal(pack=pack.code, path=path, change=pack.last_change, text=text, row=row)
    if len(text.encode()) > MOST_BYTES:
        raise WrongUse(
            _("This text is longer than two million bytes."), hint=_("Load a pack as large as this by “mezon load”.")
        )
    if "\0" in text:
        raise WrongUse(_("This is no text."), hint=_("Save the file as plain text in UTF-8, and send it again."))
    if not proposal.register:
        refuse_other_paths(path)
    since = changed_since(pack, path, opened_at)
    if since:
        raise Overtaken(proposal, [*since])
    if text == _known(pack, path):
        raise WrongUse(_("Nothing is different yet."), hint=_("Change the text, then look at what it would change."))
    reckoned.keep(asdict(proposal), "proposal", pack.code, proposal.digest)
    return proposal


def _known(pack: StoredPack, path: str) -> str:
    try:
        return text_of(pack, path)
    except AskedForUnknown:
        return ""


def proposal_of(pack: StoredPack, digest: str) -> Proposal:
    """Give a proposal by its digest. Raises : AskedForUnknown when none is kept."""
    kept = reckoned.kept("proposal", pack.code, digest)
    found = None if kept is None else Proposal(**kept)
    if found is None or found.digest != digest:
        raise AskedForUnknown(
            _("This proposal is not kept any more."), hint=_("Open the definition, and write the change again.")
        )
    return found


def written(text: str, *, like: str) -> str:
    """Give a text that a browser sent, with the ends of lines that the file has: browsers send their own."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in like else plain


def sent_file(file: UploadedFile[bytes]) -> str:
    """Read a file that was sent. Raises : WrongUse for one that is too long or no text in UTF-8."""
    if (file.size or 0) > MOST_BYTES:
        raise WrongUse(
            _("This file is longer than two million bytes."), hint=_("Load a pack as large as this by “mezon load”.")
        )
    try:
        return str(file.read(), "utf-8")
    except UnicodeDecodeError:
        raise WrongUse(
            _("This file is no text in UTF-8."), hint=_("Save it as plain text (CSV UTF-8), and send it again.")
        ) from None
