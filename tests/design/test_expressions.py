from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.design.expressions import CODE, check_syntax, circles, parse, parse_filter, terms_of
from mezon.errors import FormulaFault


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("100 * RD_SPEND / TOTAL_SPEND", {"RD_SPEND", "TOTAL_SPEND"}),
        ('"A.B-C" + 1', {"A.B-C"}),
        ("CASE WHEN X > 1 AND NOT Y IS NULL THEN 2 ELSE NULL END", {"X", "Y"}),
        ("lag(X, 1) + mean(Y, 3) - sum(Z, 2)", {"X", "Y", "Z"}),
        ("greatest(least(a, b), power(c, 2), round(ln(exp(sqrt(abs(d)))), 2))", {"a", "b", "c", "d"}),
        ("x BETWEEN 1 AND 2", {"x"}),
        ("DATE + year + END", {"DATE", "year", "END"}),
        ("1.5e-3", set()),
    ],
)
def test_the_language_of_appendix_a_is_read(text: str, terms: set[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "(", "a b", "a AS b", "select 1", "(select 1)", "x; y", "a.b", "foo(x)", "max(a, b)", "'text'",
        "x::int",
        "cast(x as int)", "a || b", "*", "?", "$1", "@x", ":x", "{x}", "x in (1, 2)", "x ^ 2", "x ** 2",
        "1_000", "0x1F",
        "sum(x)", "mean(x, 2, 3)", "abs()", "lag(x) over (order by x)", "1 - -- 2", "a /* b */", "Д + 1", "x like y",
        "SHOW x", "drop table x", "interval '1' day", "x is 1", "a, b", "=" , "((((", "(" * 3000,
    ],
)  # fmt: skip
def test_nothing_else_of_sql_is_let_in(text: str) -> None:
    with pytest.raises(FormulaFault) as fault:
        check_syntax(text)
    assert fault.value.hint


def test_a_filter_may_have_texts_and_lists() -> None:
    assert parse_filter("kind IN ('mine', 'plant') AND stage <> 'idea'").sql()
    assert terms_of("kind IN ('mine')", filtering=True) == {"kind"}


def test_a_parsed_tree_belongs_to_the_caller() -> None:
    tree = parse("a + b")
    tree.set("this", None)
    assert parse("a + b").sql() == "a + b"


def test_circles_are_named_once_from_their_first_code_on() -> None:
    formulas = {"B": ["C"], "C": ["A"], "A": ["B"], "D": ["D"], "E": ["A", "X"]}
    assert circles(formulas) == [("A", "B", "C"), ("D",)]
    assert circles({"A": ["B"], "B": ["C"]}) == []


@given(st.text(max_size=60) | st.text(alphabet="ab1+-*/().,<>=' \"", max_size=40))
def test_any_text_is_a_formula_or_a_fault(text: str) -> None:
    try:
        terms = terms_of(text)
    except FormulaFault:
        return
    assert all(CODE.fullmatch(term) for term in terms)
