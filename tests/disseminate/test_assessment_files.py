"""An assessment on disk: whole or not at all, with checksums, and never over something else."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from mezon.disseminate.assessment_check import changed_files, changed_values, read_manifest
from mezon.disseminate.assessment_files import write_assessment
from mezon.disseminate.audit_files import write_audit
from mezon.disseminate.export import export
from mezon.errors import CopyDiffers, WrongUse
from mezon.model.assessment import Assessment
from mezon.model.trace import Trace

TRACE = Trace(
    pack="p", pack_version="1", pack_sha256="0", release="r", methodology="m", methodology_version="1",
    software="mezon 0", seed=1, draws=0, as_of="2024-12-31",
)  # fmt: skip
SCORES = pl.DataFrame(
    {
        "unit": ["A", "B"],
        "period": ["2024", "2024"],
        "node": ["INDEX", "INDEX"],
        "score": [1 / 3, None],
        "rank": [1, None],
    }
)
ASSESSMENT = Assessment(trace=TRACE, tables={"scores": SCORES}, steps={"01-screen": SCORES})


def test_numbers_are_written_at_full_double_precision(tmp_path: Path) -> None:
    write_assessment(ASSESSMENT, tmp_path / "out")
    assert pl.read_csv(tmp_path / "out/scores.csv")["score"].to_list() == [1 / 3, None]


def test_the_manifest_holds_the_trace_and_the_checksum_of_every_file(tmp_path: Path) -> None:
    write_assessment(ASSESSMENT, tmp_path / "out")
    manifest = json.loads((tmp_path / "out/assessment.json").read_text())
    assert manifest["seed"] == 1
    assert set(manifest["files"]) == {"scores.csv", "steps/01-screen.csv"}


def test_a_tampered_copy_names_the_file_and_the_value(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_assessment(ASSESSMENT, folder)
    path = folder / "scores.csv"
    path.write_text(path.read_text().replace("0.333", "0.433"))
    assert changed_files(folder, read_manifest(folder)) == ["scores.csv: changed since it was written"]
    (line,) = changed_values(folder, ASSESSMENT)
    assert line.startswith("scores.csv:2 score (A, 2024, INDEX): 0.433")


def test_a_missing_and_an_added_file_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_assessment(ASSESSMENT, folder)
    (folder / "scores.csv").unlink()
    (folder / "more.csv").write_text("x")
    assert changed_files(folder, read_manifest(folder)) == [
        "scores.csv: missing", "more.csv: not part of this assessment",
    ]  # fmt: skip


def test_a_folder_of_something_else_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(WrongUse, match="holds no assessment"):
        write_assessment(ASSESSMENT, folder)
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_an_assessment_again_removes_only_files_of_the_former_one(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_assessment(ASSESSMENT, folder)
    (folder / "notes.txt").write_text("years of work")
    replaced = write_assessment(Assessment(trace=TRACE, tables={"scores": SCORES}), folder)
    assert (replaced.removed, replaced.kept) == (("steps/",), ("notes.txt",))
    assert (folder / "notes.txt").read_text() == "years of work"


def test_an_audit_is_not_written_over_a_table_of_somebody(tmp_path: Path) -> None:
    (tmp_path / "audit.csv").write_text("years of work")
    with pytest.raises(WrongUse, match=r"audit\.csv"):
        write_audit((), tmp_path)
    assert (tmp_path / "audit.csv").read_text() == "years of work"


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_an_export_is_not_written_over_a_table_of_somebody_but_over_an_export(tmp_path: Path, to: str) -> None:
    (tmp_path / f"scores.{to}").write_text("years of work")
    with pytest.raises(WrongUse, match="scores"):
        export({"scores": SCORES}, {}, to=to, path=tmp_path)
    assert (tmp_path / f"scores.{to}").read_text() == "years of work"
    for _ in range(2):
        export({"scores": SCORES}, {}, to=to, path=tmp_path / "fresh")


def test_an_unreadable_manifest_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(CopyDiffers, match=r"assessment\.json"):
        read_manifest(tmp_path)
