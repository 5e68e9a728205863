"""What is drawn, its tables, and what is told about it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mezon.analyse import uncertainty
from mezon.analyse.assessing import assess
from mezon.analyse.sensitivity import rows_for
from mezon.errors import WrongUse
from mezon.model.methodology import Leaf, MethodCall, Node, Robustness, Vary
from tests.index_case import TOY, methodology_of, release_of, step

STEPS = (step("normalise/goalposts(low=1, high=100)"), step("weight/given"), step("aggregate/arithmetic"))
GROUPS = {
    "nodes": [Node(id="TOP"), Node(id="A", parent="TOP", weight=2.0), Node(id="B", parent="TOP")],
    "leaves": [Leaf(indicator=f"I{i}", parent="A" if i < 3 else "B", weight=float(i)) for i in range(1, 5)],
}
NOISE, DROP = Vary(kind="weights", parameters={"noise": 0.25}), Vary(kind="drop")


def vary(family, *options):
    return Vary(kind="step", family=family, options=tuple(MethodCall.parse(option) for option in options))


def panel_of_years():
    """The toy, and one and two years later: everybody gains, the first unit loses in the end."""
    later, last = TOY * [1.1, 1.1, 1.1, 0.95], TOY * [1.2, 1.2, 1.2, 0.9]
    last[0] = TOY[0] * [0.8, 0.8, 0.8, 1.2]
    return release_of(np.stack([TOY, later, last], axis=1), periods=["2020", "2021", "2022"])


def found_in(release, *varied, steps=STEPS, **rest):
    rest = {"seed": 3, "draws": 600, **rest}
    methodology = methodology_of(*steps, robustness=Robustness(vary=tuple(varied)), **GROUPS)
    return assess(release, methodology, **rest)


def codes(found):
    return [finding.code for finding in found.findings]


def test_the_shares_of_all_ranks_of_a_unit_add_up_to_one():
    tables = found_in(panel_of_years(), vary("aggregate", "aggregate/geometric"), NOISE, DROP).tables
    found = tables["acceptability"]
    totals = found.group_by("unit", "period").agg(pl.col("share").sum(), mean=(pl.col("share") * pl.col("rank")).sum())
    assert totals["share"].to_list() == pytest.approx([1.0] * totals.height)
    ranks = tables["robustness"].filter(pl.col("node") == "TOP").join(totals, on=["unit", "period"], suffix="_of_all")
    assert ranks["mean"].to_list() == pytest.approx(ranks["mean_of_all"].to_list())


def test_improvements_compare_the_same_variant_in_every_two_periods():
    found = found_in(panel_of_years(), NOISE).tables["improvements"]
    top = found.filter(pl.col("node") == "TOP")
    assert top.select("from", "to").unique().sort("from", "to").rows() == [
        ("2020", "2021"), ("2020", "2022"), ("2021", "2022"),
    ]  # fmt: skip
    shares = dict(top.select(pl.concat_str("unit", "from", "to", separator=" "), "share_improved").iter_rows())
    # Whatever the weights, everything rose, so that every variant says so: the draws are common to the years.
    assert shares["U3 2020 2021"] == shares["U3 2020 2022"] == 1.0
    assert shares["U1 2021 2022"] == shares["U1 2020 2022"] == 0.0


def test_one_period_has_no_improvements():
    assert "improvements" not in found_in(release_of(TOY), NOISE).tables


def test_sensitivity_names_every_factor_and_says_which_matters():
    tables = found_in(release_of(TOY), vary("aggregate", "aggregate/harmonic"), NOISE, DROP).tables
    shift, scores = tables["sensitivity"], tables["sensitivity_scores"]
    assert shift["factor"].to_list() == ["aggregate", "weights", "drop"]
    assert scores.select("unit", "period", "factor").height == 5 * 3
    assert scores["unit"].is_sorted()
    for found in (shift, scores):
        assert (found["st"] >= found["s1"] - 0.1).all()
        assert (found["s1_low"] <= found["s1_high"]).all()
        assert (found["st_low"] <= found["st_high"]).all()


def test_one_factor_alone_accounts_for_everything():
    found = found_in(release_of(TOY), NOISE, draws=2048).tables["sensitivity_scores"]
    assert found["st"].to_list() == pytest.approx([1.0] * 5, abs=0.1)
    assert found["s1"].to_list() == pytest.approx([1.0] * 5, abs=0.1)


def test_additive_noise_of_observations_is_shared_by_variance():
    """Scores of an equally weighted mean: var = (se / span)^2 each; dropping nothing else, the share of se is all."""
    errors = np.zeros((5, 1, 4))
    errors[:, :, 0] = 0.1
    release = release_of(TOY, errors=errors)
    found = found_in(release, Vary(kind="observations"), vary("normalise", "normalise/goalposts(low=1, high=100)"))
    assert found.tables["sensitivity"]["factor"].to_list() == ["observations"]
    assert "varied-step-absent" in codes(found)


def test_leaving_out_a_leaf_or_a_node_is_the_methodology_without_it():
    release = release_of(TOY)
    found = found_in(release, NOISE).tables["leave_one_out"]
    assert found["dropped"].unique().sort().to_list() == ["A", "B", "I1", "I2", "I3", "I4"]
    fewer = methodology_of(
        *STEPS,
        nodes=[Node(id="TOP"), Node(id="B", parent="TOP")],
        leaves=[leaf for leaf in GROUPS["leaves"] if leaf.parent == "B"],
    )
    without = assess(release, fewer).scores.filter(pl.col("node") == "TOP")
    mine = found.filter(pl.col("dropped") == "A")
    assert mine["score"].to_list() == pytest.approx(without["score"].to_list())
    assert mine["rank"].to_list() == without["rank"].to_list()
    whole = found_in(release, NOISE).scores.filter(pl.col("node") == "TOP")
    assert mine["rank_change"].to_list() == (without["rank"] - whole["rank"]).to_list()


def test_a_node_left_out_is_out_of_screens_as_well():
    values = TOY.astype(float).copy()
    values[0, :2] = np.nan
    steps = (step("screen(min_unit_coverage=0.6)"), *STEPS)
    found = found_in(release_of(values), NOISE, steps=steps).tables["leave_one_out"]
    mine = found.filter(pl.col("unit") == "U1")
    scored = dict(mine.select("dropped", pl.col("score").is_not_null()).iter_rows())
    assert scored == {"A": True, "B": False, "I1": True, "I2": True, "I3": False, "I4": False}


def test_an_option_that_never_fits_and_one_that_changes_nothing_are_told():
    steps = (step("normalise/min-max(low=0, high=100)"), step("weight/given"), step("aggregate/arithmetic"))
    equal = Vary(kind="step", family="weight", options=(MethodCall(name="weight/equal"),))
    nodes = [Node(id="TOP")]
    leaves = [Leaf(indicator=f"I{i}", parent="TOP") for i in range(1, 5)]
    robustness = Robustness(vary=(vary("aggregate", "aggregate/geometric"), equal, NOISE))
    methodology = methodology_of(*steps, nodes=nodes, leaves=leaves, robustness=robustness)
    found = assess(release_of(TOY), methodology, draws=600)
    told = {finding.code: finding.message for finding in found.findings}
    assert "aggregate/geometric" in told["option-never-fits"]
    assert "weight" in told["factor-without-effect"]
    assert "sensitivity-excluded" in told


def test_an_interrupt_keeps_what_was_drawn_and_says_so():
    def interrupt(done, _total):
        if done >= 1024:
            raise KeyboardInterrupt

    found = found_in(release_of(TOY), NOISE, draws=5000, progress=interrupt)
    assert found.trace.draws == 1024
    assert "draws-interrupted" in codes(found)
    assert "sensitivity" not in found.tables
    again = found_in(release_of(TOY), NOISE, draws=1024)
    assert found.tables["robustness"].equals(again.tables["robustness"])


def test_a_table_that_would_be_too_large_is_left_out_and_named(monkeypatch):
    monkeypatch.setattr(uncertainty, "MOST_ROWS", 24)
    found = found_in(release_of(TOY), NOISE)
    assert "pairwise" not in found.tables
    assert any("pairwise.csv" in finding.message for finding in found.findings)


def test_weight_sets_are_drawn_from_without_a_robustness_table():
    sets = {"first": {"I1": 1.0}, "second": {"I1": 5.0}}
    methodology = methodology_of(*STEPS, **GROUPS)
    found = assess(release_of(TOY), methodology, weight_sets=sets, draws=100, keep_draws=True)
    assert set(found.draws["weights"]) == {"first", "second"}
    assert found.tables["sensitivity"]["factor"].to_list() == ["weights"]


def test_draws_given_away_are_the_draws_kept():
    parts = []
    kept = found_in(release_of(TOY), NOISE, DROP, draws=1100, keep_draws=True)
    away = found_in(release_of(TOY), NOISE, DROP, draws=1100, draws_to=parts.append)
    assert [part.height for part in parts] == [512, 512, 76]
    assert pl.concat(parts).equals(kept.draws)
    assert away.draws is None


def test_a_sample_goes_with_the_number_of_draws():
    assert [rows_for(draws) for draws in (10, 64, 1000, 4096, 1_000_000)] == [0, 64, 512, 4096, 4096]


def test_draws_below_zero_are_refused_with_what_to_ask_for():
    with pytest.raises(WrongUse, match="-5 draws"):
        found_in(release_of(TOY), NOISE, draws=-5)


@pytest.mark.parametrize(
    ("varied", "told"),
    [
        (vary("normalise", "normalise/rank"), ["variants-on-different-scales"]),
        (vary("normalise", "normalise/min-max(low=0, high=1)"), ["variants-on-different-scales"]),
        (vary("aggregate", "aggregate/copeland"), ["variants-on-different-scales"]),
        (vary("normalise", "normalise/min-max(low=10, high=100)"), []),
        (vary("aggregate", "aggregate/geometric"), []),
    ],
)
def test_options_on_another_scale_are_told(varied, told):
    found = found_in(release_of(TOY), varied, draws=40, coherence=False)
    assert [code for code in codes(found) if "scale" in code] == told
