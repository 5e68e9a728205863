"""The audit of claims as files: audit.json in full, audit.csv a line a claim."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mezon.design.output_folder import refuse_covered
from mezon.model.claim import Verdict

_COLUMNS = ("claim", "verdict", "stated", "computed", "basis", "reason", "sentence", "publication", "place", "rule")


def write_audit(verdicts: Sequence[Verdict], folder: Path) -> None:
    """Write audit.json (everything, with the way back) and audit.csv (one line a claim)."""
    if not (folder / "audit.json").is_file():
        refuse_covered([name for name in ("audit.csv",) if (folder / name).exists()], folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = [verdict_as_dict(item) for item in verdicts]
    (folder / "audit.json").write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with (folder / "audit.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=_COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


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
