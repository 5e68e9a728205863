"""The audit of claims as files: audit.json in full, audit.csv a line a claim."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mezon.design.output_folder import beside, refuse_covered
from mezon.model.claim import Verdict

_COLUMNS = ("claim", "verdict", "stated", "computed", "basis", "reason", "sentence", "publication", "place", "rule")


def write_audit(verdicts: Sequence[Verdict], folder: Path) -> None:
    """Write audit.json (everything, with the way back) and audit.csv (one line a claim), each whole or not at all."""
    if not (folder / "audit.json").is_file():
        refuse_covered([name for name in ("audit.csv",) if (folder / name).exists()], folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = [verdict_as_dict(item) for item in verdicts]
    _put(folder / "audit.json", json.dumps(records, ensure_ascii=False, indent=1) + "\n")
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, fieldnames=_COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    _put(folder / "audit.csv", lines.getvalue())


def _put(path: Path, text: str) -> None:
    """Write a file beside its place and move it there: a reader never finds half of it."""
    part = beside(path, "part")
    part.write_text(text, encoding="utf-8", newline="")
    part.replace(path)


def verdict_as_dict(verdict: Verdict) -> dict[str, Any]:
    """Give the contract's fields, then what else is known."""
    return {
        "claim": verdict.claim,
        "verdict": str(verdict.verdict),
        "stated": verdict.stated,
        "computed": verdict.computed,
        "basis": verdict.basis,
        "observations": list(verdict.observations),
        "reason": verdict.reason,
        "sentence": verdict.sentence,
        "publication": verdict.publication,
        "place": verdict.place,
        "rule": verdict.rule,
        "reckonings": [
            {"basis": item.basis, "computed": item.computed, "holds": item.holds, "reason": item.reason}
            for item in verdict.reckonings
        ],
    }
