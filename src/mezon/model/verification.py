"""Whether a copy of a release or an assessment is what it says it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was compared (in words), and every difference: file, and key and value where they are known.

    `unrerun` : why the values were not run again and compared; empty when they were.
    """

    what: str
    unrerun: str = ""
    differences: tuple[str, ...] = ()
