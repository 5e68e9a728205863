"""What steps make besides weights and scores: the outranking matrix, and the loadings of components (`--steps`)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from mezon.analyse.contribution_shares import BETWEEN_UNITS
from mezon.analyse.long_table import table
from mezon.engine.index import CompiledIndex, Outcome
from mezon.engine.index.comparing import by_period
from mezon.engine.index.leaf_steps import Run
from mezon.engine.index.node_steps import children_of
from mezon.engine.index.weighing import as_weighed
from mezon.methods.arrays import Values
from mezon.methods.components import components_of
from mezon.methods.outranking import outranking_matrix


def by_products(index: CompiledIndex, nominal: Outcome) -> dict[str, pl.DataFrame]:
    """Give the tables `outranking` and `loadings`, each where a step makes it."""
    text = dict.fromkeys(("node", "period", "a", "b", "indicator"), pl.String())
    found = {"outranking": list(_outranking(index, nominal)), "loadings": list(_loadings(index, nominal))}
    return {name: table(name, rows, {**text, "component": pl.Int64()}) for name, rows in found.items() if rows}


def _outranking(index: CompiledIndex, nominal: Outcome) -> Iterator[tuple[object, ...]]:
    """Give, for nodes scored by outranking, the share of weights in which `a` is better than `b`; a tie counts half."""
    run = Run(index.panel, index.tree, index.methodology)
    for node, step in sorted(nominal.state.scored_by.items()):
        if step.call.name not in BETWEEN_UNITS:
            continue
        places = index.tree.children[node]
        values, applicable = children_of(nominal.state, places, nominal.alive[None], run)
        values = np.where(nominal.state.rows.ravel()[:, None], values, np.nan)
        weights = np.where(nominal.alive[places], nominal.state.weights[0, places], 0.0) * applicable
        above = outranking_matrix(by_period(values, run)[0], weights=by_period(weights, run)[0])
        for period, a, b in np.argwhere(~np.isnan(above)):
            units = index.panel.units
            yield index.tree.nodes[node], index.panel.assessed[period], units[a], units[b], above[period, a, b]


def _loadings(index: CompiledIndex, nominal: Outcome) -> Iterator[tuple[object, ...]]:
    """Give the loadings behind weights of components: of each child on each component kept, and what that explains."""
    run = Run(index.panel, index.tree, index.methodology)
    for node, task in sorted(nominal.state.weighing.items()):
        if task.call.name not in {"weight/pca", "weight/factor"}:
            continue
        places = index.tree.children[node]
        places = places[nominal.alive[places]]
        values, _ = children_of(nominal.state, places, nominal.alive[None], run)
        known = as_weighed(task, values, places, len(index.tree.leaves))[0][nominal.state.rows.ravel()]
        names = [index.tree.names[place] for place in places]
        settings = {"rotation": "varimax", "components": 0, **task.call.parameters}
        if task.call.name == "weight/pca":
            settings = {"rotation": "none", "components": len(places)}
        yield from _of_node(index.tree.nodes[node], names, known, settings)


def _of_node(node: str, names: list[str], values: Values, settings: dict[str, object]) -> Iterator[tuple[object, ...]]:
    rotation, kept = str(settings["rotation"]), int(str(settings["components"]))
    found = components_of(values, components=kept, rotation=rotation) if len(names) > 1 else None
    if found is None:
        return
    total = len(found.eigenvalues)
    for component, variance in enumerate(found.variances.tolist()):
        for name, loading in zip(names, found.loadings[:, component].tolist(), strict=True):
            yield node, component + 1, name, loading, variance, variance / total
