"""The formula language: what it computes, what it leaves absent, and what it refuses."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.engine.cells import Cells
from mezon.engine.formula import Formula, order
from mezon.errors import FormulaFault

NAN = np.nan


def value(text: str, **terms: float) -> float:
    return float(Formula.parse(text).evaluate(terms))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100 * A / B", 40.0),
        ("A + B * C", 17.0),
        ("(A + B) * C", 21.0),
        ("-A", -2.0),
        ("A - B", -3.0),
        ("power(A, C)", 8.0),
        ("sqrt(A * 8)", 4.0),
        ("abs(A - B)", 3.0),
        ("ln(exp(A))", 2.0),
        ("least(A, B, C)", 2.0),
        ("greatest(A, B, C)", 5.0),
        ("round(A / C, 2)", 0.67),
        ("round(B / A)", 3.0),
        ("round(-B / A)", -3.0),
        ("A < B", 1.0),
        ("A >= B", 0.0),
        ("A = 2 and B = 5", 1.0),
        ("A = 3 or B = 4", 0.0),
        ("not A = 3", 1.0),
        ("A <> 2", 0.0),
        ("CASE WHEN A > B THEN A WHEN C = 3 THEN 7 ELSE B END", 7.0),
        ("CASE C WHEN 1 THEN 10 WHEN 3 THEN 30 END", 30.0),
        ("A between 1 and 2", 1.0),
    ],
)
def test_the_language_computes_what_sql_would(text: str, expected: float) -> None:
    assert value(text, A=2.0, B=5.0, C=3.0) == pytest.approx(expected)


def test_terms_are_the_codes_of_a_formula_and_case_matters() -> None:
    assert Formula.parse("100 * RD_SPEND / Total_Spend + lag(RD_SPEND, 1)").terms == {"RD_SPEND", "Total_Spend"}


def test_codes_with_dots_and_dashes_are_quoted() -> None:
    formula = Formula.parse('"GB.XPD-1" * 2')
    assert formula.terms == {"GB.XPD-1"}
    assert formula.evaluate({"GB.XPD-1": 4.0}) == 8.0


@pytest.mark.parametrize("text", ["A + 1", "A * 0", "power(A, 0)", "A > 1", "A = A", "not A", "A = 1 or 1 = 1"])
def test_what_is_absent_stays_absent(text: str) -> None:
    assert np.isnan(value(text, A=NAN))


def test_least_and_greatest_do_not_skip_the_absent() -> None:
    assert np.isnan(value("least(A, 1)", A=NAN))
    assert np.isnan(value("greatest(1, A)", A=NAN))


def test_only_is_null_answers_for_what_is_absent() -> None:
    formula = Formula.parse("CASE WHEN A IS NULL THEN 0 - 1 ELSE A END")
    np.testing.assert_array_equal(formula.evaluate({"A": np.array([NAN, 2.0])}), [-1.0, 2.0])
    assert value("A IS NOT NULL", A=NAN) == 0.0


def test_a_formula_says_which_periods_it_reads() -> None:
    assert Formula.parse("A / lag(B, 2) + lag(mean(A, 2), 1)").reads == {("A", 0), ("B", 2), ("A", 1), ("A", 2)}


def test_marks_of_terms_reach_the_results_made_of_them() -> None:
    mark = np.uint16(4)
    terms = {
        "A": Cells(np.array([[1.0, 2.0, 3.0]]), np.array([[mark, 0, 0]], dtype=np.uint16)),
        "B": Cells(np.array([[1.0, 1.0, 1.0]]), np.zeros((1, 3), dtype=np.uint16)),
    }
    assert Formula.parse("B + lag(A, 1)").apply(terms).flags.tolist() == [[0, 4, 0]]
    assert Formula.parse("CASE WHEN B = 1 THEN B ELSE A END").apply(terms).flags.tolist() == [[0, 0, 0]]


def test_case_asks_only_the_branch_it_takes() -> None:
    formula = Formula.parse("CASE WHEN B > 0 THEN A / B ELSE 0 END")
    terms = {"A": np.array([[6.0, 6.0, NAN, 6.0]]), "B": np.array([[2.0, 0.0, 0.0, NAN]])}
    np.testing.assert_array_equal(formula.evaluate(terms), [[3.0, 0.0, 0.0, NAN]])
    assert not formula.zero_divisions(terms).any()


def test_division_by_zero_is_absent_and_reported() -> None:
    formula = Formula.parse("A / B")
    terms = {"A": np.array([1.0, 0.0, NAN, 1.0]), "B": np.array([0.0, 0.0, 0.0, 2.0])}
    np.testing.assert_array_equal(formula.evaluate(terms), [NAN, NAN, NAN, 0.5])
    np.testing.assert_array_equal(formula.zero_divisions(terms), [True, True, False, False])


def test_a_logarithm_of_zero_is_undefined_but_no_division() -> None:
    formula = Formula.parse("ln(A)")
    terms = {"A": np.array([0.0, -1.0, 1.0, NAN])}
    np.testing.assert_array_equal(formula.undefined(terms), [True, True, False, False])
    assert not formula.zero_divisions(terms).any()


def test_windows_run_over_a_units_own_periods_and_need_all_of_them() -> None:
    terms = {"X": np.array([[1.0, 2.0, 3.0, NAN, 5.0], [10.0, 20.0, 30.0, 40.0, 50.0]])}
    np.testing.assert_array_equal(
        Formula.parse("lag(X, 2)").evaluate(terms), [[NAN, NAN, 1.0, 2.0, 3.0], [NAN, NAN, 10.0, 20.0, 30.0]]
    )
    np.testing.assert_array_equal(
        Formula.parse("mean(X, 2)").evaluate(terms), [[NAN, 1.5, 2.5, NAN, NAN], [NAN, 15.0, 25.0, 35.0, 45.0]]
    )
    np.testing.assert_array_equal(
        Formula.parse("sum(X, 3)").evaluate(terms), [[NAN, NAN, 6.0, NAN, NAN], [NAN, NAN, 60.0, 90.0, 120.0]]
    )


def test_growth_is_lag_inside_arithmetic() -> None:
    growth = Formula.parse("100 * (X / lag(X, 1) - 1)").evaluate({"X": np.array([[100.0, 110.0, 99.0]])})
    np.testing.assert_allclose(growth, [[NAN, 10.0, -10.0]])


def test_a_lag_longer_than_the_axis_is_absent() -> None:
    assert np.isnan(Formula.parse("lag(X, 9)").evaluate({"X": np.ones((2, 3))})).all()


def test_a_constant_of_the_period_meets_every_unit() -> None:
    result = Formula.parse("X * DEFLATOR").evaluate({"X": np.ones((2, 3)), "DEFLATOR": np.array([1.0, 2.0, 3.0])})
    np.testing.assert_array_equal(result, [[1.0, 2.0, 3.0]] * 2)


def test_half_is_rounded_up_as_it_is_written() -> None:
    assert value("round(A, 2)", A=1.005) == 1.01
    assert value("round(A, 2)", A=-1.005) == -1.01


@pytest.mark.parametrize(
    "text",
    ["", "A +", "'text'", "random()", "A; B", "lag(A, -1)", "sum(A, B)", "mean(A)", "SELECT A", "coalesce(A, 0)"],
)
def test_what_the_language_does_not_have_is_refused_when_parsed(text: str) -> None:
    with pytest.raises(FormulaFault):
        Formula.parse(text)


def test_a_term_that_is_not_given_is_named() -> None:
    with pytest.raises(FormulaFault, match="needs B"):
        Formula.parse("A + B").evaluate({"A": 1.0})


def test_order_puts_terms_before_what_asks_for_them() -> None:
    formulas = {code: Formula.parse(text) for code, text in {"C": "A + B", "B": "A * 2", "A": "X", "D": "1"}.items()}
    assert order(formulas) == ("A", "B", "C", "D")


def test_a_circle_of_formulas_is_named() -> None:
    formulas = {code: Formula.parse(text) for code, text in {"A": "B + 1", "B": "C", "C": "A"}.items()}
    with pytest.raises(FormulaFault, match="A -> B -> C -> A"):
        order(formulas)


def test_a_formula_travels_to_another_process() -> None:
    there = pickle.loads(pickle.dumps(Formula.parse("A / 2")))  # noqa: S301
    assert there == Formula.parse("A / 2")
    assert there.evaluate({"A": 4.0}) == 2.0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12), st.integers(1, 4))
def test_a_windowed_sum_is_the_mean_times_its_length(series: list[float], periods: int) -> None:
    terms = {"X": np.array([series])}
    total = Formula.parse(f"sum(X, {periods})").evaluate(terms)
    mean = Formula.parse(f"mean(X, {periods})").evaluate(terms)
    np.testing.assert_allclose(total, mean * periods, rtol=1e-12, atol=1e-9)
    assert np.isnan(total[0, : periods - 1]).all()
