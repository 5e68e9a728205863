"""Starting and ending: `mezon demo` serves, Ctrl-C ends all of it, and a taken port says so."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.journeys.running_site import Site, wait_until

pytestmark = pytest.mark.xdist_group("journeys")


def alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_ctrl_c_ends_the_demo_and_everything_it_started(journey_home: Path) -> None:
    shutil.rmtree(journey_home / "pictures", ignore_errors=True)  # so that there is something left to draw
    demo = Site(journey_home, "demo", "--no-browser")
    try:
        demo.wait()
        with urlopen(f"{demo.address}/en/", timeout=30) as answer:  # noqa: S310 - our own address
            assert answer.status == 200
        wait_until(lambda: len(demo.processes()) >= 4)  # the server, two workers, and who draws in the background
        started = demo.processes()
    finally:
        code, said = demo.end_by_ctrl_c()
    assert code == 0
    assert "Ended." in said
    assert "Traceback" not in said
    wait_until(lambda: not any(map(alive, started)))


def test_a_taken_port_says_so(journey_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "mezon", "demo", "--no-browser", "--port", str(port)],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "MEZON_HOME": str(journey_home)},
        )  # fmt: skip
    assert ended.returncode == 2
    assert f"Port {port} is taken" in ended.stderr
    assert f"--port {port + 1}" in ended.stderr
    assert "Traceback" not in ended.stderr
