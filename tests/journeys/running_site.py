"""The site as a person starts it: a process with children, that says where it answers and ends by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

#: Seconds that another process may take on a busy machine.
_PATIENCE = 90.0


def free_port() -> int:
    """Give a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The site in a process of its own, as a person starts it."""

    def __init__(self, home: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """`arguments` : those of `mezon`, without --port. `environment` : what is set besides MEZON_HOME."""
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEZON_", "DJANGO_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mezon", *arguments, "--port", str(self.port)],
            env={**kept, "MEZON_HOME": str(home), **(environment or {})}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def wait(self) -> list[str]:
        """Give the lines said until the site answers."""
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line.rstrip())
            if line.startswith("Serving"):
                return said
        raise AssertionError(f"The site ended before it answered: {said}")

    def end_by_ctrl_c(self) -> tuple[int, str]:
        """Send what Ctrl-C sends, to everybody a terminal would send it to; give exit code and last words."""
        os.killpg(self._process.pid, signal.SIGINT)
        try:
            said, _ = self._process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise
        return self._process.returncode, said

    def processes(self) -> list[int]:
        """Give every process that the site has: itself, its workers, and whoever draws in the background."""
        found, added = {self._process.pid}, True
        while added:
            children = {child for child, parent in _parents() if parent in found} - found
            added = bool(children)
            found |= children
        return sorted(found)


def _parents() -> Iterator[tuple[int, int]]:
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:
            continue
        if parent := re.search(r"^PPid:\s*(\d+)", text, re.MULTILINE):
            yield int(status.parent.name), int(parent[1])


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    until = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
