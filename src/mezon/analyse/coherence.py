"""Does the index hang together: statistics of every column, correlations, and the reliability of each node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from mezon.analyse.long_table import table
from mezon.analyse.scoring import leaf_values, node_values
from mezon.engine.index import CompiledIndex, Outcome
from mezon.methods import statistics
from mezon.methods.arrays import Mask, Values

#: A column in which more than this share of values is one and the same, or missing, is flagged.
MANY_SAME = 0.5
MANY_MISSING = 1 / 3


@dataclass(frozen=True, slots=True)
class Stage:
    """The columns after one part of the line: names, and values (unit-periods, columns)."""

    names: tuple[str, ...]
    values: Values


def stages_of(index: CompiledIndex, nominal: Outcome) -> dict[str, Stage]:
    """Give the columns raw, treated (what the first normalisation is given), normalised and aggregated.

    Only unit-periods in which the unit existed and was not screened out are there.
    """
    leaves, rows = index.tree.leaves, nominal.state.rows.ravel()
    raw = index.panel.values[:, index.panel.window].reshape(-1, len(leaves))
    families = [step.call.family for step in index.methodology.steps]
    first = families.index("normalise") if "normalise" in families else len(families)
    treated = nominal.steps[first - 1].values[0].reshape(-1, len(leaves)) if first else raw
    return {
        "raw": Stage(leaves, raw[rows]),
        "treated": Stage(leaves, treated[rows]),
        "normalised": Stage(leaves, leaf_values(index, nominal)[rows]),
        "aggregated": Stage(index.tree.nodes, node_values(nominal)[rows]),
    }


def statistics_table(index: CompiledIndex, stages: Mapping[str, Stage], nominal: Outcome) -> pl.DataFrame:
    """Describe every column at every stage; `same` counts the most frequent value, `flag` says what to look at."""
    possible = index.panel.applicable[:, index.panel.window].reshape(-1, len(index.tree.leaves))
    possible = possible[nominal.state.rows.ravel()]
    rows = [row for step, stage in stages.items() for row in _described(step, stage, possible)]
    return table(
        "statistics",
        rows,
        {
            "step": pl.String(),
            "indicator": pl.String(),
            "flag": pl.String(),
            **dict.fromkeys(("n", "missing", "zeros", "same"), pl.Int64()),
        },
    )


def correlations_table(stages: Mapping[str, Stage]) -> pl.DataFrame:
    """Correlate columns, pairwise complete: leaves with leaves, and nodes with nodes and leaves. Each pair once."""
    frames = [_correlated(step, stage.names, stage.values) for step, stage in stages.items() if step != "aggregated"]
    normalised, aggregated = stages["normalised"], stages["aggregated"]
    both = np.concatenate([aggregated.values, normalised.values], axis=1)
    frame = _correlated("aggregated", (*aggregated.names, *normalised.names), both, rows=len(aggregated.names))
    return pl.concat([*frames, frame])


def reliability_table(index: CompiledIndex, nominal: Outcome) -> pl.DataFrame:
    """Give Cronbach's alpha, KMO and the first component's share for the children of every node that has two or more.

    On complete rows. A row with `deleted` is the alpha without that child.
    """
    leaves = len(index.tree.leaves)
    columns = np.concatenate([leaf_values(index, nominal), node_values(nominal)], axis=1)[nominal.state.rows.ravel()]
    rows: list[tuple[object, ...]] = []
    for node, name in enumerate(index.tree.nodes):
        children = [child for child in index.tree.children[node] if nominal.alive[child]]
        if len(children) < 2:
            continue
        turned = [c >= leaves and index.methodology.nodes[c - leaves].direction < 0 for c in children]
        values = columns[:, children] * np.where(turned, -1.0, 1.0)
        alpha, kmo = statistics.cronbach_alpha(values), statistics.kmo(values)
        rows.append(("normalised", name, len(children), alpha, kmo, statistics.first_component_share(values), ""))
        for at, child in enumerate(children if len(children) > 2 else ()):
            without = statistics.cronbach_alpha(np.delete(values, at, axis=1))
            rows.append(("normalised", name, len(children) - 1, without, None, None, index.tree.names[child]))
    text = dict.fromkeys(("step", "node", "deleted"), pl.String())
    return table("reliability", rows, {**text, "k": pl.Int64()})


def _described(step: str, stage: Stage, possible: Mask) -> Iterator[tuple[object, ...]]:
    values = stage.values
    n, mean, spread = statistics.count(values), statistics.mean(values), statistics.deviation(values)
    low, high = statistics.lowest(values), statistics.highest(values)
    skew, kurtosis = statistics.skewness(values), statistics.kurtosis(values)
    outliers = statistics.has_outliers(values)
    can_be = possible.sum(axis=0) if step != "aggregated" else np.full(values.shape[1], len(values))
    for at, name in enumerate(stage.names):
        column = values[:, at]
        seen, missing = column[~np.isnan(column)], int(can_be[at] - n[at])
        same = int(np.unique(seen, return_counts=True)[1].max()) if len(seen) else 0
        flag = _flag(len(seen), missing, same, outliers=bool(outliers[at]), flat=bool(low[at] == high[at]))
        zeros = int((seen == 0).sum())
        yield (
            step, name, len(seen), mean[at], spread[at], low[at], high[at], skew[at], kurtosis[at],
            missing, zeros, same, flag,
        )  # fmt: skip


def _flag(n: int, missing: int, same: int, *, outliers: bool, flat: bool) -> str:
    if n == 0:
        return "empty"
    flags = {
        "constant": flat,
        "outliers": outliers,
        "many missing": missing > MANY_MISSING * (n + missing),
        "many the same": not flat and same > MANY_SAME * n,
    }
    return "; ".join(name for name, raised in flags.items() if raised)


def _correlated(step: str, names: tuple[str, ...], values: Values, *, rows: int | None = None) -> pl.DataFrame:
    r, n = statistics.pearson(values)
    a, b = np.triu_indices(len(names), k=1)
    mine = a < (len(names) if rows is None else rows)
    a, b = a[mine], b[mine]
    codes = np.array(names, dtype=object)
    p = statistics.correlation_p(r[a, b], n[a, b])
    return pl.DataFrame(
        {
            "step": pl.Series([step] * len(a), dtype=pl.String),
            "a": pl.Series(codes[a], dtype=pl.String),
            "b": pl.Series(codes[b], dtype=pl.String),
            "method": pl.Series(["pearson"] * len(a), dtype=pl.String),
            "r": pl.Series(r[a, b], dtype=pl.Float64).fill_nan(None),
            "p": pl.Series(p, dtype=pl.Float64).fill_nan(None),
            "n": pl.Series(n[a, b].astype(np.int64), dtype=pl.Int64),
        }
    )
