"""A site moves from SQLite to PostgreSQL and back by a backup, and is the same site."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mezon.design.locating import find_pack

pytest.importorskip("django", reason="the site is an extra: pip install mezon[web]")


def _mezon(*arguments: object, home: Path, database: str = "") -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEZON_", "DJANGO_"))}
    told = {"MEZON_DATABASE": database} if database else {}
    done = subprocess.run(
        [sys.executable, "-m", "mezon", *map(str, arguments)],
        env={**kept, **told, "MEZON_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.xdist_group("postgresql")
def test_a_site_moves_to_postgresql_and_back_by_a_backup(postgresql: str, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS moved")
        server.execute("CREATE DATABASE moved")
    database = postgresql.rsplit("/", 1)[0] + "/moved"

    pack = tmp_path / "metallia"
    shutil.copytree(find_pack("metallia"), pack)
    _mezon("load", pack, home=tmp_path / "first")
    _mezon("backup", "-o", tmp_path / "first.zip", home=tmp_path / "first")
    _mezon("restore", tmp_path / "first.zip", home=tmp_path / "second", database=database)
    assert "nothing changed" in _mezon("load", pack, home=tmp_path / "second", database=database)
    _mezon("backup", "-o", tmp_path / "backup", home=tmp_path / "second", database=database)
    _mezon("restore", tmp_path / "backup", home=tmp_path / "third")

    assert "nothing changed" in _mezon("load", pack, home=tmp_path / "third")
