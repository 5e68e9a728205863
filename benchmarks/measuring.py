"""Time and memory of a whole process, start included: what a person waits for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Wall-clock seconds and the largest resident memory of one process."""

    seconds: float
    megabytes: float
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the performance table; `goal` says what the project promises, in words."""

    what: str
    measured: str
    goal: str = ""


def run(arguments: Sequence[str]) -> Run:
    """Run `mezon` with arguments in a process of its own."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "mezon", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(seconds=seconds, megabytes=usage.ru_maxrss / 1024, exit_code=process.returncode)


def best_of(arguments: Sequence[str], times: int = 3) -> Run:
    """Run several times and give the quickest: the least disturbed by whatever else the machine does."""
    return min((run(arguments) for _ in range(times)), key=lambda one: one.seconds)
