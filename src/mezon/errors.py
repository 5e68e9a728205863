"""Every error Mezon raises on purpose, grouped by what the caller should do next.

Bad data is never one of these: it is a `Finding`, collected and shown with all the others. An error is a broken
promise: something asked for that cannot be done, and it says what, where, and what to do next.
"""

from __future__ import annotations


class MezonError(Exception):
    """What went wrong, and in `hint` what to do next."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        """`message` says what and where; `hint` says what to do next."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


# --- Ask for something else: the request itself cannot be met -----------------------------------------------------


class AskedForUnknown(MezonError):
    """A name that does not exist here: a pack, unit, methodology, format. The hint lists what does."""

    exit_code = 2


class WrongUse(MezonError):
    """Options that contradict one another or are out of range."""

    exit_code = 2


# --- Ask somebody who may ----------------------------------------------------------------------------------------


class NotAllowed(MezonError):
    """An act that this person, token or state does not permit. `reason` is a code of `accounts.policy.REASONS`."""

    def __init__(self, message: str, *, hint: str = "", action: str = "", reason: str = "") -> None:
        """`action` is what was tried; `reason` says in one word why not."""
        super().__init__(message, hint=hint)
        self.action = action
        self.reason = reason
        #: Digest of the audit record that a mutation wrote of it; an outer transaction may have undone that.
        self.recorded = ""


# --- Mend the pack: its files promise something they do not hold --------------------------------------------------


class PackUnreadable(MezonError):
    """A folder that is no pack, or a definition that cannot be read at all."""


class PackHasFaults(MezonError):
    """The pack has errors, so nothing is computed from it; `mezon check` shows them all."""


class MalformedValue(MezonError):
    """A text that is not the period, date, number, code or method call it should be."""


class FormulaFault(MezonError):
    """An expression that cannot be parsed, or that asks for what the formula language does not have."""


class MissingRate(MezonError):
    """A conversion without a dated, sourced rate."""


class UnsettledDisagreement(MezonError):
    """Two sources state one key differently, and neither a priority nor a settlement says which to use."""


# --- Mend the methodology: the mathematics forbids what it asks ----------------------------------------------------


class UnfitMethod(MezonError):
    """A method that does not fit the data: a log of zero, a rank of one unit, a statistic of too few."""


class MethodRegisteredTwice(MezonError):
    """Two owners of one name; raised at import, so that it cannot be shipped."""


# --- Do not trust this copy ------------------------------------------------------------------------------------------


class CopyDiffers(MezonError):
    """A release or an assessment that is not what its manifest says, or not what a re-run gives."""


# --- Look again: somebody was there before you, or it is not your turn ------------------------------------------------


class WrongStep(MezonError):
    """An act that is not possible in the state something is in."""


class ChangedMeanwhile(MezonError):
    """Somebody else wrote the same thing since you read it; nothing of yours or theirs is lost."""


class NotTrusted(MezonError):
    """An uploaded file that is not opened: too large, damaged, disguised, or made to do harm.

    `code` is the code of the rule that says why; message and hint are its sentence in the language of the rulebook.
    """

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        """`code` names the rule in collecting.toml."""
        super().__init__(message, hint=hint)
        self.code = code
