"""The line on the bundled packs: how long a person waits, process start included."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measuring import Figure, best_of

PACKS = ("uzbekistan", "metallia")


def figures() -> Iterator[Figure]:
    """Time `check`, `assess` with 1,000 draws, and `demo` as text (the portal has its own figures)."""
    for pack in PACKS:
        checked = best_of(["check", pack])
        yield Figure(what=f"`mezon check {pack}`", measured=f"{checked.seconds:.1f} s")
        assessed = best_of(["assess", pack, "--draws", "1000"])
        yield Figure(
            what=f"`mezon assess {pack} --draws 1000`",
            measured=f"{assessed.seconds:.1f} s, {assessed.megabytes:.0f} MB",
            goal="under 3 s",
        )
    demonstrated = best_of(["demo", "--text"])
    yield Figure(what="`mezon demo --text`", measured=f"{demonstrated.seconds:.1f} s", goal="under 5 s")
