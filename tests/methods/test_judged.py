"""methods.md M9.2 and M9.3: `ahp.drinks` (Saaty 2008), `ahp.group`, `bwm.transport` (Rezaei 2015)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezon.errors import UnfitMethod
from mezon.methods.judged import (
    allocations,
    best_worst_intervals,
    best_worst_nonlinear,
    best_worst_ratio,
    comparisons,
    consistency,
    least_consistent,
    pooled,
    tables_of,
)
from mezon.methods.weight import ahp, best_worst, budget_allocation

DRINKS = [
    [1, 9, 5, 2, 1, 1, 0.5], [0, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9], [0, 0, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [0, 0, 0, 1, 0.5, 1, 1 / 3], [0, 0, 0, 0, 1, 2, 0.5], [0, 0, 0, 0, 0, 1, 1 / 3], [0, 0, 0, 0, 0, 0, 1],
]  # fmt: skip
#: Handbook, table 20: patents, royalties, internet, exports, telephones, electricity, schooling, university.
TECHNOLOGY = [
    [1, 2, 3, 2, 5, 5, 1, 3], [0, 1, 2, 0.5, 4, 4, 0.5, 3], [0, 0, 1, 0.25, 2, 2, 0.2, 0.5], [0, 0, 0, 1, 4, 4, 0.5, 3],
    [0, 0, 0, 0, 1, 1, 0.2, 0.5], [0, 0, 0, 0, 0, 1, 0.2, 0.5], [0, 0, 0, 0, 0, 0, 1, 4], [0, 0, 0, 0, 0, 0, 0, 1],
]  # fmt: skip
A = {"A:B": 3.0, "A:C": 5.0, "B:C": 2.0}
B = {"A:B": 1.0, "A:C": 3.0, "B:C": 4.0}


def said(matrix: list[list[float]]) -> tuple[tuple[str, ...], dict[str, float]]:
    codes = tuple("ABCDEFGH"[: len(matrix)])
    pairs = {f"{codes[i]}:{codes[j]}": matrix[i][j] for i in range(len(codes)) for j in range(i + 1, len(codes))}
    return codes, pairs


def test_weights_and_consistency_of_what_americans_drink():
    codes, pairs = said(DRINKS)
    published = [0.177457, 0.019149, 0.041831, 0.116417, 0.189572, 0.128781, 0.326793]
    assert ahp(codes, judgments={"S": pairs}) == pytest.approx(published, abs=1e-5)
    found = consistency(comparisons(codes, pairs))
    assert found is not None
    assert (found.eigenvalue, found.index, found.ratio) == pytest.approx((7.176629, 0.029438, 0.022302), abs=1e-5)
    other = consistency(comparisons(codes, pairs), random_index="saaty-2008")
    assert other is not None
    assert other.ratio == pytest.approx(0.021806, abs=1e-5)


def test_weights_of_the_handbooks_comparisons():
    """Table 20 prints no weights; these are recomputed from its matrix (principal eigenvalue 8.2111, CR .0214)."""
    codes, pairs = said(TECHNOLOGY)
    assert ahp(codes, judgments={"H": pairs}) == pytest.approx(
        [0.229, 0.135, 0.059, 0.176, 0.039, 0.039, 0.252, 0.072], abs=5e-4
    )
    found = consistency(comparisons(codes, pairs))
    assert found is not None
    assert (found.eigenvalue, found.ratio) == pytest.approx((8.2111, 0.0214), abs=1e-4)


def test_two_experts_together():
    codes = ("A", "B", "C")
    assert ahp(codes, judgments={"1": A}) == pytest.approx([0.648329, 0.229651, 0.122020], abs=1e-5)
    assert ahp(codes, judgments={"2": B}) == pytest.approx([0.416061, 0.457934, 0.126005], abs=1e-5)
    both = {"1": A, "2": B}
    assert ahp(codes, judgments=both) == pytest.approx([0.536728, 0.335130, 0.128141], abs=1e-5)
    found = consistency(pooled(tables_of(codes, both)))
    assert found is not None
    assert found.ratio == pytest.approx(0.005293, abs=1e-5)
    apart = [ahp(codes, judgments={"1": each}) for each in (A, B)]
    assert ahp(codes, judgments=both, group="priorities") == pytest.approx(np.mean(apart, axis=0))


@given(arrays(float, 5, elements=st.floats(0.1, 10)), st.lists(st.integers(0, 9), max_size=3))
def test_consistent_comparisons_return_their_weights(weights, left_out):
    """methods.md section 14, law 12; also when some pairs were not asked, as long as the rest connect all."""
    codes = tuple("ABCDE")
    pairs = {f"{a}:{b}": weights[i] / weights[j] for i, a in enumerate(codes) for j, b in enumerate(codes) if i < j}
    kept = {item: ratio for at, (item, ratio) in enumerate(sorted(pairs.items())) if at not in left_out}
    assert ahp(codes, judgments={"1": kept}) == pytest.approx(weights / weights.sum(), rel=1e-6)
    found = consistency(comparisons(codes, pairs))
    assert found is not None
    assert found.ratio == pytest.approx(0, abs=1e-9)


def test_the_comparison_that_contradicts_the_others_is_named_first():
    pairs = {"A:B": 2.0, "B:C": 2.0, "C:D": 2.0, "A:C": 4.0, "B:D": 4.0, "A:D": 1 / 8}
    codes = tuple("ABCD")
    found = consistency(comparisons(codes, pairs))
    assert found is not None
    assert found.ratio > found.accepted == 0.08
    assert least_consistent(codes, comparisons(codes, pairs))[0][0] == "A:D"


def test_comparisons_that_do_not_connect_all_children_give_no_weights():
    assert np.isnan(ahp(tuple("ABCD"), judgments={"1": {"A:B": 2.0, "C:D": 3.0}})).all()
    assert np.isnan(ahp(tuple("AB"), judgments={})).all()


@pytest.mark.parametrize("pairs", [{"A:B": 0.0}, {"A:B": 2.0, "B:A": 2.0}, {"A:B": -1.0}])
def test_impossible_comparisons_are_refused(pairs):
    with pytest.raises(UnfitMethod):
        ahp(("A", "B"), judgments={"1": pairs})


def test_budget_allocation_is_the_mean_of_shares():
    points = {"1": {"A": 60.0, "B": 40.0, "Z": 100.0}, "2": {"A": 6.0, "B": 14.0}, "3": {"Z": 1.0}}
    assert budget_allocation(("A", "B"), judgments=points) == pytest.approx([0.45, 0.55])
    assert len(allocations(("A", "B"), points)) == 2
    assert np.isnan(budget_allocation(("X", "Y"), judgments=points)).all()
    with pytest.raises(UnfitMethod):
        budget_allocation(("A", "B"), judgments={"1": {"A": -1.0, "B": 2.0}})


def test_best_worst_weights_of_a_mode_of_transport():
    codes, items = ("load", "access", "cost"), {"cost:load": 8.0, "cost:access": 2.0, "access:load": 5.0}
    assert best_worst(codes, judgments={"R": items}) == pytest.approx([0.071429, 0.321429, 0.607143], abs=1e-6)
    assert best_worst(codes, judgments={"R": items}, model="nonlinear") == pytest.approx(
        [0.071429, 0.338690, 0.589882], abs=1e-6
    )
    to_others, to_worst = np.array([8.0, 2, 1]), np.array([1.0, 5, 8])
    _, xi = best_worst_nonlinear(to_others, to_worst, 2, 0)
    assert xi == pytest.approx(0.258342, abs=1e-6)
    assert best_worst_ratio(xi, to_others, 0) == pytest.approx(0.057795, abs=1e-6)


def test_a_nonlinear_optimum_of_four_children_is_an_interval():
    to_others, to_worst = np.array([1.0, 2, 4, 8]), np.array([8.0, 6, 2, 1])
    weights, xi = best_worst_nonlinear(to_others, to_worst, 0, 3)
    low, high = best_worst_intervals(to_others, to_worst, 0, 3, xi * (1 + 1e-9))
    assert (low <= high + 1e-9).all()
    assert weights.sum() == pytest.approx(1)
    assert ((low - 1e-6 <= weights) & (weights <= high + 1e-6)).all()


def test_best_worst_without_a_best_is_refused():
    with pytest.raises(UnfitMethod, match="best"):
        best_worst(tuple("ABC"), judgments={"1": {"A:B": 2.0}})
