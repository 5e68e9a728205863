"""What the robustness table of a methodology varies, and drawing from it with seeds that belong to blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.engine.index.impute_steps import tables_of
from mezon.engine.index.replay import Calls, CompiledIndex
from mezon.errors import AskedForUnknown, UnfitMethod, WrongUse
from mezon.methods import METHODS
from mezon.methods.arrays import Values
from mezon.model.methodology import MethodCall, Vary

#: Draws that share a seed. The number of workers and the size of a batch never change what a block holds.
BLOCK = 512

Places = npt.NDArray[np.intp]

#: Weight set -> node or leaf -> weight.
WeightSets = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing that is varied, compiled: for a step, the places it replaces and the options, the written one first.

    `sets` : weight sets that somebody gave, each its name and a weight for every child (NaN = as written).
    `tables` : how many completed tables a multiple imputation makes, of which each draw takes one.
    """

    name: str
    vary: Vary
    places: tuple[int, ...] = ()
    options: tuple[MethodCall | None, ...] = ()
    sets: tuple[tuple[str, tuple[float, ...]], ...] = ()
    tables: int = 0

    @property
    def size(self) -> int:
        """How many options there are, for a factor that picks one of a list."""
        return len(self.options) or len(self.sets) or self.tables

    @property
    def labels(self) -> tuple[str, ...]:
        """How each option is written; the first is what the methodology says, except of weight sets."""
        if self.sets:
            return tuple(name for name, _ in self.sets)
        if self.tables:
            return tuple(str(number) for number in range(1, self.tables + 1))
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


def factors_of(index: CompiledIndex, weight_sets: WeightSets | None = None) -> tuple[Factor, ...]:
    """Compile what a methodology varies. A step that it names is every step of that family, or of that full name.

    `weight_sets` : set -> node or leaf -> weight. Where there are any, each draw takes one of them, and the noise that
    the methodology gives to weights is left out. A multiple imputation, as a step or an option, is a factor by itself.
    """
    robustness = index.methodology.robustness
    varied = robustness.vary if robustness else ()
    factors = [_factor(index, vary) for vary in varied if not (weight_sets and vary.kind == "weights")]
    if weight_sets:
        factors.append(Factor(name="weights", vary=Vary(kind="weights"), sets=sets_of(index, weight_sets)))
    options = [call for factor in factors for call in factor.options if factor.options]
    tables = max((tables_of(call) for call in (*index.written, *options)), default=0)
    if tables:
        factors.append(Factor(name="imputation", vary=Vary(kind="imputation"), tables=tables))
    return tuple(factors)


def imputation_of(calls: Calls, picked: int) -> int:
    """Give which completed table is used where `picked` was drawn: -1 when these calls complete none."""
    tables = max((tables_of(call) for call in calls), default=0)
    return picked % tables if tables else -1


def sets_of(index: CompiledIndex, weight_sets: WeightSets) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """Give each weight set as one weight a child, NaN where it says nothing; in the order of their names.

    Raises : AskedForUnknown for a node or leaf that the methodology does not have; WrongUse for a weight below zero.
    """
    found = []
    for name, weights in sorted(weight_sets.items()):
        unknown = sorted(set(weights) - set(index.tree.names))
        if unknown:
            raise AskedForUnknown(
                f"Weight set {name} weighs {unknown[0]}, which is no node and no leaf of {index.methodology.id}."
            )
        if not all(weight >= 0 for weight in weights.values()):
            raise WrongUse(f"Weight set {name} has a weight that is no number at or above zero.")
        found.append((name, tuple(weights.get(child, float("nan")) for child in index.tree.names)))
    return tuple(found)


def calls_with(index: CompiledIndex, factors: tuple[Factor, ...], picks: tuple[int, ...]) -> Calls:
    """Write the list of calls with one option of each varied step.

    An option keeps the parameters of the step it replaces that it has too and does not set itself: what is varied is
    the method, and not, say, the coverage asked for.
    """
    calls = list(index.written)
    for factor, pick in zip((factor for factor in factors if factor.options), picks, strict=True):
        for place in factor.places if pick else ():
            calls[place] = merged(index.written[place], factor.options[pick])
    return tuple(calls)


def draw_block(index: CompiledIndex, factors: tuple[Factor, ...], *, seed: int, block: int) -> Drawn:
    """Draw the choices of one block: each factor from its own stream, so that no factor moves another's draws."""
    picked: dict[str, Places] = {}
    dropped = np.full(BLOCK, -1, dtype=np.intp)
    weights: Values | None = None
    normals: Values | None = None
    for number, factor in enumerate(factors):
        chance = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(block, number))))
        if factor.size:
            picked[factor.name] = chance.integers(factor.size, size=BLOCK)
        elif factor.vary.kind == "drop":
            dropped = chance.integers(-1, len(index.tree.leaves), size=BLOCK)
        elif factor.vary.kind == "weights":
            drawn = _weights(index, factors, factor, picked, chance)
            weights = drawn if weights is None else weights * drawn
        elif factor.vary.kind == "observations":
            normals = chance.standard_normal((BLOCK, int((index.panel.standard_errors > 0).sum())))
    return Drawn(picked=picked, dropped=dropped, factors=weights, normals=normals)


def drawn_weights(index: CompiledIndex, factors: tuple[Factor, ...], drawn: Drawn) -> Values:
    """Give the weights of all children in each draw, as they could be written: (draws, children).

    Noise multiplies the weights of the method that was drawn, before a child that is left out is set to 0 and before
    the children of a node are made to add up.
    """
    base = _base_weights(index, factors, dict(drawn.picked), len(drawn))
    return base if drawn.factors is None else base * drawn.factors


def columns_of(index: CompiledIndex, factor: Factor) -> int:
    """Give how many numbers between 0 and 1 decide what a factor is."""
    if factor.vary.kind == "weights" and not factor.size:
        return len(index.tree.weights)
    return int((index.panel.standard_errors > 0).sum()) if factor.vary.kind == "observations" else 1


def chosen(index: CompiledIndex, factors: tuple[Factor, ...], rows: Mapping[str, Values], size: int) -> Drawn:
    """Turn numbers between 0 and 1, (size, columns) a factor, into choices with the distribution that draws have."""
    picked: dict[str, Places] = {}
    dropped, weights, normals = np.full(size, -1, dtype=np.intp), None, None
    for factor in factors:
        numbers = rows[factor.name]
        if factor.size:
            picked[factor.name] = np.minimum(numbers[:, 0] * factor.size, factor.size - 1).astype(np.intp)
        elif factor.vary.kind == "drop":
            dropped = (
                np.minimum(numbers[:, 0] * (len(index.tree.leaves) + 1), len(index.tree.leaves)).astype(np.intp) - 1
            )
        elif factor.vary.kind == "weights":
            drawn = _weights_at(index, factors, factor, picked, numbers)
            weights = drawn if weights is None else weights * drawn
        elif factor.vary.kind == "observations":
            from scipy.special import ndtri

            normals = np.asarray(ndtri(np.clip(numbers, 1e-12, 1 - 1e-12)), dtype=np.float64)
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
        if any(_text(merged(index.written[p], option)) not in written or len(written) > 1 for p in places)
    )
    return Factor(name=vary.factor, vary=vary, places=places, options=(None, *fresh))


def merged(written: MethodCall | None, option: MethodCall | None) -> MethodCall | None:
    """Give an option with the parameters that it shares with the step it replaces, and does not set itself."""
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
    noise, concentration = _noise_of(factor)
    if concentration is None:
        return chance.uniform(1.0 - noise, 1.0 + noise, size=(BLOCK, len(index.tree.weights)))
    shares = _shares(index, _base_weights(index, factors, picked, BLOCK))
    gammas = chance.standard_gamma(np.where(shares > 0, shares * concentration, 1.0))
    return np.where(shares > 0, gammas / np.where(shares > 0, shares, 1.0), 1.0)


def _weights_at(
    index: CompiledIndex, factors: tuple[Factor, ...], factor: Factor, picked: dict[str, Places], numbers: Values
) -> Values:
    """The same as `_weights`, from numbers between 0 and 1."""
    noise, concentration = _noise_of(factor)
    if concentration is None:
        return np.asarray(1.0 - noise + 2 * noise * numbers, dtype=np.float64)
    from scipy.special import gammaincinv

    shares = _shares(index, _base_weights(index, factors, picked, len(numbers)))
    gammas = gammaincinv(np.where(shares > 0, shares * concentration, 1.0), numbers)
    return np.where(shares > 0, gammas / np.where(shares > 0, shares, 1.0), 1.0)


def _noise_of(factor: Factor) -> tuple[float, float | None]:
    """Give the width of uniform noise, and the concentration of a Dirichlet distribution, or None."""
    parameters = factor.vary.parameters
    concentration = parameters.get("concentration", parameters.get("dirichlet"))
    return float(parameters.get("noise", 0.25)), None if concentration is None else float(concentration)


def _base_weights(index: CompiledIndex, factors: tuple[Factor, ...], picked: dict[str, Places], size: int) -> Values:
    """Give the weights that each draw starts from: (draws, children)."""
    stepped = tuple(factor for factor in factors if factor.options)
    weighing = [f.vary.family.partition("/")[0] == "weight" and f.name in picked for f in stepped]
    if not any(weighing):
        return np.tile(index.base_weights(index.written), (size, 1))
    picks = np.stack(
        [picked[f.name] if own else np.zeros(size, dtype=np.intp) for f, own in zip(stepped, weighing, strict=True)],
        axis=1,
    )
    combinations, group = np.unique(picks, axis=0, return_inverse=True)
    rows = [index.base_weights(calls_with(index, stepped, tuple(pick))) for pick in combinations.tolist()]
    return np.stack(rows)[group.ravel()]


def _shares(index: CompiledIndex, weights: Values) -> Values:
    shares = np.zeros(weights.shape)
    for children in index.tree.children:
        total = weights[:, children].sum(axis=1, keepdims=True)
        shares[:, children] = weights[:, children] / np.where(total > 0, total, 1.0)
    return shares
