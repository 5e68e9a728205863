"""A worker is a process: killed, it leaves the old state or the new, and the next one takes up what it was doing.

Each test has a site of its own (home, database) and real processes, on SQLite or, where MEZON_DATABASE says so, on a
database of its own on that PostgreSQL.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.endurance

ROOT = Path(__file__).parents[3]
_WAIT = 180.0

_ASK = """
from datetime import UTC, datetime
from mezon.web.accounts.acting import Actor
from mezon.web.working.starting import start
job = start(KIND, actor=Actor.system(), arguments=ARGUMENTS, now=datetime.now(UTC))
print(job.pk)
"""
_LOOK = """
import json
from mezon.web.accounts.models import Person
from mezon.web.working.models import Job, Worker
job = Job.objects.get(pk=NUMBER)
print(json.dumps({"state": job.state, "take": job.take, "result": job.result, "failure": job.failure,
                  "people": Person.objects.count(), "workers": Worker.objects.count()}))
"""


@dataclass
class Site:
    """A home and a database, and processes that use them."""

    home: Path
    environment: dict[str, str]

    def python(self, text: str, **names: Any) -> str:
        given = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        script = f"import django; django.setup()\n{given}\n{text}"
        done = subprocess.run(
            [sys.executable, "-c", script], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(self, kind: str, **arguments: Any) -> int:
        return int(self.python(_ASK, KIND=kind, ARGUMENTS=arguments))

    def look(self, job: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.python(_LOOK, NUMBER=job))
        return found

    def worker(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "mezon.web.working", *options],
            env=self.environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def progress(self, job: int) -> int:
        try:
            return int(json.loads((self.home / "jobs" / str(job) / "progress.json").read_text())[0])
        except (OSError, ValueError):
            return 0


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _WAIT
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def killed(worker: subprocess.Popen[str]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "static").mkdir()
    environment = {
        **os.environ,
        "MEZON_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.web.working.site_for_tests",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    server = os.environ.get("MEZON_DATABASE", "")
    name = f"kill_{secrets.token_hex(6)}"
    if server:
        _on_server(server, f"CREATE DATABASE {name}")
        environment["MEZON_DATABASE"] = f"{server.rpartition('/')[0]}/{name}"
    made = Site(tmp_path, environment)
    made.python("from django.core.management import call_command; call_command('migrate', verbosity=0)")
    yield made
    if server:
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_a_worker_killed_in_the_middle_leaves_nothing_by_halves_and_the_next_takes_it_up(site: Site) -> None:
    job = site.ask("test-invite", name="p", pause=0.1)
    first = site.worker()
    until(lambda: site.progress(job) >= 5)
    killed(first)
    left = site.look(job)
    assert (left["state"], left["people"]) == ("running", 0)

    second = site.worker("--once")
    _, faults = second.communicate(timeout=_WAIT)
    assert second.returncode == 0, faults
    after = site.look(job)
    assert (after["state"], after["take"], after["result"], after["people"]) == ("done", 2, {"made": 20}, 20)


def test_a_worker_killed_after_the_result_was_kept_has_done_it_once(site: Site) -> None:
    job = site.ask("test-invite-kept", name="p", linger=60.0)
    first = site.worker()
    until(lambda: site.look(job)["result"] is not None)
    killed(first)
    site.worker("--once").communicate(timeout=_WAIT)
    after = site.look(job)
    assert (after["state"], after["take"], after["people"]) == ("done", 1, 20)


def test_what_must_not_begin_again_is_said_to_be_interrupted(site: Site) -> None:
    job = site.ask("test-invite-once", name="p", pause=0.1)
    first = site.worker()
    until(lambda: site.progress(job) >= 2)
    killed(first)
    site.worker("--once").communicate(timeout=_WAIT)
    after = site.look(job)
    assert (after["state"], after["people"]) == ("interrupted", 0)
    assert after["failure"]


def test_a_worker_told_to_end_undoes_and_puts_back_what_it_is_doing(site: Site) -> None:
    job = site.ask("test-invite", name="p", pause=0.1)
    first = site.worker()
    until(lambda: site.progress(job) >= 2)
    first.send_signal(signal.SIGTERM)
    out, faults = first.communicate(timeout=_WAIT)
    assert first.returncode == 0, faults
    assert "Ended" in out
    left = site.look(job)
    assert (left["state"], left["people"], left["workers"]) == ("waiting", 0, 0)


def test_a_worker_whose_parent_is_gone_ends(site: Site) -> None:
    worker = site.worker("--parent", "1")
    worker.communicate(timeout=_WAIT)
    assert worker.returncode == 0
