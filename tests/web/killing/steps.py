"""Dying at one step of an act: before its n-th change of the database or of the disk, or right after its n-th commit.

Changes of the disk are seen by Python's audit hooks. What compiled code writes (Parquet, CSV) is not: kills at a random
moment are for that.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from django.db import connection

_CHANGES = ("INSERT", "UPDATE", "DELETE", "CREATE", "TRUNCATE", "COPY")
_DISK = frozenset({"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.copyfile"})


class Steps:
    """Counts the steps of an act, and kills the process at one of them."""

    def __init__(self, die_at: int) -> None:
        """`die_at` : the step to die at, counted from 1; 0 for none."""
        self.die_at = die_at
        self.count = 0
        self.on = True

    def step(self) -> None:
        """Count one step, and die if it is the last."""
        if not self.on:
            return
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Begin to count: statements, commits, and changes of files. It goes on until the process ends."""
        sys.addaudithook(self._seen)
        connection.ensure_connection()
        connection.execute_wrappers.append(self._executed)
        commit = connection._commit  # type: ignore[attr-defined]

        def committed() -> None:
            self.step()
            commit()
            self.step()

        connection._commit = committed  # type: ignore[attr-defined]

    def _executed(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if str(sql).lstrip().startswith(_CHANGES):
            self.step()
        return execute(sql, params, many, context)

    def _seen(self, event: str, arguments: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wxa+")
        if written or event in _DISK:
            self.step()
