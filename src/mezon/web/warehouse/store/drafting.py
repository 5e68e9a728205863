"""A draft: the pack as it would be with another text of one file, checked as `mezon check` checks a pack.

Definitions and registers are changed by the same way: drafted, compared with what is, and recorded only when nothing
that was sound becomes an error.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from mezon import production
from mezon.errors import ChangedMeanwhile, MezonError, PackHasFaults, WrongUse
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.pack import Pack
from mezon.model.release import Release
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store.changes import Recording, known_at
from mezon.web.warehouse.store.unloading import working_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Another text of one file of a pack (`path` inside it).

    `made_on` : the change it was made against; None: what is known now. `language` : in which findings speak.
    """

    path: str
    text: str
    made_on: int | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What another text would bring.

    `findings` : what `mezon check` would then show and does not show now; `mended` : the other way round; `refused` :
    why it cannot be accepted, "" when it can. `before`, `after` : the releases that would be made of the pack as it is
    and as it would be, both None when one cannot be computed; `uncomputed` says why.
    """

    findings: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    refused: str = ""
    before: Release | None = None
    after: Release | None = None
    uncomputed: str = ""


def preview(pack: StoredPack, changed: Text, *, home: Path | None = None) -> Preview:
    """Say what another text would change, and change nothing."""
    with drafted(pack, changed, home=home) as (before, after):
        findings, mended = _compared(before, after)
        errors = [item for item in findings if item.severity == Severity.ERROR]
        if errors:
            return Preview(findings=findings, mended=mended, refused=errors[0].message)
        try:
            releases = production.prepare(before), production.prepare(after)
        except MezonError as fault:
            return Preview(findings=findings, mended=mended, uncomputed=str(fault))
        return Preview(findings=findings, mended=mended, before=releases[0], after=releases[1])


def refuse_new_errors(before: Pack, after: Pack) -> None:
    """Raise PackHasFaults when `mezon check` would show an error that is not there now."""
    errors = [item for item in _compared(before, after)[0] if item.severity == Severity.ERROR]
    if errors:
        first = errors[0]
        place = " ".join(str(part) for part in (first.file, first.row or "", first.key or first.column) if part)
        raise PackHasFaults(
            f"The change would bring {len(errors)} error(s). The first: {place}: {first.message}", hint=first.hint
        )


def refuse_if_changed(recording: Recording, known: int, path: str) -> None:
    """Raise ChangedMeanwhile when a pack was changed after the change that a text was checked against."""
    if recording.number != known + 1:
        raise ChangedMeanwhile(
            f"Pack {recording.pack.code} was changed while {path} was being checked.",
            hint="Look again, and repeat the change.",
        )


@contextmanager
def drafted(pack: StoredPack, changed: Text, *, home: Path | None = None) -> Iterator[tuple[Pack, Pack]]:
    """Give the pack as it is, and as it would be: the same files, but for one.

    Raises : WrongUse for a text that makes another pack of it.
    """
    kept_at = home or Path(settings.HOME)
    folder = working_folder(pack, at=known_at(pack, changed.made_on), home=kept_at)
    with tempfile.TemporaryDirectory(dir=kept_at / "working") as made:
        draft = Path(made) / pack.code
        shutil.copytree(folder, draft, copy_function=os.link)
        place = draft / changed.path
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(changed.text.encode("utf-8"))
        before = production.read_pack(folder, language=changed.language)
        yield before, _same_pack(production.read_pack(draft, language=changed.language), pack)


def _same_pack(after: Pack, pack: StoredPack) -> Pack:
    if after.definitions.id != pack.code:
        raise WrongUse(
            f"The pack would be called {after.definitions.id!r}, not {pack.code!r}.",
            hint='Leave its id as it is: id = "' + pack.code + '" in pack.toml.',
        )
    return after


def _compared(before: Pack, after: Pack) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Give the findings that are new, and those that are gone.

    A finding whose row only moved, because lines came or went above it, is neither.
    """
    had, has = production.check(before), production.check(after)
    return _beyond(has, had), _beyond(had, has)


def _beyond(findings: tuple[Finding, ...], others: tuple[Finding, ...]) -> tuple[Finding, ...]:
    there = {(item.row, *_saying(item)) for item in others}
    here = {(item.row, *_saying(item)) for item in findings}
    left = Counter(_saying(item) for item in others if (item.row, *_saying(item)) not in here)
    found = []
    for item in findings:
        if (item.row, *_saying(item)) in there:
            continue
        if left[_saying(item)]:
            left[_saying(item)] -= 1
        else:
            found.append(item)
    return tuple(found)


def _saying(item: Finding) -> tuple[str, ...]:
    """Tell findings apart by what they say, not by the row they stand in."""
    return item.code, item.file, item.key, item.column, item.value, "" if item.row else item.message
