"""`mezon assess` with a methodology that lies outside its pack."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
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
    assert "every checksum agrees, and a re-run gives the same values" in " ".join(verified.stdout.split())


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


FAULTS = [
    ("weight = 2", "weight = -2", "weight-negative"),
    ("normalise/min-max(low=1, high=100)", "aggregate/median", "vary-other-family"),
    ('do = "weight/given"', 'do = "weight/given"\nnodes = ["INDX"]', "unknown-node"),
]


def test_every_fault_of_a_file_outside_the_pack_is_shown_as_if_it_lay_in_the_pack(tmp_path: Path) -> None:
    text = re.sub(r"^weight = \S+", "weight = 2", OFFICIAL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for sound, faulty, _ in FAULTS:
        assert sound in text
        text = text.replace(sound, faulty, 1)
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    ended = mezon(tmp_path, "assess", "uzbekistan", "-m", "bad.toml")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "bad.toml has 3 error(s)" in ended.stderr
    assert "mezon check uzbekistan -m bad.toml" in ended.stderr
    checked = mezon(tmp_path, "check", "uzbekistan", "-m", "bad.toml", "--format", "json")
    assert checked.returncode == 1
    found = json.loads(checked.stdout)
    assert sorted(each["code"] for each in found) == sorted(code for _, _, code in FAULTS)
    for each in found:
        assert each["file"] == "bad.toml"
        assert f"{each['key']}: {each['code']}: {each['message']} {each['hint']}" in ended.stderr


def test_weights_that_are_all_0_stop_a_file_outside_the_pack(tmp_path: Path) -> None:
    text = re.sub(r"^weight = \S+", "weight = 0", OFFICIAL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / "zero.toml").write_text(text, encoding="utf-8")
    ended = mezon(tmp_path, "assess", "uzbekistan", "-m", "zero.toml")
    assert ended.returncode == 1
    assert "weights-zero" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_faulty_pack_names_the_files_and_the_command_that_shows_all(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "six")
    file = tmp_path / "six/methodologies/conditions.toml"
    file.write_text(OFFICIAL.read_text(encoding="utf-8").replace("weight/given", "weight/givven"), encoding="utf-8")
    ended = mezon(tmp_path, "assess", "six")
    assert ended.returncode == 1
    assert "(in methodologies/conditions.toml)" in ended.stderr
    assert "mezon check six" in ended.stderr


def words_of(ended: subprocess.CompletedProcess[str]) -> str:
    return " ".join(ended.stdout.split())


def test_an_assessment_keeps_the_file_it_was_made_by_so_that_it_can_be_made_again(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "six")
    described = (tmp_path / "six/pack.toml").read_text(encoding="utf-8").replace('"uzbekistan"', '"six"', 1)
    (tmp_path / "six/pack.toml").write_text(described, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(
        OFFICIAL.read_text(encoding="utf-8").replace('id = "conditions"', ""), encoding="utf-8"
    )
    assert mezon(tmp_path, "assess", "six", "--draws", "8", "-m", "mine.toml", "-o", "out").returncode == 0
    kept = tmp_path / "out/methodology.toml"
    assert kept.read_bytes() == (tmp_path / "mine.toml").read_bytes()
    manifest = json.loads((tmp_path / "out/assessment.json").read_text(encoding="utf-8"))
    assert (manifest["methodology"], manifest["methodology_file"]) == ("mine", "methodology.toml")
    assert manifest["files"]["methodology.toml"] == hashlib.sha256(kept.read_bytes()).hexdigest()
    (tmp_path / "mine.toml").unlink()
    assert "a re-run gives the same values" in words_of(mezon(tmp_path, "verify", "out"))

    scores = tmp_path / "out/scores.csv"
    sound = scores.read_bytes()
    scores.write_bytes(sound.replace(b"AUS,2012,INDEX,6", b"AUS,2012,INDEX,7", 1))
    assert "a re-run gives 62.08" in words_of(mezon(tmp_path, "verify", "out"))
    scores.write_bytes(sound)

    (tmp_path / "six/pack.toml").write_text(described + "\n# another\n", encoding="utf-8")
    changed = mezon(tmp_path, "verify", "out")
    assert changed.returncode == 0
    assert words_of(changed).startswith("Values were NOT re-run: the pack at hand")
    assert "has changed since (sha256 " in words_of(changed)
    assert "a re-run gives the same values" not in words_of(changed)
    named = mezon(tmp_path, "verify", "out", "--pack", "six")
    assert named.returncode == 1
    assert "has changed since (sha256 " in named.stderr

    kept.write_bytes(kept.read_bytes() + b"# mine\n")
    tampered = mezon(tmp_path, "verify", "out")
    assert tampered.returncode == 1
    assert "methodology.toml: changed since it was written" in words_of(tampered)


def test_a_date_before_the_first_publication_is_said_with_that_publication(tmp_path: Path) -> None:
    ended = mezon(tmp_path, "assess", "uzbekistan", "--as-of", "1990")
    assert ended.returncode == 2
    assert "Nothing in pack uzbekistan was published by 1990-12-31" in ended.stderr
    assert "--as-of 2013-12-31" in ended.stderr
