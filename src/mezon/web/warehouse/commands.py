"""What the commands of the database do: load, unload, release, backup, restore."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from mezon import production
from mezon.errors import AskedForUnknown, WrongUse
from mezon.web.warehouse import store
from mezon.web.warehouse.backup import make_backup, restore_backup
from mezon.web.warehouse.models import Change, StoredPack


def load(asked: argparse.Namespace, _home: Path) -> None:
    """Bring a pack into the database, and say what changed."""
    before = StoredPack.objects.filter(code=production.read_pack(asked.pack).definitions.id).first()
    known = before.last_change if before else 0
    pack = store.load(asked.pack, by=None, reason=asked.reason, now=datetime.now(UTC), replace=asked.replace)
    if pack.last_change == known:
        _say(f"{pack.code}: the database says the same already; nothing changed.")
        return
    counts = Change.objects.get(pack=pack, number=pack.last_change).counts
    said = ", ".join(f"{counts[name]:,} {words}" for name, words in _COUNTED.items() if counts.get(name))
    _say(f"{pack.code}: change {pack.last_change}: {said or 'definitions only'}.")


_COUNTED = {
    "new": "observations new",
    "changed": "revised",
    "withdrawn": "withdrawn",
    "register_rows": "register rows new or revised",
    "register_rows_withdrawn": "register rows withdrawn",
    "files": "files",
}


def unload(asked: argparse.Namespace, _home: Path) -> None:
    """Write a pack of the database into a folder."""
    pack = _the_pack(asked.code)
    store.unload(pack, asked.output, at=asked.at)
    _say(f"{pack.code} as of change {store.known_at(pack, asked.at)}: {asked.output}")


def release(asked: argparse.Namespace, home: Path) -> None:
    """Freeze a release from the database."""
    pack = _the_pack(asked.code)
    as_of = date.fromisoformat(asked.as_of) if asked.as_of else None
    frozen = production.freeze(store.working_pack(pack, at=asked.at, home=home), asked.output, as_of=as_of)
    _say(f"Release {frozen.id}")
    _say(f"{frozen.observations.height} observations as of {frozen.as_of.isoformat()} in {asked.output}.")


def backup(asked: argparse.Namespace, home: Path) -> None:
    """Back everything up."""
    rows = make_backup(asked.output, home=home, now=datetime.now(UTC))
    _say(f"{asked.output}: {rows:,} rows and every file, each with its checksum. It holds secrets: keep it safe.")


def restore(asked: argparse.Namespace, home: Path) -> None:
    """Restore a backup into an empty site."""
    rows = restore_backup(asked.source, home=home)
    _say(f"{rows:,} rows restored from {asked.source}; every checksum agrees.")


COMMANDS: dict[str, Callable[[argparse.Namespace, Path], None]] = {
    "load": load,
    "unload": unload,
    "release": release,
    "backup": backup,
    "restore": restore,
}


def _the_pack(code: str) -> StoredPack:
    """Give the pack of that code, or the only one there is. Raises : AskedForUnknown, WrongUse."""
    if code:
        return store.find_stored(code)
    codes = list(StoredPack.objects.values_list("code", flat=True))
    if not codes:
        raise AskedForUnknown("The database has no pack.", hint="`mezon load PACK` brings one.")
    if len(codes) > 1:
        raise WrongUse(f"The database has several packs: {', '.join(codes)}.", hint="Say which: --code CODE.")
    return store.find_stored(codes[0])


def _say(text: str) -> None:
    print(text, flush=True)
