"""Formulas: SQL expressions over indicator codes, compiled once and evaluated on arrays of (units, periods).

The language is appendix A of the design: arithmetic, comparison, IS NULL, CASE, ln, exp, power, sqrt, abs, least,
greatest, round, and over a unit's own periods lag, mean and sum. Nothing is handed to the interpreter: every node of
the syntax tree is looked up in a table, and what is not in the table is refused when the formula is parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from mezon.engine import cells
from mezon.engine.cells import Array, Cells, Step
from mezon.errors import FormulaFault


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: its text, the codes it asks for, and how to evaluate it.

    A term that is absent (NaN) makes the result absent, in comparisons too; CASE asks only the branch it takes, and
    only IS NULL answers for what is absent. Comparisons give 1.0 or 0.0. mean(X, n) and sum(X, n) need all n periods,
    this one included.
    """

    text: str
    terms: frozenset[str]
    #: Every value that one cell of the result reads: (code, how many periods back).
    reads: frozenset[tuple[str, int]]
    _run: Step = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Read an SQL expression.

        Raises : FormulaFault when it cannot be parsed, or asks for what the language does not have.
        """
        return _parse(text)

    def evaluate(self, terms: Mapping[str, npt.ArrayLike]) -> Array:
        """Compute the formula cell by cell.

        terms : each code's values, float64 of shape (units, periods) on a dense time axis (the last axis), or
            anything that broadcasts to it (a scalar, one row of periods); NaN = absent.
        Returns : values of the broadcast shape; NaN where a term is absent or the mathematics has no answer.
        Raises : FormulaFault when a term is not given at all.
        """
        return self.apply(_plain(terms)).values

    def zero_divisions(self, terms: Mapping[str, npt.ArrayLike]) -> npt.NDArray[np.bool_]:
        """Say of each cell whether a division by zero, in the branches taken, left it without a value."""
        return (self.apply(_plain(terms)).flags & cells.DIVIDED_BY_ZERO).astype(bool)

    def undefined(self, terms: Mapping[str, npt.ArrayLike]) -> npt.NDArray[np.bool_]:
        """Say of each cell whether the mathematics has no answer: a division by zero, ln of 0, an overflow."""
        return (self.apply(_plain(terms)).flags & cells.NO_ANSWER).astype(bool)

    def apply(self, terms: Mapping[str, Cells]) -> Cells:
        """Compute the formula on cells that carry flags: a result inherits the flags of what it was made of.

        terms, Raises : as for `evaluate`. Returns : cells of the broadcast shape.
        """
        missing = sorted(self.terms - terms.keys())
        if missing:
            raise FormulaFault(f"Formula {self.text!r} needs {', '.join(missing)}, which it was not given.")
        shape = np.broadcast_shapes(*(terms[code].values.shape for code in self.terms))
        working = shape or (1,)
        environment = {code: cells.stretched(terms[code], working) for code in self.terms}
        with np.errstate(all="ignore"):
            found = cells.stretched(self._run(environment), working)
        return Cells(found.values.reshape(shape).copy(), found.flags.reshape(shape).copy())

    def __reduce__(self) -> tuple[Callable[[str], Formula], tuple[str]]:
        """Travel to another process as text."""
        return (_parse, (self.text,))


@lru_cache(maxsize=1024)
def _parse(text: str) -> Formula:
    from mezon.design.expressions import parse, terms_of

    compiler = _Compiler(text)
    run = compiler.step(parse(text))
    return Formula(text, frozenset(terms_of(text)), frozenset(compiler.reads), run)


def _plain(terms: Mapping[str, npt.ArrayLike]) -> dict[str, Cells]:
    return {code: cells.plain(np.asarray(values, dtype=np.float64)) for code, values in terms.items()}


def order(formulas: Mapping[str, Formula]) -> tuple[str, ...]:
    """Give the codes of formulas so that each comes after those it asks for; ties alphabetically.

    Raises : FormulaFault when formulas ask for one another in a circle; it names the circle.
    """
    return dependency_order({code: formula.terms for code, formula in formulas.items()})


def dependency_order(needs: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Give the keys of `needs` so that each comes after those it needs; ties alphabetically.

    Raises : FormulaFault when they need one another in a circle; it names the circle.
    """
    done: dict[str, None] = {}

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            circle = " -> ".join((*path[path.index(code) :], code))
            raise FormulaFault(f"Formulas ask for one another in a circle: {circle}.", hint="Break it at one of them.")
        if code in done:
            return
        for term in sorted(needs[code] & needs.keys()):
            visit(term, (*path, code))
        done[code] = None

    for code in sorted(needs):
        visit(code, ())
    return tuple(done)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Pow": np.power,
    "Mod": np.fmod,
    "EQ": cells.truth(np.equal),
    "NEQ": cells.truth(np.not_equal),
    "GT": cells.truth(np.greater),
    "GTE": cells.truth(np.greater_equal),
    "LT": cells.truth(np.less),
    "LTE": cells.truth(np.less_equal),
    "And": cells.truth(np.logical_and),
    "Or": cells.truth(np.logical_or),
    "Not": cells.truth(np.logical_not),
    "Neg": np.negative,
    "Ln": np.log,
    "Exp": np.exp,
    "Sqrt": np.sqrt,
    "Abs": np.abs,
    "Paren": np.positive,
}
_EXTREMES: dict[str, Callable[..., Any]] = {"Least": np.minimum, "Greatest": np.maximum}


class _Compiler:
    """Turns the nodes of one formula's syntax tree into steps, by a table of what each kind of node does."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.reads: set[tuple[str, int]] = set()
        self._back: tuple[int, ...] = (0,)
        self._special: dict[str, Callable[[Any], Step]] = {
            "Column": self._term,
            "Literal": self._literal,
            "Boolean": lambda node: cells.constant(float(node.this)),
            "Null": lambda _: cells.constant(np.nan),
            "Is": lambda node: cells.is_absent(self.step(node.this)),
            "Div": lambda node: cells.divide(self.step(node.this), self.step(node.expression)),
            "Round": self._round,
            "Between": self._between,
            "Case": self._case,
            "Lag": lambda node: self._over_time("lag", [node.this, node.args.get("offset")]),
            "Sum": lambda node: self._over_time("sum", [node.this, *node.expressions]),
            "Avg": lambda node: self._over_time("mean", [node.this, *node.expressions]),
            "Anonymous": lambda node: self._over_time(str(node.this).lower(), list(node.expressions)),
        }

    def step(self, node: Any) -> Step:
        kind = type(node).__name__
        if kind in self._special:
            return self._special[kind](node)
        if kind in _EXTREMES:
            return self._extreme(_EXTREMES[kind], [node.this, *node.expressions])
        if kind in _OPERATIONS:
            operands = [node.args[slot] for slot in ("this", "expression") if node.args.get(slot) is not None]
            return cells.apply(_OPERATIONS[kind], *(self.step(operand) for operand in operands))
        raise self._fault(f"{node.sql()!r} is not part of the formula language")

    def _fault(self, what: str) -> FormulaFault:
        return FormulaFault(
            f"In formula {self._text!r}: {what}.",
            hint="It has arithmetic, comparison, IS NULL, CASE, ln, exp, power, sqrt, abs, least, greatest, round, "
            "and lag, mean and sum over periods.",
        )

    def _term(self, node: Any) -> Step:
        self.reads |= {(node.name, back) for back in self._back}
        return cells.term(node.name)

    def _literal(self, node: Any) -> Step:
        if node.is_string:
            raise self._fault(f"{node.sql()} is a text, not a number")
        return cells.constant(float(node.this))

    def _round(self, node: Any) -> Step:
        digits = node.args.get("decimals")
        return cells.apply(
            cells.round_half_up, self.step(node.this), cells.constant(0.0) if digits is None else self.step(digits)
        )

    def _between(self, node: Any) -> Step:
        value, low, high = (self.step(node.args[slot]) for slot in ("this", "low", "high"))
        return cells.apply(cells.truth(lambda seen, least, most: (least <= seen) & (seen <= most)), value, low, high)

    def _extreme(self, function: Callable[..., Any], nodes: list[Any]) -> Step:
        step = self.step(nodes[0])
        for node in nodes[1:]:
            step = cells.apply(function, step, self.step(node))
        return step

    def _case(self, node: Any) -> Step:
        subject = None if node.this is None else self.step(node.this)
        branches = []
        for branch in node.args["ifs"]:
            condition = self.step(branch.this)
            if subject is not None:
                condition = cells.apply(_OPERATIONS["EQ"], subject, condition)
            branches.append((condition, self.step(branch.args["true"])))
        default = node.args.get("default")
        return cells.case(branches, cells.constant(np.nan) if default is None else self.step(default))

    def _over_time(self, name: str, arguments: list[Any]) -> Step:
        if name not in ("lag", "mean", "sum"):
            raise self._fault(f"{name} is not a function of the formula language")
        if name == "lag" and (len(arguments) == 1 or arguments[1] is None):
            periods = 1
        elif len(arguments) == 2 and arguments[1] is not None:
            periods = self._periods(name, arguments[1])
        else:
            raise self._fault(f"{name} takes an expression and a number of periods")
        if name == "lag":
            return cells.lag(self._earlier(arguments[0], (periods,)), periods)
        step = self._earlier(arguments[0], tuple(range(periods)))
        return cells.over_periods(step, periods, divisor=periods if name == "mean" else 1)

    def _earlier(self, node: Any, steps_back: tuple[int, ...]) -> Step:
        """Compile what stands inside a function over periods, noting how far back it reads."""
        outside = self._back
        self._back = tuple(sorted({back + step for back in outside for step in steps_back}))
        step = self.step(node)
        self._back = outside
        return step

    def _periods(self, name: str, node: Any) -> int:
        text = node.sql()
        if not text.isdigit() or int(text) < 1:
            raise self._fault(f"{name} takes a whole number of periods from 1, not {text}")
        return int(text)
