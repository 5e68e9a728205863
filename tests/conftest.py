"""What every test may stand on: the small pack of the documentation, and the open data where it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: a busy machine is no fault of the code. The same examples each time: a red run can be run again.
settings.register_profile("mezon", deadline=None, derandomize=True)
settings.load_profile("mezon")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
_BLOCK = re.compile(r"`(?P<path>[\w/.]+)`(?:[^\n`]*):?\n\n?```(?:toml)?\n(?P<text>.*?)```", re.DOTALL)


@pytest.fixture
def first_pack(tmp_path: Path) -> Path:
    """Give the pack of docs/start/your-first-pack.md, written out of the page itself, so that the page stays true."""
    return write_first_pack(tmp_path)


def write_first_pack(place: Path) -> Path:
    """Write that pack into a folder of a place."""
    page = (ROOT / "docs/start/your-first-pack.md").read_text(encoding="utf-8")
    folder = place / "mypack"
    for found in _BLOCK.finditer(page):
        path = folder / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    return folder


@pytest.fixture
def shared() -> Path:
    """Give the folder of open data beside the repository, or skip."""
    if not SHARED.exists():
        pytest.skip("../shared is not beside the repository: this test compares with data kept there")
    return SHARED
