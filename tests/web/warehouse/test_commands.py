"""The commands of the database as a person gives them: each in a process and a home of its own, on SQLite."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.endurance,
    pytest.mark.skipif("MEZON_DATABASE" in os.environ, reason="on SQLite; tests/postgresql has its own"),
]
Mezon = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def mezon(tmp_path: Path) -> Mezon:
    """Give a function that runs `mezon` in a home: `mezon("load", "metallia", home="one")`."""

    def run(*arguments: object, home: str = "home") -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEZON_", "DJANGO_"))}
        return subprocess.run(
            [sys.executable, "-m", "mezon", *map(str, arguments)],
            env={**kept, "MEZON_HOME": str(tmp_path / home), "NO_COLOR": "1", "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


#: A home with the small pack loaded: made by the first test that asks, and copied for the others.
_LOADED: list[Path] = []


@pytest.fixture
def loaded(mezon: Mezon, small_pack: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Mezon:
    """Give the same function, with the small pack loaded."""
    if not _LOADED:
        done = mezon("load", small_pack)
        assert done.returncode == 0, done.stderr
        _LOADED.append(shutil.copytree(tmp_path / "home", tmp_path_factory.mktemp("loaded") / "home"))
    shutil.copytree(_LOADED[0], tmp_path / "home", dirs_exist_ok=True)
    return mezon


def test_load_says_what_changed_and_when_nothing_did(loaded: Mezon, small_pack: Path) -> None:
    assert "nothing changed" in loaded("load", small_pack).stdout
    with (small_pack / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("RD_SPEND,A,2023,11\n")

    done = loaded("load", small_pack, "--reason", "2023 came in")
    assert done.stdout.strip() == "mypack: change 2: 1 observations new."


def test_load_replaces_only_when_it_is_told_why(loaded: Mezon, small_pack: Path) -> None:
    done = loaded("load", small_pack, "--replace")
    assert done.returncode == 2
    assert "--reason" in done.stderr
    assert "nothing changed" in loaded("load", small_pack, "--replace", "--reason", "a rehearsal").stdout


def test_load_refuses_a_pack_with_errors_in_one_sentence(mezon: Mezon, small_pack: Path) -> None:
    with (small_pack / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("RD_SPEND,NOBODY,2023,11\n")

    done = mezon("load", small_pack)
    assert done.returncode == 1
    assert "NOBODY" in done.stderr
    assert "Traceback" not in done.stderr


def test_unload_gives_the_folder_back(loaded: Mezon, small_pack: Path, tmp_path: Path) -> None:
    assert loaded("unload", "-o", tmp_path / "out").returncode == 0

    for file in small_pack.rglob("*.*"):
        assert (tmp_path / "out" / file.relative_to(small_pack)).read_bytes() == file.read_bytes()


def test_a_release_frozen_from_the_database_is_that_of_the_folder(
    loaded: Mezon, small_pack: Path, tmp_path: Path
) -> None:
    done = loaded("release", "-o", tmp_path / "from-database")
    assert done.returncode == 0, done.stderr
    loaded("release", small_pack, "-o", tmp_path / "from-folder")

    manifests = [
        json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))
        for name in ("from-database", "from-folder")
    ]
    assert manifests[0] == manifests[1]


def test_a_release_without_a_pack_and_without_a_database_says_what_to_do(mezon: Mezon, tmp_path: Path) -> None:
    done = mezon("release", "-o", tmp_path / "out")

    assert done.returncode == 2
    assert "mezon load" in done.stderr


def test_several_packs_in_one_database_are_told_apart_by_code(loaded: Mezon, small_pack: Path, tmp_path: Path) -> None:
    text = (small_pack / "pack.toml").read_text(encoding="utf-8")
    (small_pack / "pack.toml").write_text(text.replace('id = "mypack"', 'id = "other"'), encoding="utf-8")
    loaded("load", small_pack)

    assert "--code" in loaded("unload", "-o", tmp_path / "out").stderr
    assert loaded("unload", "-o", tmp_path / "out", "--code", "other").returncode == 0


def _kept(home: Path, call: str) -> str:
    """Do something with the files that people sent, in a process of that home; give what it prints."""
    code = f"import django; django.setup(); from mezon.web.desk import keeping; print(keeping.{call})"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEZON_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "MEZON_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mezon.web.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("target", ["site.zip", "site"])
def test_a_backup_restored_elsewhere_is_the_same_site(
    loaded: Mezon, small_pack: Path, tmp_path: Path, target: str
) -> None:
    digest = _kept(tmp_path / "home", "keep(b'%PDF letter')")
    for folder in ("releases", "mail"):
        (tmp_path / "home" / folder / "one").mkdir(parents=True)
        (tmp_path / "home" / folder / "one" / "file.csv").write_text(folder, encoding="utf-8")
    made = loaded("backup", "-o", tmp_path / target)
    assert made.returncode == 0, made.stderr

    done = loaded("restore", tmp_path / target, home="elsewhere")
    assert done.returncode == 0, done.stderr
    assert "every checksum agrees" in done.stdout
    # What the desk serves as evidence, it serves from the restored home.
    assert _kept(tmp_path / "elsewhere", f"kept('{digest}').decode()") == "%PDF letter"
    assert (tmp_path / "elsewhere/releases/one/file.csv").read_text(encoding="utf-8") == "releases"
    assert "nothing changed" in loaded("load", small_pack, home="elsewhere").stdout
    assert (tmp_path / target).stat().st_mode & 0o077 == 0


def test_nobody_else_of_the_machine_reads_a_home_nor_what_is_restored(loaded: Mezon, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.chmod(0o755)
    (home / "counts").mkdir(mode=0o700, exist_ok=True)
    (home / "counts/one").write_text("1", encoding="utf-8")
    assert loaded("backup", "-o", tmp_path / "site.zip").returncode == 0
    assert home.stat().st_mode & 0o077 == 0
    done = loaded("restore", tmp_path / "site.zip", home="elsewhere")
    assert done.returncode == 0, done.stderr
    readable = [path for path in (tmp_path / "elsewhere").rglob("*") if path.stat().st_mode & 0o077]
    assert (tmp_path / "elsewhere").stat().st_mode & 0o077 == 0
    assert readable == []


@pytest.mark.parametrize("command", [("audit-log", "verify"), ("unload", "-o", "out"), ("backup", "-o", "out.zip")])
def test_what_reads_a_database_makes_none(mezon: Mezon, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = mezon(*command)
    assert done.returncode == 2
    assert f"There is no database at {tmp_path / 'home' / 'mezon.sqlite3'}" in done.stderr
    assert "MEZON_HOME" in done.stderr
    assert not (tmp_path / "home").exists()


def test_verifying_the_audit_log_names_its_database(loaded: Mezon, tmp_path: Path) -> None:
    done = loaded("audit-log", "verify")
    assert done.stdout.startswith(f"{tmp_path / 'home' / 'mezon.sqlite3'}: ")


def test_a_refused_restore_leaves_no_site(mezon: Mezon, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("no backup", encoding="utf-8")
    assert "is no backup" in mezon("restore", tmp_path / "letter.txt").stderr
    assert "There is nothing at" in mezon("restore", tmp_path / "gone.zip").stderr
    assert list((tmp_path / "home").glob("*")) == []


@pytest.mark.parametrize("damage", [b"", b"\n[1]", b" "], ids=["a table is empty", "a row more", "a blank more"])
def test_a_damaged_backup_is_refused_and_nothing_is_restored(
    loaded: Mezon, small_pack: Path, tmp_path: Path, damage: bytes
) -> None:
    loaded("backup", "-o", tmp_path / "site")
    table = tmp_path / "site/tables/warehouse_observationversion.jsonl"
    table.write_bytes(table.read_bytes() + damage if damage else b"")

    done = loaded("restore", tmp_path / "site", home="elsewhere")
    assert done.returncode == 1
    assert "warehouse_observationversion.jsonl is not what was backed up" in done.stderr
    assert "change 1" in loaded("load", small_pack, home="elsewhere").stdout


def test_a_file_put_into_a_backup_is_named(loaded: Mezon, tmp_path: Path) -> None:
    loaded("backup", "-o", tmp_path / "site.zip")
    with zipfile.ZipFile(tmp_path / "site.zip", "a") as archive:
        archive.writestr("files/../../outside", "x")

    done = loaded("restore", tmp_path / "site.zip", home="elsewhere")
    assert done.returncode == 1
    assert "was not backed up" in done.stderr
    assert not (tmp_path.parent / "outside").exists()


def test_a_backup_is_not_restored_over_a_site(loaded: Mezon, tmp_path: Path) -> None:
    loaded("backup", "-o", tmp_path / "site.zip")

    done = loaded("restore", tmp_path / "site.zip")
    assert done.returncode == 2
    assert "not empty" in done.stderr


def test_a_backup_never_replaces_one(loaded: Mezon, tmp_path: Path) -> None:
    (tmp_path / "site.zip").write_bytes(b"older")

    assert loaded("backup", "-o", tmp_path / "site.zip").returncode == 2
    assert (tmp_path / "site.zip").read_bytes() == b"older"


def test_what_is_no_backup_is_refused(mezon: Mezon, tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_bytes(b"no archive")

    done = mezon("restore", tmp_path / "letter.zip")
    assert done.returncode == 1
    assert "is no backup" in done.stderr


def test_without_the_site_installed_the_commands_say_so(tmp_path: Path) -> None:
    # A process that cannot find Django, as after a plain `pip install mezon`.
    code = (
        "import sys; from importlib import util; whole = util.find_spec; "
        "util.find_spec = lambda name, *rest: None if name == 'django' else whole(name, *rest); "
        "from mezon.cli import main; sys.argv = ['mezon', 'load', 'metallia']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.returncode == 2
    assert "pip install" in done.stderr
    shutil.rmtree(tmp_path / ".mezon", ignore_errors=True)
