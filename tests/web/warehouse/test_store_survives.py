"""Killed at any moment, the store is as it was or as it should be; written by two at once, it loses nothing."""

from __future__ import annotations

import atexit
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.endurance

#: A home, or a database, in which the tables are made: made once, and copied for each test.
_MIGRATED: dict[str, str] = {}
ROOT = Path(__file__).parents[3]
ROWS = 3000

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Give a function that starts an act in a process, ready to go, on a database that only this test uses.

    Its tables are there already, unless the test is marked `without_tables`.
    """
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEZON_")}
    environment |= {"MEZON_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mezon.web.settings"}
    migrated = "" if "without_tables" in request.fixturenames else _migrated(environment)
    told = os.environ.get("MEZON_DATABASE", "")
    if told:
        environment["MEZON_DATABASE"] = _own_database(told, f"own_{os.getpid()}", template=migrated)
    elif migrated:
        shutil.copytree(migrated, home, dirs_exist_ok=True)
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: object) -> subprocess.Popen[str]:
        running.append(_begun(environment, *arguments))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def without_tables() -> None:
    """Ask for a database that nothing was made in yet."""


def _begun(environment: dict[str, str], *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.web.warehouse.doing", *map(str, arguments)],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _migrated(environment: dict[str, str]) -> str:
    """Give the folder, or the name of the database, in which the tables are made."""
    if "place" not in _MIGRATED:
        told = os.environ.get("MEZON_DATABASE", "")
        name = f"made_{os.getpid()}"
        place = tempfile.mkdtemp(prefix="mezon-made-")
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        own = {"MEZON_DATABASE": _own_database(told, name)} if told else {}
        process = _begun({**environment, "MEZON_HOME": place, **own}, "migrate")
        _go(process)
        _done(process)
        _MIGRATED["place"] = name if told else place
    return _MIGRATED["place"]


def _own_database(address: str, name: str, *, template: str = "") -> str:
    import psycopg

    like = f" TEMPLATE {template}" if template else ""
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
        server.execute(f"CREATE DATABASE {name}{like}")  # type: ignore[call-overload]
    return urlsplit(address)._replace(path=f"/{name}").geturl()


def _go(process: subprocess.Popen[str]) -> None:
    """Wait until a process is ready, and let it go."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()
    process.stdin.write("go\n")
    process.stdin.flush()


def _done(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def _do(start: Start, *arguments: object) -> None:
    process = start(*arguments)
    _go(process)
    _done(process)


def _state(start: Start) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_done(start("state")))
    assert found["numbers"] == list(range(1, found["last_change"] + 1)), "numbers have gaps"
    assert found["beyond"] == 0, "rows of a change that was never kept"
    return found


def _killed(start: Start, seconds: float, *arguments: object) -> bool:
    """Start an act, kill it after a while; say whether it had ended before."""
    process = start(*arguments)
    _go(process)
    time.sleep(seconds)
    ended = process.poll() is not None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return ended


def _csv(path: Path, rows: int, value: float) -> Path:
    lines = [f"RD_SPEND,A,{1000 + row % 900},{value + row},place {row}" for row in range(rows)]
    path.write_text("\n".join(["indicator,unit,period,value,source_ref", *lines]) + "\n", encoding="utf-8")
    return path


def test_an_import_killed_at_any_moment_leaves_the_old_or_the_new_state(
    start: Start, small_pack: Path, tmp_path: Path
) -> None:
    _do(start, "load", small_pack)
    begun = time.perf_counter()
    _do(start, "import", _csv(tmp_path / "first.csv", ROWS, 1.0), tmp_path / "home")
    whole = time.perf_counter() - begun
    chance = random.Random(5)  # noqa: S311 - no secret
    rows = ROWS + 4
    before = _state(start)
    assert before["rows"] == rows
    for turn in range(3):
        file = _csv(tmp_path / f"{turn}.csv", ROWS + 100 * (turn + 1), 2.0 + turn)
        _killed(start, chance.uniform(0, whole / 2), "import", file, tmp_path / "home")
        after = _state(start)
        assert after["last_change"] - before["last_change"] in {0, 1}
        if after["last_change"] > before["last_change"]:
            rows = ROWS + 100 * (turn + 1) + 4
        assert after["rows"] == after["counted"] == rows
        before = after


def test_a_load_killed_at_any_moment_leaves_nothing_or_all(start: Start, small_pack: Path, tmp_path: Path) -> None:
    _csv(small_pack / "observations.csv", ROWS, 1.0)
    chance = random.Random(6)  # noqa: S311 - no secret
    for _ in range(2):
        _killed(start, chance.uniform(0, 1.2), "load", small_pack)
    _do(start, "load", small_pack)

    after = _state(start)
    assert (after["last_change"], after["rows"], after["counted"]) == (1, ROWS, ROWS)


def test_a_migration_killed_at_any_moment_can_be_finished(without_tables: None, start: Start, small_pack: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(2):
        _killed(start, chance.uniform(0, 0.8), "migrate")
    _do(start, "migrate")
    _do(start, "load", small_pack)

    assert _state(start)["rows"] == 4


def test_two_who_record_at_once_lose_nothing_and_share_one_clock(start: Start, small_pack: Path) -> None:
    _do(start, "load", small_pack)
    both = [start("record", unit, 12) for unit in ("A", "B")]
    for process in both:
        _go(process)
    for process in both:
        _done(process)

    after = _state(start)
    assert (after["last_change"], after["rows"]) == (25, 28)


def test_two_imports_and_a_definition_at_once_are_three_changes(start: Start, small_pack: Path, tmp_path: Path) -> None:
    _do(start, "load", small_pack)
    one = start("import", _csv(tmp_path / "one.csv", 500, 1.0), tmp_path / "home")
    (tmp_path / "two.csv").write_text((tmp_path / "one.csv").read_text(encoding="utf-8").replace(",A,", ",B,"), "utf-8")
    two = start("import", tmp_path / "two.csv", tmp_path / "home")
    three = start("define", tmp_path / "home")
    for process in (one, two, three):
        _go(process)
    _done(one)
    _done(two)
    out, err = three.communicate()
    # A definition is checked before the lock is taken: it says so when the pack was changed meanwhile.
    refused = three.returncode != 0
    assert not refused or "ChangedMeanwhile" in err, out + err

    after = _state(start)
    assert (after["last_change"], after["rows"]) == (3 if refused else 4, 1004)
