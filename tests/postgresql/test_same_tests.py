"""What is tested on SQLite holds on PostgreSQL: the same tests, run again in a process that uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the site is an extra: pip install mezon[web]")

ROOT = Path(__file__).parents[2]
#: `make endurance` runs the long ones here too; continuous integration does not.
_MARKED = "endurance" if os.environ.get("MEZON_ENDURANCE") else "not endurance"
#: Folders of tests that touch what is stored; those that are not there (yet) are passed over.
FOLDERS = ("warehouse", "accounts", "audit", "desk", "api", "working")


def _suites() -> list[str]:
    return [f"tests/web/{name}" for name in FOLDERS if (ROOT / "tests/web" / name).is_dir()]


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("suite", _suites())
def test_a_suite_passes_on_postgresql_as_on_sqlite(postgresql: str, suite: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MEZON_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-m", _MARKED, suite],
        cwd=ROOT,
        env={**environment, "MEZON_DATABASE": postgresql},
        capture_output=True,
        text=True,
        check=False,
    )

    # A folder may have no long tests (5); that it has none at all would be a fault.
    assert done.returncode in ({0, 5} if _MARKED == "endurance" else {0}), done.stdout[-6000:] + done.stderr[-2000:]
