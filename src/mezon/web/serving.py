"""Start the site on this machine: database, releases, then a server that Ctrl-C ends."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from mezon.errors import WrongUse
from mezon.web.portal import warming
from mezon.web.working import process

Say = Callable[[str], None]
#: The file of the database in a home folder, where PostgreSQL does not keep it (settings.py says the same).
DATABASE = "mezon.sqlite3"
#: The lock of whoever makes tables: any number that nobody else uses.
_MIGRATING = 7_263_741


def point_at(home: Path, packs: Sequence[str]) -> None:
    """Tell Django, here and in processes started from here, where everything is kept and what is shown."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mezon.web.settings")
    os.environ["MEZON_HOME"] = str(home)
    os.environ["MEZON_PACKS"] = " ".join(packs)
    keep_private(home)


def keep_private(home: Path) -> None:
    """Keep a home folder, and all that this process writes, from other people of the machine: forms are confidential.

    A folder that belongs to somebody else is left to whoever set it up.
    """
    os.umask(0o077)
    home.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):
        home.chmod(home.stat().st_mode & 0o700)


def refuse_without_database(home: Path) -> None:
    """Refuse to look into a database that is not there, instead of making an empty one. Raises : WrongUse."""
    file = home / DATABASE
    if os.environ.get("MEZON_DATABASE") or file.exists():
        return
    raise WrongUse(
        f"There is no database at {file}.",
        hint="Name the folder of the site: MEZON_HOME=FOLDER (without it, .mezon in the folder you are in). "
        "`mezon load PACK` makes a new one.",
    )


def set_up(home: Path, packs: Sequence[str]) -> None:
    """Start Django on a home folder, and bring the database to today's tables."""
    point_at(home, packs)
    import django

    django.setup()
    bring_tables_up_to_date()


def database_name() -> str:
    """Name the database that is worked on: its file, or its name on PostgreSQL."""
    from django.db import connection

    return str(connection.settings_dict["NAME"])


def bring_tables_up_to_date() -> None:
    """Bring the database to today's tables; of several who start at once, one after the other does.

    On PostgreSQL a lock that ends with its connection also waits for what a killed process had still asked for.
    """
    from django.core.management import call_command
    from django.db import connection

    locks = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if locks:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            if locks:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def publish_all(home: Path, packs: Sequence[str], *, say: Say) -> None:
    """Publish each pack as it is known now; what is published already is kept."""
    set_up(home, packs)
    from mezon import production
    from mezon.web.warehouse.publishing import publish

    for name in packs:
        publish(production.read_pack(name), name=name, as_of=None, home=home, now=datetime.now(UTC), say=say)


def open_desk(pack: str, *, port: int, say: Say) -> None:
    """Bring a pack into the database and say how the people who work on it get in."""
    from mezon.web.desk import demonstrating

    demonstrating.prepare(pack, site=f"http://127.0.0.1:{port}", say=say, now=datetime.now(UTC))


def refuse_taken_port(port: int) -> None:
    """Raise WrongUse when something else listens on the port already."""
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise WrongUse(f"Port {port} is taken by another program.", hint=f"Try --port {port + 1}.")


def serve(port: int, *, workers: int, open_browser: bool, say: Say) -> None:
    """Serve on the loopback address until Ctrl-C; each worker reads the edition before it takes a request.

    Polars must not be carried over a fork, so the parent touches no data after this is called.
    """
    from gunicorn.app.base import BaseApplication

    address = f"http://127.0.0.1:{port}/"
    background = ExitStack()
    settings = {
        "bind": f"127.0.0.1:{port}",
        "workers": workers,
        "threads": 4,
        "worker_class": "gthread",
        "loglevel": "warning",
        "accesslog": None,
        "graceful_timeout": 5,
        "when_ready": lambda _server: _announce(address, background, open_browser=open_browser, say=say),
        "on_exit": lambda _server: background.close(),
        "post_worker_init": lambda _worker: _warm(),
    }

    class Site(BaseApplication):  # type: ignore[misc]
        """Gunicorn, told what to run."""

        def load_config(self) -> None:
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            from mezon.web.wsgi import application

            return application

    parent = os.getpid()
    try:
        Site().run()
    except SystemExit as end:
        # Workers leave by the same way; only the parent says so.
        if end.code or os.getpid() != parent:
            raise
        say("Ended.")


def _announce(address: str, background: ExitStack, *, open_browser: bool, say: Say) -> None:
    """Draw pictures and do jobs from now on, in processes that end with the server, and say where the site is."""
    background.callback(_ended, warming.start())
    background.callback(_ended, process.start())
    say(f"Serving {address}  (Ctrl-C ends it)")
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _ended(started: subprocess.Popen[bytes]) -> None:
    """End a process, the hard way if it does not listen; what it was doing is taken up at the next start."""
    started.terminate()
    try:
        started.wait(timeout=10)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()


def _warm() -> None:
    """Read the edition and load what draws, so that the first reader waits for neither."""
    from django.conf import settings

    import mezon.disseminate.charts.picture  # noqa: F401 - Altair takes half a second
    from mezon.web.portal.edition import edition_for

    edition_for(settings.PACKS[0])
