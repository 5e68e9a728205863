"""`mezon serve`: the portal on this machine; `mezon worker`: a worker of its own.

The site is a program of its own (`python -m mezon.web`), because the command line and the site never import each other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

#: A second worker keeps pages coming while the first draws a picture.
_WORKERS = 2


def serve(
    packs: Annotated[list[str] | None, typer.Argument(metavar="PACK...", help="The first is the front page.")] = None,
    port: Annotated[int, typer.Option("--port", help="Where the portal answers on this machine.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that answer.")] = _WORKERS,
) -> None:
    """Serve the portal of one or more packs on this machine until Ctrl-C."""
    become_the_site(packs or ["uzbekistan"], port=port, workers=workers, open_browser=False)


def become_the_site(
    packs: Sequence[str], *, port: int, open_browser: bool, workers: int = _WORKERS, desk: bool = False
) -> None:
    """Replace this process by the site, so that Ctrl-C reaches it alone."""
    sys.stdout.flush()
    arguments = ["publish", *packs, "--port", str(port), "--workers", str(workers)]
    more = [flag for flag, wanted in (("--open-browser", open_browser), ("--desk", desk)) if wanted]
    os.execv(sys.executable, [sys.executable, "-m", "mezon.web", *arguments, *more])  # noqa: S606 - our own module


def worker(
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits any more.")] = False,  # noqa: FBT002
) -> None:
    """Do imports, assessments and freezing that people asked for on the site; `mezon serve` has one worker built in."""
    sys.stdout.flush()
    arguments = ["--once"] if once else []
    os.execv(sys.executable, [sys.executable, "-m", "mezon.web.working", *arguments])  # noqa: S606 - our own module
