"""Every check under the kind by which a rule asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mezon.errors import MethodRegisteredTwice
from mezon.model.finding import Finding, Rule

if TYPE_CHECKING:
    from mezon.process.checks.evidence import Evidence

Check = Callable[["Evidence", Rule], Iterable[Finding]]

CHECKS: dict[str, Check] = {}


def check(kind: str) -> Callable[[Check], Check]:
    """Register a function under the kind that a rule names.

    Raises : MethodRegisteredTwice, at import, when the kind has an owner already.
    """

    def enter(function: Check) -> Check:
        if kind in CHECKS:
            raise MethodRegisteredTwice(f"Check {kind!r} is already registered by {CHECKS[kind].__module__}.")
        CHECKS[kind] = function
        return function

    return enter
