"""`mezon assess` with a methodology that lies outside its pack."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from mezon.design.methodologies import read_methodology
from mezon.design.methodology_file import methodology_text
from mezon.design.rulebook import read_rulebook

PACK = Path(__file__).parents[2] / "src/mezon/packs/uzbekistan"
OFFICIAL = PACK / "methodologies/conditions.toml"


def mezon(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mezon", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_copy_of_the_pack_s_own_file_gives_the_pack_s_own_numbers(tmp_path: Path) -> None:
    methodology, _ = read_methodology(OFFICIAL, rulebook=read_rulebook(None))
    assert methodology is not None
    (tmp_path / "mine.toml").write_text(
        methodology_text(methodology).replace('"conditions"', '"mine"'), encoding="utf-8"
    )
    for arguments in (("-m", "mine.toml", "-o", "mine"), ("-o", "own")):
        assert mezon(tmp_path, "assess", "uzbekistan", "--draws", "64", *arguments).returncode == 0
    for name in ("scores.csv", "robustness.csv", "weights.csv"):
        assert (tmp_path / "mine" / name).read_bytes() == (tmp_path / "own" / name).read_bytes()
    assert json.loads((tmp_path / "mine/assessment.json").read_text(encoding="utf-8"))["methodology"] == "mine"
    verified = mezon(tmp_path, "verify", "mine")
    assert verified.returncode == 0
    assert "with its methodology" in " ".join(verified.stdout.split())


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    ended = mezon(tmp_path, "assess", "uzbekistan", "-m", "absent.toml")
    assert ended.returncode == 2
    assert "There is no methodology file absent.toml" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_fault_in_the_file_stops_as_one_in_the_pack_does(tmp_path: Path) -> None:
    text = OFFICIAL.read_text(encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(text.replace('do = "weight/given"', 'do = "weight/givven"'), encoding="utf-8")
    ended = mezon(tmp_path, "assess", "uzbekistan", "-m", "wrong.toml")
    assert ended.returncode != 0
    assert "weight/givven" in ended.stderr
    (tmp_path / "broken.toml").write_text("id = ", encoding="utf-8")
    broken = mezon(tmp_path, "assess", "uzbekistan", "-m", "broken.toml")
    assert broken.returncode != 0
    assert "Traceback" not in broken.stderr
