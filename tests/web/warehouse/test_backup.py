"""A backup brings every table and file along; a changed byte, a missing and an added file are found wherever it is."""

from __future__ import annotations

import json
import random
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mezon.errors import CopyDiffers
from mezon.web.warehouse.backup import places
from mezon.web.warehouse.backup.restoring import compared
from tests.web.killing.site import Server, Site, done

pytestmark = pytest.mark.endurance

#: Kept by the manifest itself (which migrations there are), or made by the database.
_OF_THE_DATABASE = {"django_migrations", "sqlite_sequence"}


@pytest.fixture(scope="module")
def furnished(opened: tuple[Site, Server]) -> tuple[Site, Server]:
    """Give a site in which a release is public, every table has a row, and every kind of file is there."""
    site, server = opened
    for act in ("verify", "approve", "ask", "freeze", "publish", "furnish"):
        done(server, act)
    site.keep("furnished")
    return opened


@pytest.fixture(scope="module")
def folder(furnished: tuple[Site, Server], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a backup of that site as a folder."""
    target = tmp_path_factory.mktemp("backup") / "site"
    done(furnished[1], "backup", target=str(target))
    return target


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Site]:
    """Give an empty site of the same kind of database."""
    site = Site(tmp_path / "other", f"other_{secrets.token_hex(4)}")
    site.make()
    yield site
    site.close()


def _manifest(backup: Path) -> dict[str, Any]:
    with places.reading(backup) as place:
        return compared(place, backup)[0]


def _refused(backup: Path) -> str:
    try:
        _manifest(backup)
    except CopyDiffers as fault:
        return fault.message
    return ""


def test_every_table_is_in_a_backup_with_its_rows(furnished: tuple[Site, Server], folder: Path) -> None:
    there = {f"tables/{name}.jsonl" for name in done(furnished[1], "tables") if name not in _OF_THE_DATABASE}
    rows = {table["path"]: table["size"] for table in _manifest(folder)["tables"]}
    assert rows.keys() == there
    assert not [path for path, count in rows.items() if not count]


def test_every_file_that_is_not_made_again_is_in_a_backup(furnished: tuple[Site, Server], folder: Path) -> None:
    home = furnished[0].home
    there = {file.relative_to(home).as_posix() for file in home.rglob("*") if file.is_file()}
    left_out = ("working/", "pictures/", "downloads/", "static/", "mezon.sqlite3")
    wanted = {f"files/{path}" for path in there if not path.startswith(left_out)}
    assert {file["path"] for file in _manifest(folder)["files"]} == wanted
    kinds = {path.split("/")[1] for path in wanted}
    assert kinds >= {"releases", "assessments", "packs", "kept", "mail", "jobs", "counts", "empty"}


@pytest.mark.parametrize("target", ["site.zip", "site"])
def test_what_is_restored_is_backed_up_as_the_same(
    furnished: tuple[Site, Server], other: Site, tmp_path: Path, target: str
) -> None:
    done(furnished[1], "backup", target=str(tmp_path / target))
    server = other.server()
    done(server, "restore", source=str(tmp_path / target))
    before = _manifest(tmp_path / target)
    done(server, "backup", target=str(tmp_path / "again.zip"))
    after = _manifest(tmp_path / "again.zip")
    assert (after["tables"], after["files"], after["migrations"]) == (
        before["tables"], before["files"], before["migrations"],
    )  # fmt: skip
    assert done(server, "state")["faults"] == []


def test_a_changed_byte_in_any_table_or_file_is_found_and_named(folder: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - no secret
    paths = sorted(file for file in folder.rglob("*") if file.is_file())
    assert len(paths) > 60
    for path in paths:
        content = path.read_bytes()
        place = chance.randrange(len(content)) if content else 0
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] if content else b"x")
        name = path.relative_to(folder).as_posix()
        wanted = "manifest.json" if name.startswith("manifest.") else name
        assert f"{wanted} is not what was backed up" in _refused(folder), name
        path.write_bytes(content)
    assert _refused(folder) == ""


def test_a_missing_and_an_added_file_are_named_wherever_they_are(folder: Path) -> None:
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        name = path.relative_to(folder).as_posix()
        moved = path.rename(path.with_name("moved"))
        said = _refused(folder)
        assert f"{name} is missing" in said or "cannot be read" in said or "is no backup" in said, name
        moved.rename(path)
    for place in {file.parent for file in folder.rglob("*") if file.is_file()}:
        (place / "added").write_text("x", encoding="utf-8")
        assert "added was not backed up" in _refused(folder), place
        (place / "added").unlink()


def test_a_changed_byte_anywhere_in_one_file_is_found_or_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """A ZIP file has bytes that say nothing of its content: when it was written, and by which system."""
    small = tmp_path / "small"
    shutil.copytree(folder, small, ignore=shutil.ignore_patterns("random", "*.djcache"))
    gone = {"files/kept/random", "files/counts/long name with blanks, 100%.djcache"}
    manifest = json.loads((small / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = [file for file in manifest["files"] if file["path"] not in gone]
    with places.making(tmp_path / "site.zip") as place:
        for file in [*manifest["tables"], *manifest["files"]]:
            place.add(file["path"], [(small / file["path"]).read_bytes()])
        digest, _ = place.add("manifest.json", [json.dumps(manifest).encode()])
        place.add("manifest.sha256", [digest.encode()])
    whole = (tmp_path / "site.zip").read_bytes()
    chance = random.Random(4)  # noqa: S311 - no secret
    found = 0
    for place in [*chance.sample(range(len(whole)), 150), *range(len(whole) - 150, len(whole))]:
        (tmp_path / "damaged.zip").write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        said = _refused(tmp_path / "damaged.zip")
        found += bool(said)
        if not said:
            assert _manifest(tmp_path / "damaged.zip") == manifest
    assert found > 200
