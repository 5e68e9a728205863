"""Variants that somebody names, one a row: each evaluated as if the methodology had been written that way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from mezon.analyse.sensitivity import with_whole
from mezon.engine.index import CompiledIndex, Event, Outcome
from mezon.engine.index.choices import WeightSets, merged, sets_of
from mezon.engine.index.evaluating import given_weights, loses_more
from mezon.engine.index.replay import Choice
from mezon.errors import AskedForUnknown, MalformedValue, WrongUse
from mezon.methods import METHODS
from mezon.methods.arrays import Values
from mezon.model.methodology import MethodCall

#: Cells that leave a choice as the methodology writes it.
AS_WRITTEN = frozenset({"", "as written"})

#: What is drawn from a distribution, and so cannot be named in a cell.
_DRAWN = ("observations", "imputation")

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

    Raises : WrongUse, AskedForUnknown for a column, a method, a weight set or an indicator that is not there.
    """
    sets = dict(sets_of(index, replay.weight_sets))
    variants = [_understood(index, row, sets, number) for number, row in enumerate(replay.rows, start=2)]
    root, shape = index.tree.root, (len(variants), *index.panel.in_force.shape)
    scores, ranks = np.full(shape, np.nan), np.full(shape, np.nan)
    unfit: list[str] = []
    for at, variant in enumerate(variants):
        outcome = _outcome(index, variant, sets)
        scores[at], ranks[at] = outcome.scores[root], outcome.ranks[root]
        if loses_more(outcome, nominal):
            unfit.append(variant.replicate)
    events: tuple[Event, ...] = ()
    if unfit:
        named = ", ".join(unfit[:_NAMED]) + (" ..." if len(unfit) > _NAMED else "")
        details = {"rows": len(unfit), "of": len(variants), "replicates": named}
        events = (Event(code="replay-unfit", step=0, call="replay", details=details),)
    names = [variant.replicate for variant in variants]
    return _table(index, names, scores, ranks), events


def _outcome(index: CompiledIndex, variant: _Variant, sets: Mapping[str, tuple[float, ...]]) -> Outcome:
    calls = dict(variant.calls)
    if variant.weights:
        index = index.with_weights(variant.weights, sets[variant.weights])
        written = tuple(calls.get(place, call) for place, call in enumerate(index.written))
        calls = dict(enumerate(given_weights(written)))
    return index.replay(Choice(calls=calls, drop=variant.drop))


def _understood(
    index: CompiledIndex, row: Mapping[str, str], sets: Mapping[str, tuple[float, ...]], line: int
) -> _Variant:
    calls: dict[int, MethodCall | None] = {}
    weights = drop = ""
    for column, written in row.items():
        text = written.strip()
        if column == "replicate" or column in _DRAWN or text in AS_WRITTEN:
            _refuse_drawn(column, text, line)
        elif column == "weights":
            weights = _known(text, sets, f"row {line}: there is no weight set {text!r}")
        elif column == "drop":
            drop = "" if text == "none" else _known(text, index.tree.names, f"row {line}: drop names {text!r}, no leaf")
        else:
            calls |= _calls(index, column, text, line)
    return _Variant(row.get("replicate", str(line - 1)), calls, weights, drop)


def _refuse_drawn(column: str, text: str, line: int) -> None:
    if column in _DRAWN and text not in AS_WRITTEN:
        raise WrongUse(
            f"Choices, row {line}: {column} = {text!r} was drawn from a distribution and cannot be replayed.",
            hint="Leave the column out, or empty; --save-draws keeps the scores of such draws.",
        )


def _known(text: str, known: Mapping[str, object] | Sequence[str], message: str) -> str:
    if text in known:
        return text
    raise AskedForUnknown(f"Choices, {message}.", hint=f"There is: {', '.join(sorted(known)) or 'none'}.")


def _calls(index: CompiledIndex, column: str, text: str, line: int) -> dict[int, MethodCall | None]:
    """Give what one cell puts in place of every step of a family, or of a full name."""
    steps = index.methodology.steps
    places = [at for at, step in enumerate(steps) if column in {step.call.family, step.call.name}]
    if not places:
        known = sorted({step.call.family for step in steps} | {"replicate", "weights", "drop"})
        raise WrongUse(
            f"Choices have a column {column!r}, which is no step of {index.methodology.id}.",
            hint=f"Columns are: {', '.join(known)}.",
        )
    if text == "none":
        return dict.fromkeys(places)
    try:
        call = MethodCall.parse(text)
    except MalformedValue as fault:
        raise WrongUse(f"Choices, row {line}, {column}: {fault.message}", hint=fault.hint) from None
    if call.name not in METHODS:
        raise AskedForUnknown(f"Choices, row {line}, {column}: {call.name} is no method.")
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
