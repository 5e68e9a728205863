"""An assessment as files: assessment.json with its trace, and one CSV a table at full double precision."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl

from mezon.design.output_folder import (
    Replaced,
    beside,
    clear_unfinished,
    put_in_place,
    refuse_foreign,
    see_to_abandoned,
)
from mezon.disseminate.draws_file import DrawsFile
from mezon.model.assessment import Assessment

MANIFEST = "assessment.json"
#: Where a methodology that lies outside the pack is kept, as it was written.
METHODOLOGY = "methodology.toml"


def write_assessment(
    assessment: Assessment, folder: Path, *, draws: DrawsFile | None = None, methodology: bytes | None = None
) -> Replaced:
    """Write an assessment, all or nothing: it is made beside `folder` and moved there when it is whole.

    A table is `<table>.csv`, a step `steps/<name>.csv`, the draws `draws.parquet`. assessment.json holds the trace
    and the SHA-256 of every file, so that a copy can be told from the original. `draws` : those that were put aside
    block by block while they were drawn. `methodology` : the methodology file where it lies outside the pack; it is
    kept as methodology.toml, so that the assessment can be made again.
    Returns : what was removed of a former assessment, and what stayed.

    Raises : WrongUse when the folder holds something else than an assessment, or a file of yours under a name that is
    to be written: nothing of yours is overwritten or deleted.
    """
    see_to_abandoned(folder, manifest=MANIFEST)
    refuse_foreign(folder, manifest=MANIFEST, what="assessment")
    building = beside(folder, "part")
    clear_unfinished(building)
    try:
        _write(assessment, building, draws, methodology)
        return put_in_place(building, folder, manifest=MANIFEST)
    finally:
        clear_unfinished(building)


def _write(assessment: Assessment, building: Path, draws: DrawsFile | None, methodology: bytes | None) -> None:
    building.mkdir(parents=True)
    for name, table in assessment.tables.items():
        _write_csv(table, building / f"{name}.csv")
    for name, table in assessment.steps.items():
        _write_csv(table, building / "steps" / f"{name}.csv")
    if assessment.draws is not None:
        assessment.draws.write_parquet(building / "draws.parquet", compression="zstd", statistics=False)
    if draws is not None:
        draws.finish(building / "draws.parquet")
    if methodology is not None:
        (building / METHODOLOGY).write_bytes(methodology)
    (building / MANIFEST).write_text(_manifest(assessment, building), encoding="utf-8")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_csv(table: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table.write_csv(path)


def _manifest(assessment: Assessment, folder: Path) -> str:
    files = {
        path.relative_to(folder).as_posix(): file_digest(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    findings = [
        {"code": finding.code, "severity": str(finding.severity), "key": finding.key, "message": finding.message}
        for finding in assessment.findings
    ]
    content = {
        **assessment.trace.as_dict(),
        **({"methodology_file": METHODOLOGY} if METHODOLOGY in files else {}),
        "excluded_draws": assessment.excluded_draws,
        "findings": findings,
        "files": files,
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
