"""Aggregations that are no mean, through the engine: periods, gaps, nodes, formulas, and exact contributions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mezon.analyse.assessing import assess
from mezon.engine.index import Choice, compile_index, panel_of
from mezon.errors import UnfitMethod
from mezon.methods import aggregate
from mezon.model.methodology import Leaf, MethodCall, Node, Robustness, Vary
from tests.index_case import TOY, methodology_of, release_of, step

SCALED = step("normalise/goalposts(low=0, high=1)")
Z = np.array(
    [[0.525, 0.48, 0.3, 0.6], [0.2, 0.2, 0.45, 0.2], [0.875, 0.8, 0.55, 0.9], [0.35, 0.36, 0.2, 0.45],
     [0.7, 0.56, 0.7, 0.75]]
)  # fmt: skip
FOUR = np.ones(4)
CALLS = {
    "aggregate/power(p=2)": lambda z: aggregate.power(z, weights=FOUR, p=2),
    "aggregate/minimum": lambda z: aggregate.minimum(z, weights=FOUR),
    "aggregate/median": lambda z: aggregate.median(z, weights=FOUR),
    "aggregate/owa(weights=[0.4, 0.3, 0.2, 0.1])": lambda z: -np.sort(-z) @ np.array([0.4, 0.3, 0.2, 0.1]),
    "aggregate/mazziotta-pareto": lambda z: aggregate.mazziotta_pareto(z, weights=FOUR),
    "aggregate/adjusted-mazziotta-pareto(penalty=plus)": lambda z: aggregate.mazziotta_pareto(
        z, weights=FOUR, penalty="plus"
    ),
    "aggregate/copeland": lambda z: aggregate.copeland(z, weights=FOUR),
    "aggregate/borda": lambda z: aggregate.borda(z, weights=FOUR),
    "aggregate/kemeny": lambda z: aggregate.kemeny(z, weights=FOUR),
    "aggregate/benefit-of-the-doubt(bounds=pie-share, low=0.1, high=0.5)": lambda z: aggregate.benefit_of_the_doubt(
        z, weights=FOUR, bounds="pie-share", low=0.1, high=0.5
    ),
    'aggregate/formula(expression="power(I1 * I2, 0.5) + I3 * I4")': lambda z: (
        np.sqrt(z[:, 0] * z[:, 1]) + z[:, 2] * z[:, 3]
    ),
}


def root(assessment) -> list[float | None]:
    return assessment.scores.filter(node="INDEX").sort("unit", "period")["score"].to_list()


@pytest.mark.parametrize("call", CALLS)
def test_a_node_is_scored_as_its_method_says(call):
    assert root(assess(release_of(TOY), methodology_of(SCALED, step(call)))) == pytest.approx(CALLS[call](Z))


@pytest.mark.parametrize("call", CALLS)
def test_contributions_add_up_to_the_score_less_the_reference(call):
    found = assess(release_of(TOY), methodology_of(SCALED, step(call)))
    for unit, score in zip(sorted(set(found.scores["unit"])), root(found), strict=True):
        parts = found.tables["contributions"].filter(unit=unit, node="INDEX")
        assert parts["contribution"].sum() == pytest.approx(score - float(parts["reference"][0]), abs=1e-9)


@pytest.mark.parametrize("call", CALLS)
def test_contributions_of_two_levels_and_a_rounding_add_up_too(call):
    nodes = (Node(id="INDEX", aggregate="geometric"), Node(id="A", parent="INDEX"), Node(id="B", parent="INDEX"))
    leaves = [Leaf(indicator=f"I{at}", parent="A") for at in range(1, 5)] + [Leaf(indicator="I5", parent="B")]
    values = np.column_stack([TOY, [3.0, 1, 4, 2, 2]])
    release = release_of(
        values, indicators=("I1", "I2", "I3", "I4", "I5"), directions=(1, 1, 1, -1, 1),
        goalposts=((0.0, 4.0), (0.0, 25.0), (0.0, 100.0), (100.0, 300.0), (0.0, 5.0)),
    )  # fmt: skip
    found = assess(
        release, methodology_of(SCALED, step(call), step("round/half-up(digits=2)"), nodes=nodes, leaves=leaves)
    )
    scores = found.scores.filter(node="INDEX").drop_nulls("score")
    for unit, score in scores.select("unit", "score").iter_rows():
        parts = found.tables["contributions"].filter(unit=unit, node="INDEX")
        assert parts["contribution"].sum() == pytest.approx(score - float(parts["reference"][0]), abs=1e-8)


def test_outranking_compares_units_of_the_same_period():
    panel = np.stack([TOY, TOY[::-1]], axis=1)
    found = assess(release_of(panel, periods=("2020", "2021")), methodology_of(SCALED, step("aggregate/copeland")))
    scores = np.array(root(found)).reshape(5, 2)
    assert scores[:, 0].tolist() == scores[::-1, 1].tolist() == [0, -4, 4, -2, 2]


def test_benefit_of_the_doubt_looks_at_all_periods_unless_told_otherwise():
    panel = np.stack([TOY, TOY / np.array([2, 2, 2, 0.5])], axis=1)
    release = release_of(panel, periods=("2020", "2021"), goalposts=((0, 4), (0, 25), (0, 100), (0, 700)))
    call = "aggregate/benefit-of-the-doubt"
    pooled, apart = (root(assess(release, methodology_of(SCALED, step(call, pool=each)))) for each in ("all", "period"))
    assert max(pooled[1::2]) < 0.9
    assert max(apart[1::2]) == pytest.approx(1)


def test_the_outranking_matrix_is_written_with_the_steps():
    found = assess(release_of(TOY), methodology_of(SCALED, step("aggregate/copeland")), keep_steps=True)
    matrix = found.tables["outranking"]
    assert matrix.height == 20
    pair = matrix.filter(a="U3", b="U1")
    assert pair.select("node", "period", "share_a_above_b").rows() == [("INDEX", "2020", 1.0)]


def test_gaps_are_compared_over_what_both_have_and_too_few_give_no_score():
    holed = TOY.copy()
    holed[0, :3] = np.nan
    found = assess(release_of(holed), methodology_of(SCALED, step("aggregate/copeland(min_coverage=0.5)")))
    assert root(found)[0] is None
    assert root(found)[1:] == pytest.approx([-3, 3, -1, 1])
    kept = root(assess(release_of(holed), methodology_of(SCALED, step("aggregate/minimum"))))
    assert kept[0] == pytest.approx(0.6)


def test_a_child_that_cannot_exist_counts_in_no_coverage():
    release = release_of(np.where(np.arange(20).reshape(5, 4) == 0, np.nan, TOY), not_applicable=[(0, 0, 0)])
    found = assess(release, methodology_of(SCALED, step("aggregate/median(min_coverage=1)")))
    assert root(found)[0] == pytest.approx(0.48)


def test_nodes_have_their_own_method_and_parameters():
    nodes = (
        Node(id="INDEX", aggregate="formula", parameters={"expression": "CASE WHEN A < B THEN A ELSE (A + B) / 2 END"}),
        Node(id="A", parent="INDEX", aggregate="power", parameters={"p": -1}),
        Node(id="B", parent="INDEX", direction=-1),
    )
    leaves = [Leaf(indicator=f"I{at}", parent="A" if at < 3 else "B") for at in range(1, 5)]
    found = assess(release_of(TOY), methodology_of(SCALED, step("aggregate/arithmetic"), nodes=nodes, leaves=leaves))
    a = aggregate.harmonic(Z[:, :2], weights=np.ones(2))
    b = 1 - Z[:, 2:].mean(axis=1)
    assert root(found) == pytest.approx(np.where(a < b, a, (a + b) / 2))


def test_a_formula_takes_what_is_scored_and_rounded_before_and_parameters():
    nodes = (Node(id="INDEX"), Node(id="A", parent="INDEX"), Node(id="B", parent="INDEX"))
    leaves = [Leaf(indicator=f"I{at}", parent="A" if at < 3 else "B") for at in range(1, 5)]
    steps = (
        SCALED,
        step("aggregate/arithmetic", nodes=("A", "B")),
        step("round/half-up(digits=1)"),
        step('aggregate/formula(expression="k * A + B - I1")', nodes=("INDEX",)),
    )
    release = release_of(TOY)
    definitions = replace(release.definitions, parameters={("k", ""): 2.0, ("k", "2020"): 3.0})
    found = assess(replace(release, definitions=definitions), methodology_of(*steps, nodes=nodes, leaves=leaves))
    a, b = (np.floor(Z[:, each].mean(axis=1) * 10 + 0.5 + 1e-9) / 10 for each in (slice(0, 2), slice(2, 4)))
    assert root(found) == pytest.approx(3 * a + b - Z[:, 0])


def test_a_formula_looks_back_over_periods():
    panel = np.stack([TOY, TOY + 0.1], axis=1)
    call = step('aggregate/formula(expression="I1 - lag(I1, 1)")')
    found = root(assess(release_of(panel, periods=("2020", "2021")), methodology_of(SCALED, call)))
    assert found[0] is None
    assert found[1::2] == pytest.approx([0.025] * 5)


@pytest.mark.parametrize("expression", ["", "I1 + NOBODY"])
def test_a_formula_that_is_none_or_names_nobody_is_refused(expression):
    with pytest.raises(UnfitMethod):
        assess(release_of(TOY), methodology_of(SCALED, step(f'aggregate/formula(expression="{expression}")')))


def test_aggregations_vary_in_draws_and_unfit_ones_are_excluded():
    options = tuple(
        MethodCall.parse(each) for each in ("aggregate/copeland", "aggregate/power(p=-1)", "aggregate/minimum")
    )
    robustness = Robustness(draws=80, vary=(Vary(kind="step", family="aggregate", options=options),))
    steps = (step("normalise/min-max(low=0, high=1)"), step("aggregate/arithmetic"))
    found = assess(release_of(TOY), methodology_of(*steps, robustness=robustness), keep_draws=True)
    assert 0 < found.excluded_draws < 40
    assert {"aggregate/copeland", "aggregate/minimum"} <= set(found.draws["aggregate"])


def test_variants_at_once_equal_one_at_a_time():
    for call in CALLS:
        index = compile_index(methodology := methodology_of(SCALED, step(call)), panel_of(release_of(TOY), methodology))
        if "I3" in call:
            continue
        found, _ = index.variants(index.written, np.array([-1, 0, 3]), None, None)
        for at, leaf in enumerate(("", "I1", "I4")):
            assert found[at, 0] == pytest.approx(index.replay(Choice(drop=leaf)).scores[0, :, 0], nan_ok=True), call


def test_kemeny_says_where_its_order_is_not_certain():
    circle = np.array([[1.0, 2, 3], [2, 3, 1], [3, 1, 2]])
    release = release_of(circle, indicators=("I1", "I2", "I3"), directions=(1, 1, 1), goalposts=(None, None, None))
    leaves = [Leaf(indicator=f"I{at}", parent="INDEX") for at in range(1, 4)]
    found = assess(release, methodology_of(step("aggregate/kemeny(exact_up_to=2)"), leaves=leaves))
    assert [f.code for f in found.findings if f.code == "order-not-certain"] == ["order-not-certain"]
    exact = assess(release, methodology_of(step("aggregate/kemeny"), leaves=leaves))
    assert root(exact) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("values", [TOY[:1], np.full((3, 4), np.nan), np.ones((3, 4))])
def test_one_unit_nothing_at_all_and_equal_units_do_not_crash(call, values):
    found = assess(release_of(values), methodology_of(SCALED, step(call)))
    scores = root(found)
    assert all(score is None or np.isfinite(score) for score in scores)
    assert scores in ([None] * len(scores), pytest.approx(scores[:1] * len(scores)))
