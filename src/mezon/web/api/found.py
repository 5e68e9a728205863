"""Findings of a job: the first shown with it, all that were kept read in parts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mezon.model.finding import Finding
from mezon.web.api.problems import finding_fields
from mezon.web.desk import keeping

#: Findings shown with a job.
SHOWN = 50


def keep_findings(findings: Sequence[Finding], counts: Mapping[str, int]) -> dict[str, Any]:
    """Keep findings as a file; give what a job's result holds of them: counts by rule, and the first."""
    rows = [finding_fields(one) for one in findings]
    digest = keeping.keep(json.dumps(rows, ensure_ascii=False).encode("utf-8"))
    return {"found": dict(counts), "findings_sha256": digest, "findings": rows[:SHOWN]}


def kept_findings(result: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Give the findings of a job; none when it kept none."""
    digest = str((result or {}).get("findings_sha256", ""))
    found: list[dict[str, Any]] = json.loads(keeping.kept(digest)) if digest else []
    return found
