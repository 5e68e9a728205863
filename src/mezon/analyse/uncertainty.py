"""All that is drawn: variants, their tables, the sensitivity to each choice, and what is to be told about them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from mezon.analyse.robustness import (
    acceptability_table,
    block_frame,
    improvements_table,
    pairwise_table,
    robustness_table,
)
from mezon.analyse.scales import different_scales
from mezon.analyse.sensitivity import (
    leave_one_out_table,
    rows_for,
    sensitivity_scores_table,
    sensitivity_table,
    without_effect,
)
from mezon.engine.index import CompiledIndex, Draws, Event, Outcome, survey
from mezon.engine.index.choices import WeightSets, factors_of
from mezon.engine.index.drawing import Part
from mezon.engine.index.impute_steps import tables_of
from mezon.engine.index.sampling import Answers, sample
from mezon.errors import WrongUse
from mezon.model.methodology import Methodology, Robustness

Progress = Callable[[int, int], None]

#: Is given the draws as a table, a block at a time, in order.
DrawsTo = Callable[[pl.DataFrame], None]

#: Most rows that a table with a row for every two units, or for every unit and each of its choices, may have.
MOST_ROWS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be drawn: with how many workers, where draws go, whose weights, and whether sensitivity too."""

    plan: Robustness
    workers: int = 1
    progress: Progress | None = None
    draws_to: DrawsTo | None = None
    weight_sets: WeightSets = field(default_factory=dict)
    sensitivity: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """What was drawn, the answers that sensitivity rests on, and how many variants there are in the end."""

    draws: Draws | None = None
    answers: Answers | None = None
    rows: int = 0


def plan_of(
    methodology: Methodology, *, seed: int | None, draws: int | None, weight_sets: WeightSets | None
) -> Robustness:
    """Give what is drawn: as asked, or else as the methodology says; nothing where nothing varies.

    Raises : WrongUse for a number of draws below zero.
    """
    written = methodology.robustness or Robustness(draws=1000 if weight_sets else 0)
    wanted = written.draws if draws is None else draws
    if wanted < 0:
        raise WrongUse(f"{wanted} draws cannot be made.", hint="Ask for 0 or more.")
    calls = [step.call for step in methodology.steps] + [call for vary in written.vary for call in vary.options]
    varies = bool(written.vary or weight_sets or any(tables_of(call) for call in calls))
    return Robustness(
        draws=wanted if varies else 0,
        seed=written.seed if seed is None else seed,
        interval=written.interval,
        vary=written.vary,
    )


def uncertainty_of(index: CompiledIndex, nominal: Outcome, wanted: Wanted) -> Uncertainty:
    """Draw variants, then sample what sensitivity needs. An interrupt keeps what was drawn and ends the rest."""
    plan = wanted.plan
    if not plan.draws:
        return Uncertainty()
    with _executor(wanted.workers) as executor:
        draws = survey(
            index,
            nominal,
            draws=plan.draws,
            seed=plan.seed,
            executor=executor,
            progress=wanted.progress,
            weight_sets=wanted.weight_sets,
            keeper=_keeper(index, wanted),
        )
    whole = wanted.sensitivity and len(draws.fit) == draws.asked
    rows = rows_for(plan.draws) if whole else 0
    try:
        answers = sample(index, nominal, rows=rows, seed=plan.seed, weight_sets=wanted.weight_sets)
    except KeyboardInterrupt:
        answers = None
    return Uncertainty(draws=draws, answers=answers, rows=rows)


def tables_of_draws(
    index: CompiledIndex, nominal: Outcome, found: Uncertainty, plan: Robustness
) -> tuple[dict[str, pl.DataFrame], tuple[Event, ...]]:
    """Give every table that rests on drawn variants, and tell of those that would be too large."""
    tables: dict[str, pl.DataFrame] = {}
    draws = found.draws
    if draws is None or not draws.record.draws:
        return tables, ()
    units, periods, children = len(index.panel.units), len(index.panel.window), len(index.tree.names) - 1
    tables["robustness"] = robustness_table(index, nominal, draws, interval=plan.interval)
    tables["acceptability"] = acceptability_table(index, nominal, draws)
    if periods > 1:
        tables["improvements"] = improvements_table(index, draws)
    events = []
    large: dict[str, tuple[int, Callable[[], pl.DataFrame]]] = {
        "pairwise": (units**2 * periods, lambda: pairwise_table(index, nominal, draws)),
        "leave_one_out": (children * units * periods, lambda: leave_one_out_table(index, nominal)),
    }
    for name, (rows, make) in large.items():
        if rows <= MOST_ROWS:
            tables[name] = make()
        else:
            details = {"table": name, "rows": rows}
            events.append(Event(code="table-too-large", step=0, call="robustness", details=details))
    if found.answers is not None and len(found.answers.shift_a) > 1:
        tables["sensitivity"] = sensitivity_table(found.answers, seed=plan.seed)
        tables["sensitivity_scores"] = sensitivity_scores_table(index, found.answers, seed=plan.seed)
    return tables, tuple(events)


def events_of(index: CompiledIndex, found: Uncertainty) -> tuple[Event, ...]:
    """Tell what was excluded or interrupted, and which option never fits, or varies nothing."""
    draws, answers = found.draws, found.answers
    if draws is None:
        return ()
    absent = [f.vary.family for f in factors_of(index) if f.vary.kind == "step" and len(f.options) < 2]
    events = [_told("varied-step-absent", name) for name in absent]
    events += different_scales(index, factors_of(index))
    if len(draws.fit) < draws.asked:
        events.append(_told("draws-interrupted", "robustness", draws=len(draws.fit), asked=draws.asked))
    if draws.excluded:
        events.append(_excluded(draws))
    events += [
        _told("option-never-fits", "robustness", factor=name, option=label, draws=count)
        for name, label, count, fitting in _options(draws)
        if count and not fitting
    ]
    if answers is not None:
        for name in without_effect(answers):
            events.append(_told("factor-without-effect", "robustness", factor=name))
        if answers.excluded:
            kept = found.rows - answers.excluded
            events.append(_told("sensitivity-excluded", "robustness", kept=kept, rows=found.rows))
    return tuple(events)


def _excluded(draws: Draws) -> Event:
    """Tell how many draws are left out, and which option most of them chose."""
    misfits = {f"{name} = {label}": count - fitting for name, label, count, fitting in _options(draws)}
    worst = max(sorted(misfits), key=lambda label: misfits[label], default="")
    named = f"most often with {worst}" if misfits.get(worst) else "most often with no option stands out"
    return _told("draws-excluded", "robustness", excluded=draws.excluded, draws=len(draws.fit), worst=named)


def _options(draws: Draws) -> list[tuple[str, str, int, int]]:
    """Give each option of each factor: how many draws took it, and how many of these fit."""
    found = []
    for name in sorted(draws.factors):
        labels = draws.labels[name]
        taken = np.bincount(draws.picked[name], minlength=len(labels))
        fitting = np.bincount(draws.picked[name][draws.fit], minlength=len(labels))
        for place, label in enumerate(labels):
            if label not in {"as written", "drawn", "none"}:
                found.append((name, label, int(taken[place]), int(fitting[place])))
    return found


def _told(code: str, call: str, **details: object) -> Event:
    return Event(code=code, step=0, call=call, details=details)


def _keeper(index: CompiledIndex, wanted: Wanted) -> Callable[[Part], None] | None:
    if wanted.draws_to is None:
        return None
    factors, to = factors_of(index, wanted.weight_sets), wanted.draws_to
    return lambda part: to(block_frame(index, factors, part))


def _executor(workers: int) -> ThreadPoolExecutor | nullcontext[Executor | None]:
    return ThreadPoolExecutor(workers) if workers > 1 else nullcontext(None)
