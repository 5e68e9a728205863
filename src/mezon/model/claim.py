"""A published sentence, recomputed, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    """The four things that can be said of a claim."""

    HOLDS = "holds"
    HOLDS_ONLY_IF = "holds only if"
    DOES_NOT_HOLD = "does not hold"
    CANNOT_BE_CHECKED = "cannot be checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """One way (basis) of recomputing a claim: what came out, and whether the claim holds in this way."""

    basis: str
    computed: float | None
    holds: bool | None
    reason: str = ""
    observations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the recomputation says of a claim, by which rule and with which numbers.

    `observations` : the way back, one line each: key, value as stated, source, place in the source, and the rate
    used, if any.
    """

    claim: str
    publication: str
    place: str
    sentence: str
    verdict: VerdictKind
    stated: float | None
    computed: float | None
    basis: str
    reason: str
    rule: str = ""
    observations: tuple[str, ...] = ()
    reckonings: tuple[Reckoning, ...] = ()
