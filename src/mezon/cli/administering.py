"""`mezon invite` and `mezon audit-log verify`: what an operator does before anybody can sign in, and to check later.

The command line and the site never import each other: a command becomes a process of the site's own.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Annotated, NoReturn

import typer

from mezon.errors import WrongUse

audit_log = typer.Typer(name="audit-log", help="The records of who did what on the site.", no_args_is_help=True)


def invite(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whom: the address they will sign in with.")],
    role: Annotated[
        str,
        typer.Option("--role", help="provider, reviewer, statistician, steering-analyst or administrator."),
    ],
    pack: Annotated[str, typer.Option("--pack", help="On one pack only; without it, on all.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="On one unit of the pack and what stands under it.")] = "",
    site: Annotated[str, typer.Option("--site", help="Where the site is, for the link.")] = "http://127.0.0.1:8000",
    language: Annotated[str, typer.Option("--language", help="Of the page the link opens: uz, ru, en.")] = "en",
) -> None:
    """Give somebody a role on the site, and print the link by which they set their password: once, in seven days."""
    said = ("--role", role, "--pack", pack, "--unit", unit, "--site", site, "--language", language)
    _become("mezon.web.accounts", "invite", email, *said)


@audit_log.command("verify")
def verify() -> None:
    """Reckon every record again: nothing was changed, taken out or put in. Exit code 1 when something was."""
    _become("mezon.web.audit", "verify")


def _become(module: str, *arguments: str) -> NoReturn:
    if find_spec("django") is None:
        raise WrongUse("This needs the database of the site, an extra.", hint="Install it: pip install 'mezon[web]'")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - our own module
