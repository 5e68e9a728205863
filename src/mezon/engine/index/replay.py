"""A compiled index: the list of steps as a program over a panel, replayed with any of its choices changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from mezon.engine.index import leaf_steps, node_steps
from mezon.engine.index.leaf_steps import Run
from mezon.engine.index.panel import Panel
from mezon.engine.index.state import Event, State
from mezon.engine.index.tree import Tree
from mezon.errors import AskedForUnknown
from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall, Methodology, Step

#: The calls of all steps, in order; None = the step is left out.
Calls = tuple[MethodCall | None, ...]

_LEAF_STEPS: dict[str, Callable[[State, Step, Run], State]] = {
    "impute": leaf_steps.impute,
    "treat": leaf_steps.treat,
    "transform": leaf_steps.transform,
    "normalise": leaf_steps.normalise,
    "weight": node_steps.weigh,
    "rank": node_steps.rank_by,
}

#: Families that look at all periods of the release, as long as no other step has come before them.
_SEES_WHOLE_SERIES = frozenset({"screen", "impute", "weight", "rank"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is different in one replay; what is not named stays as written.

    `calls` : step place (from 0) -> method, or None to leave the step out. `weights` : node or leaf -> weight.
    `drop` : a leaf to leave out. `values` : the panel's values, of the same shape.
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
    _memo: dict[Hashable, State] = field(default_factory=dict)

    @property
    def written(self) -> Calls:
        """The calls as the methodology writes them."""
        return tuple(step.call for step in self.methodology.steps)

    def replay(self, choice: Choice | None = None) -> Outcome:
        """Run the steps once, with the given choices changed, and tell what happened."""
        choice = choice or Choice()
        calls = tuple(choice.calls.get(place, call) for place, call in enumerate(self.written))
        dropped = self.tree.leaves.index(choice.drop) if choice.drop else -1
        factors = self._factors(choice.weights)
        values = self.panel.values if choice.values is None else choice.values
        events: list[Event] = []
        run = Run(self.panel, self.tree, self.methodology, dropped=dropped, events=events)
        state, states = leaf_steps.start(self.panel, values[None]), []
        alive = np.empty((1, 0), dtype=bool)
        for place in range(len(calls)):
            run.place = place + 1
            if place == self._first_aggregate:
                state = leaf_steps.cut_to_window(state, self.panel)
                alive = self.alive(state, np.array([dropped]))
            state = self._step(state, place, calls, run, alive, factors)
            states.append(leaf_steps.cut_to_window(state, self.panel))
        return self._outcome(states, events, alive)

    def variants(
        self, calls: Calls, dropped: npt.NDArray[np.intp], factors: Values | None, values: Values | None
    ) -> tuple[Values, list[State]]:
        """Score many variants that share their methods.

        dropped : (variants,), the place of the leaf left out, or -1. factors : (variants, children) multiplies the
        weights, or None. values : (variants, units, periods, leaves), or None for the panel's own.
        Returns : scores (variants, nodes, unit-periods); and per variant the state it ended in (shared by many).
        """
        size = len(self.panel.units) * len(self.panel.window)
        scores = np.full((len(dropped), len(self.tree.nodes), size), np.nan)
        ended: list[State] = [None] * len(dropped)  # type: ignore[list-item]  # every place is filled below
        for state, members in self._by_state(calls, dropped, values):
            alive = self.alive(state, dropped[members])
            run = Run(self.panel, self.tree, self.methodology)
            mine = None if factors is None else factors[members]
            for place in range(self._first_aggregate, len(calls)):
                state = self._step(state, place, calls, run, alive, mine)
            for node, found in state.scores.items():
                scores[members, node] = found
            for member in members:
                ended[member] = state
        return scores, ended

    def alive(self, state: State, dropped: npt.NDArray[np.intp]) -> Mask:
        """Say of each child, in each variant, whether it takes part: (variants, children).

        A leaf does unless it is screened out, dropped, or weighs nothing; a node does when one of its children does.
        """
        leaves = len(self.tree.leaves)
        alive = np.tile(np.concatenate([state.columns, np.ones(len(self.tree.nodes), dtype=bool)]), (len(dropped), 1))
        some = np.flatnonzero(dropped >= 0)
        alive[some, dropped[some]] = False
        alive &= self.tree.weights > 0
        for node in self.tree.upwards:
            alive[:, leaves + node] &= alive[:, self.tree.children[node]].any(axis=1)
        return alive

    def base_weights(self, calls: Calls) -> Values:
        """Give the weights of all children before they are varied: (children,)."""
        state = leaf_steps.start(self.panel, self.panel.values[None])
        run = Run(self.panel, self.tree, self.methodology)
        for step, call in zip(self.methodology.steps, calls, strict=True):
            if call is not None and call.family == "weight":
                state = node_steps.weigh(state, replace(step, call=call), run)
        return state.weights[0] if state.weights.shape[1] else self.tree.weights

    @property
    def _first_aggregate(self) -> int:
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

    def _by_state(
        self, calls: Calls, dropped: npt.NDArray[np.intp], values: Values | None
    ) -> list[tuple[State, npt.NDArray[np.intp]]]:
        """Give the states before the first aggregation, each with the variants that share it."""
        groups: dict[Hashable, list[int]] = {}
        for variant, leaf in enumerate(dropped.tolist()):
            groups.setdefault(self._shared_key(calls, leaf), []).append(variant)
        found = []
        for key, listed in groups.items():
            members = np.array(listed, dtype=np.intp)
            own = None if values is None else values[members]
            found.append((self._before_aggregation(calls, int(dropped[listed[0]]), key, own), members))
        return found

    def _shared_key(self, calls: Calls, leaf: int) -> Hashable:
        """What a state before aggregation depends on: the calls, and a left-out leaf only through what it screens."""
        families = [call.family if call else "" for call in calls[: self._first_aggregate]]
        if "screen" not in families:
            return calls_text(calls)
        last = len(families) - families[::-1].index("screen")
        return calls_text(calls), self._screen_outcome(calls, leaf, last)

    def _screen_outcome(self, calls: Calls, leaf: int, steps: int) -> bytes:
        """Give the rows and columns left after the last screen, when a leaf is disregarded."""
        key = ("screen", calls_text(calls[:steps]), leaf)
        if key not in self._memo:
            self._memo[key] = self._run_leaves(calls, leaf, self.panel.values[None], steps)
        state = self._memo[key]
        return state.rows.tobytes() + state.columns.tobytes()

    def _before_aggregation(self, calls: Calls, leaf: int, key: Hashable, values: Values | None) -> State:
        if values is not None:
            return self._run_leaves(calls, leaf, values, self._first_aggregate)
        if key not in self._memo:
            self._memo[key] = self._run_leaves(calls, leaf, self.panel.values[None], self._first_aggregate)
        return self._memo[key]

    def _run_leaves(self, calls: Calls, leaf: int, values: Values, steps: int) -> State:
        run = Run(self.panel, self.tree, self.methodology, dropped=leaf)
        state = leaf_steps.start(self.panel, values)
        for place in range(steps):
            state = self._step(state, place, calls, run, np.empty((1, 0), dtype=bool), None)
        return leaf_steps.cut_to_window(state, self.panel)

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
