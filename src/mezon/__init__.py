"""Mezon measures, compares and steers innovation in mining and metallurgy.

pack = mezon.read_pack("uzbekistan")
assessment = mezon.assess(pack, seed=12345)
assessment.scores
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mezon.version import VERSION

__version__ = VERSION
__all__ = ["__version__", "assess", "read_pack"]

if TYPE_CHECKING:
    from mezon.production import assess, read_pack


def __getattr__(name: str) -> Any:
    """Load the line only when it is asked for, so that `import mezon` costs nothing."""
    if name in {"assess", "read_pack"}:
        from mezon import production

        return getattr(production, name)
    raise AttributeError(f"mezon has no {name!r}.")
