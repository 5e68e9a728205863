"""The reference page is what the code says, and is linked from where a reader begins."""

from __future__ import annotations

from pathlib import Path

from generators.reference import PAGE, page
from mezon.design.rulebook import read_rulebook
from mezon.model.observations import COLUMNS

ROOT = Path(__file__).parents[1]


def test_the_committed_reference_is_what_the_generator_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "it is stale: run `make reference` and commit docs/reference.md"


def test_it_names_every_column_of_observations_and_every_rule() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = {*COLUMNS, *read_rulebook(None).rules}
    assert [name for name in sorted(named) if f"`{name}`" not in text] == []


def test_a_reader_finds_it() -> None:
    for start in ("README.md", "docs/README.md"):
        assert "reference.md" in (ROOT / start).read_text(encoding="utf-8"), start
