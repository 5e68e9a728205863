"""Steps on leaves, through a compiled index: what a methodology file says, and nothing else, decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mezon.engine.index import Choice, compile_index, panel_of
from mezon.errors import AskedForUnknown, UnfitMethod
from mezon.methods import METHODS
from mezon.model.indicator import Goalposts
from mezon.model.methodology import Leaf, MethodCall, Node, Step
from mezon.model.release import Release
from tests.index_case import TOY, methodology_of, release_of, step

NAN = np.nan
ARITHMETIC = step("aggregate/arithmetic")
ONE = [Leaf(indicator="I1", parent="INDEX")]


def outcome_of(release, methodology, choice=None):
    return compile_index(methodology, panel_of(release, methodology)).replay(choice)


def leaf_values(release, *steps, leaves=ONE, place=-1, **rest):
    """Give the values of leaves after a step: (units, periods, leaves)."""
    return outcome_of(release, methodology_of(*steps, ARITHMETIC, leaves=leaves, **rest)).steps[place].values[0]


def one(*values, **rest) -> Release:
    codes = [f"U{at:02d}" for at in range(1, len(values) + 1)]
    return release_of(np.array(values, dtype=float)[:, None], indicators=["I1"], units=codes, **rest)


def panel(*units, **rest) -> Release:
    """A panel of one indicator from 2020 on, a row a unit."""
    values = np.array(units, dtype=float)[:, :, None]
    return release_of(values, indicators=["I1"], periods=[str(2020 + at) for at in range(values.shape[1])], **rest)


def with_traits(release: Release, column: str, labels: list[str]) -> Release:
    units = {
        code: replace(unit, groupings={column: label})
        for (code, unit), label in zip(sorted(release.definitions.units.items()), labels, strict=True)
    }
    return replace(release, definitions=replace(release.definitions, units=units))


def codes(outcome):
    return [event.code for event in outcome.events]


def test_statistics_are_pooled_taken_in_each_period_or_frozen_at_one():
    release = panel([0, 10], [4, 20])
    per = {
        pool: leaf_values(release, step("normalise/min-max", pool=pool))[..., 0] for pool in ("all", "period", "2020")
    }
    assert per["all"].tolist() == [[0, 50], [20, 100]]
    assert per["period"].tolist() == [[0, 0], [100, 100]]
    assert per["2020"].tolist() == [[0, 250], [100, 500]]
    assert leaf_values(release, step("normalise/rank", pool="2020"))[..., 0].tolist() == [[1, 3], [2, 3]]


def test_a_statistic_is_not_frozen_where_there_is_none():
    release = panel([0, 10], [4, 20])
    for written, pool in (("treat/winsorise", "2020"), ("normalise/min-max", "1999")):
        with pytest.raises(UnfitMethod, match=pool):
            leaf_values(release, step(written, pool=pool))


def test_goalposts_may_be_those_seen_percentiles_or_of_a_group():
    release = one(0.0, 5.0, 10.0, 90.0)
    observed = [replace(ONE[0], goalposts=Goalposts(low=NAN, high=NAN, percentiles=(0, 100)))]
    assert leaf_values(release, step("normalise/goalposts"), leaves=observed).ravel() == pytest.approx(
        [0, 100 * 5 / 90, 100 / 9, 100]
    )
    middle = [replace(ONE[0], goalposts=Goalposts(low=NAN, high=NAN, percentiles=(0, 50)))]
    assert leaf_values(release, step("normalise/goalposts"), leaves=middle).ravel() == pytest.approx(
        [0, 100 * 5 / 7.5, 100, 100]
    )
    by_sex = [replace(ONE[0], goalposts=Goalposts(low=NAN, high=NAN, by="sex", groups={"F": (0, 10), "M": (0, 20)}))]
    grouped = with_traits(release, "sex", ["F", "M", "M", "-"])
    found = leaf_values(grouped, step("normalise/goalposts"), leaves=by_sex).ravel()
    assert found == pytest.approx([0, 25, 50, NAN], nan_ok=True)


def test_goalposts_by_group_hold_in_every_period_and_go_through_a_transform():
    by_sex = [
        replace(ONE[0], goalposts=Goalposts(low=NAN, high=NAN, by="sex", groups={"F": (1, 100), "M": (1, 10000)}))
    ]
    release = with_traits(panel([1, 10], [10, 100]), "sex", ["F", "M"])
    steps = [step("transform/log"), step("normalise/goalposts")]
    assert leaf_values(release, *steps, leaves=by_sex)[..., 0] == pytest.approx(np.array([[0, 50], [25, 50]]))


def test_an_indicator_is_divided_by_its_denominator_which_need_not_be_a_leaf():
    values = np.array([[10.0, 2], [9.0, 3], [8.0, 0]])
    release = release_of(values, indicators=["I1", "I2"], directions=[1, 1], goalposts=[None, None])
    leaves = [replace(ONE[0], overrides={"denominator": "I2"})]
    steps = [step("denominate/by(scale=100)")]
    outcome = outcome_of(release, methodology_of(*steps, ARITHMETIC, leaves=leaves))
    assert outcome.scores.ravel() == pytest.approx([500, 300, NAN], nan_ok=True)
    assert codes(outcome) == ["unfit-method"]
    named = leaf_values(release, step("denominate/by(by=I2)"))
    assert named.ravel() == pytest.approx([5, 3, NAN], nan_ok=True)
    own_scale = [replace(ONE[0], overrides={"denominator": "I2", "scale": 1000})]
    assert leaf_values(release, *steps, leaves=own_scale).ravel() == pytest.approx([5000, 3000, NAN], nan_ok=True)
    with pytest.raises(AskedForUnknown, match="I9"):
        leaf_values(release, step("denominate/by(by=I9)"))


def test_a_denominated_panel_is_still_interpolated_over_the_whole_series():
    values = np.array([[[2.0, 1], [NAN, 1], [6.0, 1]]])
    release = release_of(values, indicators=["I1", "I2"], directions=[1, 1], goalposts=[None, None],
                         periods=["2019", "2020", "2021"])  # fmt: skip
    leaves = [replace(ONE[0], overrides={"denominator": "I2"})]
    steps = [step("denominate/by(scale=10)"), step("impute/linear")]
    assert leaf_values(release, *steps, leaves=leaves, periods=("2020", "2020")).ravel().tolist() == [40]


def test_a_group_fills_a_gap_over_all_periods_or_in_each():
    release = with_traits(panel([1, 2], [NAN, 4], [50, 50]), "region", ["A", "A", "B"])
    pooled = leaf_values(release, step("impute/group-mean(by=region)"), place=0)[..., 0]
    assert pooled[1].tolist() == [pytest.approx(7 / 3), 4]
    apart = leaf_values(release, step("impute/group-mean(by=region)", pool="period"), place=0)[..., 0]
    assert apart[1].tolist() == [1, 4]
    with pytest.raises(AskedForUnknown, match="region"):
        leaf_values(release, step("impute/group-mean(by=continent)"))


def test_siblings_are_those_of_the_tree():
    nodes = [Node(id="TOP"), Node(id="A", parent="TOP"), Node(id="B", parent="TOP")]
    leaves = [Leaf(indicator=f"I{i}", parent="A" if i < 3 else "B") for i in range(1, 5)]
    values = TOY.astype(float).copy()
    values[0, 0] = NAN
    own = (12 - 5) / 15
    found = leaf_values(release_of(values), step("impute/row-mean"), leaves=leaves, nodes=nodes, place=0)
    assert found[0, 0, 0] == pytest.approx(0.8 + own * 2.7)
    whole = leaf_values(release_of(values), step("impute/row-mean(node=TOP)"), leaves=leaves, nodes=nodes, place=0)
    mean = np.mean([own, 10 / 50, (260 - 180) / 140])
    assert whole[0, 0, 0] == pytest.approx(0.8 + mean * 2.7)


def test_what_cannot_exist_is_not_filled_and_what_cannot_be_filled_is_told():
    release = release_of(np.array([[1.0, 2.0], [NAN, 3.0], [NAN, 5.0]]), indicators=["I1", "I2"],
                         not_applicable=[(1, 0, 0)])  # fmt: skip
    leaves = [Leaf(indicator=code, parent="INDEX") for code in ("I1", "I2")]
    outcome = outcome_of(release, methodology_of(step("impute/mean"), ARITHMETIC, leaves=leaves))
    assert np.isnan(outcome.steps[0].values[0, 1, 0, 0])
    assert outcome.steps[0].values[0, 2, 0, 0] == 1
    assert outcome.state.imputed.sum() == 1
    few = outcome_of(release, methodology_of(step("impute/regression"), ARITHMETIC, leaves=leaves))
    assert codes(few) == ["step-without-effect", "gaps-remain"]
    assert few.events[1].details == {"indicator": "I1", "cells": 1, "first": "U3 2020"}


def test_a_dropped_indicator_fills_no_other():
    values = np.random.Generator(np.random.PCG64(1)).normal(size=(30, 4)) + 10
    values[:4, 1] = NAN
    leaves = [Leaf(indicator=f"I{i}", parent="INDEX") for i in (1, 2, 3, 4)]
    for name in ("row-mean", "knn", "regression", "em", "multiple(m=3)"):
        steps = (step(f"impute/{name}"), step("normalise/min-max"), ARITHMETIC)
        dropped = outcome_of(release_of(values), methodology_of(*steps, leaves=leaves), Choice(drop="I4"))
        without = outcome_of(release_of(values), methodology_of(*steps, leaves=leaves[:3]))
        assert dropped.scores == pytest.approx(without.scores, abs=1e-12)


def test_multiple_imputation_gives_the_mean_of_its_tables_and_their_variance():
    values = np.random.Generator(np.random.PCG64(1)).normal(size=(30, 4))
    values[:4, 1] = NAN
    release = release_of(values, units=[f"U{at:02d}" for at in range(30)])
    outcome = outcome_of(release, methodology_of(step("impute/multiple(m=5)"), ARITHMETIC))
    tables = METHODS["impute/multiple"].function(values, m=5)
    assert outcome.steps[0].values[0, :, 0] == pytest.approx(tables.mean(axis=0))
    variance = outcome.state.imputed_variance[:4, 0, 1]
    assert variance == pytest.approx(1.2 * tables[:, :4, 1].var(axis=0, ddof=1))
    assert np.isfinite(outcome.state.imputed_variance).sum() == 4


@pytest.mark.parametrize("curve", ["log", "log-shifted", "box-cox"])
def test_goalposts_follow_their_column_through_the_curve_of_a_treatment(curve):
    values = np.concatenate([np.arange(1.0, 31), [300.0, 400.0]])
    leaves = [replace(ONE[0], goalposts=Goalposts(low=1.0, high=400.0))]
    steps = [step(f"treat/winsorise(max_points=1, then={curve})"), step("normalise/goalposts")]
    found = leaf_values(one(*values), *steps, leaves=leaves).ravel()
    assert found[[0, 31]] == pytest.approx([0, 100], abs=1e-9)
    assert (np.diff(found) > 0).all()
    direct = [step(f"treat/{curve}"), step("normalise/goalposts")]
    assert leaf_values(one(*values), *direct, leaves=leaves).ravel() == pytest.approx(found, abs=1e-9)


def test_a_target_follows_a_transform_and_a_reciprocal_turns_it_round():
    leaves = [replace(ONE[0], overrides={"target": 100})]
    steps = [step("transform/log"), step("normalise/distance-to-target")]
    assert leaf_values(one(1, 10, 100, 1000), *steps, leaves=leaves).ravel() == pytest.approx([0, 0.5, 1, 1])
    fewer = [replace(ONE[0], overrides={"target": 2, "direction": -1})]
    turned = [step("transform/reciprocal"), step("normalise/distance-to-target")]
    assert leaf_values(one(1, 2, 4), *turned, leaves=fewer).ravel() == pytest.approx([1, 1, 0])


def test_every_normalisation_runs_from_a_file_and_those_without_their_anchor_say_so():
    lacking = {"distance-to-target", "two-ended-target", "bands", "goalposts"}
    release = one(1, 2, 4, 8, goalposts=[None])
    for name in (name for name in METHODS if name.startswith("normalise/")):
        written = f"{name}(unit=U01)" if name.endswith("reference") else name
        outcome = outcome_of(release, methodology_of(step(written), ARITHMETIC, leaves=ONE))
        empty = name.partition("/")[2] in lacking
        assert np.isnan(outcome.scores).all() == empty, name
        assert ("unfit-method" in codes(outcome)) == empty, name


@pytest.mark.parametrize("name", sorted(n for n in METHODS if n.partition("/")[0] in {"impute", "treat", "normalise"}))
@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (5, 1), (6, 4)])
@pytest.mark.parametrize("content", ["missing", "constant", "equal units", "one value", "zeros"])
def test_degenerate_panels_end_in_a_finding_or_an_answer(name, shape, content):
    values = {
        "missing": np.full(shape, NAN),
        "constant": np.full(shape, 7.0),
        "equal units": np.tile(np.arange(1.0, shape[1] + 1), (shape[0], 1)),
        "one value": np.where(np.arange(shape[0] * shape[1]).reshape(shape) == 0, 3.0, NAN),
        "zeros": np.zeros(shape),
    }[content]
    indicators = [f"I{at + 1}" for at in range(shape[1])]
    release = release_of(values, indicators=indicators, directions=[1, -1, 1, 1], goalposts=[(0, 1)] * 4)
    leaves = [Leaf(indicator=code, parent="INDEX") for code in indicators]
    parameters = {"distance-to-reference": "unit=U1", "group-mean": "by=country", "group-median": "by=country"}
    written = f"{name}({parameters.get(name.partition('/')[2], '')})".replace("()", "")
    steps, window = (step(written), ARITHMETIC), ("2020", "2020")
    assert not np.isinf(outcome_of(release, methodology_of(*steps, leaves=leaves)).scores).any()
    outcome = outcome_of(release, methodology_of(*steps, leaves=leaves, periods=window))
    lost = ~np.isnan(values) & np.isnan(outcome.steps[0].values[0, :, 0])
    assert not np.isinf(outcome.scores).any()
    assert ("unfit-method" in codes(outcome)) == bool(lost.any())


def test_a_screen_keeps_and_drops_by_name_and_tells_of_names_it_does_not_know():
    values = np.array([[1.0, 2.0], [NAN, 1.0], [0.0, 3.0], [5.0, 6.0]])
    release = release_of(values, indicators=["I1", "I2"])
    leaves = [Leaf(indicator=code, parent="INDEX") for code in ("I1", "I2")]
    call = MethodCall(
        name="screen",
        parameters={"min_unit_coverage": 1.0, "min_unit_nonzero": 0.9, "keep": ("U2",), "drop": ("U4", "U9")},
    )
    outcome = outcome_of(release, methodology_of(Step(call=call), ARITHMETIC, leaves=leaves))
    assert outcome.scores[0, :, 0] == pytest.approx([1.5, 1, NAN, NAN], nan_ok=True)
    assert codes(outcome)[:2] == ["units-not-assessed", "screened-out"]
    assert outcome.events[0].details == {"units": "U9"}
