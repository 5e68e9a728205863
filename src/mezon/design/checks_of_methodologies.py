"""Checks of a methodology: a tree with one root and leaves, weights that weigh, and what its parts name."""

from __future__ import annotations

from collections.abc import Iterator

from mezon.design.checks_of_steps import Bench, check_steps
from mezon.design.expressions import circles
from mezon.design.nearest import nearest
from mezon.model.codelists import Level
from mezon.model.finding import Finding, Rulebook
from mezon.model.methodology import Leaf, Methodology, Node
from mezon.model.pack import Definitions

_LEVELS = tuple(str(level) for level in Level)


def check_methodology(methodology: Methodology, definitions: Definitions, *, rulebook: Rulebook) -> list[Finding]:
    """Check one methodology: scope, tree, weights, leaves, steps, variation and bands."""
    bench = Bench(methodology, definitions, rulebook)
    findings = [*_scope(bench), *_tree(bench), *_weights(bench)]
    for leaf in methodology.leaves:
        findings += _leaf(leaf, bench)
    known = {node.id for node in methodology.nodes}
    for bands in methodology.bands:
        if bands.node not in known:
            near = nearest(bands.node, known)
            findings.append(bench.finding("unknown-node", f"bands[{bands.node}].node", bands.node, nearest=near))
    return findings + check_steps(bench)


def _scope(bench: Bench) -> Iterator[Finding]:
    methodology, units = bench.methodology, bench.definitions.units
    if not methodology.level:
        yield bench.finding("toml-key-missing", "level", missing="level")
    elif methodology.level not in _LEVELS:
        near = nearest(methodology.level, _LEVELS)
        yield bench.finding("code-unknown", "level", methodology.level, nearest=near)
    else:
        levels = {str(unit.level) for unit in units.values()}
        if levels and methodology.level not in levels:
            there = ", ".join(level for level in _LEVELS if level in levels)
            yield bench.finding("level-without-units", "level", methodology.level, levels=there)
    for code in methodology.units:
        if code not in units:
            yield bench.finding("unknown-unit", "units", code, nearest=nearest(code, units))
    for column, allowed in methodology.unit_filter.items():
        yield from _filter(column, allowed, bench)


def _filter(column: str, allowed: tuple[str, ...], bench: Bench) -> Iterator[Finding]:
    units = bench.definitions.units.values()
    groupings = {name for unit in units for name in unit.groupings}
    columns = {"unit", "level", "country", "isic", "valid_from", "valid_to", *groupings}
    if column not in columns:
        near = nearest(column, columns)
        yield bench.finding("unknown-column", f"units.{column}", column, nearest=near, table="units.csv")
        return
    attribute = {"unit": "code"}.get(column, column)
    values = {str(getattr(unit, attribute, unit.groupings.get(column, ""))) for unit in units}
    for value in allowed:
        if value not in values:
            yield bench.finding("code-unknown", f"units.{column}", value, nearest=nearest(value, values))


def _tree(bench: Bench) -> Iterator[Finding]:
    nodes = {node.id: node for node in bench.methodology.nodes}
    roots = [node for node in nodes.values() if node.parent is None]
    if not roots:
        yield bench.finding("root-missing", "nodes")
    for node in roots[1:]:
        yield bench.finding("root-several", f"nodes[{node.id}].parent", node.id, first=roots[0].id)
    for node in nodes.values():
        if node.parent is not None and node.parent not in nodes:
            near = nearest(node.parent, nodes)
            yield bench.finding("unknown-node", f"nodes[{node.id}].parent", node.parent, nearest=near)
    parents = {node.id: {node.parent} for node in nodes.values() if node.parent in nodes and node.parent is not None}
    for circle in circles(parents):
        shown = " → ".join((*circle, circle[0]))
        yield bench.finding("node-cycle", f"nodes[{circle[0]}].parent", circle[0], circle=shown)
    for barren in sorted(set(nodes) - _fruitful(bench)):
        yield bench.finding("node-without-leaves", f"nodes[{barren}]", barren)


def _fruitful(bench: Bench) -> set[str]:
    """Give the nodes that have a leaf under them, however far down."""
    parents = {node.id: node.parent for node in bench.methodology.nodes}
    found: set[str] = set()
    for leaf in bench.methodology.leaves:
        place: str | None = leaf.parent
        while place is not None and place not in found:
            found.add(place)
            place = parents.get(place)
    return found


def _weights(bench: Bench) -> Iterator[Finding]:
    children: dict[str, list[Node | Leaf]] = {}
    everyone: tuple[Node | Leaf, ...] = (*bench.methodology.nodes, *bench.methodology.leaves)
    for child in everyone:
        name = f"nodes[{child.id}]" if isinstance(child, Node) else f"leaves[{child.indicator}]"
        if child.weight < 0:
            yield bench.finding("weight-negative", f"{name}.weight", f"{child.weight:g}")
        if child.parent is not None:
            children.setdefault(child.parent, []).append(child)
    for parent, family in children.items():
        if all(child.weight == 0 for child in family):
            yield bench.finding("weights-zero", f"nodes[{parent}]", parent)


def _leaf(leaf: Leaf, bench: Bench) -> Iterator[Finding]:
    key = f"leaves[{leaf.indicator}]"
    nodes = {node.id for node in bench.methodology.nodes}
    if leaf.parent not in nodes:
        yield bench.finding("unknown-node", f"{key}.parent", leaf.parent, nearest=nearest(leaf.parent, nodes))
    indicator = bench.definitions.indicators.get(leaf.indicator)
    if indicator is None:
        near = nearest(leaf.indicator, bench.definitions.indicators)
        yield bench.finding("unknown-indicator", f"{key}.indicator", leaf.indicator, nearest=near)
    elif indicator.direction == 0 and not leaf.overrides.get("direction"):
        yield bench.finding("leaf-without-direction", f"{key}.indicator", leaf.indicator)
    denominator = leaf.overrides.get("denominator")
    if isinstance(denominator, str) and denominator not in bench.definitions.indicators:
        near = nearest(denominator, bench.definitions.indicators)
        yield bench.finding("unknown-indicator", f"{key}.denominator", denominator, nearest=near)
    posts = bench.goalposts(leaf)
    if leaf.transform == "log" and posts is not None and posts.low <= 0:
        low = f"{posts.low:g}"
        yield bench.finding("goalposts-unfit-for-log", f"{key}.goalposts", low, indicator=leaf.indicator)
