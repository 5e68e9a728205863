"""From a release to an assessment: scores, ranks, intervals, and all that explains them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from mezon.analyse.by_products import by_products
from mezon.analyse.changed_values import changed_values
from mezon.analyse.coherence import components_table, correlations_table, reliability_table, stages_of, statistics_table
from mezon.analyse.contributions import contributions_table
from mezon.analyse.index_findings import findings_of
from mezon.analyse.replaying import Replay, replay_table
from mezon.analyse.robustness import intervals_of
from mezon.analyse.scoring import bands_table, scores_table, weights_table
from mezon.analyse.strengths import strengths_table
from mezon.analyse.uncertainty import DrawsTo, Uncertainty, Wanted, events_of, plan_of, tables_of_draws, uncertainty_of
from mezon.engine.index import CompiledIndex, Event, Outcome, State, compile_index, panel_of
from mezon.engine.index.choices import WeightSets
from mezon.methods.arrays import Values
from mezon.model.assessment import Assessment
from mezon.model.methodology import Methodology, Robustness
from mezon.model.release import Release
from mezon.model.trace import Trace
from mezon.version import VERSION

#: With fewer units than this in a period, a comparison with the peers' median says little (methods.md M2.9).
FEW_PEERS = 5


def assess(
    release: Release,
    methodology: Methodology,
    *,
    seed: int | None = None,
    draws: int | None = None,
    workers: int = 1,
    keep_draws: bool = False,
    keep_steps: bool = False,
    coherence: bool = True,
    progress: Callable[[int, int], None] | None = None,
    draws_to: DrawsTo | None = None,
    replay: Replay | None = None,
    weight_sets: WeightSets | None = None,
) -> Assessment:
    """Score and rank the units of a release the way a methodology says, with intervals over modelling variants.

    `seed`, `draws` : the methodology's own when left out; without a robustness table nothing is drawn. Neither
    `workers` nor the order of the release's rows changes a byte. `progress` is told draws done and draws in all.
    `keep_draws` : keep every draw in memory; `draws_to` : give them away a block at a time instead. `replay` : variants
    to evaluate, a row each; then nothing is drawn unless `draws` says so. `weight_sets` : each draw takes one of them.
    `coherence` : also how indicators go together, and which choice matters (sensitivity), which nobody
    needs who only wants scores and which takes as long as the draws.

    Raises : AskedForUnknown for a method, leaf or unit that does not exist; WrongUse; UnfitMethod for a parameter
    that a method does not have. Methods that do not fit the data are findings of the assessment.
    """
    wanted_draws = 0 if replay is not None and draws is None else draws
    plan = plan_of(methodology, seed=seed, draws=wanted_draws, weight_sets=weight_sets)
    index = compile_index(methodology, panel_of(release, methodology))
    nominal = index.replay()
    kept: list[pl.DataFrame] = []
    wanted = Wanted(
        plan=plan,
        workers=workers,
        progress=progress,
        draws_to=kept.append if keep_draws else draws_to,
        weight_sets=weight_sets or {},
        sensitivity=coherence,
    )
    found = uncertainty_of(index, nominal, wanted)
    tables, told = _tables(index, nominal, found, plan)
    if coherence:
        tables |= _coherence(index, nominal)
    if replay is not None:
        tables["replay"], more = replay_table(index, nominal, replay)
        told += more
    events = (*nominal.events, *_events(index, nominal), *events_of(index, found), *told)
    done = len(found.draws.fit) if found.draws is not None else 0
    return Assessment(
        trace=_trace(release, methodology, replace(plan, draws=done)),
        tables={**tables, **(_made_by_steps(index, nominal) if keep_steps else {})},
        steps=_steps(index, nominal) if keep_steps else {},
        draws=pl.concat(kept) if kept else None,
        findings=findings_of(events, release.definitions.rulebook, file=methodology.file),
        excluded_draws=found.draws.excluded if found.draws is not None else 0,
    )


def _made_by_steps(index: CompiledIndex, nominal: Outcome) -> dict[str, pl.DataFrame]:
    return {**changed_values(index, nominal), **by_products(index, nominal)}


def _tables(
    index: CompiledIndex, nominal: Outcome, found: Uncertainty, plan: Robustness
) -> tuple[dict[str, pl.DataFrame], tuple[Event, ...]]:
    intervals = intervals_of(found.draws, nominal.scores.shape, interval=plan.interval)
    tables = {
        "scores": scores_table(index, nominal, intervals),
        "weights": weights_table(index, nominal),
        "contributions": contributions_table(index, nominal),
        "strengths": strengths_table(index, nominal, own_values(index, nominal)),
    }
    if index.methodology.bands:
        tables["bands"] = bands_table(index, nominal)
    drawn, told = tables_of_draws(index, nominal, found, plan)
    return {**tables, **drawn}, told


def _coherence(index: CompiledIndex, nominal: Outcome) -> dict[str, pl.DataFrame]:
    stages = stages_of(index, nominal)
    return {
        "statistics": statistics_table(index, stages, nominal),
        "correlations": correlations_table(stages),
        "reliability": reliability_table(index, nominal),
        "components": components_table(index, nominal),
    }


def own_values(index: CompiledIndex, nominal: Outcome) -> Values:
    """Give values in their own unit, imputed ones included: those before the first step that changes the scale.

    Returns : (units, periods of the window, leaves), NaN where there is none.
    """
    own = index.panel.values[:, index.panel.window]
    for state, step in zip(nominal.steps, index.methodology.steps, strict=True):
        if step.call.family not in {"screen", "impute", "weight", "rank"}:
            break
        own = state.values[0]
    return own


def _trace(release: Release, methodology: Methodology, plan: Robustness) -> Trace:
    return Trace(
        pack=release.pack,
        pack_version=release.pack_version,
        pack_sha256=release.pack_sha256,
        release=release.id,
        methodology=methodology.id,
        methodology_version=methodology.version,
        software=VERSION,
        seed=plan.seed,
        draws=plan.draws,
        as_of=release.as_of.isoformat(),
        synthetic=release.definitions.synthetic,
    )


def _events(index: CompiledIndex, nominal: Outcome) -> tuple[Event, ...]:
    """Tell of periods in which too few units have a score to rank or to compare."""
    events = []
    for node, name in enumerate(index.tree.nodes):
        scored = (~np.isnan(nominal.scores[node])).sum(axis=0)
        for period, units in zip(index.panel.assessed, scored.tolist(), strict=True):
            if units == 1:
                details = {"node": name, "period": period}
                events.append(Event(code="rank-of-one", step=0, call="rank", details=details))
            elif 1 < units < FEW_PEERS and node == index.tree.root:
                details = {"period": period, "units": units}
                events.append(Event(code="few-peers", step=0, call="strengths", details=details))
    return tuple(events)


def _steps(index: CompiledIndex, nominal: Outcome) -> dict[str, pl.DataFrame]:
    """Give the wide table after each step: unit, period, a column an indicator, and one a node once it has a score."""
    found = {}
    for place, (step, state) in enumerate(zip(index.methodology.steps, nominal.steps, strict=True), start=1):
        name = f"{place:02d}-{step.call.name.replace('/', '-')}"
        found[name] = _wide(index, state)
    return found


def _wide(index: CompiledIndex, state: State) -> pl.DataFrame:
    units, periods = index.panel.units, index.panel.assessed
    columns: dict[str, object] = {
        "unit": [unit for unit in units for _ in periods],
        "period": [period for _ in units for period in periods],
    }
    for at, leaf in enumerate(index.tree.leaves):
        columns[leaf] = pl.Series(state.values[0, ..., at].ravel(), dtype=pl.Float64).fill_nan(None)
    for node in sorted(state.scores):
        columns[index.tree.nodes[node]] = pl.Series(state.scores[node][0], dtype=pl.Float64).fill_nan(None)
    frame = pl.DataFrame(columns, schema_overrides={"unit": pl.String, "period": pl.String})
    return frame.filter(pl.Series(index.panel.in_force.ravel(), dtype=pl.Boolean))
