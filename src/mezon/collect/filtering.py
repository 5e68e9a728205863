"""Conditions on the rows of a register: from the formula language to Polars expressions, node by node."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import polars as pl

from mezon.errors import FormulaFault

_TWO_SIDED: dict[str, Callable[[Any, Any], pl.Expr]] = {
    "Add": lambda left, right: left + right,
    "Sub": lambda left, right: left - right,
    "Mul": lambda left, right: left * right,
    "Div": lambda left, right: left / right,
    "Mod": lambda left, right: left % right,
    "Pow": lambda left, right: left**right,
    "EQ": lambda left, right: left == right,
    "NEQ": lambda left, right: left != right,
    "GT": lambda left, right: left > right,
    "GTE": lambda left, right: left >= right,
    "LT": lambda left, right: left < right,
    "LTE": lambda left, right: left <= right,
    "And": lambda left, right: left & right,
    "Or": lambda left, right: left | right,
}
_ONE_SIDED: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "Paren": lambda inner: inner,
    "Neg": lambda inner: -inner,
    "Not": lambda inner: ~inner,
    "Abs": lambda inner: inner.abs(),
    "Sqrt": lambda inner: inner.sqrt(),
    "Ln": lambda inner: inner.log(),
    "Exp": lambda inner: inner.exp(),
}


def condition(text: str) -> pl.Expr:
    """Turn a condition such as `kind = 'patent' AND innovative` into an expression over a register's columns.

    An empty cell is NULL: it satisfies no comparison, only IS NULL. An empty condition keeps every row.
    Raises : FormulaFault for what is no condition, or asks for what a filter does not have.
    """
    from mezon.design.expressions import parse_filter

    return _expression(parse_filter(text), text) if text.strip() else pl.lit(value=True)


def _expression(node: Any, text: str) -> pl.Expr:
    kind = type(node).__name__
    if kind in _LEAVES:
        return _LEAVES[kind](node)
    if kind in _TWO_SIDED:
        return _TWO_SIDED[kind](_expression(node.this, text), _expression(node.expression, text))
    if kind in _ONE_SIDED:
        return _ONE_SIDED[kind](_expression(node.this, text))
    if kind in _SPECIAL:
        return _SPECIAL[kind](node, lambda inner: _expression(inner, text))
    raise FormulaFault(f"In the condition {text!r}: {node.sql()!r} cannot be asked of a register's rows.")


def _literal(node: Any) -> pl.Expr:
    return pl.lit(str(node.this)) if node.is_string else pl.lit(float(node.this))


def _is_null(node: Any, inner: Callable[[Any], pl.Expr]) -> pl.Expr:
    return inner(node.this).is_null()


def _between(node: Any, inner: Callable[[Any], pl.Expr]) -> pl.Expr:
    return inner(node.this).is_between(inner(node.args["low"]), inner(node.args["high"]))


def _in_list(node: Any, inner: Callable[[Any], pl.Expr]) -> pl.Expr:
    value = inner(node.this)
    return reduce(lambda either, other: either | other, (value == inner(option) for option in node.expressions))


_LEAVES: dict[str, Callable[[Any], pl.Expr]] = {
    "Column": lambda node: pl.col(node.name),
    "Literal": _literal,
    "Boolean": lambda node: pl.lit(bool(node.this)),
    "Null": lambda _: pl.lit(None),
}
_SPECIAL: dict[str, Callable[[Any, Callable[[Any], pl.Expr]], pl.Expr]] = {
    "Is": _is_null,
    "Between": _between,
    "In": _in_list,
}
