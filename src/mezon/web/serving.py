"""Start the site on this machine: database, releases, then a server that Ctrl-C ends."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mezon.errors import WrongUse

Say = Callable[[str], None]


def set_up(home: Path, packs: Sequence[str]) -> None:
    """Point Django at a home folder and its packs, and bring the database to today's tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mezon.web.settings")
    os.environ["MEZON_HOME"] = str(home)
    os.environ["MEZON_PACKS"] = " ".join(packs)
    home.mkdir(parents=True, exist_ok=True)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def publish_all(home: Path, packs: Sequence[str], *, say: Say) -> None:
    """Publish each pack as it is known now; what is published already is kept."""
    from mezon import production
    from mezon.web.warehouse.publishing import publish

    for name in packs:
        publish(production.read_pack(name), name=name, as_of=None, home=home, now=datetime.now(UTC), say=say)


def refuse_taken_port(port: int) -> None:
    """Raise WrongUse when something else listens on the port already."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise WrongUse(f"Port {port} is taken by another program.", hint=f"Try --port {port + 1}.")


def serve(port: int, *, open_browser: bool, say: Say) -> None:
    """Serve on the loopback address until Ctrl-C."""
    from wsgiref.simple_server import make_server

    from mezon.web.wsgi import application

    address = f"http://127.0.0.1:{port}/"
    with make_server("127.0.0.1", port, application) as server:
        say(f"Serving {address}  (Ctrl-C ends it)")
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Ended.")
