"""From a release to the tables of an assessment."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mezon.analyse.assessing import assess
from mezon.errors import WrongUse
from mezon.model.assessment import TABLES
from mezon.model.methodology import Bands, Leaf, MethodCall, Node, Robustness, Vary
from tests.index_case import TOY, methodology_of, release_of, step

NAN = np.nan
STEPS = (step("normalise/goalposts(low=1, high=100)"), step("weight/given"), step("aggregate/arithmetic"))
NOISE = Robustness(
    draws=300,
    vary=(
        Vary(kind="step", family="aggregate", options=(MethodCall.parse("aggregate/geometric"),)),
        Vary(kind="weights", parameters={"noise": 0.25}),
        Vary(kind="drop"),
    ),
)
TWO_LEVELS = {
    "nodes": [
        Node(id="TOP", aggregate="geometric"),
        Node(id="A", parent="TOP", weight=2.0),
        Node(id="B", parent="TOP"),
    ],
    "leaves": [Leaf(indicator=f"I{i}", parent="A" if i < 3 else "B", weight=float(i)) for i in range(1, 5)],
}


def holed():
    values = TOY.astype(float).copy()
    values[1, 0] = NAN
    return values


def test_every_table_has_the_columns_of_the_contract():
    methodology = methodology_of(
        *STEPS, robustness=NOISE, bands=(Bands(node="INDEX", edges=(50.0,), names=("low", "high")),)
    )
    tables = assess(release_of(TOY), methodology).tables
    always = {
        "scores",
        "weights",
        "contributions",
        "strengths",
        "statistics",
        "correlations",
        "reliability",
        "components",
    }
    assert always | {"robustness", "pairwise", "bands"} <= set(tables) <= set(TABLES)
    assert {name: tuple(table.columns) for name, table in tables.items()} == {name: TABLES[name] for name in tables}
    assert {name for name, table in tables.items() if table.is_empty()} == set()


def test_scores_have_a_row_for_every_unit_period_and_node_also_where_the_score_is_missing():
    values = np.full((2, 2, 4), NAN)
    values[0, 0] = TOY[0]
    values[1] = TOY[1]
    scores = assess(release_of(values, periods=["2020", "2021"]), methodology_of(*STEPS, **TWO_LEVELS)).scores
    assert scores.height == 2 * 2 * 3
    missing = scores.filter(pl.col("score").is_null())
    assert missing.select("unit", "period").unique().rows() == [("U1", "2021")]
    assert missing["rank"].null_count() == 3
    assert missing["coverage"].to_list() == [0, 0, 0]


def test_coverage_and_imputed_share_are_counted_over_the_leaves_below():
    panel = np.stack([TOY, TOY], axis=1).astype(float)
    panel[0, 1, :2] = NAN
    methodology = methodology_of(step("impute/last", only=("I1",)), *STEPS, **TWO_LEVELS)
    scores = assess(release_of(panel, periods=["2020", "2021"]), methodology).scores
    row = scores.filter((pl.col("unit") == "U1") & (pl.col("period") == "2021"))
    assert row.select("node", "coverage", "imputed_share").rows() == [
        ("TOP", 0.5, 0.25),
        ("A", 0.0, 0.5),
        ("B", 1.0, 0.0),
    ]


@pytest.mark.parametrize("values", [TOY, holed()])
def test_arithmetic_contributions_add_up_to_the_score(values):
    nodes = [Node(id="TOP"), *TWO_LEVELS["nodes"][1:]]
    found = assess(release_of(values), methodology_of(*STEPS, nodes=nodes, leaves=TWO_LEVELS["leaves"]))
    sums = added_up(found)
    assert set(sums["kind"]) == {"arithmetic"}
    assert sums["total"].to_list() == pytest.approx(sums["score"].to_list(), abs=1e-9)


@pytest.mark.parametrize("values", [TOY, holed()])
def test_contributions_under_a_geometric_root_add_up_to_the_logarithm_of_score_over_reference(values):
    found = assess(release_of(values), methodology_of(*STEPS, **TWO_LEVELS))
    sums = added_up(found).filter(pl.col("node") == "TOP")
    assert set(sums["kind"]) == {"geometric"}
    logs = (sums["score"] / sums["reference"].cast(pl.Float64)).log()
    assert sums["total"].to_list() == pytest.approx(logs.to_list(), abs=1e-9)


def test_geometric_contributions_of_leaves_are_weighted_logarithms():
    steps = (step("normalise/goalposts(low=1, high=100)"), step("aggregate/geometric"))
    found = assess(release_of(TOY), methodology_of(*steps)).tables["contributions"]
    normalised = 1 + 99 * np.array([0.525, 0.48, 0.3, 0.6])
    assert found.filter(pl.col("unit") == "U1")["contribution"].to_list() == pytest.approx(0.25 * np.log(normalised))


def test_harmonic_contributions_are_shapley_values_and_add_up_to_score_minus_reference():
    steps = (step("normalise/goalposts(low=1, high=100)"), step("aggregate/harmonic"))
    found = assess(release_of(TOY), methodology_of(*steps))
    sums = added_up(found)
    assert set(sums["kind"]) == {"shapley"}
    assert sums["total"].to_list() == pytest.approx((sums["score"] - 1).to_list(), abs=1e-9)


def test_shapley_values_of_two_children_are_the_mean_of_both_orders():
    steps = (step("normalise/goalposts(low=1, high=100)"), step("aggregate/harmonic"))
    leaves = [Leaf(indicator="I1", parent="INDEX"), Leaf(indicator="I2", parent="INDEX")]
    found = assess(release_of(TOY), methodology_of(*steps, leaves=leaves)).tables["contributions"]
    a, b = 1 + 99 * 0.525, 1 + 99 * 0.48

    def mean(x, y):
        return 2 / (1 / x + 1 / y)

    first = ((mean(a, 1) - 1) + (mean(a, b) - mean(1, b))) / 2
    assert found.filter((pl.col("unit") == "U1") & (pl.col("indicator") == "I1"))[
        "contribution"
    ].item() == pytest.approx(first)


def test_a_turned_node_and_rounding_still_add_up():
    nodes = [Node(id="TOP"), Node(id="A", parent="TOP", direction=-1), Node(id="B", parent="TOP")]
    methodology = methodology_of(*STEPS, step("round/half-up(digits=0)"), nodes=nodes, leaves=TWO_LEVELS["leaves"])
    found = assess(release_of(TOY), methodology)
    assert "rounding" in set(found.tables["contributions"]["kind"])
    sums = added_up(found)
    assert sums["total"].to_list() == pytest.approx(sums["score"].to_list(), abs=1e-9)


def added_up(found):
    order = pl.when(pl.col("kind") == "rounding").then(1).otherwise(0)
    return (
        found.tables["contributions"]
        .sort(order, maintain_order=True)
        .group_by("unit", "period", "node", maintain_order=True)
        .agg(total=pl.col("contribution").sum(), kind=pl.col("kind").first(), reference=pl.col("reference").first())
        .join(found.scores, on=["unit", "period", "node"])
    )


def test_weights_multiply_along_the_path_and_influence_is_squared_correlation():
    """methods.md M2.7, vector `paruolo.linear`."""
    steps = (step("normalise/goalposts(low=0, high=1)"), step("aggregate/arithmetic"))
    flat = assess(release_of(TOY), methodology_of(*steps)).tables["weights"]
    assert flat["influence"].to_list()[1:] == pytest.approx([0.985569, 0.92733, 0.447673, 0.942086], abs=1e-6)
    deep = assess(release_of(TOY), methodology_of(*STEPS, **TWO_LEVELS)).tables["weights"]
    effective = dict(deep.select("node", "effective_weight").iter_rows())
    assert effective == pytest.approx(
        {"TOP": 1, "A": 2 / 3, "B": 1 / 3, "I1": 2 / 9, "I2": 4 / 9, "I3": 1 / 7, "I4": 4 / 21}
    )


def test_strengths_are_the_largest_gaps_to_the_peer_median_each_way():
    found = assess(release_of(TOY), methodology_of(*STEPS, strengths_top=2)).tables["strengths"]
    best = found.filter(pl.col("unit") == "U3").select("indicator", "kind", "rank", "value").rows()
    assert best == [("I1", "strength", 1, 3.5), ("I2", "strength", 1, 20.0)]
    first = found.filter(pl.col("unit") == "U1").row(0, named=True)
    assert (first["indicator"], first["kind"]) == ("I3", "weakness")
    assert first["gap"] == pytest.approx(99 * (0.3 - 0.45))


@pytest.mark.parametrize("rule", ["rank", "residual"])
def test_other_rules_of_strength(rule):
    found = assess(release_of(TOY), methodology_of(*STEPS, strengths_rule=rule, strengths_top=1)).tables["strengths"]
    if rule == "rank":
        assert found.filter(pl.col("unit") == "U2").select("indicator", "kind").rows()[-1][1] == "weakness"
    else:
        assert found.filter(pl.col("unit") == "U2").select("indicator", "kind").rows()[0] == ("I3", "strength")


def test_bands_are_inclusive_on_rounded_scores():
    steps = (step("normalise/goalposts(low=0, high=1)"), step("aggregate/arithmetic"), step("round/half-up(digits=2)"))
    bands = (Bands(node="INDEX", edges=(0.34, 0.48), names=("low", "middle", "high")),)
    found = assess(release_of(TOY), methodology_of(*steps, bands=bands)).tables["bands"]
    assert found["band"].to_list() == ["middle", "low", "high", "low", "high"]


def test_intervals_hold_the_rank_and_rank_statistics_agree_with_pairwise_shares():
    tables = assess(release_of(TOY), methodology_of(*STEPS, robustness=NOISE), seed=3).tables
    scores = tables["scores"]
    assert (scores["rank_low"] <= scores["rank"]).all()
    assert (scores["rank_high"] >= scores["rank"]).all()
    assert (scores["score_low"] <= scores["score_high"]).all()
    above = tables["pairwise"].group_by("b").agg(pl.col("share_a_above_b").sum() + 1).sort("b")
    assert above["share_a_above_b"].to_list() == pytest.approx(tables["robustness"].sort("unit")["mean"].to_list())


def test_units_that_the_variants_do_not_tell_apart_share_a_band():
    values = np.array([[3.0, 20, 80, 120], [2.99, 20.1, 80, 120], [1.0, 5, 20, 280]])
    found = assess(release_of(values), methodology_of(*STEPS, robustness=NOISE)).tables["robustness"]
    assert found["band"].to_list() == [1, 1, 2]


def test_bands_never_contradict_ranks_and_their_first_unit_beats_all_later_bands():
    values = np.random.default_rng(5).uniform(0, 1, (12, 4)) * np.array([4.0, 25, 100, 200]) + np.array(
        [0, 0, 0, 100.0]
    )
    tables = assess(release_of(values), methodology_of(*STEPS, robustness=NOISE)).tables
    found = tables["robustness"].sort("rank", "unit")
    assert found["band"].is_sorted()
    assert found["band"].n_unique() > 1
    firsts = found.group_by("band", maintain_order=True).first().select("band", a="unit")
    later = tables["pairwise"].join(firsts, on="a").join(found.select(b="unit", b_band="band"), on="b")
    assert (later.filter(pl.col("b_band") > pl.col("band"))["share_a_above_b"] >= 0.9).all()


def test_two_runs_permuted_rows_and_workers_give_the_same_tables():
    release = release_of(holed())
    turned = release_of(holed())
    object.__setattr__(turned, "observations", release.observations.sample(fraction=1.0, shuffle=True, seed=1))
    methodology = methodology_of(*STEPS, robustness=NOISE, **TWO_LEVELS)
    first = assess(release, methodology, draws=1100, keep_draws=True, keep_steps=True)
    again = assess(turned, methodology, draws=1100, workers=3, keep_draws=True, keep_steps=True)
    assert first.draws.equals(again.draws)
    assert [name for name, table in first.tables.items() if not table.equals(again.tables[name])] == []
    assert [name for name, table in first.steps.items() if not table.equals(again.steps[name])] == []


def test_steps_are_named_by_their_place_and_hold_the_table_after_each():
    found = assess(release_of(TOY), methodology_of(*STEPS), keep_steps=True)
    assert list(found.steps) == ["01-normalise-goalposts", "02-weight-given", "03-aggregate-arithmetic"]
    assert found.steps["01-normalise-goalposts"].columns == ["unit", "period", "I1", "I2", "I3", "I4"]
    assert found.steps["03-aggregate-arithmetic"]["INDEX"].to_list() == found.scores["score"].to_list()


def test_draws_hold_every_choice_and_every_score():
    found = assess(release_of(TOY), methodology_of(*STEPS, robustness=NOISE), draws=20, keep_draws=True)
    assert found.draws.height == 20
    assert found.draws.columns[:5] == ["replicate", "unfit", "aggregate", "weights", "drop"]
    assert "weight:I1" in found.draws.columns
    assert found.draws["score:U1:2020"].null_count() == 0


def test_excluded_draws_are_counted_and_told():
    steps = (step("normalise/min-max(low=0, high=100)"), step("aggregate/arithmetic"))
    found = assess(release_of(TOY), methodology_of(*steps, robustness=NOISE))
    assert 0 < found.excluded_draws < 300
    told = next(finding for finding in found.findings if finding.code == "draws-excluded")
    assert "aggregate/geometric" in told.message


def test_what_does_not_fit_is_a_finding_and_not_a_crash():
    found = assess(release_of(TOY[:1]), methodology_of(step("normalise/min-max"), step("aggregate/geometric")))
    assert {"unfit-method", "rank-of-one"} & {finding.code for finding in found.findings} == {"unfit-method"}
    assert found.scores["score"].null_count() == 1
    alone = assess(release_of(TOY[:1]), methodology_of(*STEPS))
    assert [finding.code for finding in alone.findings] == ["rank-of-one"]
    assert alone.scores["rank"].null_count() == 1


def test_nothing_at_all_is_assessed_to_nothing():
    found = assess(release_of(np.full((3, 4), NAN)), methodology_of(*STEPS, robustness=NOISE, **TWO_LEVELS))
    assert found.scores.is_empty()


def test_draws_below_zero_are_refused():
    with pytest.raises(WrongUse, match="-1 draws"):
        assess(release_of(TOY), methodology_of(*STEPS), draws=-1)


def test_the_trace_names_what_the_assessment_rests_on():
    trace = assess(release_of(TOY), methodology_of(*STEPS, robustness=NOISE), seed=9, draws=50).trace
    assert (trace.pack, trace.methodology, trace.seed, trace.draws, trace.as_of) == ("toy", "toy", 9, 50, "2024-01-01")
