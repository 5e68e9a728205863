"""Does the index hang together: statistics of every column, correlations, and the reliability of each node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from mezon.analyse.long_table import table
from mezon.analyse.scoring import leaf_values, node_values
from mezon.engine.index import CompiledIndex, Outcome
from mezon.methods import adequacy, association, statistics
from mezon.methods.arrays import Mask, Values
from mezon.methods.components import components_of

#: A column in which more than this share of values is one and the same, or missing, is flagged.
MANY_SAME = 0.5
MANY_MISSING = 1 / 3

#: Correlations below or above which two indicators do not go together as they should (methods.md M2.6).
OPPOSED, WEAK, REDUNDANT = -0.4, 0.3, 0.92

#: With fewer complete rows a child than this, reliability describes and proves nothing.
ROWS_A_CHILD = 3


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
    """Correlate columns, pairwise complete: leaves with leaves, nodes with nodes and leaves; each pair once a method.

    `flag`, of Pearson's r: red below -0.4, amber below 0.3, green to 0.92, redundant above (methods.md M2.6).
    """
    frames = [_correlated(step, stage.names, stage.values) for step, stage in stages.items() if step != "aggregated"]
    normalised, aggregated = stages["normalised"], stages["aggregated"]
    both = np.concatenate([aggregated.values, normalised.values], axis=1)
    frame = _correlated("aggregated", (*aggregated.names, *normalised.names), both, rows=len(aggregated.names))
    return pl.concat([*frames, frame])


def reliability_table(index: CompiledIndex, nominal: Outcome) -> pl.DataFrame:
    """Say of every node with two children or more whether they go together, on complete rows.

    Cronbach's alpha, Kaiser-Meyer-Olkin, the first component's share, Bartlett's test. A row with `deleted` is the
    alpha without that child, with the child's own Kaiser-Meyer-Olkin and its correlation with the sum of the others.
    """
    rows: list[tuple[object, ...]] = []
    for name, codes, values in _families(index, nominal):
        rows += _reliability(name, codes, values)
    text = dict.fromkeys(("step", "node", "deleted", "flag"), pl.String())
    return table("reliability", rows, {**text, **dict.fromkeys(("k", "rows", "bartlett_df"), pl.Int64())})


def components_table(index: CompiledIndex, nominal: Outcome) -> pl.DataFrame:
    """Give the eigenvalues of the correlations among the children of every node that has two or more."""
    rows: list[tuple[object, ...]] = []
    for name, codes, values in _families(index, nominal):
        found = components_of(values, components=len(codes))
        if found is not None:
            shares = found.eigenvalues / found.eigenvalues.sum()
            cumulative = np.cumsum(shares)
            rows += [
                ("normalised", name, at + 1, found.eigenvalues[at], shares[at], cumulative[at])
                for at in range(len(shares))
            ]
    return table("components", rows, {"step": pl.String(), "node": pl.String(), "component": pl.Int64()})


def _families(index: CompiledIndex, nominal: Outcome) -> Iterator[tuple[str, list[str], Values]]:
    """Give every node with two children or more that take part: its name, theirs, and their values (rows, children)."""
    leaves = len(index.tree.leaves)
    columns = np.concatenate([leaf_values(index, nominal), node_values(nominal)], axis=1)[nominal.state.rows.ravel()]
    for node, name in enumerate(index.tree.nodes):
        children = [child for child in index.tree.children[node] if nominal.alive[child]]
        if len(children) >= 2:
            turned = [c >= leaves and index.methodology.nodes[c - leaves].direction < 0 for c in children]
            yield name, [index.tree.names[c] for c in children], columns[:, children] * np.where(turned, -1.0, 1.0)


def _reliability(node: str, codes: list[str], values: Values) -> Iterator[tuple[object, ...]]:
    alpha, share = statistics.cronbach_alpha(values), statistics.first_component_share(values)
    r, rows = adequacy.correlations_of(values), len(statistics.complete_rows(values))
    whole, items, flags = float("nan"), np.full(len(codes), np.nan), []
    test: tuple[float | None, int | None, float | None] = (None, None, None)
    if r is not None:
        whole, items = adequacy.kmo_of(r)
        test = adequacy.bartlett(r, rows)
        flags = ["singular"] if adequacy.is_singular(r) else []
    if rows < ROWS_A_CHILD * len(codes):
        flags.append("descriptive only")
    yield "normalised", node, len(codes), alpha, whole, share, "", None, rows, *test, "; ".join(flags)
    rest = adequacy.item_rest(values)
    for at, code in enumerate(codes if len(codes) > 2 else ()):
        without = statistics.cronbach_alpha(np.delete(values, at, axis=1))
        yield "normalised", node, len(codes) - 1, without, items[at], None, code, rest[at], rows, None, None, None, ""


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
    a, b = np.triu_indices(len(names), k=1)
    mine = a < (len(names) if rows is None else rows)
    a, b = a[mine], b[mine]
    r, n = statistics.pearson(values)
    found = {"pearson": (r, statistics.correlation_p(r, n), n)}
    found |= {"spearman": association.spearman(values), "kendall": association.kendall(values)}
    codes = np.array(names, dtype=object)
    frames = [
        pl.DataFrame(
            {
                "step": pl.Series([step] * len(a), dtype=pl.String),
                "a": pl.Series(codes[a], dtype=pl.String),
                "b": pl.Series(codes[b], dtype=pl.String),
                "method": pl.Series([method] * len(a), dtype=pl.String),
                "r": pl.Series(r[a, b], dtype=pl.Float64).fill_nan(None),
                "p": pl.Series(p[a, b], dtype=pl.Float64).fill_nan(None),
                "n": pl.Series(n[a, b].astype(np.int64), dtype=pl.Int64),
                "flag": pl.Series(_lights(r[a, b]) if method == "pearson" else [""] * len(a), dtype=pl.String),
            }
        )
        for method, (r, p, n) in found.items()
    ]
    return pl.concat(frames)


def _lights(r: Values) -> list[str]:
    """Give the light of each correlation between two indicators that are added up; nothing where there is none."""
    lights = ["red", "amber", "redundant", "green"]
    return [str(light) for light in np.select([r < OPPOSED, r < WEAK, r > REDUNDANT, r >= WEAK], lights, default="")]
