"""A methodology: a tree of nodes and leaves, an ordered list of registered steps, and what to vary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mezon.errors import MalformedValue
from mezon.model.indicator import Goalposts
from mezon.model.text import Text

Parameters = Mapping[str, Any]

_CALL = re.compile(r"(?P<name>[a-z0-9/-]+)\s*(?:\((?P<inside>.*)\))?")
_PARAMETER = re.compile(r"\s*(?P<key>[a-z_]+)\s*=\s*(?P<value>\"[^\"]*\"|\[[^\]]*\]|[^,]+?)\s*(?:,|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCall:
    """A registered method with its parameters, written inline as `normalise/z-score(mean=10, sd=2)`."""

    name: str
    parameters: Parameters = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> MethodCall:
        """Read the inline form. Raises : MalformedValue."""
        found = _CALL.fullmatch(text.strip())
        if found is None:
            raise MalformedValue(
                f"{text!r} is not a method.", hint="Write family/name or family/name(parameter=value, ...)."
            )
        return cls(name=found["name"], parameters=_parameters(found["inside"] or "", text))

    @property
    def family(self) -> str:
        """The part before the slash: normalise, aggregate, ..."""
        return self.name.partition("/")[0]

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={_written(value)}" for key, value in sorted(self.parameters.items()))
        return f"{self.name}({inside})" if inside else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A branching point of the index; the root has no parent.

    `aggregate` overrides, for the children of this node alone, the method of the aggregate step (a name such as
    "geometric"); `parameters` holds the node's own `min_coverage`, `p`, `expression`, ... for that step.
    """

    id: str
    parent: str | None = None
    weight: float = 1.0
    weight_by: str = ""
    aggregate: str = ""
    direction: int = 1
    title: Text = field(default_factory=Text)
    parameters: Parameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """An indicator in the tree; what it says here (goalposts, transform ...) overrides the indicator's own.

    `overrides` : direction, target, best, denominator, bands, whatever else the leaf says.
    """

    indicator: str
    parent: str
    weight: float = 1.0
    weight_by: str = ""
    goalposts: Goalposts | None = None
    transform: str = ""
    overrides: Parameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of the ordered list: a registered method, restricted where it says so.

    `pool` : over what its statistics are taken: "all" periods, each "period" alone, or the one period that it names,
    at which they are frozen.
    """

    call: MethodCall
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    pool: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vary:
    """One source of uncertainty. `kind` is one of

    "step"         the step of family `family` is replaced by one of `options` (the written one is always among them)
    "weights"      every weight is multiplied by a uniform draw from 1 - noise to 1 + noise (parameters: noise),
                   or drawn from a Dirichlet around the written ones (parameters: concentration)
    "drop"         one leaf, or none, is left out (parameters: what = "one-indicator")
    "observations" every observation with a standard error is redrawn from a normal distribution around its value
    """

    kind: str
    family: str = ""
    options: tuple[MethodCall, ...] = ()
    parameters: Parameters = field(default_factory=dict)

    @property
    def factor(self) -> str:
        """Name of the column that records the choice drawn."""
        return self.family if self.kind == "step" else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """How many variants to draw, from which seed, how wide the interval, and what to vary."""

    draws: int = 1000
    seed: int = 12345
    interval: float = 0.90
    vary: tuple[Vary, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Classes of a node's score: `names` has one entry more than `edges`; edges are inclusive on rounded values."""

    node: str
    edges: tuple[float, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Methodology:
    """An index, written down.

    `units` : codes, or empty; `unit_filter` : column of units.csv -> allowed values; both empty = all of the level.
    `periods` : (from, to), inclusive, either may be empty; or `period_list`.
    """

    id: str
    version: str
    title: Text
    level: str
    description: Text = field(default_factory=Text)
    units: tuple[str, ...] = ()
    unit_filter: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    periods: tuple[str, str] = ("", "")
    period_list: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    steps: tuple[Step, ...] = ()
    robustness: Robustness | None = None
    bands: tuple[Bands, ...] = ()
    strengths_rule: str = "gap"
    strengths_top: int = 5
    file: str = ""

    @property
    def root(self) -> Node:
        """The node without a parent."""
        return next(node for node in self.nodes if node.parent is None)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the leaves, in the order written."""
        return tuple(leaf.indicator for leaf in self.leaves)


def _parameters(inside: str, whole: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    position = 0
    while position < len(inside):
        found = _PARAMETER.match(inside, position)
        if found is None:
            raise MalformedValue(f"{whole!r} is not a method: {inside[position:]!r} is no parameter=value.")
        parameters[found["key"]] = _value(found["value"])
        position = found.end()
    return parameters


def _value(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    if text.startswith("["):
        return tuple(_value(each.strip()) for each in text[1:-1].split(",") if each.strip())
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text.strip("\"'")


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return short if float(short := f"{value:g}") == value else repr(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(_written(each) for each in value)}]"
    return str(value)
