"""Writing to those who owe a form: one mutation, for a button, a timer and the command line."""

from __future__ import annotations

from datetime import datetime

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk.models import Reminder
from mezon.web.desk.reminding import Address, letters_due, send
from mezon.web.warehouse.models import StoredPack


@mutation("submission.remind")
def remind(actor: Actor, where: Target, *, pack: StoredPack, address: Address, now: datetime, reason: str = "") -> int:
    """Write to everybody who owes a form of a pack soon, is late, or has cells to mend; give how many letters went out.

    What somebody was told on the same occasion is not told again, so this may run every day or every hour.
    """
    letters = letters_due(pack, today=now.date())
    for letter in letters:
        Reminder.objects.bulk_create(
            Reminder(
                pack=pack, form=debt.form.id, unit=debt.unit.code, period=debt.period, kind=kind, to=letter.to, at=now
            )
            for debt, kind in letter.about
        )
        send(letter, address, now.date())
    note(after={"letters": len(letters)})
    return len(letters)
