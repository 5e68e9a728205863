"""What the line of steps has reached: values, scores and all that a later step needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall, Step

#: The lowest and highest point of the last normalisation; None before any.
Scale = tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a reader of the result must know: a step without effect, a method that does not fit, a floor reached.

    `code` names the rule that words it; `details` fill its sentence. `step` is the place in the file from 1, 0 = none.
    """

    code: str
    step: int
    call: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weights of a node's children that are found when the node is scored: by which call, of which step.

    `values` : (variants, unit-periods, leaves) as that step saw them, turned so that more is better. `found` : weights
    by the children that take part, kept while all variants share the values.
    """

    call: MethodCall
    step: int
    values: Values
    found: dict[bytes, Values | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The line after some steps. The first axis of an array is the drawn variant: length 1 where all agree.

    `values` : (variants, units, periods, leaves). Until `cut`, periods are all of the panel, afterwards the window.
    `rows` : (units, window), False where a unit-period was screened out or did not exist.
    `columns` : leaves that take part. `anchors` : (variants, 8, units or 1, leaves), goalposts, target, best and worst
    on the present scale of the values (engine/index/anchors.py).
    `transformed` : leaves whose declared transform has been applied. `scale` : what the last normalisation reached.
    `lost` : cells that had a value which a method could not use. `imputed` : cells filled by imputation;
    `imputed_variance` : of those filled by multiple imputation, NaN elsewhere.
    `weights` : (variants, children); `scores`, `forbidden` : by node, (variants, unit-periods of the window).
    `weighing` : by node, weights still to be found. `unweighed` : by node, variants in which they could not be.
    `scored_by` : by node, the step that scored it, its call as it was for this node.
    """

    values: Values
    cut: bool
    rows: Mask
    columns: Mask
    direction: Values
    anchors: Values
    transformed: Mask
    normalised: Mask
    imputed: Mask
    imputed_variance: Values
    lost: Mask
    scale: Scale = None
    weights: Values
    scores: Mapping[int, Values] = field(default_factory=dict)
    forbidden: Mapping[int, Mask] = field(default_factory=dict)
    weighing: Mapping[int, Weighing] = field(default_factory=dict)
    unweighed: Mapping[int, Mask] = field(default_factory=dict)
    scored_by: Mapping[int, Step] = field(default_factory=dict)
    ranking: MethodCall = field(default_factory=lambda: MethodCall(name="rank/competition"))

    @property
    def variants(self) -> int:
        """Number of variants in the values: 1 where no observation is redrawn."""
        return int(self.values.shape[0])

    def turned(self, scores: Values) -> Values:
        """Turn a score of a node of direction -1 round, about the middle of the scale."""
        return (sum(self.scale) if self.scale else 0.0) - scores


def same(before: Values, after: Values) -> bool:
    """Say whether a step changed nothing."""
    return before.shape == after.shape and bool(np.array_equal(before, after, equal_nan=True))
