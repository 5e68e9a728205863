"""Mezon measures, compares and steers innovation in mining and metallurgy.

pack = mezon.read_pack("uzbekistan")  # a folder, or the name of a bundled pack
pack.findings  # what reading found; mezon.production.check(pack) finds everything
assessment = mezon.assess(pack, seed=12345)  # or mezon.assess("uzbekistan")
assessment.scores

- `read_pack(name_or_path)`: a pack with its definitions and observations.
- `assess(pack, methodology, draws=, seed=, keep_steps=, keep_draws=, as_of=, choices=, weight_sets=)`: an assessment
  with `scores`, `tables`, `steps`, `draws`, `findings` and `trace`.
- `methods`: every method as a plain function of arrays, `mezon.methods.aggregate.arithmetic`.
- `production`: the line, station by station: check, prepare, freeze, assess, audit, verify.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mezon.version import VERSION

__version__ = VERSION
__all__ = ["__version__", "assess", "methods", "production", "read_pack"]

if TYPE_CHECKING:
    from mezon import methods, production
    from mezon.production import assess, read_pack


def __getattr__(name: str) -> Any:
    """Load the line only when it is asked for, so that `import mezon` costs nothing."""
    if name in {"assess", "read_pack"}:
        return getattr(import_module("mezon.production"), name)
    if name in {"methods", "production"}:
        return import_module(f"mezon.{name}")
    raise AttributeError(f"mezon has no {name!r}.")


def __dir__() -> list[str]:
    """Name what a reader is meant to use."""
    return sorted(__all__)
