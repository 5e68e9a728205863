"""The parser of the formula language (design.md, appendix A): SQL expressions over codes, and nothing else of SQL.

Used for indicators, nodes, rules, derivations and claims. `engine.formula` evaluates what `parse` gives, so that there
is one parser and one answer to "is this a formula?". Functions over time (lag, mean, sum) arrive as
`exp.Anonymous`; ln, exp, power, sqrt, abs, least, greatest and round as their own sqlglot classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from mezon.errors import FormulaFault

if TYPE_CHECKING:
    from sqlglot import exp

#: Codes that a formula can name: quote those with `.` or `-`.
CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
#: Functions by number of arguments they take: (fewest, most).
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "ln": (1, 1),
    "exp": (1, 1),
    "power": (2, 2),
    "sqrt": (1, 1),
    "abs": (1, 1),
    "least": (1, 99),
    "greatest": (1, 99),
    "round": (1, 2),
    "lag": (1, 2),
    "mean": (2, 2),
    "sum": (2, 2),
}
OVER_TIME = frozenset({"lag", "mean", "sum"})
_LONGEST = 10_000
_OPERATORS = (
    "Paren Neg Add Sub Mul Div Mod EQ NEQ GT GTE LT LTE And Or Not Is Null Boolean Between In Case If Column Identifier"
    " Literal Anonymous Ln Exp Pow Sqrt Abs Least Greatest Round"
)
_ALLOWED = frozenset(_OPERATORS.split())
_ONLY_IN_FILTERS = frozenset({"In"})
_HINT = (
    "It has numbers, codes, + - * / %, comparison, AND OR NOT, IS NULL, BETWEEN, CASE, ln, exp, power, sqrt, abs, "
    'least, greatest, round, lag(X, n), mean(X, n) and sum(X, n); codes with . or - stand in quotation marks ("A-B").'
)


def parse(text: str) -> exp.Expression:
    """Read a formula as a syntax tree of sqlglot that holds only what the language has.

    Raises : FormulaFault, saying what is not allowed.
    """
    return _parsed(text, texts=False).copy()


def parse_filter(text: str) -> exp.Expression:
    """Read a condition on the columns of a register: a formula that may also have texts in quotes, and IN (...).

    Raises : FormulaFault, saying what is not allowed.
    """
    return _parsed(text, texts=True).copy()


def terms_of(text: str, *, filtering: bool = False) -> frozenset[str]:
    """Give the codes that a formula (or, if `filtering`, a condition) names. Raises : FormulaFault."""
    from sqlglot import exp

    return frozenset(column.name for column in _parsed(text, texts=filtering).find_all(exp.Column))


def check_syntax(text: str) -> None:
    """Do nothing if this is a formula. Raises : FormulaFault."""
    _parsed(text, texts=False)


def circles(formulas: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Find codes whose formulas ask for one another in a circle; each circle once, from its first code on.

    formulas : the terms of each code that has a formula. A lagged term counts too.
    """
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()
    for start in sorted(formulas):
        trail: list[str] = []
        stack = [(start, iter(sorted(formulas[start])))] if start not in done else []
        trail += [start] if stack else []
        while stack:
            code = next((term for term in stack[-1][1] if term in formulas), None)
            if code is None:
                done.add(stack.pop()[0])
                trail.pop()
            elif code in trail:
                circle = _turned(trail[trail.index(code) :])
                found.setdefault(frozenset(circle), circle)
            elif code not in done:
                stack.append((code, iter(sorted(formulas[code]))))
                trail.append(code)
    return [found[members] for members in sorted(found, key=sorted)]


def _turned(circle: list[str]) -> tuple[str, ...]:
    first = circle.index(min(circle))
    return tuple(circle[first:] + circle[:first])


@lru_cache(maxsize=4096)
def _parsed(text: str, *, texts: bool) -> exp.Expression:
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if not text.strip():
        raise _fault(text, "it is empty")
    if len(text) > _LONGEST:
        raise _fault(text[:40] + "…", f"it is longer than {_LONGEST} characters")
    try:
        tree = _dialect().parse(text)
        if len(tree) != 1 or tree[0] is None:
            raise _fault(text, "it is not one expression")
        for node in tree[0].walk():
            _check(node, text, texts=texts)
    except SqlglotError as fault:
        raise _fault(text, _first_line(fault)) from None
    except RecursionError:
        raise _fault(text, "it is nested too deeply") from None
    return tree[0] if isinstance(tree[0], exp.Expression) else exp.Paren(this=tree[0])


@cache
def _dialect() -> Any:
    """Make an SQL without statements and with our functions only, so that `sum(X, 3)` and a code DATE are plain."""
    from sqlglot import Dialect, Tokenizer
    from sqlglot.parser import Parser

    kept = ("LN", "EXP", "POWER", "SQRT", "ABS", "LEAST", "GREATEST", "ROUND")
    narrowed: dict[str, Any] = {
        "FUNCTIONS": {name: Parser.FUNCTIONS[name] for name in kept},
        "FUNCTION_PARSERS": {},
        "NO_PAREN_FUNCTIONS": {},
        "NO_PAREN_FUNCTION_PARSERS": {"CASE": Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]},
        "STATEMENT_PARSERS": {},
    }
    parser = type("FormulaParser", (Parser,), narrowed)
    tokenizer = type("FormulaTokenizer", (Tokenizer,), {"COMMANDS": set()})
    return type("MezonFormula", (Dialect,), {"Parser": parser, "Tokenizer": tokenizer})()


def _check(node: Any, text: str, *, texts: bool) -> None:
    kind = type(node).__name__
    if node.comments:
        raise _fault(text, "it holds a comment; write 1 - (-2) for two signs in a row")
    if kind not in _ALLOWED or (kind in _ONLY_IN_FILTERS and not texts):
        raise _fault(text, f"{node.sql()!r} is not part of the formula language")
    if kind == "Literal" and node.is_string and not texts:
        raise _fault(text, f"{node.sql()} is a text, not a number (codes with . or - stand in double quotes)")
    if kind == "Column":
        _check_code(node, text)
    if kind == "Anonymous":
        _check_function(str(node.this), len(node.expressions), text)
    if kind == "In" and not node.expressions:
        raise _fault(text, "IN needs a list in parentheses")
    if kind == "Is" and type(node.expression).__name__ != "Null":
        raise _fault(text, "IS goes with NULL only")


def _check_code(node: Any, text: str) -> None:
    if len(node.parts) > 1:
        raise _fault(text, f'the code {node.sql()} has to stand in quotation marks: "{node.sql()}"')
    if not CODE.fullmatch(node.name):
        raise _fault(text, f"{node.name!r} is not a code")


def _check_function(name: str, count: int, text: str) -> None:
    if name.lower() not in FUNCTIONS:
        from mezon.design.nearest import nearest

        raise _fault(text, f"there is no function {name} (nearest: {nearest(name.lower(), FUNCTIONS)})")
    fewest, most = FUNCTIONS[name.lower()]
    if not fewest <= count <= most:
        raise _fault(text, f"{name} takes {fewest if fewest == most else f'{fewest} to {most}'} arguments, not {count}")


def _first_line(fault: Exception) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", str(fault)).strip() or "it cannot be read"
    if plain.startswith("Required keyword"):
        return "an operand or argument is missing" + plain.splitlines()[0].partition(">")[2].rstrip(".")
    return plain.splitlines()[0].rstrip(".")


def _fault(text: str, what: str) -> FormulaFault:
    return FormulaFault(f"{text!r} is not a formula: {what}.", hint=_HINT)
