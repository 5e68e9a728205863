"""The store: a million observations imported, dashboards read now and as of a change, with and without long histories.

On SQLite; with MEZON_BENCH_POSTGRESQL=postgresql://user@host:port/name (an empty database) also ten million on it.
Every measurement is a process of its own, so that memory is that of the act alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import stored_pack
from benchmarks.measuring import Figure

if TYPE_CHECKING:
    from mezon.web.warehouse.models import StoredPack

_POSTGRESQL = "MEZON_BENCH_POSTGRESQL"
#: 200 indicators of 474 enterprises: 12 years make 1.1 million observations, 108 months 10.2 million.
_UNITS, _MONTHS = 500, 108
#: What a dashboard shows, and how often one is read.
_INDICATORS, _SHOWN_UNITS, _READS = 5, 500, 60
_REVISED, _REVISIONS = 10_000, 100
_PERCENTILE = 95


def figures() -> Iterator[Figure]:
    """Give the figures of SQLite, and of PostgreSQL where one is named."""
    with tempfile.TemporaryDirectory() as home:
        yield from _figures(Path(home), "", "sqlite", goal=150)
    address = os.environ.get(_POSTGRESQL, "")
    if address:
        with tempfile.TemporaryDirectory() as home:
            yield from _figures(Path(home), address, "postgresql", goal=300)


def _figures(home: Path, database: str, kind: str, *, goal: int) -> Iterator[Figure]:
    where = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
    stored_pack.write_definitions(home / "pack", units=_UNITS)
    rows = stored_pack.write_csv(home / "observations.csv", units=_UNITS)
    did = _in_a_process(home, database, "import", str(home / "pack"), str(home / "observations.csv"))
    yield Figure(
        what=f"{rows:,} observations imported from a CSV with checks and history ({where})",
        measured=f"{did['seconds']:.0f} s, {did['megabytes']:.0f} MB above idle",
        goal="under 60 s, 300 MB" if kind == "sqlite" else "",
    )
    if kind == "postgresql":
        rows += int(_in_a_process(home, database, "months")["rows"])
    periods = "12 years" if kind == "sqlite" else "12 months"
    what = (
        f"dashboard of {_INDICATORS} indicators x {periods} x {_SHOWN_UNITS} units on 3 levels, {rows:,} observations"
    )
    for history in ("", f", {_REVISIONS} revisions on each of {_REVISED:,} values"):
        if history:
            _in_a_process(home, database, "revise")
        read = _in_a_process(home, database, "read")
        yield Figure(
            what=f"{what}{history} ({where})",
            measured=f"p95 {read['now']:.0f} ms; as of a change {read['then']:.0f} ms; {read['queries']:.0f} queries",
            goal=f"under {goal} ms; twice that",
        )


def _in_a_process(home: Path, database: str, *arguments: str) -> dict[str, float]:
    told = {"MEZON_DATABASE": database} if database else {}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.store", *arguments],
        env={**os.environ, **told, "MEZON_HOME": str(home / "home"), "DJANGO_SETTINGS_MODULE": "mezon.web.settings"},
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _import(pack: str, file: str) -> dict[str, float]:
    from django.core.management import call_command

    from mezon.web.warehouse import store

    call_command("migrate", verbosity=0)
    stored = store.load(pack, by=None, reason="definitions", now=datetime.now(UTC))
    idle, started = _megabytes("VmRSS"), time.perf_counter()
    store.import_observations(stored, Path(file), by=None, reason="all", now=datetime.now(UTC))
    return {"seconds": time.perf_counter() - started, "megabytes": _megabytes("VmHWM") - idle}


def _months() -> dict[str, float]:
    """Add months to the years, so that there are ten million: inside the database, because nothing is measured here."""
    from django.db import connection

    from mezon.web.warehouse.models import OPEN, VERSIONS_EACH

    months = stored_pack.months(_MONTHS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO warehouse_observation (series_id, period, published, source_ref) "
            "SELECT o.series_id, m.period, o.published, 'form ' || m.period FROM warehouse_observation o "
            "CROSS JOIN unnest(%s::text[]) AS m(period) WHERE o.period = %s ORDER BY 1, 2",
            [months, stored_pack.periods()[0]],
        )
        cursor.execute(
            "INSERT INTO warehouse_observationversion (key, observation_id, recorded_from, recorded_to, "  # noqa: S608
            "value, status, confidentiality, qualifier, low, high, standard_error, cites, note, position, as_written) "
            f"SELECT o.id * {VERSIONS_EACH} + 2, o.id, 2, {OPEN}, 100 + o.id % 977, 'A', 'F', '=', NULL, NULL, "
            "NULL, '', '', o.id * 1024, '' FROM warehouse_observation o WHERE o.period LIKE '%-%'"
        )
        rows = cursor.rowcount
        for table in ("series", "observation", "observationversion"):
            cursor.execute(f"VACUUM ANALYZE warehouse_{table}")
    return {"rows": float(rows)}


def _revise() -> dict[str, float]:
    """Revise ten thousand values a hundred times each."""
    import polars as pl

    from mezon.web.warehouse import store

    stored = store.find_stored("ministry")
    frame = store.read_working(stored, indicators=_chosen(0)).filter(pl.col("period").is_in(_periods()))
    frame = frame.sort("indicator", "unit", "period").head(_REVISED)
    for turn in range(_REVISIONS):
        revised = frame.with_columns(pl.col("value") + turn + 1)
        store.record_observations(
            stored, revised, by=None, reason=str(turn), action="observation.import", now=datetime.now(UTC)
        )
    return {}


def _read() -> dict[str, float]:
    from mezon.web.warehouse import store

    stored = store.find_stored("ministry")
    middle = 2 + (stored.last_change - 2) // 2
    now, queries = _percentile(stored)
    then, _ = _percentile(stored, at=middle)
    regrouped, _ = _percentile(stored, seen_from=date(2024, 12, 31))
    return {"now": now, "then": then, "regrouped": regrouped, "queries": queries}


def _percentile(stored: StoredPack, *, at: int | None = None, seen_from: date | None = None) -> tuple[float, float]:
    """Read dashboards of several sets of indicators, the revised ones among them; give p95 in ms, and queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from mezon.web.warehouse import store

    below = stored_pack.enterprises(_SHOWN_UNITS - stored_pack.REGIONS - 1)
    units = [*below, *stored_pack.regions(), stored_pack.COUNTRY]
    periods = _periods()

    def read(turn: int) -> None:
        store.dashboard(stored, indicators=_chosen(turn), units=units, periods=periods, at=at, seen_from=seen_from)

    read(0)
    took = []
    for turn in range(_READS):
        started = time.perf_counter()
        read(turn % 4)
        took.append(1000 * (time.perf_counter() - started))
    with CaptureQueriesContext(connection) as counted:
        read(0)
    return float(np.percentile(took, _PERCENTILE)), float(len(counted))


def _periods() -> list[str]:
    """Give the years, or the last twelve months where the store has months."""
    from django.db import connection

    return stored_pack.periods() if connection.vendor == "sqlite" else stored_pack.months(_MONTHS)[-12:]


def _chosen(turn: int) -> list[str]:
    return [
        stored_pack.indicators()[(turn * 17 + number * 3) % stored_pack.INDICATORS] for number in range(_INDICATORS)
    ]


def _megabytes(of: str) -> float:
    """Read this process's resident memory now (VmRSS) or at its highest (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(of))


_ACTS: dict[str, Callable[..., dict[str, float]]] = {
    "import": _import,
    "months": _months,
    "revise": _revise,
    "read": _read,
}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_ACTS[sys.argv[1]](*sys.argv[2:])))
