"""The page on security names only what is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
_PATH = re.compile(r"`((?:src|tests|docs|requirements)/[\w./-]+|pyproject\.toml)`")


def test_every_file_it_names_exists() -> None:
    named = set(_PATH.findall(PAGE))
    assert len(named) > 30
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_line_of_its_tables_has_evidence_or_says_that_it_is_not_met() -> None:
    section = PAGE.partition("## OWASP ASVS")[2]
    lines = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| item")]
    without = [line for line in lines if not _PATH.search(line) and not re.search("not met|partly|operator", line)]
    assert without == []
