"""The compiled index: steps, their states, and replays with a choice changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mezon.engine.index import Choice, compile_index, draw, panel_of
from mezon.errors import AskedForUnknown, UnfitMethod, WrongUse
from mezon.model.indicator import Goalposts
from mezon.model.methodology import Leaf, MethodCall, Node, Robustness, Vary
from tests.index_case import TOY, methodology_of, release_of, step

NAN = np.nan
GOALPOSTS = step("normalise/goalposts(low=0, high=1)")
ARITHMETIC = step("aggregate/arithmetic")


def index_of(release, methodology):
    return compile_index(methodology, panel_of(release, methodology))


def root_scores(release, methodology, choice=None):
    outcome = index_of(release, methodology).replay(choice)
    return outcome.scores[-1 if len(outcome.scores) == 1 else 0][:, 0]


def codes(outcome):
    return [event.code for event in outcome.events]


def test_the_toy_scores_as_the_specification_says():
    """methods.md M2.5, vector `aggregate`."""
    expected = {
        "arithmetic": [0.47625, 0.2625, 0.78125, 0.34, 0.6775],
        "geometric": [0.461496, 0.244949, 0.76723, 0.326327, 0.673537],
        "harmonic": [0.445033, 0.232258, 0.751576, 0.311111, 0.669323],
    }
    for name, scores in expected.items():
        methodology = methodology_of(GOALPOSTS, step(f"aggregate/{name}"))
        assert root_scores(release_of(TOY), methodology) == pytest.approx(scores, abs=1e-6)


def test_a_transform_declared_by_a_leaf_applies_to_values_and_goalposts_alike():
    leaves = [Leaf(indicator="I1", parent="INDEX", goalposts=Goalposts(low=1.0, high=100.0), transform="log")]
    methodology = methodology_of(GOALPOSTS, ARITHMETIC, leaves=leaves)
    found = root_scores(release_of(np.array([[1.0], [10.0], [100.0]]), indicators=["I1"]), methodology)
    assert found == pytest.approx([0, 0.5, 1])


def test_a_transform_step_and_a_declared_transform_are_applied_once():
    leaves = [Leaf(indicator="I1", parent="INDEX", goalposts=Goalposts(low=1.0, high=100.0), transform="log")]
    methodology = methodology_of(step("transform/log"), GOALPOSTS, ARITHMETIC, leaves=leaves)
    found = root_scores(release_of(np.array([[1.0], [10.0], [100.0]]), indicators=["I1"]), methodology)
    assert found == pytest.approx([0, 0.5, 1])


def test_a_reciprocal_turns_direction_and_goalposts_round():
    leaves = [Leaf(indicator="I1", parent="INDEX", goalposts=Goalposts(low=1.0, high=4.0))]
    methodology = methodology_of(step("transform/reciprocal"), GOALPOSTS, ARITHMETIC, leaves=leaves)
    found = root_scores(release_of(np.array([[1.0], [2.0], [4.0]]), indicators=["I1"]), methodology)
    assert found == pytest.approx([0, 2 / 3, 1])


def test_a_node_may_have_its_own_aggregation_and_coverage():
    nodes = [
        Node(id="TOP", aggregate="geometric"),
        Node(id="A", parent="TOP"),
        Node(id="B", parent="TOP", parameters={"min_coverage": 1.0}),
    ]
    leaves = [Leaf(indicator=f"I{i}", parent="A" if i < 3 else "B") for i in range(1, 5)]
    values = TOY.astype(float).copy()
    values[1, 3] = NAN
    outcome = index_of(release_of(values), methodology_of(GOALPOSTS, ARITHMETIC, nodes=nodes, leaves=leaves)).replay()
    top, a, b = outcome.scores[:, :, 0]
    assert a[0] == pytest.approx((0.525 + 0.48) / 2)
    assert np.isnan(b[1])
    assert top[0] == pytest.approx(np.sqrt(a[0] * b[0]))
    assert top[1] == pytest.approx(a[1])


def test_a_node_of_direction_minus_one_enters_its_parent_turned_round():
    nodes = [Node(id="TOP"), Node(id="BURDEN", parent="TOP", direction=-1)]
    leaves = [Leaf(indicator="I1", parent="TOP"), Leaf(indicator="I2", parent="BURDEN")]
    outcome = index_of(release_of(TOY), methodology_of(GOALPOSTS, ARITHMETIC, nodes=nodes, leaves=leaves)).replay()
    assert outcome.scores[1, 0, 0] == pytest.approx(0.48)
    assert outcome.scores[0, 0, 0] == pytest.approx((0.525 + 1 - 0.48) / 2)


def test_steps_aggregate_what_is_already_rounded():
    nodes = [Node(id="TOP"), Node(id="A", parent="TOP")]
    leaves = [Leaf(indicator="I1", parent="A"), Leaf(indicator="I2", parent="A")]
    steps = [GOALPOSTS, step("aggregate/arithmetic", nodes=("A",)), step("round/half-up(digits=1)"), ARITHMETIC]
    found = root_scores(release_of(TOY), methodology_of(*steps, nodes=nodes, leaves=leaves))
    assert found.tolist() == [0.5, 0.2, 0.8, 0.4, 0.6]


def test_min_max_per_period_differs_from_min_max_over_all():
    panel = np.array([[[0.0], [0.0]], [[1.0], [4.0]]])
    release = release_of(panel, indicators=["I1"], periods=["2020", "2021"])
    leaves = [Leaf(indicator="I1", parent="INDEX")]
    pooled = index_of(release, methodology_of(step("normalise/min-max"), ARITHMETIC, leaves=leaves)).replay()
    apart = methodology_of(step("normalise/min-max", pool="period"), ARITHMETIC, leaves=leaves)
    assert pooled.scores[0, 1].tolist() == [25, 100]
    assert index_of(release, apart).replay().scores[0, 1].tolist() == [100, 100]


def test_imputation_sees_the_series_beyond_the_window_and_marks_what_it_fills():
    panel = np.array([[[1.0], [NAN], [3.0]], [[1.0], [1.0], [1.0]]])
    release = release_of(panel, indicators=["I1"], periods=["2019", "2020", "2021"])
    methodology = methodology_of(
        step("impute/linear(max_gap=1)"),
        ARITHMETIC,
        leaves=[Leaf(indicator="I1", parent="INDEX")],
        periods=("2020", "2020"),
    )
    outcome = index_of(release, methodology).replay()
    assert outcome.scores[0, :, 0].tolist() == [2, 1]
    assert outcome.state.imputed[:, 0, 0].tolist() == [True, False]


def test_what_cannot_exist_is_not_imputed():
    panel = np.array([[[1.0], [NAN], [3.0]], [[1.0], [1.0], [1.0]]])
    release = release_of(panel, indicators=["I1"], periods=["2019", "2020", "2021"], not_applicable=[(0, 1, 0)])
    methodology = methodology_of(step("impute/linear"), ARITHMETIC, leaves=[Leaf(indicator="I1", parent="INDEX")])
    assert np.isnan(index_of(release, methodology).replay().scores[0, 0, 1])


def test_what_cannot_exist_does_not_count_against_coverage():
    values = TOY.astype(float).copy()
    values[0, 3] = values[1, 3] = NAN
    methodology = methodology_of(GOALPOSTS, step("aggregate/arithmetic(min_coverage=1.0)"))
    found = root_scores(release_of(values, not_applicable=[(0, 0, 3)]), methodology)
    assert found[0] == pytest.approx((0.525 + 0.48 + 0.3) / 3)
    assert np.isnan(found[1])


def test_only_and_except_restrict_a_step():
    methodology = methodology_of(
        step("normalise/goalposts(low=0, high=1)", without=("I4",)),
        step("normalise/min-max(low=0, high=1)", only=("I4",)),
        ARITHMETIC,
    )
    found = index_of(release_of(TOY), methodology).replay().state.values[0, :, 0]
    assert found[0] == pytest.approx([0.525, 0.48, 0.3, 0.571429], abs=1e-6)


@pytest.mark.parametrize(
    ("steps", "column", "value"),
    [
        ((step("transform/log"), step("normalise/min-max"), ARITHMETIC), 0, 0.0),
        ((GOALPOSTS, step("aggregate/geometric")), 0, 0.0),
        ((GOALPOSTS, step("aggregate/harmonic")), 0, 0.0),
    ],
)
def test_a_method_that_does_not_fit_leaves_cells_missing_and_says_so(steps, column, value):
    values = TOY.astype(float).copy()
    values[2, column] = value
    outcome = index_of(release_of(values), methodology_of(*steps)).replay()
    event = next(event for event in outcome.events if event.code == "unfit-method")
    assert event.details["cells"] == 1
    assert event.details["first"] == "U3 2020"


def test_a_column_without_spread_is_told_and_left_out():
    values = TOY.astype(float).copy()
    values[:, 1] = 7.0
    outcome = index_of(release_of(values), methodology_of(step("normalise/min-max"), ARITHMETIC)).replay()
    assert [event.details["subject"] for event in outcome.events if event.code == "unfit-method"] == ["I2"]
    assert not np.isnan(outcome.scores).any()


def test_steps_without_effect_are_told():
    steps = (
        step("screen(min_unit_coverage=0.1)"),
        step("impute/linear"),
        step("treat/winsorise"),
        GOALPOSTS,
        ARITHMETIC,
    )
    outcome = index_of(release_of(TOY), methodology_of(*steps)).replay()
    assert codes(outcome) == ["step-without-effect"] * 3
    assert [event.step for event in outcome.events] == [1, 2, 3]


def test_winsorise_then_log_puts_the_goalposts_on_the_logarithmic_scale():
    values = np.array([*range(1, 31), 300.0, 400.0])[:, None]
    leaves = [Leaf(indicator="I1", parent="INDEX", goalposts=Goalposts(low=1.0, high=400.0))]
    methodology = methodology_of(step("treat/winsorise(max_points=1, then=log)"), GOALPOSTS, ARITHMETIC, leaves=leaves)
    found = root_scores(release_of(values, indicators=["I1"]), methodology)
    order = np.argsort([f"U{at + 1}" for at in range(32)])
    assert found == pytest.approx((np.log(values) / np.log(400)).ravel()[order])


@pytest.mark.parametrize("values", [np.full((3, 4), NAN), np.full((3, 4), 2.0), TOY[:1]])
def test_degenerate_panels_give_answers_or_gaps_and_never_a_crash(values):
    steps = (step("impute/linear"), step("treat/winsorise"), step("normalise/min-max"), step("aggregate/geometric"))
    outcome = index_of(
        release_of(values, units=[f"U{at}" for at in range(len(values))]), methodology_of(*steps)
    ).replay()
    assert np.isnan(outcome.ranks).all()


def test_one_choice_changed_equals_the_methodology_rewritten():
    release = release_of(TOY)
    written = methodology_of(GOALPOSTS, ARITHMETIC)
    rewritten = methodology_of(step("normalise/min-max(low=1, high=100)"), ARITHMETIC)
    choice = Choice(calls={0: MethodCall.parse("normalise/min-max(low=1, high=100)")})
    assert root_scores(release, written, choice) == pytest.approx(root_scores(release, rewritten), rel=1e-14)
    heavier = methodology_of(
        GOALPOSTS,
        ARITHMETIC,
        leaves=[Leaf(indicator=f"I{i}", parent="INDEX", weight=3.0 if i == 1 else 1.0) for i in range(1, 5)],
    )
    assert root_scores(release, written, Choice(weights={"I1": 3.0})) == pytest.approx(root_scores(release, heavier))
    fewer = methodology_of(GOALPOSTS, ARITHMETIC, leaves=[Leaf(indicator=f"I{i}", parent="INDEX") for i in (1, 2, 3)])
    assert root_scores(release, written, Choice(drop="I4")) == pytest.approx(root_scores(release, fewer))


def test_a_dropped_leaf_counts_in_no_screen_and_no_coverage():
    values = TOY.astype(float).copy()
    values[0, :2] = NAN
    steps = (step("screen(min_unit_coverage=0.6)"), GOALPOSTS, step("aggregate/arithmetic(min_coverage=0.6)"))
    written = methodology_of(*steps)
    fewer = methodology_of(*steps, leaves=[Leaf(indicator=f"I{i}", parent="INDEX") for i in (2, 3, 4)])
    assert np.isnan(root_scores(release_of(values), written)[0])
    dropped = root_scores(release_of(values), written, Choice(drop="I1"))
    assert dropped == pytest.approx(root_scores(release_of(values), fewer))
    assert not np.isnan(dropped[0])


def test_every_drawn_variant_equals_a_replay_of_its_choices():
    robustness = Robustness(
        draws=60,
        vary=(
            Vary(kind="step", family="normalise", options=(MethodCall.parse("normalise/min-max(low=1, high=100)"),)),
            Vary(kind="step", family="aggregate", options=(MethodCall.parse("aggregate/geometric"),)),
            Vary(kind="weights", parameters={"noise": 0.25}),
            Vary(kind="drop"),
        ),
    )
    values = TOY.astype(float).copy()
    values[0, :2] = NAN
    methodology = methodology_of(
        step("screen(min_unit_coverage=0.6)"),
        step("normalise/goalposts(low=1, high=100)"),
        step("aggregate/arithmetic(min_coverage=0.3)"),
        robustness=robustness,
    )
    index = index_of(release_of(values), methodology)
    drawn = draw(index, index.replay(), draws=60, seed=7)
    assert drawn.excluded == 0
    for at in range(60):
        calls = (
            {1: MethodCall.parse("normalise/min-max(low=1, high=100)")}
            if "min-max" in drawn.choices["normalise"][at]
            else {}
        )
        if "geometric" in drawn.choices["aggregate"][at]:
            calls[2] = MethodCall.parse("aggregate/geometric(min_coverage=0.3)")
        weights = dict(zip(index.tree.names, drawn.weights[at] * index.tree.weights, strict=True))
        drop = drawn.choices["drop"][at].removeprefix("none")
        again = index.replay(Choice(calls=calls, weights=weights, drop=drop))
        assert drawn.scores[at] == pytest.approx(again.scores, rel=1e-12, nan_ok=True)


def test_workers_and_more_draws_change_no_draw():
    robustness = Robustness(vary=(Vary(kind="weights", parameters={"noise": 0.25}), Vary(kind="observations")))
    release = release_of(TOY, errors=np.full((5, 1, 4), 0.1))
    index = index_of(release, methodology_of(GOALPOSTS, ARITHMETIC, robustness=robustness))
    nominal = index.replay()
    alone = draw(index, nominal, draws=1200, seed=1)
    with ThreadPoolExecutor(3) as executor:
        together = draw(index, nominal, draws=1200, seed=1, executor=executor)
    assert np.array_equal(alone.scores, together.scores)
    assert np.array_equal(alone.scores[:700], draw(index, nominal, draws=700, seed=1).scores)
    assert not np.array_equal(alone.scores, draw(index, nominal, draws=1200, seed=2).scores)


def test_draws_that_combine_methods_that_do_not_fit_are_excluded_and_counted():
    robustness = Robustness(
        vary=(Vary(kind="step", family="aggregate", options=(MethodCall.parse("aggregate/geometric"),)),)
    )
    methodology = methodology_of(step("normalise/min-max"), ARITHMETIC, robustness=robustness)
    index = index_of(release_of(TOY), methodology)
    drawn = draw(index, index.replay(), draws=200, seed=1)
    geometric = sum("geometric" in label for label in drawn.choices["aggregate"])
    assert drawn.excluded == geometric > 50
    assert len(drawn.scores) == 200 - geometric


def test_dirichlet_weights_keep_their_mean():
    robustness = Robustness(vary=(Vary(kind="weights", parameters={"concentration": 20}),))
    leaves = [Leaf(indicator=f"I{i}", parent="INDEX", weight=float(i)) for i in range(1, 5)]
    index = index_of(release_of(TOY), methodology_of(GOALPOSTS, ARITHMETIC, leaves=leaves, robustness=robustness))
    drawn = draw(index, index.replay(), draws=4000, seed=1)
    shares = drawn.weights[:, :4] * index.tree.weights[:4]
    shares /= shares.sum(axis=1, keepdims=True)
    assert shares.mean(axis=0) == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=0.01)
    assert shares[:, 3].std() == pytest.approx(np.sqrt(0.4 * 0.6 / 21), abs=0.01)


def test_a_replaced_step_keeps_the_parameters_it_shares():
    values = TOY.astype(float).copy()
    values[0, :3] = NAN
    robustness = Robustness(
        vary=(Vary(kind="step", family="aggregate", options=(MethodCall.parse("aggregate/harmonic"),)),)
    )
    methodology = methodology_of(GOALPOSTS, step("aggregate/arithmetic(min_coverage=0.5)"), robustness=robustness)
    index = index_of(release_of(values), methodology)
    drawn = draw(index, index.replay(), draws=50, seed=1)
    assert np.isnan(drawn.scores[:, 0, 0, 0]).all()


def test_the_order_of_rows_and_the_unit_of_measure_change_no_score():
    """methods.md section 14, laws 1 and 4."""
    methodology = methodology_of(step("normalise/min-max"), ARITHMETIC)
    release = release_of(TOY)
    turned = type(release)(
        **{name: getattr(release, name) for name in release.__slots__}
        | {"observations": release.observations.reverse()}
    )
    assert np.array_equal(index_of(turned, methodology).replay().scores, index_of(release, methodology).replay().scores)
    rescaled = root_scores(release_of(TOY * np.array([1000, 1, 1, 0.001])), methodology)
    assert rescaled == pytest.approx(root_scores(release, methodology))


def test_what_does_not_exist_is_asked_for_in_vain():
    with pytest.raises(AskedForUnknown, match="aggregate/magic"):
        index_of(release_of(TOY), methodology_of(step("aggregate/magic")))
    with pytest.raises(AskedForUnknown, match="I9"):
        index_of(release_of(TOY), methodology_of(leaves=[Leaf(indicator="I9", parent="INDEX")]))
    with pytest.raises(AskedForUnknown, match="NOBODY"):
        index_of(release_of(TOY), methodology_of(units=("NOBODY",)))
    with pytest.raises(WrongUse, match="no tree"):
        index_of(release_of(TOY), methodology_of(nodes=(Node(id="INDEX"), Node(id="SECOND"))))
    with pytest.raises(UnfitMethod, match="heigth"):
        index_of(release_of(TOY), methodology_of(step("normalise/min-max(heigth=3)"))).replay()
