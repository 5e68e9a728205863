"""`python -m mezon.web.warehouse load|unload|release|backup|restore`: what the command line's commands become.

The command line and the site never import each other; a command starts this process in its place.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mezon.errors import MezonError, WrongUse
from mezon.web.serving import DATABASE, refuse_without_database, set_up

#: Commands that read a database and make none.
_READS = frozenset({"unload", "release", "backup"})


def main() -> int:
    """Do one of them. An error raised on purpose is one message and an exit code."""
    asked = _parser().parse_args()
    home = Path(os.environ.get("MEZON_HOME", ".mezon")).resolve()
    try:
        with _traceless(asked, home):
            set_up(home, os.environ.get("MEZON_PACKS", "uzbekistan").split())
            from mezon.web.warehouse import commands

            commands.COMMANDS[asked.command](asked, home)
    except KeyboardInterrupt:
        return 130
    except MezonError as error:
        print(f"mezon: {error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        return error.exit_code
    return 0


@contextmanager
def _traceless(asked: argparse.Namespace, home: Path) -> Iterator[None]:
    """Refuse what can be refused before a site is made; where none was, a refused restore leaves none."""
    if asked.command in _READS:
        refuse_without_database(home)
    if asked.command == "restore" and not asked.source.exists():
        raise WrongUse(f"There is nothing at {asked.source}.", hint="Name what `mezon backup` wrote.")
    made = [name for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "secret") if not (home / name).exists()]
    try:
        yield
    except MezonError:
        if asked.command == "restore":
            from django.db import connections

            connections.close_all()
            for name in made:
                (home / name).unlink(missing_ok=True)
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mezon.web.warehouse", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load")
    load.add_argument("pack")
    load.add_argument("--reason", required=True)
    load.add_argument("--replace", action="store_true")
    unload = commands.add_parser("unload")
    unload.add_argument("--output", type=Path, required=True)
    unload.add_argument("--at", type=int)
    release = commands.add_parser("release")
    release.add_argument("--output", type=Path, required=True)
    release.add_argument("--as-of")
    release.add_argument("--at", type=int)
    for command in (unload, release):
        command.add_argument("--code", default="")
    commands.add_parser("backup").add_argument("--output", type=Path, required=True)
    commands.add_parser("restore").add_argument("source", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
