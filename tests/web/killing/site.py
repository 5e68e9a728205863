"""A site for processes that are killed: a home and a database that can be put back to where they were."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[3]
Server = subprocess.Popen[str]


@dataclass(slots=True)
class Outcome:
    """How an act ended: what it said, how many steps it took, its fault, and whether it was killed."""

    killed: bool
    said: Any = None
    steps: int = 0
    fault: str = ""
    trace: str = ""


@dataclass(slots=True)
class Site:
    """A home, on PostgreSQL also a database, and servers that fork a process for each act.

    `name` : of the database, on the server that `database` tells ("" for SQLite); each kept state is another database,
    or a folder.
    """

    home: Path
    name: str
    database: str = field(default_factory=lambda: os.environ.get("MEZON_DATABASE", ""))
    servers: list[Server] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def server(self) -> Server:
        """Start a process that carries out acts, one after another."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.web.killing.desk_acts"],
            cwd=ROOT, env=self._environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.servers.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEZON_", "DJANGO_"))}
        own = {
            "MEZON_HOME": str(self.home), "MEZON_SECRET": "for tests alone",
            "DJANGO_SETTINGS_MODULE": "mezon.web.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }  # fmt: skip
        told = self.database
        return {
            **kept,
            **own,
            **({"MEZON_DATABASE": urlsplit(told)._replace(path=f"/{self.name}").geturl()} if told else {}),
        }

    def make(self) -> None:
        """Make the empty home, and the empty database."""
        self.home.mkdir(parents=True)
        self._on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}")

    def keep(self, state: str) -> None:
        """Keep everything as it is under a name."""
        shutil.copytree(self.home, self._place(state))
        self._on_server(*_copied(self.name, f"{self.name}_{state}"))
        self.kept.append(state)

    def put_back(self, state: str) -> None:
        """Make everything as it was when it was kept."""
        shutil.rmtree(self.home)
        shutil.copytree(self._place(state), self.home)
        self._on_server(*_copied(f"{self.name}_{state}", self.name))

    def _place(self, state: str) -> Path:
        return self.home.with_name(f"{self.home.name}-{state}")

    def close(self) -> None:
        """End the servers and take the databases away."""
        for process in self.servers:
            process.kill()
            process.communicate()
        for name in (self.name, *(f"{self.name}_{state}" for state in self.kept)):
            self._on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _on_server(self, *statements: str) -> None:
        told = self.database
        if not told:
            return
        import psycopg

        with psycopg.connect(told, autocommit=True) as server:
            for statement in statements:
                server.execute(statement.encode())


def _copied(source: str, target: str) -> tuple[str, ...]:
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'"  # noqa: S608
    return f"DROP DATABASE IF EXISTS {target} WITH (FORCE)", ended, f"CREATE DATABASE {target} TEMPLATE {source}"


def begin(server: Server, act: str, *, options: Mapping[str, Any] | None = None, **arguments: Any) -> int:
    """Begin an act in a process of its own, and give its number."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps({"act": act, "arguments": arguments, **(options or {})}) + "\n")
    server.stdin.flush()
    return int(json.loads(server.stdout.readline())["pid"])


def end(server: Server) -> Outcome:
    """Wait for the end of the act that was begun."""
    assert server.stdout is not None
    found = Outcome(killed=False)
    while True:
        line = server.stdout.readline()
        assert line, "the process that forks has ended"
        told = json.loads(line)
        if "ended" in told:
            found.killed = told["ended"] == -signal.SIGKILL
            return found
        found.said, found.steps = told.get("said", found.said), told.get("steps", found.steps)
        found.fault, found.trace = told.get("fault", found.fault), told.get("trace", found.trace)


def do(server: Server, act: str, *, options: Mapping[str, Any] | None = None, **arguments: Any) -> Outcome:
    """Do an act to its end."""
    begin(server, act, options=options, **arguments)
    return end(server)


def at_once(acts: list[tuple[Server, str, dict[str, Any]]]) -> list[Outcome]:
    """Do acts at one moment, each by a server of its own; give how each ended."""
    for server, act, arguments in acts:
        begin(server, act, **arguments)
    return [end(server) for server, _, _ in acts]


def done(server: Server, act: str, **arguments: Any) -> Any:
    """Do an act that must succeed, and give what it said."""
    found = do(server, act, **arguments)
    assert not found.fault, found.trace
    assert not found.killed
    return found.said


def killed_after(server: Server, seconds: float, act: str, **arguments: Any) -> Outcome:
    """Kill an act after a while; it may have ended before."""
    number = begin(server, act, **arguments)
    time.sleep(seconds)
    # It may have ended already: then there is nothing to kill.
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
    return end(server)
