"""The way back: what a number was made from, by what, and how to make it again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What an assessment rests on. `as_of` is an ISO date; `release` is the release's id."""

    pack: str
    pack_version: str
    pack_sha256: str
    release: str
    methodology: str
    methodology_version: str
    software: str
    seed: int
    draws: int
    as_of: str
    synthetic: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)
