"""From a release to an assessment: scores, ranks, intervals, and all that explains them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from mezon.analyse.changed_values import changed_values
from mezon.analyse.coherence import components_table, correlations_table, reliability_table, stages_of, statistics_table
from mezon.analyse.contributions import contributions_table
from mezon.analyse.index_findings import events_of_draws, findings_of
from mezon.analyse.robustness import draws_table, intervals_of, pairwise_table, robustness_table
from mezon.analyse.scoring import bands_table, scores_table, weights_table
from mezon.analyse.strengths import strengths_table
from mezon.engine.index import CompiledIndex, Draws, Event, Outcome, State, compile_index, panel_of, survey
from mezon.engine.index.choices import factors_of
from mezon.errors import WrongUse
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
    progress: Callable[[int, int], None] | None = None,
) -> Assessment:
    """Score and rank the units of a release the way a methodology says, with intervals over modelling variants.

    `seed`, `draws` : the methodology's own when left out; without a robustness table nothing is drawn. Neither
    `workers` nor the order of the release's rows changes a byte. `progress` is told draws done and draws in all.
    The table "sensitivity" (variance shares of the factors) is not computed yet.

    Raises : AskedForUnknown for a method, leaf or unit that does not exist; WrongUse; UnfitMethod for a parameter
    that a method does not have. Methods that do not fit the data are findings of the assessment.
    """
    plan = _plan(methodology, seed=seed, draws=draws)
    index = compile_index(methodology, panel_of(release, methodology))
    nominal = index.replay()
    drawn = _drawn(index, nominal, plan, workers=workers, progress=progress)
    events = (*nominal.events, *_events(index, nominal), *_draw_events(index, drawn))
    return Assessment(
        trace=_trace(release, methodology, plan),
        tables={**_tables(index, nominal, drawn, plan), **(changed_values(index, nominal) if keep_steps else {})},
        steps=_steps(index, nominal) if keep_steps else {},
        draws=draws_table(index, drawn) if keep_draws and drawn is not None else None,
        findings=findings_of(events, release.definitions.rulebook, file=methodology.file),
        excluded_draws=drawn.excluded if drawn is not None else 0,
    )


def _plan(methodology: Methodology, *, seed: int | None, draws: int | None) -> Robustness:
    written = methodology.robustness or Robustness(draws=0)
    wanted = written.draws if draws is None else draws
    if wanted < 0:
        raise WrongUse(f"{wanted} draws cannot be made.", hint="Ask for 0 or more.")
    return Robustness(
        draws=wanted if written.vary else 0,
        seed=written.seed if seed is None else seed,
        interval=written.interval,
        vary=written.vary,
    )


def _drawn(
    index: CompiledIndex,
    nominal: Outcome,
    plan: Robustness,
    *,
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> Draws | None:
    if not plan.draws:
        return None
    if workers <= 1:
        return survey(index, nominal, draws=plan.draws, seed=plan.seed, progress=progress)
    with ThreadPoolExecutor(workers) as executor:
        return survey(index, nominal, draws=plan.draws, seed=plan.seed, executor=executor, progress=progress)


def _tables(index: CompiledIndex, nominal: Outcome, drawn: Draws | None, plan: Robustness) -> dict[str, pl.DataFrame]:
    stages = stages_of(index, nominal)
    intervals = intervals_of(drawn, nominal.scores.shape, interval=plan.interval)
    tables = {
        "scores": scores_table(index, nominal, intervals),
        "weights": weights_table(index, nominal),
        "contributions": contributions_table(index, nominal),
        "strengths": strengths_table(index, nominal, own_values(index, nominal)),
        "statistics": statistics_table(index, stages, nominal),
        "correlations": correlations_table(stages),
        "reliability": reliability_table(index, nominal),
        "components": components_table(index, nominal),
    }
    if drawn is not None and drawn.record.draws:
        tables["robustness"] = robustness_table(index, nominal, drawn, interval=plan.interval)
        tables["pairwise"] = pairwise_table(index, nominal, drawn)
    if index.methodology.bands:
        tables["bands"] = bands_table(index, nominal)
    return tables


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


def _draw_events(index: CompiledIndex, drawn: Draws | None) -> tuple[Event, ...]:
    if drawn is None:
        return ()
    absent = (f.vary.family for f in factors_of(index) if f.vary.kind == "step" and len(f.options) < 2)
    return events_of_draws(drawn, tuple(absent))


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
