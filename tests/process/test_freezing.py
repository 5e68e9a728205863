"""A frozen release is a folder that is a pack itself, whole or not there, and the same bytes every time."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from process_cases import pack, said

from mezon.errors import WrongUse
from mezon.model.pack import Pack
from mezon.process import freezing
from mezon.process.freezing import freeze, write_observations
from mezon.process.releasing import prepare

FILES = {
    "pack.toml": 'id = "small"\n',
    "units.csv": "unit,level,name_en\nE2,ENTERPRISE,Two\nE1,ENTERPRISE,One\n",
    "observations.csv": "indicator,unit,period,value\nRD,E1,2023,1\n",
    "codelists/CL_SEX.csv": "code,name_en\nM,Men\nF,Women\n",
    "methodologies/index.toml": 'id = "index"\n',
    "registers/projects.csv": 'id,name\nP2,"Gold, copper"\nP1,Smelter\n',
    "notes.tmp": "not part of a pack",
}


@pytest.fixture
def on_disk(tmp_path: Path) -> Pack:
    folder = tmp_path / "small"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    rows = [said(code, f"E{number}", 1.5 * number) for code in ("RD", "SPEND") for number in range(1, 6)]
    return replace(pack(*rows), folder=folder, sha256="ab" * 32)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_a_release_folder_holds_definitions_observations_and_a_manifest(on_disk: Pack, tmp_path: Path) -> None:
    release = prepare(on_disk)
    freeze(release, on_disk, tmp_path / "release")
    files = contents(tmp_path / "release")
    assert sorted(files) == [
        "codelists/CL_SEX.csv", "manifest.json", "methodologies/index.toml", "observations.parquet", "pack.toml",
        "registers/projects.csv", "units.csv",
    ]  # fmt: skip
    assert_frame_equal(pl.read_parquet(tmp_path / "release/observations.parquet"), release.observations)
    manifest = json.loads(files["manifest.json"])
    assert list(manifest) == ["as_of", "content_sha256", "files", "pack", "pack_sha256", "software", "version"]
    assert sorted(manifest["files"]) == sorted(set(files) - {"manifest.json"})
    assert (manifest["as_of"], manifest["pack"], manifest["pack_sha256"]) == ("2025-05-01", "small", "ab" * 32)


def test_two_runs_give_identical_bytes_without_a_trace_of_the_place(on_disk: Pack, tmp_path: Path) -> None:
    for name in ("one", "deep/two"):
        freeze(prepare(on_disk), on_disk, tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "deep/two")
    assert str(tmp_path).encode() not in contents(tmp_path / "one")["manifest.json"]


def test_shuffled_rows_give_identical_bytes(on_disk: Pack, tmp_path: Path) -> None:
    freeze(prepare(on_disk), on_disk, tmp_path / "before")
    for name in ("units.csv", "registers/projects.csv"):
        path = Path(on_disk.folder) / name
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    order = random.Random(1).sample(range(on_disk.observations.height), on_disk.observations.height)  # noqa: S311
    shuffled = replace(on_disk, observations=on_disk.observations[order])
    freeze(prepare(shuffled), shuffled, tmp_path / "after")
    assert contents(tmp_path / "after") == contents(tmp_path / "before")


def test_a_release_frozen_again_from_itself_is_the_same_bytes(on_disk: Pack, tmp_path: Path) -> None:
    freeze(prepare(on_disk), on_disk, tmp_path / "first")
    read_again = replace(
        on_disk,
        folder=tmp_path / "first",
        sha256="cd" * 32,
        observations=pl.read_parquet(tmp_path / "first/observations.parquet"),
    )
    freeze(prepare(read_again), read_again, tmp_path / "second")
    assert contents(tmp_path / "second") == contents(tmp_path / "first")


def test_a_release_frozen_from_a_changed_release_does_not_claim_its_pack(on_disk: Pack, tmp_path: Path) -> None:
    freeze(prepare(on_disk), on_disk, tmp_path / "first")
    (tmp_path / "first/pack.toml").write_text('id = "other"\n', encoding="utf-8")
    changed = replace(on_disk, folder=tmp_path / "first", sha256="cd" * 32)
    freeze(prepare(changed), changed, tmp_path / "second")
    assert json.loads((tmp_path / "second/manifest.json").read_text())["pack_sha256"] == "cd" * 32


def test_codelists_keep_the_order_that_a_person_gave_them(on_disk: Pack, tmp_path: Path) -> None:
    freeze(prepare(on_disk), on_disk, tmp_path / "release")
    assert (tmp_path / "release/codelists/CL_SEX.csv").read_text() == FILES["codelists/CL_SEX.csv"]
    assert (tmp_path / "release/registers/projects.csv").read_text() == 'id,name\nP1,Smelter\nP2,"Gold, copper"\n'


def test_a_former_release_is_replaced_and_the_files_of_others_stay(on_disk: Pack, tmp_path: Path) -> None:
    target = tmp_path / "release"
    freeze(prepare(on_disk), on_disk, target)
    (target / "notes.txt").write_text("x = 1")
    (Path(on_disk.folder) / "registers/projects.csv").unlink()
    replaced = freeze(prepare(on_disk), on_disk, target)
    assert (replaced.removed, replaced.kept) == (("registers/",), ("notes.txt",))
    assert (target / "notes.txt").read_text() == "x = 1"
    assert not (target / "registers").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release", "small"]


def test_a_folder_of_something_else_is_left_alone(on_disk: Pack, tmp_path: Path) -> None:
    before = contents(Path(on_disk.folder))
    with pytest.raises(WrongUse, match="holds no release"):
        freeze(prepare(on_disk), on_disk, Path(on_disk.folder))
    assert contents(Path(on_disk.folder)) == before


def test_a_failure_leaves_nothing_behind(on_disk: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(freezing, "write_observations", full_disk)
    with pytest.raises(OSError, match="No space"):
        freeze(prepare(on_disk), on_disk, tmp_path / "release")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small"]


def test_observations_in_many_chunks_are_written_as_in_one(tmp_path: Path) -> None:
    frame = prepare(pack(said("RD", "E1", 1.0), said("RD", "E2", 2.0))).observations
    write_observations(frame, tmp_path / "one.parquet")
    write_observations(pl.concat([frame[:1], frame[1:]], rechunk=False), tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
