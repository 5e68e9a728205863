"""What the robustness table of a methodology varies, and drawing from it with seeds that belong to blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.engine.index.replay import Calls, CompiledIndex
from mezon.errors import UnfitMethod
from mezon.methods import METHODS
from mezon.methods.arrays import Values
from mezon.model.methodology import MethodCall, Vary

#: Draws that share a seed. The number of workers and the size of a batch never change what a block holds.
BLOCK = 512

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing that is varied, compiled: for a step, the places it replaces and the options, the written one first."""

    name: str
    vary: Vary
    places: tuple[int, ...] = ()
    options: tuple[MethodCall | None, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """How each option is written; the first is what the methodology says."""
        return ("as written", *("none" if call is None else str(call) for call in self.options[1:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One block of choices. `picked` : factor -> option places. `dropped` : leaf places, -1 = none.

    `uniforms` : (draws, children) between -1 and 1, for weights. `normals` : (draws, cells with a standard error).
    """

    picked: dict[str, Places]
    dropped: Places
    factors: Values | None
    normals: Values | None

    def __len__(self) -> int:
        return len(self.dropped)


def factors_of(index: CompiledIndex) -> tuple[Factor, ...]:
    """Compile what a methodology varies. A step that it names is every step of that family, or of that full name."""
    robustness = index.methodology.robustness
    return tuple(_factor(index, vary) for vary in (robustness.vary if robustness else ()))


def calls_with(index: CompiledIndex, factors: tuple[Factor, ...], picks: tuple[int, ...]) -> Calls:
    """Write the list of calls with one option of each varied step.

    An option keeps the parameters of the step it replaces that it has too and does not set itself: what is varied is
    the method, and not, say, the coverage asked for.
    """
    calls = list(index.written)
    for factor, pick in zip((factor for factor in factors if factor.options), picks, strict=True):
        for place in factor.places if pick else ():
            calls[place] = _merged(index.written[place], factor.options[pick])
    return tuple(calls)


def draw_block(index: CompiledIndex, factors: tuple[Factor, ...], *, seed: int, block: int) -> Drawn:
    """Draw the choices of one block: each factor from its own stream, so that no factor moves another's draws."""
    picked: dict[str, Places] = {}
    dropped = np.full(BLOCK, -1, dtype=np.intp)
    weights: Values | None = None
    normals: Values | None = None
    for number, factor in enumerate(factors):
        chance = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(block, number))))
        if factor.options:
            picked[factor.name] = chance.integers(len(factor.options), size=BLOCK)
        elif factor.vary.kind == "drop":
            dropped = chance.integers(-1, len(index.tree.leaves), size=BLOCK)
        elif factor.vary.kind == "weights":
            drawn = _weights(index, factors, factor, picked, chance)
            weights = drawn if weights is None else weights * drawn
        elif factor.vary.kind == "observations":
            normals = chance.standard_normal((BLOCK, int((index.panel.standard_errors > 0).sum())))
    return Drawn(picked=picked, dropped=dropped, factors=weights, normals=normals)


def _factor(index: CompiledIndex, vary: Vary) -> Factor:
    if vary.kind != "step":
        return Factor(name=vary.factor, vary=vary)
    places = tuple(
        place for place, step in enumerate(index.methodology.steps) if vary.family in {step.call.family, step.call.name}
    )
    for option in vary.options:
        if option.name != "none" and option.name not in METHODS:
            raise UnfitMethod(f"Methodology {index.methodology.id} varies {option.name}, which is no method.")
    written = {_text(index.written[place]) for place in places}
    others = tuple(None if option.name == "none" else option for option in vary.options)
    fresh = tuple(
        option
        for option in others
        if any(_text(_merged(index.written[p], option)) not in written or len(written) > 1 for p in places)
    )
    return Factor(name=vary.factor, vary=vary, places=places, options=(None, *fresh))


def _merged(written: MethodCall | None, option: MethodCall | None) -> MethodCall | None:
    if written is None or option is None:
        return option
    kept = {key: value for key, value in written.parameters.items() if key in METHODS[option.name].settings}
    return MethodCall(name=option.name, parameters={**kept, **option.parameters})


def _text(call: MethodCall | None) -> str:
    return "none" if call is None else str(call)


def _weights(
    index: CompiledIndex,
    factors: tuple[Factor, ...],
    factor: Factor,
    picked: dict[str, Places],
    chance: np.random.Generator,
) -> Values:
    """Draw what multiplies the weights: uniform noise, or a Dirichlet around the weights of each node's children."""
    children = len(index.tree.weights)
    concentration = factor.vary.parameters.get("concentration", factor.vary.parameters.get("dirichlet"))
    if concentration is None:
        noise = float(factor.vary.parameters.get("noise", 0.25))
        return chance.uniform(1.0 - noise, 1.0 + noise, size=(BLOCK, children))
    shares = _shares(index, _base_weights(index, factors, picked))
    gammas = chance.standard_gamma(np.where(shares > 0, shares * float(concentration), 1.0))
    return np.where(shares > 0, gammas / np.where(shares > 0, shares, 1.0), 1.0)


def _base_weights(index: CompiledIndex, factors: tuple[Factor, ...], picked: dict[str, Places]) -> Values:
    """Give the weights that each draw starts from: (draws, children)."""
    weighing = [f for f in factors if f.options and f.vary.family.partition("/")[0] == "weight" and f.name in picked]
    if not weighing:
        return np.tile(index.base_weights(index.written), (BLOCK, 1))
    stepped = tuple(factor for factor in factors if factor.options)
    rows = [
        index.base_weights(
            calls_with(index, stepped, tuple(int(picked[f.name][at]) if f in weighing else 0 for f in stepped))
        )
        for at in range(BLOCK)
    ]
    return np.stack(rows)


def _shares(index: CompiledIndex, weights: Values) -> Values:
    shares = np.zeros(weights.shape)
    for children in index.tree.children:
        total = weights[:, children].sum(axis=1, keepdims=True)
        shares[:, children] = weights[:, children] / np.where(total > 0, total, 1.0)
    return shares
