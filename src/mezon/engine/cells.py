"""Arrays with a memory: values, and why the mathematics has no answer where it has none.

Operations take the steps of their operands and give a step; a step run on an environment (code -> cells) gives cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.uint16]

#: Why a cell has no answer although its terms have values. The other bits are the caller's: marks that a term
#: carries (estimated, confidential ...) and that every result made of it inherits.
DIVIDED_BY_ZERO, OUT_OF_DOMAIN = 1, 2
NO_ANSWER = DIVIDED_BY_ZERO | OUT_OF_DOMAIN


class Cells(NamedTuple):
    """Values, and for each its flags: why the mathematics has no answer there, and the marks of its terms."""

    values: Array
    flags: Flags


Environment = Mapping[str, Cells]
Step = Callable[[Environment], Cells]


def plain(values: Array) -> Cells:
    """Take values as they are: nothing went wrong yet."""
    return Cells(values, np.zeros(values.shape, dtype=np.uint16))


def stretched(cells: Cells, shape: tuple[int, ...]) -> Cells:
    """Broadcast cells to a shape."""
    return Cells(np.broadcast_to(cells.values, shape), np.broadcast_to(cells.flags, shape))


def term(code: str) -> Step:
    """Look a term up."""
    return lambda environment: environment[code]


def constant(value: float) -> Step:
    """Give one number, whatever the terms are; NaN is "absent"."""
    cells = plain(np.asarray([value], dtype=np.float64))
    return lambda _: cells


def apply(function: Callable[..., Array], *steps: Step) -> Step:
    """Evaluate the operands, then the function; what went wrong in an operand went wrong in the result.

    An answer that is not finite although every operand is was out of the function's domain.
    """

    def run(environment: Environment) -> Cells:
        operands = [step(environment) for step in steps]
        values = np.asarray(function(*(cells.values for cells in operands)), dtype=np.float64)
        absent = _absent([cells.values for cells in operands])
        lost = ~absent & ~np.isfinite(values)
        # NaN to the power of 0 is 1 to numpy, but what is absent stays absent here.
        return Cells(np.where(absent | lost, np.nan, values), _join(operands) | _flag(lost, OUT_OF_DOMAIN))

    return run


def _absent(arrays: Sequence[Array]) -> npt.NDArray[np.bool_]:
    absent: npt.NDArray[np.bool_] = np.logical_or.reduce(np.broadcast_arrays(*(np.isnan(array) for array in arrays)))
    return absent


def _flag(where: npt.NDArray[np.bool_], reason: int) -> Flags:
    return where * np.uint16(reason)


def _join(operands: list[Cells]) -> Flags:
    flags = operands[0].flags
    for cells in operands[1:]:
        flags = flags | cells.flags
    return flags


def truth(function: Callable[..., npt.NDArray[np.bool_]]) -> Callable[..., Array]:
    """Make a comparison give 1.0, 0.0, or NaN where an operand is absent."""

    def compare(*operands: Array) -> Array:
        return np.where(_absent(operands), np.nan, function(*operands).astype(np.float64))

    return compare


def is_absent(step: Step) -> Step:
    """Answer 1.0 where there is no value and 0.0 where there is one: the one question that absence answers."""

    def run(environment: Environment) -> Cells:
        cells = step(environment)
        return Cells(np.isnan(cells.values).astype(np.float64), cells.flags & ~np.uint16(NO_ANSWER))

    return run


def divide(top: Step, bottom: Step) -> Step:
    """Divide; by zero there is no answer, and the cell remembers why."""

    def run(environment: Environment) -> Cells:
        above, below = top(environment), bottom(environment)
        zero = (below.values == 0) & ~np.isnan(above.values)
        values = np.where(below.values == 0, np.nan, above.values / below.values)
        lost = np.isinf(values)
        flags = _join([above, below]) | _flag(zero, DIVIDED_BY_ZERO) | _flag(lost, OUT_OF_DOMAIN)
        return Cells(np.where(lost, np.nan, values), flags)

    return run


def round_half_up(values: Array, digits: Array) -> Array:
    """Round half away from zero, to `digits` decimals.

    1.005 counts as the decimal it is written as, not as its binary neighbour: a few units in the last place are
    added before the digits are cut.
    """
    scale = 10.0**digits
    nudged = np.abs(values) * scale * (1 + 4 * np.finfo(np.float64).eps)
    return np.sign(values) * np.floor(nudged + 0.5) / scale


def case(branches: list[tuple[Step, Step]], otherwise: Step) -> Step:
    """Take, cell by cell, the first branch whose condition is true; an absent condition makes the cell absent."""

    def run(environment: Environment) -> Cells:
        values, flags = otherwise(environment)
        for condition, branch in reversed(branches):
            asked, taken = condition(environment), branch(environment)
            absent, true = np.isnan(asked.values), asked.values != 0
            values = np.where(absent, np.nan, np.where(true, taken.values, values))
            flags = np.where(absent, asked.flags, np.where(true, taken.flags, flags))
        return Cells(values, flags)

    return run


def _shifted(cells: Cells, steps: int, shape: tuple[int, ...]) -> Cells:
    values, flags = np.full(shape, np.nan), np.zeros(shape, dtype=np.uint16)
    if steps < shape[-1]:
        values[..., steps:] = np.broadcast_to(cells.values, shape)[..., : shape[-1] - steps]
        flags[..., steps:] = np.broadcast_to(cells.flags, shape)[..., : shape[-1] - steps]
    return Cells(values, flags)


def _shape(environment: Environment, cells: Cells) -> tuple[int, ...]:
    return np.broadcast_shapes(cells.values.shape, *(term.values.shape for term in environment.values()))


def lag(step: Step, periods: int) -> Step:
    """Give the value of `periods` earlier on the last axis; absent where the axis does not reach back so far."""

    def run(environment: Environment) -> Cells:
        cells = step(environment)
        return _shifted(cells, periods, _shape(environment, cells))

    return run


def over_periods(step: Step, periods: int, *, divisor: int) -> Step:
    """Sum over this period and the `periods` - 1 before it, divided by `divisor`; all of them are needed."""

    def run(environment: Environment) -> Cells:
        cells = step(environment)
        shape = _shape(environment, cells)
        window = [_shifted(cells, back, shape) for back in range(periods)]
        total: Array = np.sum([part.values for part in window], axis=0) / divisor
        return Cells(total, _join(window))

    return run
