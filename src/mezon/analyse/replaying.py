"""Variants that somebody names, one a row: each evaluated as if the methodology had been written that way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from mezon.analyse.sensitivity import with_whole
from mezon.design.choice_files import faults_text
from mezon.design.nearest import nearest
from mezon.engine.index import CompiledIndex, Event, Outcome
from mezon.engine.index.choices import WeightSets, merged, sets_of
from mezon.engine.index.evaluating import given_weights, loses_more
from mezon.engine.index.replay import Choice
from mezon.errors import MalformedValue, WrongUse
from mezon.methods import METHODS
from mezon.methods.arrays import Values
from mezon.model.methodology import MethodCall

#: Cells that leave a choice as the methodology writes it.
AS_WRITTEN = frozenset({"", "as written"})

#: What is drawn from a distribution, and so cannot be named in a cell.
_DRAWN = ("observations", "imputation")

#: How columns of a table of draws begin that say what came out, and choose nothing.
_OUTCOMES = ("weight:", "score:")

#: Most unfit replicates that a finding names.
_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Rows of choices: column (`replicate`, a step, `weights`, `drop`) -> text; and the weight sets they name."""

    rows: Sequence[Mapping[str, str]]
    weight_sets: WeightSets


@dataclass(frozen=True, slots=True)
class _Variant:
    """One row, understood."""

    replicate: str
    calls: Mapping[int, MethodCall | None]
    weights: str
    drop: str


def replay_table(index: CompiledIndex, nominal: Outcome, replay: Replay) -> tuple[pl.DataFrame, tuple[Event, ...]]:
    """Give the root's score and rank in every row, for every unit and period; and tell of rows that do not fit.

    A row is evaluated whatever it combines. Where the mathematics forbids a score, it and its rank are empty, as they
    are when the methodology is written that way; a finding names the rows.

    Raises : WrongUse for columns, methods, parameters, weight sets or indicators that are not there: all of them.
    """
    sets = dict(sets_of(index, replay.weight_sets))
    variants = _all_understood(index, replay.rows, sets)
    root, shape = index.tree.root, (len(variants), *index.panel.in_force.shape)
    scores, ranks = np.full(shape, np.nan), np.full(shape, np.nan)
    unfit: list[str] = []
    for at, variant in enumerate(variants):
        outcome = _outcome(index, variant, sets)
        scores[at], ranks[at] = outcome.scores[root], outcome.ranks[root]
        if loses_more(outcome, nominal):
            unfit.append(variant.replicate)
    events = _passed_over(replay.rows)
    if unfit:
        named = ", ".join(unfit[:_NAMED]) + (" ..." if len(unfit) > _NAMED else "")
        details = {"rows": len(unfit), "of": len(variants), "replicates": named}
        events += (Event(code="replay-unfit", step=0, call="replay", details=details),)
    names = [variant.replicate for variant in variants]
    return _table(index, names, scores, ranks), events


def _outcome(index: CompiledIndex, variant: _Variant, sets: Mapping[str, tuple[float, ...]]) -> Outcome:
    calls = dict(variant.calls)
    if variant.weights:
        index = index.with_weights(variant.weights, sets[variant.weights])
        written = tuple(calls.get(place, call) for place, call in enumerate(index.written))
        calls = dict(enumerate(given_weights(written)))
    return index.replay(Choice(calls=calls, drop=variant.drop))


def _is_outcome(column: str) -> bool:
    return column == "unfit" or column.startswith(_OUTCOMES)


def _passed_over(rows: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
    """Tell of columns of a table of draws that choose nothing; those of one kind are named once."""
    kinds = {column.partition(":")[0] + (":*" if ":" in column else "") for row in rows[:1] for column in row
             if _is_outcome(column)}  # fmt: skip
    details = {"columns": ", ".join(sorted(kinds))}
    return (Event(code="replay-columns-passed-over", step=0, call="replay", details=details),) if kinds else ()


def _all_understood(
    index: CompiledIndex, rows: Sequence[Mapping[str, str]], sets: Mapping[str, tuple[float, ...]]
) -> list[_Variant]:
    """Understand every row. Raises : WrongUse that names every fault of the file."""
    unknown = [column for column in (rows[0] if rows else ()) if not _is_column(index, column)]
    known = sorted({step.call.family for step in index.methodology.steps} | {"replicate", "weights", "drop"})
    faults = [
        f"column {column!r} is no step of {index.methodology.id}. Nearest: {nearest(column, known)}"
        for column in unknown
    ]
    variants = [
        _understood(index, {name: text for name, text in row.items() if name not in unknown}, sets, line, faults)
        for line, row in enumerate(rows, start=2)
    ]
    if faults:
        raise WrongUse(faults_text("Choices", faults), hint="docs/methods/replay.md says what a cell may hold.")
    return variants


def _is_column(index: CompiledIndex, column: str) -> bool:
    if column in {"replicate", "weights", "drop", *_DRAWN} or _is_outcome(column):
        return True
    return any(column in {step.call.family, step.call.name} for step in index.methodology.steps)


def _understood(
    index: CompiledIndex, row: Mapping[str, str], sets: Mapping[str, tuple[float, ...]], line: int, faults: list[str]
) -> _Variant:
    """Understand one row; what it cannot mean goes to `faults`."""
    calls: dict[int, MethodCall | None] = {}
    weights = drop = ""
    for column, written in row.items():
        text = written.strip()
        if column == "replicate" or _is_outcome(column) or text in AS_WRITTEN:
            continue
        fault = _fault(index, column, text, sets)
        if fault:
            faults.append(f"row {line}, {column}: {fault}")
        elif column == "weights":
            weights = text
        elif column == "drop":
            drop = "" if text == "none" else text
        else:
            calls |= _calls(index, column, text)
    return _Variant(row.get("replicate", str(line - 1)), calls, weights, drop)


def _fault(index: CompiledIndex, column: str, text: str, sets: Mapping[str, tuple[float, ...]]) -> str:
    """Say what is wrong with a cell, with the nearest name; "" when nothing is."""
    if column in _DRAWN:
        return f"{text!r} was drawn from a distribution and cannot be replayed; leave the column out, or empty"
    if column == "weights" and text not in sets:
        if text == "drawn":
            return "weights were drawn in this row; write its columns weight:* as a set of --weight-sets and name it"
        return f"there is no weight set {text!r}. Nearest: {nearest(text, sets)}"
    if column == "drop" and text not in {"none", *index.tree.names}:
        return f"there is no indicator and no node {text!r}. Nearest: {nearest(text, index.tree.names)}"
    return "" if column in {"weights", "drop"} or text == "none" else _fault_of_call(text)


def _fault_of_call(text: str) -> str:
    try:
        call = MethodCall.parse(text)
    except MalformedValue as fault:
        return str(fault)
    if call.name not in METHODS:
        return f"{call.name} is no method. Nearest: {nearest(call.name, METHODS)}"
    settings = METHODS[call.name].settings
    unknown = sorted(set(call.parameters) - set(settings))
    return f"{call.name} has no {unknown[0]}. Nearest: {nearest(unknown[0], settings)}" if unknown else ""


def _calls(index: CompiledIndex, column: str, text: str) -> dict[int, MethodCall | None]:
    """Give what one cell puts in place of every step of a family, or of a full name."""
    steps = index.methodology.steps
    places = [at for at, step in enumerate(steps) if column in {step.call.family, step.call.name}]
    if text == "none":
        return dict.fromkeys(places)
    call = MethodCall.parse(text)
    return {place: merged(steps[place].call, call) for place in places}


def _table(index: CompiledIndex, replicates: list[str], scores: Values, ranks: Values) -> pl.DataFrame:
    """Give the long table, in the order of the rows, then by unit and period."""
    cells = np.argwhere(np.broadcast_to(index.panel.in_force, scores.shape))
    at = (cells[:, 0], cells[:, 1], cells[:, 2])
    frame = pl.DataFrame(
        {
            "replicate": pl.Series(np.array(replicates, dtype=object)[cells[:, 0]], dtype=pl.String),
            "unit": pl.Series(np.array(index.panel.units, dtype=object)[cells[:, 1]], dtype=pl.String),
            "period": pl.Series(np.array(index.panel.assessed, dtype=object)[cells[:, 2]], dtype=pl.String),
            "score": pl.Series(scores[at], dtype=pl.Float64).fill_nan(None),
            "rank": pl.Series(ranks[at], dtype=pl.Float64).fill_nan(None),
        }
    )
    return with_whole(frame, "rank")
