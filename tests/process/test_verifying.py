"""A copy that was changed is found out: the file, the key, the value before and after."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from process_cases import pack, said

from mezon.errors import CopyDiffers
from mezon.model.release import Release
from mezon.process.freezing import freeze, write_observations
from mezon.process.manifest import file_sums
from mezon.process.releasing import prepare
from mezon.process.verifying import verify_release

Frozen = tuple[Path, Release]


@pytest.fixture
def frozen(tmp_path: Path) -> Frozen:
    source = tmp_path / "small"
    source.mkdir()
    (source / "pack.toml").write_text('id = "small"\n', encoding="utf-8")
    (source / "units.csv").write_text("unit,level\nE1,ENTERPRISE\n", encoding="utf-8")
    rows = [said(code, f"E{number}", 1.5 * number) for code in ("RD", "SPEND") for number in range(1, 6)]
    small = replace(pack(*rows), folder=source)
    release = prepare(small)
    freeze(release, small, tmp_path / "release")
    return tmp_path / "release", prepare(small)


def tamper(folder: Path, change: pl.Expr) -> None:
    path = folder / "observations.parquet"
    write_observations(pl.read_parquet(path).with_columns(change), path)


def test_a_faithful_copy_has_no_differences(frozen: Frozen) -> None:
    folder, again = frozen
    assert verify_release(folder, again) == []
    assert verify_release(folder, None) == []


def test_a_changed_value_is_named_with_its_key_and_both_values(frozen: Frozen) -> None:
    folder, again = frozen
    chosen = (pl.col("indicator") == "RD") & (pl.col("unit") == "E2")
    tamper(folder, pl.when(chosen).then(9.0).otherwise("value").alias("value"))
    differences = verify_release(folder, again)
    assert differences[0].startswith("observations.parquet: changed (sha256 ")
    assert differences[1:] == ["observations.parquet: RD E2 2023 FACT NOMINAL UZS_MN: value is 9, a re-run gives 3."]


def test_a_forger_who_mends_the_sums_is_found_by_the_content_and_by_the_re_run(frozen: Frozen) -> None:
    folder, again = frozen
    tamper(folder, pl.col("value") * 2)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": file_sums(folder)}))
    assert verify_release(folder, None) == ["manifest.json: content_sha256 is not that of observations.parquet."]
    assert any("RD E2 2023" in line and "value is 6" in line for line in verify_release(folder, again))


def test_missing_and_added_files_are_named(frozen: Frozen) -> None:
    folder, _ = frozen
    (folder / "units.csv").unlink()
    (folder / "extra.csv").write_text("a\n1\n")
    assert verify_release(folder, None) == [
        "extra.csv: added; the manifest does not know it.",
        "units.csv: missing; the manifest promises it.",
    ]


def test_missing_and_added_rows_are_named(frozen: Frozen) -> None:
    folder, again = frozen
    path = folder / "observations.parquet"
    moved = pl.when(pl.col("unit") == "E1").then(pl.lit("E9")).otherwise("unit").alias("unit")
    write_observations(pl.read_parquet(path).filter(pl.col("indicator") == "RD").with_columns(moved), path)
    lines = verify_release(folder, again)
    assert "observations.parquet: RD E9 2023 FACT NOMINAL UZS_MN: is in the copy only." in lines
    assert "observations.parquet: RD E1 2023 FACT NOMINAL UZS_MN: is missing from the copy." in lines
    assert "observations.parquet: SPEND E1 2023 FACT NOMINAL UZS_MN: is missing from the copy." in lines


def test_a_copy_without_readable_observations_is_named(frozen: Frozen) -> None:
    folder, again = frozen
    (folder / "observations.parquet").write_bytes(b"PAR1")
    assert verify_release(folder, again)[0].startswith("observations.parquet: changed")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"files": 1, "content_sha256": ""}'])
def test_a_manifest_that_is_none_is_refused(frozen: Frozen, text: str) -> None:
    folder, _ = frozen
    (folder / "manifest.json").write_text(text)
    with pytest.raises(CopyDiffers, match="no readable manifest"):
        verify_release(folder, None)


def test_a_re_run_that_gives_something_else_is_reported(frozen: Frozen) -> None:
    folder, again = frozen
    other = replace(again, observations=again.observations.with_columns(pl.col("value") + 1), content_sha256="f" * 64)
    lines = verify_release(folder, other)
    assert any("a re-run gives" in line and line.startswith("observations.parquet") for line in lines)
    assert lines[-1].startswith("manifest.json: content_sha256 is not what a re-run gives")
