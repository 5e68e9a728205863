"""Weights that follow from data or judgments, found node by node when the node is scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from mezon.analyse.assessing import assess
from mezon.engine.index import Choice, compile_index, panel_of
from mezon.methods import weight
from mezon.model.methodology import Leaf, MethodCall, Node, Robustness, Step, Vary
from tests.index_case import TOY, methodology_of, release_of, step

SCALED = step("normalise/goalposts(low=0, high=1)")
MEAN = step("aggregate/arithmetic")
Z = np.array(
    [[0.525, 0.48, 0.3, 0.6], [0.2, 0.2, 0.45, 0.2], [0.875, 0.8, 0.55, 0.9], [0.35, 0.36, 0.2, 0.45],
     [0.7, 0.56, 0.7, 0.75]]
)  # fmt: skip
TWO_LEVELS = {
    "nodes": (Node(id="INDEX"), Node(id="A", parent="INDEX"), Node(id="B", parent="INDEX")),
    "leaves": tuple(Leaf(indicator=f"I{at}", parent="A" if at < 3 else "B") for at in range(1, 5)),
}


def weights(assessment) -> dict[str, float]:
    return dict(assessment.tables["weights"].select("node", "weight").rows())


def index_of(*steps: Step, values=TOY, **rest):
    return compile_index(methodology := methodology_of(*steps, **rest), panel_of(release_of(values), methodology))


@pytest.mark.parametrize(
    ("call", "method"),
    [
        ("weight/entropy", weight.entropy),
        ("weight/critic", weight.critic),
        ("weight/pca", weight.pca),
        ("weight/factor", weight.factor),
        ("weight/balanced", weight.balanced),
        ("weight/benefit-of-the-doubt", weight.benefit_of_the_doubt),
    ],
)
def test_weights_read_off_the_data_are_those_of_the_method(call, method):
    found = assess(release_of(TOY), methodology_of(SCALED, step(call), MEAN))
    expected = method(Z)
    assert [weights(found)[f"I{at}"] for at in range(1, 5)] == pytest.approx(expected)
    scores = found.scores.filter(node="INDEX").sort("unit")["score"]
    assert scores.to_list() == pytest.approx(Z @ expected)


def test_nodes_of_nodes_are_weighed_by_their_scores():
    found = assess(release_of(TOY), methodology_of(SCALED, step("weight/entropy"), MEAN, **TWO_LEVELS))
    a, b = weight.entropy(Z[:, :2]), weight.entropy(Z[:, 2:])
    scores = np.column_stack([Z[:, :2] @ a, Z[:, 2:] @ b])
    top = weight.entropy(scores)
    assert [weights(found)[node] for node in ("A", "B")] == pytest.approx(top)
    effective = dict(found.tables["weights"].select("node", "effective_weight").rows())
    assert effective["I1"] == pytest.approx(top[0] * a[0])


def test_a_step_may_weigh_some_nodes_only():
    steps = (SCALED, step("weight/entropy", nodes=("A",)), MEAN)
    found = weights(assess(release_of(TOY), methodology_of(*steps, **TWO_LEVELS)))
    assert found["I1"] == pytest.approx(weight.entropy(Z[:, :2])[0])
    assert (found["I3"], found["A"]) == (1.0, 1.0)


def test_a_later_step_of_written_weights_wins():
    found = weights(assess(release_of(TOY), methodology_of(SCALED, step("weight/pca"), step("weight/equal"), MEAN)))
    assert found["I1"] == 1.0


def test_a_leaf_left_out_is_left_out_of_the_weighing():
    """What `drop` draws equals a methodology without the leaf."""
    index = index_of(SCALED, step("weight/critic"), MEAN)
    without = index_of(
        SCALED, step("weight/critic"), MEAN, leaves=[Leaf(indicator=f"I{at}", parent="INDEX") for at in (1, 2, 4)]
    )
    dropped = index.replay(Choice(drop="I3")).scores
    assert dropped == pytest.approx(without.replay().scores)
    together, _ = index.variants(index.written, np.array([-1, 2]), None, None)
    assert together[1, 0] == pytest.approx(dropped[0, :, 0])
    assert together[0, 0] == pytest.approx(Z @ weight.critic(Z))


def test_noise_multiplies_the_weights_that_were_found():
    index = index_of(SCALED, step("weight/critic"), MEAN)
    factors = np.array([[1.0, 1, 1, 1, 1], [2.0, 1, 1, 1, 1]])
    found, _ = index.variants(index.written, np.array([-1, -1]), factors, None)
    own = weight.critic(Z) * np.array([2.0, 1, 1, 1])
    assert found[1, 0] == pytest.approx(Z @ own / own.sum())
    assert index.base_weights(index.written)[:4] == pytest.approx(weight.critic(Z))


def test_weighting_methods_can_be_varied():
    vary = (
        Vary(
            kind="step", family="weight", options=(MethodCall.parse("weight/pca"), MethodCall.parse("weight/entropy"))
        ),
    )
    steps = (SCALED, step("weight/equal"), MEAN)
    found = assess(release_of(TOY), methodology_of(*steps, robustness=Robustness(draws=60, vary=vary)), keep_draws=True)
    assert found.excluded_draws == 0
    methods = {"as written": np.full(4, 0.25), "weight/pca": weight.pca(Z), "weight/entropy": weight.entropy(Z)}
    assert set(found.draws["weight"]) == set(methods)


def test_undetermined_weights_stay_as_written_and_are_told():
    found = assess(release_of(TOY[:2]), methodology_of(SCALED, step("weight/pca"), MEAN))
    assert weights(found)["I1"] == 1.0
    assert [f.code for f in found.findings if f.code == "weights-undetermined"] == ["weights-undetermined"]
    vary = (Vary(kind="step", family="weight", options=(MethodCall.parse("weight/pca"),)),)
    varied = methodology_of(SCALED, step("weight/equal"), MEAN, robustness=Robustness(draws=40, vary=vary))
    assert 0 < assess(release_of(TOY[:2]), varied).excluded_draws < 40


JUDGED = {"E1": {"A:B": 3.0}, "E2": {"A:B": 1 / 3}, "E3": {"A:B": 3.0, "I1:I2": 4.0, "I3:I4": 1.0}}


def test_judgments_in_the_methodology_serve_every_node():
    call = Step(call=MethodCall(name="weight/ahp", parameters={"judgments": JUDGED}))
    found = weights(assess(release_of(TOY), methodology_of(SCALED, call, MEAN, **TWO_LEVELS)))
    assert found["A"] / found["B"] == pytest.approx(3 ** (1 / 3))
    assert found["I1"] == pytest.approx(0.8)


def test_judgments_in_the_register_of_ratings_are_the_latest_round():
    ratings = pl.DataFrame(
        {
            "expert": ["E1", "E1", "E1", "E2", "E2", "", "E2"],
            "item": ["A", "B", "A", "A", "B", "A", "A"],
            "round": [1, 1, 2, 1, 1, 1, 2],
            "score": [90.0, 40.0, 60.0, 30.0, 70.0, 100.0, None],
        }
    )
    release = replace(release_of(TOY), registers={"ratings": ratings})
    found = assess(release, methodology_of(SCALED, step("weight/budget-allocation"), MEAN, **TWO_LEVELS))
    assert (weights(found)["A"], weights(found)["B"]) == pytest.approx((0.45, 0.55))
    told = [f.message for f in found.findings if f.code == "weights-undetermined"]
    assert len(told) == 2  # nobody judged the children of A, nor those of B


def test_contradictory_comparisons_are_a_finding_that_names_the_worst():
    pairs = {"I1:I2": 2.0, "I2:I3": 2.0, "I3:I4": 2.0, "I1:I3": 4.0, "I2:I4": 4.0, "I1:I4": 1 / 8}
    call = Step(call=MethodCall(name="weight/ahp", parameters={"judgments": {"Aziza": pairs}}))
    found = assess(release_of(TOY), methodology_of(SCALED, call, MEAN))
    told = [f.message for f in found.findings if f.code == "judgments-inconsistent"]
    assert len(told) == 2
    assert "I1:I4" in told[0]


def test_loadings_are_written_with_the_steps():
    found = assess(release_of(TOY), methodology_of(SCALED, step("weight/factor"), MEAN), keep_steps=True)
    loadings = found.tables["loadings"]
    assert loadings["indicator"].to_list() == ["I1", "I2", "I3", "I4"]
    assert (loadings["loading"] ** 2).sum() == pytest.approx(loadings["variance"][0])
    assert "loadings" not in assess(release_of(TOY), methodology_of(SCALED, step("weight/factor"), MEAN)).tables
