"""Replayed choices are the runs of the methodology files they stand for: the same scores, the very same ranks.

`make golden` asks for 200 rows of each methodology, `make test` for a few.
"""

from __future__ import annotations

import csv
import os
import shutil
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from mezon import production
from mezon.analyse.assessing import assess
from mezon.analyse.replaying import Replay
from mezon.cli.application import application
from mezon.design.methodologies import read_methodologies
from mezon.design.rulebook import read_rulebook
from tests.golden.replay_methodologies import MIXED, as_toml, edited

ROWS = int(os.environ.get("MEZON_REPLAYS", "6"))
CASES = {
    "a panel, logarithms, two aggregations": ("uzbekistan", "conditions"),
    "screened, imputed and treated": ("metallia", "enterprise"),
    "imputed across indicators, weighed by data, mixed aggregations": ("metallia", "mixed"),
}


def pack_with(folder: Path, pack: str, methodology: str, text: str | None = None) -> Path:
    """A copy of a bundled pack with one methodology of another text."""
    copy = folder / pack
    shutil.copytree(str(files("mezon.packs") / pack), copy)
    if text is not None:
        (copy / "methodologies" / f"{methodology}.toml").write_text(text, encoding="utf-8")
    return copy


def choices_of(methodology: dict, rows: int, seed: int) -> tuple[list[dict[str, str]], dict[str, dict[str, float]]]:
    """Random rows: each varied step as written or an option, a weight set or none, an indicator dropped or none."""
    chance = np.random.default_rng(seed)
    names = [leaf["indicator"] for leaf in methodology["leaves"]]
    nodes = [node["id"] for node in methodology["nodes"] if node.get("parent")]
    sets = {
        f"expert {number}": {name: round(float(chance.uniform(0.1, 3)), 3) for name in [*names, *nodes]}
        for number in range(1, 4)
    }
    vary = [entry for entry in methodology["robustness"]["vary"] if "step" in entry]
    found = []
    for number in range(1, rows + 1):
        row = {"replicate": f"r{number}"}
        for entry in vary:
            row[entry["step"]] = str(chance.choice(["", *entry["with"]]))
        row["weights"] = str(chance.choice(["", *sets]))
        row["drop"] = str(chance.choice(["", "none", *names]))
        found.append(row)
    return found, sets


@pytest.mark.parametrize("case", CASES)
def test_every_replayed_row_is_the_run_of_the_edited_methodology(tmp_path, case):
    pack, name = CASES[case]
    folder = pack_with(tmp_path, pack, name, MIXED if name == "mixed" else None)
    written = tomllib.loads((folder / "methodologies" / f"{name}.toml").read_text(encoding="utf-8"))
    rows, sets = choices_of(written, ROWS, seed=len(case))
    read = production.read_pack(folder)
    release = production.prepare(read)
    replay = Replay(rows=rows, weight_sets=sets)
    found = assess(release, production.find_methodology(read, name), replay=replay).tables["replay"]
    compared = 0
    for row in rows:
        plain = assess(release, read_edited(tmp_path / "one", edited(written, row, sets)), draws=0).scores
        root = plain.filter(pl.col("node") == "INDEX").select("unit", "period", "score", "rank")
        mine = found.filter(pl.col("replicate") == row["replicate"]).drop("replicate")
        assert mine.select("unit", "period").equals(root.select("unit", "period"))
        ours, theirs = (frame["score"].fill_null(float("nan")).to_numpy() for frame in (mine, root))
        assert np.allclose(ours, theirs, rtol=0, atol=1e-9, equal_nan=True), row
        assert mine["rank"].cast(pl.Float64).equals(root["rank"].cast(pl.Float64)), row
        compared += root["rank"].count()
    assert compared > 3 * ROWS


def read_edited(folder: Path, text: str):
    (folder / "methodologies").mkdir(parents=True, exist_ok=True)
    (folder / "methodologies" / "edited.toml").write_text(text, encoding="utf-8")
    findings = []
    [methodology] = read_methodologies(folder, rulebook=read_rulebook(None), findings=findings).values()
    assert not findings
    return methodology


def test_the_command_line_replays_what_it_assesses(tmp_path):
    folder = pack_with(tmp_path, "metallia", "mixed", MIXED)
    written = tomllib.loads(MIXED)
    row = {"replicate": "7", "normalise": "normalise/z-score(mean=50, sd=10)", "weights": "A", "drop": "TECH_RENEWAL"}
    sets = {"A": {"RD_SHARE": 5.0, "ACTIVITY": 0.5}}
    write(tmp_path / "choices.csv", [row])
    write(tmp_path / "sets.csv", [{"set": "A", "node": node, "weight": w} for node, w in sets["A"].items()])
    replayed = ["assess", str(folder), "-m", "mixed", "--replay", str(tmp_path / "choices.csv"), "--weight-sets"]
    run([*replayed, str(tmp_path / "sets.csv"), "-o", str(tmp_path / "replayed")])
    (folder / "methodologies" / "mixed.toml").write_text(edited(written, row, sets), encoding="utf-8")
    run(["assess", str(folder), "-m", "mixed", "-o", str(tmp_path / "plain")])
    found = pl.read_csv(tmp_path / "replayed" / "replay.csv")
    plain = pl.read_csv(tmp_path / "plain" / "scores.csv").filter(pl.col("node") == "INDEX")
    assert found.columns == ["replicate", "unit", "period", "score", "rank"]
    assert found["rank"].equals(plain["rank"])
    assert (found["score"] - plain["score"]).abs().max() < 1e-9


def test_an_edited_methodology_is_written_as_a_file_that_reads_the_same():
    assert tomllib.loads(as_toml(tomllib.loads(MIXED))) == tomllib.loads(MIXED)


def run(arguments: list[str]) -> None:
    result = CliRunner().invoke(application, arguments)
    assert result.exit_code == 0, result.output


def write(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
