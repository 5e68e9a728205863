"""Fixtures of the tests of the design layer: a pack in which nothing is wrong, and a way to break it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_pack_files import FILES, Reading

from mezon.design.definitions import read_definitions
from mezon.design.rulebook import read_rulebook
from mezon.model.finding import Finding, Rulebook
from mezon.model.pack import Definitions


@pytest.fixture
def tiny_pack(tmp_path: Path) -> Path:
    """Give the folder of a pack in which nothing is wrong."""
    folder = tmp_path / "tiny"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture
def rulebook() -> Rulebook:
    """Give the bundled rules in English."""
    return read_rulebook(None)


@pytest.fixture
def after(tiny_pack: Path) -> Reading:
    """Give a function that changes one file of the tiny pack (old text -> new text), then reads it."""

    def read(file: str, *changes: tuple[str, str], text: str | None = None) -> tuple[Definitions, list[Finding]]:
        path = tiny_pack / file
        content = path.read_text("utf-8") if text is None else text
        for old, new in changes:
            assert old in content, f"{old!r} is not in {file}"
            content = content.replace(old, new, 1)
        path.write_text(content, "utf-8")
        return read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))

    return read
