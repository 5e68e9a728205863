"""A pack of 210,050 rows, checked and frozen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Figure, best_of
from benchmarks.world_pack import write_world_pack


def figures() -> Iterator[Figure]:
    """Time `check` and `release` (which checks too), with their memory."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "world"
        what = write_world_pack(pack)
        checked = best_of(["check", str(pack), "--format", "json"], 2)
        yield Figure(
            what=f"`mezon check` of a pack of {what}", measured=f"{checked.seconds:.1f} s, {checked.megabytes:.0f} MB"
        )
        frozen = best_of(["release", str(pack), "-o", str(Path(folder) / "release")], 2)
        yield Figure(
            what="the same, checked and frozen (`mezon release`)",
            measured=f"{frozen.seconds:.1f} s, {frozen.megabytes:.0f} MB" + (" (failed)" if frozen.exit_code else ""),
            goal="under 8 s, under 500 MB",
        )
