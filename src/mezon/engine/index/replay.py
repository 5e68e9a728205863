"""A compiled index: the list of steps as a program over a panel, replayed with any of its choices changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from mezon.engine.index import impute_steps, leaf_steps, node_steps
from mezon.engine.index.leaf_steps import Run
from mezon.engine.index.panel import Panel
from mezon.engine.index.state import Event, State
from mezon.engine.index.tree import Tree
from mezon.errors import AskedForUnknown
from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall, Methodology, Step

Kept = TypeVar("Kept")

#: The calls of all steps, in order; None = the step is left out.
Calls = tuple[MethodCall | None, ...]

_LEAF_STEPS: dict[str, Callable[[State, Step, Run], State]] = {
    "denominate": leaf_steps.denominate,
    "impute": impute_steps.impute,
    "treat": leaf_steps.treat,
    "transform": leaf_steps.transform,
    "normalise": leaf_steps.normalise,
    "weight": node_steps.weigh,
    "rank": node_steps.rank_by,
}

#: Methods that look at one indicator at a time, so that leaving another one out changes nothing for it. A screen looks
#: at all of them, but only to decide which rows and indicators stay.
_ONE_BY_ONE = frozenset(
    {"screen", "impute/mean", "impute/median", "impute/group-mean", "impute/group-median", "impute/linear",
     "impute/last", "impute/linear-constant", "weight/given", "weight/equal"}
)  # fmt: skip
_FAMILIES_ONE_BY_ONE = frozenset({"denominate", "treat", "transform", "normalise", "weight", "round", "rank"})

#: Redrawn panels that run through the steps together: few enough to stay in the processor's cache.
_AT_ONCE_CELLS = 60_000

#: States that are kept for the variants to come, in bytes.
_KEPT_BYTES = 256 * 2**20

#: Families that look at all periods of the release, as long as no other step has come before them.
_SEES_WHOLE_SERIES = frozenset({"screen", "denominate", "impute", "weight", "rank"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is different in one replay; what is not named stays as written.

    `calls` : step place (from 0) -> method, or None to leave the step out. `weights` : node or leaf -> weight.
    `drop` : a leaf to leave out, or a node with all below it. `values` : the panel's values, of the same shape.
    """

    calls: Mapping[int, MethodCall | None] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    drop: str = ""
    values: Values | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One replay: the last state, the state after each step, and what there is to tell.

    `scores`, `ranks` : (nodes, units, periods of the window); NaN where there is none.
    """

    state: State
    steps: tuple[State, ...]
    scores: Values
    ranks: Values
    events: tuple[Event, ...]
    alive: Mask


@dataclass(slots=True)
class CompiledIndex:
    """A methodology over a panel. States that many variants share are computed once and kept."""

    panel: Panel
    tree: Tree
    methodology: Methodology
    _memo: dict[Hashable, Any] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[CompiledIndex], tuple[Panel, Tree, Methodology]]:
        """Travel to another process without what was kept: it is made again there."""
        return CompiledIndex, (self.panel, self.tree, self.methodology)

    @property
    def written(self) -> Calls:
        """The calls as the methodology writes them."""
        return tuple(step.call for step in self.methodology.steps)

    def replay(self, choice: Choice | None = None) -> Outcome:
        """Run the steps once, with the given choices changed, and tell what happened."""
        choice = choice or Choice()
        calls = tuple(choice.calls.get(place, call) for place, call in enumerate(self.written))
        dropped = self.tree.names.index(choice.drop) if choice.drop else -1
        factors = self._factors(choice.weights)
        values = self.panel.values if choice.values is None else choice.values
        events: list[Event] = []
        run = Run(self.panel, self.tree, self.methodology, dropped=self._leaf(dropped), events=events)
        state, states = self._start(values[None], dropped), []
        alive = np.empty((1, 0), dtype=bool)
        for place in range(len(calls)):
            run.place = place + 1
            if place == self.first_aggregate:
                state = leaf_steps.cut_to_window(state, self.panel)
                alive = self.alive(state, np.array([dropped]))
            state = self._step(state, place, calls, run, alive, factors)
            states.append(leaf_steps.cut_to_window(state, self.panel))
        return self._outcome(states, events, alive)

    def variants(
        self, calls: Calls, dropped: npt.NDArray[np.intp], factors: Values | None, values: Values | None
    ) -> tuple[Values, list[State]]:
        """Score many variants that share their methods.

        dropped : (variants,), the number of the child left out (a leaf, or a node and all below it), or -1.
        factors : (variants, children) multiplies the weights, or None.
        values : (variants, units, periods, leaves), or None for the panel's own.
        Returns : scores (variants, nodes, unit-periods); and per variant the state it ended in (shared by many).
        """
        size = len(self.panel.units) * len(self.panel.window)
        scores = np.full((len(dropped), len(self.tree.nodes), size), np.nan)
        ended: list[State] = [None] * len(dropped)  # type: ignore[list-item]  # every place is filled below
        for key, members in self.shared(calls, dropped):
            for part in [members] if values is None else self.parts(members):
                own = None if values is None else values[part]
                state = self.before_aggregation(calls, int(dropped[part[0]]), key, own)
                mine = None if factors is None else factors[part]
                state = self.aggregated(state, calls, self.alive(state, dropped[part]), mine)
                for node, found in state.scores.items():
                    scores[part, node] = found
                for member in part:
                    ended[member] = state
        return scores, ended

    def aggregated(self, state: State, calls: Calls, alive: Mask, factors: Values | None) -> State:
        """Run the steps from the first aggregation on."""
        run = Run(self.panel, self.tree, self.methodology)
        for place in range(self.first_aggregate, len(calls)):
            state = self._step(state, place, calls, run, alive, factors)
        return state

    def alive(self, state: State, dropped: npt.NDArray[np.intp]) -> Mask:
        """Say of each child, in each variant, whether it takes part: (variants, children).

        A leaf does unless it is screened out, dropped, or weighs nothing; a node does when one of its children does.
        """
        table: Mask = self.kept(("alive", state.columns.tobytes()), lambda: self._alive_table(state.columns))
        return table[dropped + 1]

    def _alive_table(self, columns: Mask) -> Mask:
        """Say who takes part when nothing is left out, and without each child: (1 + children, children)."""
        leaves, children = len(self.tree.leaves), len(self.tree.names)
        alive = np.tile(np.concatenate([columns, np.ones(children - leaves, dtype=bool)]), (children + 1, 1))
        for child in range(children):
            alive[child + 1, np.flatnonzero(self.tree.leaves_of(child))] = False
        alive &= self.tree.weights > 0
        for node in self.tree.upwards:
            alive[:, leaves + node] &= alive[:, self.tree.children[node]].any(axis=1)
        return alive

    def base_weights(self, calls: Calls) -> Values:
        """Give the weights of all children before they are varied: (children,)."""
        if any(
            call is not None and call.family == "weight" and METHODS[call.name].takes != "weights" for call in calls
        ):
            key = ("weights", calls_text(calls))
            found: Values = self.kept(key, lambda: self.replay(Choice(calls=dict(enumerate(calls)))).state.weights[0])
            return found
        state = leaf_steps.start(self.panel, self.panel.values[None])
        run = Run(self.panel, self.tree, self.methodology)
        for step, call in zip(self.methodology.steps, calls, strict=True):
            if call is not None and call.family == "weight":
                state = node_steps.weigh(state, replace(step, call=call), run)
        return state.weights[0] if state.weights.shape[1] else self.tree.weights

    @property
    def first_aggregate(self) -> int:
        """The place of the first aggregation, or of the end of the list."""
        families = [step.call.family for step in self.methodology.steps]
        return families.index("aggregate") if "aggregate" in families else len(families)

    def _step(self, state: State, place: int, calls: Calls, run: Run, alive: Mask, factors: Values | None) -> State:
        call = calls[place]
        if call is None:
            return state
        step = replace(self.methodology.steps[place], call=call)
        if call.family not in _SEES_WHOLE_SERIES:
            state = leaf_steps.cut_to_window(state, self.panel)
        if call.family == "screen":
            return leaf_steps.screened(state, step, run, leaf_steps.screen_masks(state, step, run))
        if call.family == "aggregate":
            return node_steps.aggregate(state, step, run, alive, factors)
        if call.family == "round":
            on_leaves = bool(step.only) or not state.scores
            return (leaf_steps.round_values if on_leaves else node_steps.round_scores)(state, step, run)
        return _LEAF_STEPS[call.family](state, step, run)

    def shared(
        self, calls: Calls, dropped: npt.NDArray[np.intp], imputation: int = -1
    ) -> list[tuple[Hashable, npt.NDArray[np.intp]]]:
        """Group variants by the state before the first aggregation that they share."""
        leaves, where = np.unique(dropped, return_inverse=True)
        keys = [(imputation, self._shared_key(calls, int(leaf))) for leaf in leaves]
        numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        group = np.array([numbers[key] for key in keys], dtype=np.intp)[where]
        return [(key, np.flatnonzero(group == number)) for key, number in numbers.items()]

    def parts(self, members: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
        """Cut variants with values of their own into parts that are computed together; nothing else moves the cuts."""
        size = max(1, _AT_ONCE_CELLS // max(1, self.panel.values.size))
        return [members[at : at + size] for at in range(0, len(members), size)]

    def with_weights(self, name: str, weights: tuple[float, ...]) -> CompiledIndex:
        """Give the same index with other written weights of its children, NaN = as written."""
        wanted = np.array(weights)
        fresh = np.where(np.isnan(wanted), self.tree.weights, wanted)
        tree = replace(self.tree, weights=fresh)
        return self.kept(("weights", name, fresh.tobytes()), lambda: CompiledIndex(self.panel, tree, self.methodology))

    def before_aggregation(
        self, calls: Calls, leaf: int, key: Hashable, values: Values | None, imputation: int = -1
    ) -> State:
        """Give the state that aggregation starts from; that of the panel's own values is kept.

        imputation : which of the completed tables of a multiple imputation is used, -1 = their mean.
        """
        last = self.first_aggregate
        if values is not None:
            return self._run_leaves(calls, leaf, values, last, imputation)
        return self.kept(key, lambda: self._run_leaves(calls, leaf, self.panel.values[None], last, imputation))

    def kept(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Give what was made before under a key, or make it. What was used longest ago goes when there is too much."""
        found: Kept | None = self._memo.get(key)
        if found is None:
            while len(self._memo) > self._room:
                self._memo.pop(next(iter(self._memo)), None)
            found = make()
        self._memo.pop(key, None)
        self._memo[key] = found
        return found

    @property
    def _room(self) -> int:
        return max(8, _KEPT_BYTES // max(1, self.panel.values.nbytes * 6))

    def _shared_key(self, calls: Calls, leaf: int) -> Hashable:
        """What a state before aggregation depends on: the calls, and a left-out leaf where others feel its absence."""
        before = calls[: self.first_aggregate]
        if self._is_felt(calls, leaf):
            return calls_text(before), leaf
        families = [call.family if call else "" for call in before]
        if "screen" not in families:
            return calls_text(before)
        last = len(families) - families[::-1].index("screen")
        return calls_text(before), self._screen_outcome(calls, leaf, last)

    def _screen_outcome(self, calls: Calls, leaf: int, steps: int) -> bytes:
        """Give the rows and columns left after the last screen, when a leaf is disregarded."""
        key = ("screen", calls_text(calls[:steps]), leaf)
        state = self.kept(key, lambda: self._run_leaves(calls, leaf, self.panel.values[None], steps))
        return state.rows.tobytes() + state.columns.tobytes()

    def _run_leaves(self, calls: Calls, leaf: int, values: Values, steps: int, imputation: int = -1) -> State:
        run = Run(self.panel, self.tree, self.methodology, dropped=self._leaf(leaf), imputation=imputation)
        state = self._start(values, leaf if self._is_felt(calls, leaf) else -1)
        for place in range(steps):
            state = self._step(state, place, calls, run, np.empty((1, 0), dtype=bool), None)
        return leaf_steps.cut_to_window(state, self.panel)

    def _is_felt(self, calls: Calls, dropped: int) -> bool:
        """Say whether others feel that a leaf is left out, so that the line has to begin without it."""
        before = calls[: self.first_aggregate]
        alone = all(c is None or c.name in _ONE_BY_ONE or c.family in _FAMILIES_ONE_BY_ONE for c in before)
        return not alone or (
            dropped >= len(self.tree.leaves) and any(c is not None and c.name == "screen" for c in before)
        )

    def _leaf(self, dropped: int) -> int:
        """Give the leaf that screens disregard; a node that is left out is out from the start."""
        return dropped if dropped < len(self.tree.leaves) else -1

    def _start(self, values: Values, dropped: int) -> State:
        """Begin the line; a leaf that is left out is empty and takes no part in anything."""
        state = leaf_steps.start(self.panel, values)
        if dropped < 0:
            return state
        gone = self.tree.leaves_of(dropped)
        columns, emptied = state.columns & ~gone, state.values.copy()
        emptied[..., gone] = np.nan
        return replace(state, columns=columns, values=emptied)

    def _factors(self, weights: Mapping[str, float]) -> Values | None:
        if not weights:
            return None
        wanted = np.array([weights.get(name, self.tree.weights[at]) for at, name in enumerate(self.tree.names)])
        base = np.where(self.tree.weights > 0, self.tree.weights, 1.0)
        return (wanted / base)[None]

    def _outcome(self, states: list[State], events: list[Event], alive: Mask) -> Outcome:
        last = states[-1] if states else leaf_steps.start(self.panel, self.panel.values[None])
        shape = (len(self.tree.nodes), len(self.panel.units), len(self.panel.window))
        scores = np.full(shape, np.nan)
        for node, found in last.scores.items():
            scores[node] = found[0].reshape(shape[1:])
        return Outcome(
            state=last,
            steps=tuple(states),
            scores=scores,
            ranks=ranks_of(scores, last.ranking),
            events=tuple(events),
            alive=alive[0] if alive.size else self.alive(last, np.array([-1]))[0],
        )


def compile_index(methodology: Methodology, panel: Panel) -> CompiledIndex:
    """Make a methodology ready to be replayed over a panel.

    Raises : AskedForUnknown for a step that is no registered method; WrongUse when the nodes are no tree.
    """
    for step in methodology.steps:
        if step.call.name not in METHODS:
            raise AskedForUnknown(f"Methodology {methodology.id} asks for {step.call.name}, which is no method.")
    return CompiledIndex(panel, Tree.of(methodology), methodology)


def ranks_of(scores: Values, ranking: MethodCall) -> Values:
    """Rank the units of each period: (..., units, periods) -> the same shape."""
    function = METHODS[ranking.name].function
    return np.ascontiguousarray(np.moveaxis(function(np.moveaxis(scores, -1, -2), **ranking.parameters), -2, -1))


def calls_text(calls: Calls) -> str:
    """Write calls as one line, the identity of a combination of methods."""
    return " > ".join("none" if call is None else str(call) for call in calls)
