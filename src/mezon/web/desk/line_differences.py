"""The difference between two texts, line by line, with the lines around each change."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: Lines of both texts together up to which they are compared one by one: above, comparing takes too long.
_MOST_LINES = 60_000
#: Changed lines that a page shows; all of them are counted.
_SHOWN = 2_000
_AROUND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: `kind` is same, gone or new; or gap, where `old` lines that are the same are left out."""

    kind: str
    old: int | None = None
    new: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is gone and what is new; `left_out` lines of it are not shown; `too_long` : they were not compared."""

    lines: tuple[Line, ...] = ()
    gone: int = 0
    new: int = 0
    left_out: int = 0
    too_long: bool = False

    @property
    def nothing(self) -> bool:
        """Whether both texts say the same."""
        return not (self.gone or self.new or self.too_long)


def difference(before: str, after: str) -> Difference:
    """Compare two texts by their lines."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > _MOST_LINES:
        return Difference(too_long=before != after)
    groups = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > 1000).get_grouped_opcodes(_AROUND)
    lines = list(_lines(groups, old, new))
    kinds = [line.kind for line in lines]
    gone, fresh = kinds.count("gone"), kinds.count("new")
    if not lines and before != after:
        # The same lines, and another end of line or of file.
        return Difference(lines=(Line(kind="gap", old=len(old)),), gone=1, new=1)
    return Difference(lines=tuple(lines[:_SHOWN]), gone=gone, new=fresh, left_out=max(0, len(lines) - _SHOWN))


def _lines(
    groups: Iterable[Sequence[tuple[str, int, int, int, int]]], old: list[str], new: list[str]
) -> Iterator[Line]:
    passed = 0
    for group in groups:
        first = group[0][1]
        if first > passed:
            yield Line(kind="gap", old=first - passed)
        for kind, i, j, k, m in group:
            passed = j
            if kind == "equal":
                yield from (Line(kind="same", old=i + n + 1, new=k + n + 1, text=old[i + n]) for n in range(j - i))
                continue
            yield from (Line(kind="gone", old=n + 1, text=old[n]) for n in range(i, j))
            yield from (Line(kind="new", new=n + 1, text=new[n]) for n in range(k, m))
    if passed and passed < len(old):
        yield Line(kind="gap", old=len(old) - passed)
