"""Why a score or a rank moved: how much of it is revised data, how much another method, how much real change.

Three things can differ between two looks at an index: the data known at the time, the methodology, and the period
looked at. The index is computed for every combination of the three, and the change is split among them exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from mezon.analyse.long_table import table
from mezon.engine.index import CompiledIndex, Outcome, compile_index, panel_of
from mezon.errors import AskedForUnknown, WrongUse
from mezon.methods.arrays import Values
from mezon.methods.attribution import split_change
from mezon.model.assessment import TABLES
from mezon.model.methodology import Methodology
from mezon.model.observations import KEY
from mezon.model.release import Release

#: The causes, as the columns that hold their parts.
DATA, METHOD, REAL = "data_revision", "method", "real_change"
CAUSES = (DATA, METHOD, REAL)

#: Values closer than this, relative to their size, were not revised.
_SAME = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at an index: the release, the methodology, and the period (the last one with scores, when empty)."""

    release: Release
    methodology: Methodology
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """How many values of an index's indicators were added, changed and withdrawn between two releases."""

    added: int
    changed: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many units and indicators two looks share, and how many there are in either."""

    shared_units: int
    units: int
    shared_indicators: int
    indicators: int

    @property
    def is_whole(self) -> bool:
        """Say whether both have the same units and indicators."""
        return self.shared_units == self.units and self.shared_indicators == self.indicators


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The split of every change, and how much of the data was revised. `root` : the index itself, as named after."""

    changes: pl.DataFrame
    revisions: Revisions
    root: str
    overlap: Overlap

    @property
    def periods(self) -> tuple[str, ...]:
        """The two periods looked at; none where no unit has a score in either."""
        return (
            tuple(str(period) for period in self.changes.select("from", "to").head(1).row(0))
            if len(self.changes)
            else ()
        )


def explain(before: Look, after: Look) -> Explained:
    """Split every unit's change of score and of rank between two looks into its causes, and count revised values.

    Raises : WrongUse when no unit is in both; as `changes_table`.
    """
    overlap = _overlap(before, after)
    if not overlap.shared_units:
        neither = "" if overlap.shared_indicators else " and no indicator"
        raise WrongUse(
            f"{before.release.id} and {after.release.id} share no unit{neither}: there is nothing to compare.",
            hint="Compare two releases of one pack, or two packs that measure the same units.",
        )
    return Explained(
        overlap=overlap,
        changes=changes_table(before, after),
        revisions=revisions(before.release, after.release, after.methodology),
        root=after.methodology.root.id,
    )


def _overlap(before: Look, after: Look) -> Overlap:
    units = [set(panel_of(look.release, look.methodology).units) for look in (before, after)]
    indicators = [set(look.methodology.indicators) for look in (before, after)]
    return Overlap(
        shared_units=len(units[0] & units[1]),
        units=len(units[0] | units[1]),
        shared_indicators=len(indicators[0] & indicators[1]),
        indicators=len(indicators[0] | indicators[1]),
    )


def changes_table(before: Look, after: Look) -> pl.DataFrame:
    """Split every unit's change of score and of rank between two looks into its causes.

    Columns : unit, node, from, to, measure ("score" or "rank"), before, after, change, and a part for each cause; the
    parts add up to the change. Nodes are those that both methodologies have, and the root, under the name it has after.
    A part is empty where no order of the causes can be computed: the unit had no score, or the other methodology asks
    for indicators that the other release does not define. See `mezon.methods.attribution`.

    Raises : AskedForUnknown when a period is not assessed, or the later methodology does not fit its own release.
    """
    indices = {(new_data, new_method): _computed(before, after, new_data, new_method) for new_data in (0, 1)
               for new_method in (0, 1)}  # fmt: skip
    periods = (_period(before, indices[0, 0]), _period(after, indices[1, 1]))
    units = sorted({unit for found in indices.values() if found for unit in found[0].panel.units})
    parts = []
    for node in _nodes(before.methodology, after.methodology):
        for measure in ("score", "rank"):
            values = {
                _acted(data, method, real): _values(found, node[method], periods[real], units, measure)
                for (data, method), found in indices.items()
                for real in (0, 1)
            }
            parts.append(_split(values, units, node[1], periods, measure))
    empty = table("changes", [], {name: pl.String() for name in TABLES["changes"][:5]})
    return pl.concat(parts).sort("unit", "node", "measure") if parts else empty


def revisions(before: Release, after: Release, methodology: Methodology) -> Revisions:
    """Count what differs between two releases in the indicators of a methodology."""
    wanted = list(methodology.indicators)
    old, new = (
        release.observations.filter(pl.col("indicator").is_in(wanted)).select(*KEY, "value")
        for release in (before, after)
    )
    both = old.join(new, on=list(KEY), how="inner", suffix="_new")
    moved = (pl.col("value_new") - pl.col("value")).abs() > _SAME * pl.max_horizontal(
        pl.col("value").abs(), pl.col("value_new").abs()
    )
    gone = pl.col("value").is_null() != pl.col("value_new").is_null()
    return Revisions(
        added=new.height - both.height,
        changed=both.filter(moved.fill_null(value=False) | gone).height,
        withdrawn=old.height - both.height,
    )


Computed = tuple[CompiledIndex, Outcome]


def _computed(before: Look, after: Look, new_data: int, new_method: int) -> Computed | None:
    """Compute one combination of data and method; None where the methodology asks for what the data do not define."""
    release, methodology = (before, after)[new_data].release, (before, after)[new_method].methodology
    try:
        index = compile_index(methodology, panel_of(release, methodology))
    except AskedForUnknown:
        if new_data == new_method:
            raise
        return None
    return index, index.replay()


def _period(look: Look, found: Computed | None) -> str:
    """Give the period of a look. Raises : AskedForUnknown when it is not assessed, or nothing is."""
    assert found is not None  # noqa: S101 - a look's own methodology over its own data was computed, or raised
    index, outcome = found
    if look.period:
        if look.period not in index.panel.assessed:
            known = ", ".join(index.panel.assessed) or "none"
            raise AskedForUnknown(f"{look.methodology.id} does not assess {look.period}.", hint=f"It does: {known}.")
        return look.period
    scored = ~np.isnan(outcome.scores[index.tree.root]).all(axis=0)
    if not scored.any():
        raise AskedForUnknown(f"{look.methodology.id} scores no unit of {look.release.id}.")
    return index.panel.assessed[int(np.flatnonzero(scored)[-1])]


def _nodes(before: Methodology, after: Methodology) -> list[tuple[str, str]]:
    """Pair the nodes: the two roots, and the nodes that both have under one name."""
    known = {node.id for node in before.nodes if node.parent}
    return [(before.root.id, after.root.id)] + [(n.id, n.id) for n in after.nodes if n.parent and n.id in known]


def _acted(data: int, method: int, real: int) -> frozenset[str]:
    return frozenset(cause for cause, on in zip(CAUSES, (data, method, real), strict=True) if on)


def _values(found: Computed | None, node: str, period: str, units: list[str], measure: str) -> Values:
    """Give the scores or ranks of a node in a period, by unit; NaN where there is none."""
    values = np.full(len(units), np.nan)
    if found is None or period not in found[0].panel.assessed:
        return values
    index, outcome = found
    source = outcome.scores if measure == "score" else outcome.ranks
    own = source[index.tree.nodes.index(node), :, index.panel.assessed.index(period)]
    place = {unit: at for at, unit in enumerate(units)}
    values[[place[unit] for unit in index.panel.units]] = own
    return values


def _split(
    values: dict[frozenset[str], Values], units: list[str], node: str, periods: tuple[str, str], measure: str
) -> pl.DataFrame:
    parts = split_change(values, CAUSES)
    before, after = values[frozenset()], values[frozenset(CAUSES)]
    columns = {"before": before, "after": after, "change": after - before, **parts}
    frame = pl.DataFrame(
        {
            "unit": pl.Series(units, dtype=pl.String),
            "node": [node] * len(units),
            "from": [periods[0]] * len(units),
            "to": [periods[1]] * len(units),
            "measure": [measure] * len(units),
            **{name: pl.Series(column, dtype=pl.Float64).fill_nan(None) for name, column in columns.items()},
        }
    )
    return frame.filter(pl.col("before").is_not_null() | pl.col("after").is_not_null())
