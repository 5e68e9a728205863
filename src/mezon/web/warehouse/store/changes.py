"""Recorded changes: each is numbered under the lock of its pack, and is there only if it changed something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from mezon.errors import AskedForUnknown, WrongUse
from mezon.web.warehouse.models import Change, StoredPack


@dataclass(slots=True, kw_only=True)
class Recording:
    """A change in the making: its number is what rows are recorded from; without counts it leaves nothing behind.

    `end` : the largest position that a row of the pack was ever given.
    """

    pack: StoredPack
    number: int
    end: int
    counts: Counter[str] = field(default_factory=Counter)
    change: Change | None = None


@contextmanager
def changing(pack: StoredPack, *, action: str, by: int | None, reason: str, now: datetime) -> Iterator[Recording]:
    """Hold the pack's lock, give the number of its next change, and record the change if anything was counted.

    All or nothing: an error inside leaves the old state. Writers of one pack wait for one another, so that numbers
    have no gaps and their order is the order in which changes became visible.

    Raises : WrongUse without a reason.
    """
    if not reason.strip():
        raise WrongUse("A change needs a reason.", hint="Say in a few words why it is made.")
    with transaction.atomic():
        held = StoredPack.objects.select_for_update().get(pk=pack.pk)
        recording = Recording(pack=held, number=held.last_change + 1, end=held.last_position)
        yield recording
        if not recording.counts.total():
            return
        recording.change = Change.objects.create(
            pack=held,
            number=recording.number,
            at=now,
            by=by,
            action=action,
            reason=reason,
            counts=dict(sorted(recording.counts.items())),
        )
        held.last_change, held.last_position = recording.number, recording.end
        held.save(update_fields=["last_change", "last_position"])
    pack.last_change = recording.number


def find_stored(code: str) -> StoredPack:
    """Give a pack of the database by its code. Raises : AskedForUnknown, with those there are."""
    found = StoredPack.objects.filter(code=code).first()
    if found is not None:
        return found
    known = ", ".join(StoredPack.objects.values_list("code", flat=True))
    hint = f"The database has: {known}." if known else "The database has none: `mezon load PACK` brings one."
    raise AskedForUnknown(f"There is no pack {code!r} in the database.", hint=hint)


def known_at(pack: StoredPack, at: int | None) -> int:
    """Give the change as of which is read: the newest when none is asked for. Raises : AskedForUnknown."""
    if at is None:
        return int(StoredPack.objects.values_list("last_change", flat=True).get(pk=pack.pk))
    if at < 0:
        raise AskedForUnknown(f"Changes are numbered from 1; there is no change {at}.")
    return at
