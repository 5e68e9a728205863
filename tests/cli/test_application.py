"""The command line as a person uses it: a process of its own, its words, its exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest


def mezon(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mezon", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_check_of_a_clean_pack_says_so_and_exits_with_0(first_pack: Path) -> None:
    done = mezon("check", first_pack)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors, 0 warnings" in done.stdout


def test_check_prints_findings_with_the_fields_of_the_contract(first_pack: Path) -> None:
    observations = first_pack / "observations.csv"
    observations.write_text(observations.read_text().replace("RD_SPEND,B,2024,3", "RD_SPND,B,2 024,3"))
    done = mezon("check", first_pack, "--format", "json")
    assert done.returncode == 1
    findings = json.loads(done.stdout)
    assert {"code", "severity", "file", "row", "column", "key", "value", "message", "hint"} == set(findings[0])
    errors = {
        (item["file"], item["row"], item["column"], item["value"]) for item in findings if item["severity"] == "error"
    }
    assert ("observations.csv", 4, "indicator", "RD_SPND") in errors
    assert ("observations.csv", 4, "period", "2 024") in errors
    assert any("RD_SPEND" in item["message"] + item["hint"] for item in findings if item["value"] == "RD_SPND")
    assert any("2024" in item["hint"] for item in findings if item["value"] == "2 024")


def test_check_as_csv_can_be_read_by_a_spreadsheet(first_pack: Path) -> None:
    (first_pack / "units.csv").write_text("unit,level,name_en\nA,ENTERPRISE,A\nB,FACTORY,B\n")
    rows = list(csv.DictReader(io.StringIO(mezon("check", first_pack, "--format", "csv").stdout)))
    assert any(row["file"] == "units.csv" and row["row"] == "3" and row["value"] == "FACTORY" for row in rows)


def test_check_speaks_three_languages(first_pack: Path) -> None:
    (first_pack / "units.csv").write_text("unit,level,name_en\nA,ENTERPRISE,A\nB,FACTORY,B\n")
    messages = set()
    for language in ("en", "ru", "uz"):
        findings = json.loads(mezon("check", first_pack, "--format", "json", "--lang", language).stdout)
        messages.add(next(item["message"] for item in findings if item["value"] == "FACTORY"))
    assert len(messages) == 3


def test_a_pack_that_does_not_exist_is_named_with_those_there_are() -> None:
    done = mezon("check", "uzbekstan")
    assert done.returncode == 2
    assert "uzbekistan" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_use_exits_with_2(first_pack: Path) -> None:
    assert mezon("assess", first_pack, "--draws", "-1").returncode == 2
    assert mezon("assess", first_pack, "-m", "nothing").returncode == 2
    assert mezon("rank", first_pack, "--as-of", "yesterday").returncode == 2
    assert mezon("no-such-command").returncode == 2


def test_a_pack_with_errors_is_not_assessed(first_pack: Path) -> None:
    (first_pack / "units.csv").write_text("unit,level,name_en\nA,ENTERPRISE,A\n")
    done = mezon("assess", first_pack)
    assert done.returncode == 1
    assert "mezon check" in done.stderr


def test_assess_writes_the_tables_of_the_contract(first_pack: Path, tmp_path: Path) -> None:
    done = mezon("assess", first_pack, "--draws", "50", "--seed", "7", "--steps", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    scores = pl.read_csv(tmp_path / "out/scores.csv")
    assert scores.columns == [
        "unit", "period", "node", "score", "rank", "score_low", "score_high", "rank_low", "rank_high", "coverage",
        "imputed_share",
    ]  # fmt: skip
    trace = json.loads((tmp_path / "out/assessment.json").read_text())
    assert trace["seed"] == 7
    assert trace["draws"] == 50
    steps = sorted(path.name for path in (tmp_path / "out/steps").iterdir())
    assert steps[0] == "01-normalise-goalposts.csv"
    assert pl.read_csv(tmp_path / "out/steps" / steps[0]).columns[:2] == ["unit", "period"]


def test_release_is_a_pack_and_both_can_be_verified(first_pack: Path, tmp_path: Path) -> None:
    assert mezon("release", first_pack, "-o", tmp_path / "release").returncode == 0
    verified = mezon("verify", tmp_path / "release", "--pack", first_pack)
    assert verified.returncode == 0, verified.stdout
    assert mezon("assess", first_pack, "-o", tmp_path / "one").returncode == 0
    assert mezon("assess", tmp_path / "release", "-o", tmp_path / "two").returncode == 0
    assert (tmp_path / "one/scores.csv").read_bytes() == (tmp_path / "two/scores.csv").read_bytes()
    assert mezon("verify", tmp_path / "one", "--pack", first_pack).returncode == 0


def test_a_tampered_assessment_is_named_with_file_and_value(first_pack: Path, tmp_path: Path) -> None:
    mezon("assess", first_pack, "-o", tmp_path / "out")
    scores = tmp_path / "out/scores.csv"
    scores.write_text(scores.read_text().replace("78.34375", "98.34375"))
    done = mezon("verify", tmp_path / "out", "--pack", first_pack)
    assert done.returncode == 1
    assert "scores.csv" in done.stdout
    assert "98.34375" in done.stdout
    assert "78.34375" in done.stdout


def test_the_order_of_rows_and_the_number_of_workers_change_no_byte(first_pack: Path, tmp_path: Path) -> None:
    mezon("assess", first_pack, "--draws", "200", "-o", tmp_path / "one")
    observations = first_pack / "observations.csv"
    header, *rows = observations.read_text().splitlines()
    observations.write_text("\n".join([header, *reversed(rows)]) + "\n")
    mezon("assess", first_pack, "--draws", "200", "--workers", "2", "-o", tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


@pytest.mark.parametrize("command", ["rank", "coverage"])
def test_reading_commands_print_plain_text_when_piped(first_pack: Path, command: str) -> None:
    done = mezon(command, first_pack)
    assert done.returncode == 0, done.stderr
    assert "\x1b[" not in done.stdout
    assert "R&D share" in done.stdout or "Enterprise A" in done.stdout


def test_profile_and_compare_show_the_units_asked_for(first_pack: Path) -> None:
    assert "Enterprise A" in mezon("profile", first_pack, "A").stdout
    compared = mezon("compare", first_pack, "A", "B").stdout
    assert "Enterprise A" in compared
    assert "Enterprise B" in compared
    unknown = mezon("profile", first_pack, "C")
    assert unknown.returncode == 2
    assert "A, B" in unknown.stderr


def test_compare_takes_two_units_and_names_each_beside_its_code(first_pack: Path) -> None:
    one = mezon("compare", first_pack, "A")
    assert one.returncode == 2
    assert f"mezon profile {first_pack} A" in one.stderr
    assert "Enterprise A (A)" in mezon("compare", first_pack, "A", "B").stdout


def test_a_pack_without_a_methodology_is_told_how_to_get_one(first_pack: Path) -> None:
    pack = first_pack / "pack.toml"
    pack.write_text("\n".join(line for line in pack.read_text().splitlines() if not line.startswith("default_meth")))
    undecided = mezon("assess", first_pack)
    assert undecided.returncode == 2
    assert "-m" in undecided.stderr
    for file in (first_pack / "methodologies").iterdir():
        file.unlink()
    without = mezon("assess", first_pack)
    assert without.returncode == 2
    assert "methodologies/<id>.toml" in without.stderr


def test_check_ends_with_a_summary_by_rule_and_says_where_the_pack_lies(first_pack: Path) -> None:
    observations = first_pack / "observations.csv"
    observations.write_text(observations.read_text().replace(",B,", ",BB,"))
    lines = mezon("check", first_pack).stdout.splitlines()
    assert lines[-3].split() == ["error", "unknown-unit", "2"]
    assert lines[-2].startswith(f"{first_pack.name}: 2 errors, 0 warnings")
    assert lines[-1] == f"Its files: {first_pack.as_posix()}"
    assert mezon("check", "metallia").stdout.splitlines()[-1].endswith("packs/metallia")


def test_tables_in_a_pipe_are_a_line_a_row_without_blanks_at_the_end(first_pack: Path) -> None:
    lines = mezon("check", "uzbekistan").stdout.splitlines()
    assert sum(line.startswith("warning   ") and ".csv:" in line for line in lines) == 55
    assert all(line == line.rstrip() for line in lines)


def test_the_command_line_speaks_three_languages(first_pack: Path) -> None:
    russian = mezon("rank", first_pack, "--lang", "ru").stdout
    assert "место" in russian
    assert "78,3" in russian
    uzbek = mezon("check", first_pack, "--lang", "uz").stdout
    assert "0 ta xato" in uzbek
    scores = mezon("assess", first_pack, "--lang", "ru", "-o", first_pack / "out")
    assert scores.returncode == 0
    assert "78.34" in (first_pack / "out/scores.csv").read_text()


def test_export_writes_a_workbook_with_the_release_in_its_first_sheet(first_pack: Path, tmp_path: Path) -> None:
    done = mezon("export", first_pack, "--to", "xlsx", "-o", tmp_path / "all.xlsx")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "all.xlsx").exists()
    assert "mypack(1.0)@2025-03-01#" in done.stdout
