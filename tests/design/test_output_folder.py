"""Results take the place of former results, and of nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mezon.design.output_folder import Replaced, put_in_place, see_to_abandoned
from mezon.errors import WrongUse


def written(folder: Path, *names: str, text: str = "new") -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"files": dict.fromkeys(names, "")}), encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_only_what_the_former_manifest_names_is_removed(tmp_path: Path) -> None:
    out = written(tmp_path / "out", "scores.csv", "draws.parquet", "steps/1.csv", "steps/2.csv", text="old")
    for name in ("notes.txt", "steps/mine.txt", ".git/HEAD"):
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text("mine")
    found = put_in_place(written(tmp_path / "whole", "scores.csv"), out, manifest="manifest.json")
    assert contents(out) == {"scores.csv": "new", "notes.txt": "mine", "steps/mine.txt": "mine", ".git/HEAD": "mine"}
    assert found.removed == ("draws.parquet", "steps/")
    assert found.kept == (".git/", "notes.txt", "steps/")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("mine", ["draws.parquet", "steps", "charts/x.csv/deeper"])
def test_a_file_of_somebody_else_in_the_way_stops_before_anything_is_moved(tmp_path: Path, mine: str) -> None:
    out = written(tmp_path / "out", "scores.csv", text="old")
    (out / mine).parent.mkdir(parents=True, exist_ok=True)
    (out / mine).write_text("mine")
    whole = written(tmp_path / "whole", "scores.csv", "draws.parquet", "steps/1.csv", "charts/x.csv")
    with pytest.raises(WrongUse, match=mine):
        put_in_place(whole, out, manifest="manifest.json")
    assert contents(out) == {"scores.csv": "old", mine: "mine"}


def test_a_manifest_that_cannot_be_read_names_nothing(tmp_path: Path) -> None:
    out = written(tmp_path / "out", "scores.csv", text="old")
    (out / "manifest.json").write_text("{")
    with pytest.raises(WrongUse, match=r"scores\.csv"):
        put_in_place(written(tmp_path / "whole", "scores.csv"), out, manifest="manifest.json")
    assert contents(out) == {"scores.csv": "old"}


def test_a_manifest_cannot_name_files_outside_its_folder(tmp_path: Path) -> None:
    out = written(tmp_path / "out", "scores.csv")
    (tmp_path / "thesis.txt").write_text("years of work")
    (out / "manifest.json").write_text(json.dumps({"files": {"../thesis.txt": "", "scores.csv": ""}}))
    put_in_place(written(tmp_path / "whole", "scores.csv"), out, manifest="manifest.json")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_link_is_moved_and_not_followed(tmp_path: Path) -> None:
    out = written(tmp_path / "out", "scores.csv")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/big.csv").write_text("mine")
    (out / "link").symlink_to(tmp_path / "data")
    put_in_place(written(tmp_path / "whole", "scores.csv"), out, manifest="manifest.json")
    assert (out / "link").is_symlink()
    assert (out / "link/big.csv").read_text() == "mine"


def test_a_new_folder_replaces_nothing(tmp_path: Path) -> None:
    assert put_in_place(written(tmp_path / "whole"), tmp_path / "out", manifest="manifest.json") == Replaced()


_KILLED = """
import os, signal, sys
from pathlib import Path
from mezon.design.output_folder import put_in_place
count = 0
def at(event, arguments):
    global count
    if event in {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}:
        count += 1
        if count == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(at)
put_in_place(Path(sys.argv[2]), Path(sys.argv[3]), manifest="manifest.json")
"""


def test_killed_at_any_step_the_next_who_comes_finds_the_old_or_the_new_results(tmp_path: Path) -> None:
    for step in range(1, 30):
        place = tmp_path / str(step)
        place.mkdir()
        out = written(place / "out", "scores.csv", "old.csv", text="old")
        (out / "notes.txt").write_text("mine")
        whole = written(place / "whole", "scores.csv", "steps/1.csv")
        command = [sys.executable, "-c", _KILLED, str(step), str(whole), str(out)]
        ended = subprocess.run(command, check=False, env=os.environ).returncode
        see_to_abandoned(out, manifest="manifest.json")
        old = {"scores.csv": "old", "old.csv": "old", "notes.txt": "mine"}
        new = {"scores.csv": "new", "steps/1.csv": "new", "notes.txt": "mine"}
        assert contents(out) == (old if whole.exists() else new), step
        assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []
        if ended == 0:
            assert step > 4
            return
        assert ended == -signal.SIGKILL
    raise AssertionError("it never came to its end")


def test_what_a_dead_process_was_building_is_deleted_after_an_hour(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = [tmp_path / f".out.unfinished-{dead.pid}", tmp_path / f".out.part-{os.getpid()}"]
    for folder in left:
        folder.mkdir()
    see_to_abandoned(tmp_path / "out", manifest="manifest.json")
    assert all(folder.exists() for folder in left)
    for folder in left:
        os.utime(folder, (0, 0))
    see_to_abandoned(tmp_path / "out", manifest="manifest.json")
    assert [folder.exists() for folder in left] == [False, True]
