"""`mezon load`, `unload`, `backup` and `restore`: between folders and the database of the site.

The database is the site's (an extra), and the command line and the site never import each other: a command becomes a
process of the site's own.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from mezon.cli.options import Output, PackName
from mezon.errors import WrongUse

Code = Annotated[str, typer.Option("--code", help="Which pack of the database, when it has several.")]
AtChange = Annotated[
    int | None, typer.Option("--at", metavar="CHANGE", min=1, help="As it was known after that recorded change.")
]


def load(
    pack: PackName,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")] = "",
    *,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Also withdraw what was recorded in the database itself and the folder does not say; needs --reason.",
        ),
    ] = False,
) -> None:
    """Bring a pack into the database as one change, all or nothing; one that is there already is revised."""
    if replace and not reason.strip():
        raise WrongUse("To replace what was recorded in the database needs a reason.", hint="Say why: --reason WHY.")
    told = ("--replace",) if replace else ()
    become_the_warehouse("load", pack, "--reason", reason.strip() or "loaded from the command line", *told)


def unload(output: Output, code: Code = "", at: AtChange = None) -> None:
    """Write a pack of the database into a new folder: the bytes that were loaded, or what they have become since."""
    become_the_warehouse("unload", "--output", str(output), *_which(code, at))


def backup(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE|DIR", help="A file (such as site.zip), or a folder.")
    ],
) -> None:
    """Back up the database and every file beside it, each with its checksum; the site may go on meanwhile."""
    become_the_warehouse("backup", "--output", str(output))


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="What `mezon backup` wrote.")],
) -> None:
    """Restore a backup into an empty site (SQLite or PostgreSQL), comparing every checksum before and after."""
    become_the_warehouse("restore", str(source))


def release_from_database(output: Path, *, as_of: date | None, code: str, at: int | None) -> NoReturn:
    """Freeze a release from the database."""
    dated = ("--as-of", as_of.isoformat()) if as_of else ()
    become_the_warehouse("release", "--output", str(output), *dated, *_which(code, at))


def become_the_warehouse(*arguments: str) -> NoReturn:
    """Replace this process by the site's. Raises : WrongUse when the site is not installed."""
    if find_spec("django") is None:
        raise WrongUse("This needs the database of the site, an extra.", hint="Install it: pip install 'mezon[web]'")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "mezon.web.warehouse", *arguments])  # noqa: S606 - our own module


def _which(code: str, at: int | None) -> tuple[str, ...]:
    return (*(("--code", code) if code else ()), *(("--at", str(at)) if at is not None else ()))
