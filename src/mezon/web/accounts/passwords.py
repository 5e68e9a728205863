"""Passwords: long rather than odd, and not one that others have lost already.

No rule on kinds of characters, no forced change, no longest length below 128. Common passwords and those that contain
a person's own name or address are refused by Django's validators; here are the list of an installation and our words.
The names and arguments of the methods are Django's.
"""

# ruff: noqa: ARG002

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext_lazy

from mezon.web.accounts.models import Person

#: What Django's validators say, and have no Uzbek for: named here, so that our catalogues have it.
SAID_BY_DJANGO = (
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("This password is too common."),
    gettext_noop("Your password can’t be a commonly used password."),
)
_WORDS = ("mezon", "innovatsiya", "innovation", "инновация")


class NotOurWords:
    """A password that is little more than the name of this product or its subject is guessed first."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError when, without our words, too little is left."""
        left = password.lower()
        for word in _WORDS:
            left = left.replace(word, "")
        if left != password.lower() and len(left) < settings.MEZON_PASSWORD_LENGTH * 2 // 3:
            raise ValidationError(_("This password is built on a word everybody here thinks of."), code="our_words")

    def get_help_text(self) -> str:
        """Say the rule before it is broken."""
        return _("Not built on the name of this site or its subject.")


class NotBreached:
    """A password known from breaches is refused; the list stays on this machine.

    MEZON_BREACHED_PASSWORDS names a text file of upper-case SHA-1 digests in order, one a line, each perhaps followed
    by ":" and a count (the form in which such lists are published). It is searched by halving, so size does not matter.
    """

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError when the list holds the password."""
        name = settings.MEZON_BREACHED_PASSWORDS
        if name and holds(Path(name), hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()):
            raise ValidationError(_("This password is known from a breach. Choose another."), code="breached")

    def get_help_text(self) -> str:
        """Say the rule before it is broken."""
        return _("Not one that is known from a breach.")


def holds(path: Path, digest: str) -> bool:
    """Say whether a sorted file of digests holds one, reading a few lines of it."""
    wanted = digest.encode()
    with path.open("rb") as lines:
        low, high = 0, lines.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            lines.seek(middle)
            if middle:
                lines.readline()
            here = lines.readline()[: len(wanted)].upper()
            if here == wanted:
                return True
            low, high = (middle + 1, high) if here and here < wanted else (low, middle)
        lines.seek(0)
        return lines.readline()[: len(wanted)].upper() == wanted
