"""A worker as a process of its own: `python -m mezon.web.working`, beside the server or alone."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from mezon.errors import MezonError, WrongUse


def start() -> subprocess.Popen[bytes]:
    """Start a worker that ends with this process; the settings are in the environment. End it with `terminate`."""
    # A session of its own: Ctrl-C reaches the server alone, which then ends this.
    arguments = [sys.executable, "-m", "mezon.web.working", "--parent", str(os.getpid())]
    return subprocess.Popen(arguments, start_new_session=True)  # noqa: S603 - our own module


def main() -> int:
    """Work until told to end. An error raised on purpose is one message and an exit code."""
    parser = argparse.ArgumentParser(prog="mezon worker", description="Do what waits to be done in the background.")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help="End when nothing waits any more.")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mezon.web.settings")
    os.environ["MEZON_HOME"] = str(Path(os.environ.get("MEZON_HOME", ".mezon")).resolve())
    try:
        return _work(asked)
    except MezonError as error:
        print(f"mezon: {error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        return error.exit_code


def _work(asked: argparse.Namespace) -> int:
    import django

    django.setup()
    _refuse_other_tables()
    from mezon.web.working.worker import work

    if asked.parent is None:
        print("Working. Ctrl-C ends it; what is being done then is taken up by the next worker.", flush=True)
    count = work(parent=asked.parent, once=asked.once)
    if asked.parent is None:
        print(f"Ended after {count} job{'' if count == 1 else 's'}.", flush=True)
    return 0


def _refuse_other_tables() -> None:
    """Raise WrongUse when the database is not this version's: only one process brings it there."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise WrongUse(
            "The database has not the tables of this version.", hint="Start `mezon serve` first: it brings them."
        )
