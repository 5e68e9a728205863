"""A site moves from SQLite to PostgreSQL and back by a backup, and is the same site."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

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


@pytest.mark.xdist_group("postgresql")
def test_every_table_and_file_comes_to_postgresql_and_back_unchanged(postgresql: str, tmp_path: Path) -> None:
    from tests.conftest import write_first_pack
    from tests.web.desk.pack_files import still_collected, with_form
    from tests.web.killing.site import Site, done

    sites = [Site(tmp_path / f"{name}-home", f"moved_{name}", database) for name, database in
             (("first", ""), ("second", postgresql), ("third", ""))]  # fmt: skip
    try:
        for site in sites:
            site.make()
        server = sites[0].server()
        done(server, "prepare", folder=str(still_collected(with_form(write_first_pack(tmp_path)))))
        for act in ("verify", "approve", "ask", "freeze", "publish", "furnish"):
            done(server, act)
        for number, site in enumerate(sites):
            server = site.server()
            if number:
                done(server, "restore", source=str(tmp_path / f"{number - 1}"))
            done(server, "backup", target=str(tmp_path / f"{number}"))
            assert done(server, "state")["faults"] == []
    finally:
        for site in sites:
            site.close()
    first, second, third = (_manifest(tmp_path / f"{number}") for number in range(3))
    assert (first["database"], second["database"]) == ("sqlite", "postgresql")
    for moved in (second, third):
        assert (moved["tables"], moved["files"]) == (first["tables"], first["files"])


def _manifest(backup: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    return content
