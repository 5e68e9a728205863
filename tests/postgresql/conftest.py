"""A throw-away PostgreSQL: made for these tests, gone after them. Without PostgreSQL they skip and say so."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_USER = "postgres"
#: What matters on a disk that is thrown away is speed, not that it survives a power cut.
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Give the address of an empty database on a server of its own."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here (initdb and pg_ctl): these tests run on it")
    if os.getuid() == 0 and not _there_is(_USER):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="mezon-postgresql-", dir="/tmp"))
    user = _USER if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port = _free_port()
    options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={folder}"))
    data = str(folder / "data")
    try:
        _run([programs / "initdb", "-D", data, "-U", "mezon", "-A", "trust", "-E", "UTF8", "--no-sync"], user, folder)
        started = [
            programs / "pg_ctl",
            "-D",
            data,
            "-l",
            str(folder / "log"),
            "-w",
            "-o",
            f"-p {port} {options}",
            "start",
        ]
        _run(started, user, folder)
        yield f"postgresql://mezon@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            user=user, cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Find where initdb and pg_ctl are: on the path, or where Debian keeps each version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _there_is(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[object], user: str | None, folder: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [str(part) for part in command], user=user, cwd=folder, env=environment, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
