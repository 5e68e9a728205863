"""Uncertainty: draws a second on each path, against a plain NumPy loop that replays one variant at a time.

Ratios and draws a second are of one processor, by its own clock, so that whatever else the machine does moves them
little; what a person waits for is by the clock on the wall, with all processors.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.made_index import DROP, ERRORS, NOISE, made_index, made_values, option, plain_loop
from benchmarks.measuring import Figure
from mezon.engine.index import CompiledIndex, survey
from mezon.engine.index.kernel import available
from mezon.engine.index.sampling import sample

_MILLION = 1_000_000


def figures() -> Iterator[Figure]:
    """Measure every path in this process, and a million draws in one of their own."""
    whole, bare = (_loop(every_step=every_step) for every_step in (True, False))
    yield Figure(
        what="uncertainty: a plain NumPy loop, one variant at a time (51 units, 49 indicators, three levels)",
        measured=f"{1 / whole:,.0f} variants/s running every step; {1 / bare:,.0f} re-weighting alone",
    )
    yield from _common_path(whole, bare)
    yield from _general_path()
    yield _sobol()
    if available():
        yield from _million()
    yield from _growth()


def _common_path(whole: float, bare: float) -> Iterator[Figure]:
    index = made_index(NOISE)
    plain = _per_draw(index, 100_000, fast=False)
    yield _ratio("common path, NumPy", plain, whole, bare, "at least 60 times")
    if available():
        first = _seconds(lambda: _surveyed(index, 60_000, fast=True))
        fast = _per_draw(index, 400_000, fast=True)
        yield _ratio("common path, with `fast`", fast, whole, bare, "at least 300 times")
        yield Figure(what="the first call with `fast`: loading, or compiling if never used", measured=f"{first:.1f} s")


def _general_path() -> Iterator[Figure]:
    own = ("harmonic", "geometric", "median")
    errors = made_index(NOISE, DROP, ERRORS, errors=0.05, own=own, steps=("normalise/min-max(low=1, high=100)",
                        "weight/given", "aggregate/arithmetic"))  # fmt: skip
    treated = made_index(NOISE, DROP, ERRORS, errors=0.05, own=own)
    mixed = made_index(NOISE, DROP, option("aggregate", "aggregate/geometric"), own=own)
    what = "general path: own aggregation in pillars, an indicator dropped, weights"
    yield Figure(what=what, measured=f"{1 / _per_draw(mixed, 40_000, fast=False):,.0f} draws/s", goal="5,000 draws/s")
    redrawn, again = _per_draw(errors, 8_000, fast=False), _per_draw(treated, 4_000, fast=False)
    yield Figure(
        what=f"{what}, and a standard error on every cell",
        measured=f"{1 / redrawn:,.0f} draws/s; {1 / again:,.0f} with outliers treated anew",
        goal="5,000 draws/s",
    )


def _sobol() -> Figure:
    index = made_index(
        NOISE,
        DROP,
        option("treat", "none"),
        option("normalise", "normalise/rank", "normalise/goalposts(low=1, high=100)"),
        option("weight", "weight/equal"),
        option("aggregate", "aggregate/geometric"),
    )
    nominal = index.replay()
    seconds = min(_seconds(lambda: sample(index, nominal, rows=4096, seed=1)) for _ in range(2))
    return Figure(
        what="Sobol indices of six factors, N = 4,096 (32,768 variants)", measured=f"{seconds:.1f} s", goal="under 3 s"
    )


def _million() -> Iterator[Figure]:
    for aggregate in ("arithmetic", "geometric"):
        seconds, used, megabytes = _in_a_process(aggregate)
        yield Figure(
            what=f"a million draws of that index, {aggregate}, with `fast` on {_processors()} processors",
            measured=f"{seconds:.1f} s ({used:.1f} s of processors), {megabytes:.0f} MB",
            goal="under 4 s, under 500 MB",
        )


def _growth() -> Iterator[Figure]:
    """Microseconds a draw, without `fast`, as one size grows at a time."""
    sizes: dict[str, list[tuple[str, CompiledIndex]]] = {
        "units": [(str(n), made_index(NOISE, units=n)) for n in (25, 51, 102, 204)],
        "indicators": [(str(n), made_index(NOISE, leaves=n)) for n in (25, 49, 98, 196)],
        "years": [(str(n), made_index(NOISE, periods=n)) for n in (1, 2, 4, 8)],
    }
    for what, cases in sizes.items():
        found = ", ".join(f"{name}: {_per_draw(index, 12_000, fast=False) * 1e6:.0f}" for name, index in cases)
        yield Figure(what=f"cost as {what} grow, microseconds a draw", measured=found)
    index = made_index(NOISE)
    found = ", ".join(f"{n:,}: {_per_draw(index, n, fast=False) * 1e6:.0f}" for n in (1_000, 10_000, 100_000))
    yield Figure(what="cost as draws grow, microseconds a draw", measured=found)


def _ratio(what: str, seconds: float, whole: float, bare: float, goal: str) -> Figure:
    return Figure(
        what=what,
        measured=f"{1 / seconds:,.0f} draws/s: {whole / seconds:.0f} times (re-weighting alone: {bare / seconds:.0f})",
        goal=goal,
    )


def _loop(*, every_step: bool) -> float:
    values = made_values()[:, 0]
    draws = 300 if every_step else 1000
    return min(_processor_seconds(lambda: plain_loop(values, draws, every_step=every_step)) for _ in range(3)) / draws


def _per_draw(index: CompiledIndex, draws: int, *, fast: bool) -> float:
    """Seconds a draw of one processor, everything counted that the tables need; the better of two."""
    return min(_processor_seconds(lambda: _surveyed(index, draws, fast=fast)) for _ in range(2)) / draws


def _surveyed(index: CompiledIndex, draws: int, *, fast: bool, processors: int = 1) -> None:
    with ThreadPoolExecutor(processors) as executor:
        workers = executor if processors > 1 else None
        survey(index, index.replay(), draws=draws, seed=12345, fast=fast, executor=workers)


def _processor_seconds(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_a_process(aggregate: str) -> tuple[float, float, float]:
    """Seconds, seconds of processors, and the largest memory of a process of its own; the kernel is loaded before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.robustness", aggregate], stdout=subprocess.PIPE, text=True
    )
    seconds, used, megabytes = process.communicate()[0].split()
    return float(seconds), float(used), float(megabytes)


def _main(aggregate: str) -> None:
    steps = ("treat/winsorise", "normalise/min-max(low=1, high=100)", "weight/given", f"aggregate/{aggregate}")
    index, processors = made_index(NOISE, steps=steps), _processors()
    _surveyed(index, 60_000, fast=True, processors=processors)
    seconds = min(_seconds(lambda: _surveyed(index, _MILLION, fast=True, processors=processors)) for _ in range(2))
    used = _processor_seconds(lambda: _surveyed(index, _MILLION, fast=True, processors=processors))
    print(seconds, used, _largest_memory())


def _largest_memory() -> float:
    """Megabytes of this process at their most; `getrusage` would count those of its parent."""
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(float(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    _main(sys.argv[1])
