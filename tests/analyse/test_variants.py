"""A variant made by hand is a methodology like any other: assessing it gives the very numbers shown at once."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezon.analyse.assessing import assess
from mezon.analyse.variants import DRAWS, Change, can_draw, edited, standing_of, why_unfit
from mezon.engine.index import compile_index, panel_of
from mezon.errors import WrongUse
from mezon.model.methodology import Bands, Leaf, MethodCall, Methodology, Node, Robustness, Vary
from tests.index_case import methodology_of, release_of, step

CHANCE = np.random.default_rng(7)
RELEASE = release_of(
    CHANCE.uniform(0.5, 100.0, size=(8, 3, 4)),
    goalposts=((0.0, 110.0),) * 4,
    periods=("2019", "2020", "2021"),
)
ROBUSTNESS = Robustness(
    draws=1000,
    seed=5,
    vary=(
        Vary(kind="step", family="normalise", options=(MethodCall.parse("normalise/min-max(low=1)"),)),
        Vary(kind="step", family="treat", options=(MethodCall(name="none"),)),
        Vary(kind="weights", parameters={"noise": 0.3}),
        Vary(kind="drop", parameters={"what": "one-indicator"}),
    ),
)
OFFICIAL = methodology_of(
    step("treat/winsorise(skew=0.1, kurtosis=0.1)"),
    step("transform/log", only=("I1", "I4")),
    step("normalise/goalposts(low=1, high=100)", without=("I9",)),
    step("weight/given"),
    step("aggregate/arithmetic(min_coverage=0.5)", nodes=("A", "B")),
    step("aggregate/geometric(min_coverage=0.5)", nodes=("INDEX",)),
    nodes=(Node(id="INDEX"), Node(id="A", parent="INDEX", weight=2.0), Node(id="B", parent="INDEX")),
    leaves=(
        Leaf(indicator="I1", parent="A"),
        Leaf(indicator="I2", parent="A", weight=3.0),
        Leaf(indicator="I3", parent="B"),
        Leaf(indicator="I4", parent="B"),
    ),
    robustness=ROBUSTNESS,
    bands=(Bands(node="B", edges=(50.0,), names=("low", "high")),),
)


def compare(methodology: Methodology) -> None:
    """Hold what is shown at once against what assessing the same methodology writes, in every period."""
    assessed = assess(RELEASE, methodology, coherence=False)
    index = compile_index(methodology, panel_of(RELEASE, methodology))
    for period in index.panel.assessed:
        found = standing_of(index, period=period)
        of_root = (pl.col("period") == period) & (pl.col("node") == "INDEX")
        rows = {row["unit"]: row for row in assessed.scores.filter(of_root).to_dicts()}
        bands = {row["unit"]: row["band"] for row in assessed.tables["robustness"].filter(of_root).to_dicts()}
        for at, unit in enumerate(found.units):
            row = rows[unit]
            for name, values in (("score", found.scores), ("rank", found.ranks), ("rank_low", found.rank_low),
                                 ("rank_high", found.rank_high)):  # fmt: skip
                assert row[name] == (None if np.isnan(values[at]) else values[at]), (period, unit, name)
            assert bands.get(unit) == (None if np.isnan(found.bands[at]) else found.bands[at])
        assert found.excluded == assessed.excluded_draws
        assert found.draws == assessed.trace.draws == DRAWS


def test_the_index_as_written_stands_as_it_is_assessed() -> None:
    compare(edited(OFFICIAL, Change()))


@settings(max_examples=15, deadline=None)
@given(
    weights=st.dictionaries(
        st.sampled_from(["I1", "I2", "I3", "I4", "A", "B"]), st.floats(0.1, 10.0, allow_nan=False), max_size=4
    ),
    dropped=st.frozensets(st.sampled_from(["I1", "I2", "I3", "I4"]), max_size=3),
    normalise=st.sampled_from([None, "normalise/min-max", "normalise/z-score", "normalise/rank"]),
    aggregate=st.sampled_from([None, "aggregate/arithmetic", "aggregate/harmonic", "aggregate/median"]),
    treated=st.booleans(),
)
def test_any_variant_stands_as_it_is_assessed(
    weights: dict, dropped: frozenset, normalise: str | None, aggregate: str | None, treated: bool
) -> None:
    calls: dict[int, MethodCall | None] = {} if treated else {0: None}
    calls |= {place: MethodCall(name=name) for place, name in ((2, normalise), (5, aggregate)) if name}
    compare(edited(OFFICIAL, Change(weights=weights, dropped=dropped, calls=calls)))


def test_what_is_left_out_leaves_no_trace_in_nodes_steps_and_bands() -> None:
    found = edited(OFFICIAL, Change(dropped=frozenset({"I3", "I4"}), calls={0: None}))
    assert [leaf.indicator for leaf in found.leaves] == ["I1", "I2"]
    assert [node.id for node in found.nodes] == ["INDEX", "A"]
    assert [str(each.call.family) for each in found.steps] == [
        "transform",
        "normalise",
        "weight",
        "aggregate",
        "aggregate",
    ]
    assert found.steps[0].only == ("I1",)
    assert found.steps[3].nodes == ("A",)
    assert found.bands == ()
    assert found.robustness is not None
    assert [vary.factor for vary in found.robustness.vary] == ["normalise", "weights", "drop"]


def test_a_step_whose_indicators_are_all_left_out_goes_with_them_and_does_not_reach_others() -> None:
    found = edited(OFFICIAL, Change(dropped=frozenset({"I1", "I4"})))
    assert "transform/log" not in {each.call.name for each in found.steps}


def test_a_method_keeps_the_settings_it_shares_with_the_one_it_replaces() -> None:
    found = edited(
        OFFICIAL, Change(calls={2: MethodCall(name="normalise/min-max"), 4: MethodCall(name="aggregate/median")})
    )
    assert str(found.steps[2].call) == "normalise/min-max(high=100, low=1)"
    assert str(found.steps[4].call) == "aggregate/median(min_coverage=0.5)"


def test_an_index_without_any_indicator_is_refused() -> None:
    with pytest.raises(WrongUse):
        edited(OFFICIAL, Change(dropped=frozenset({"I1", "I2", "I3", "I4"})))


def test_weights_in_the_whole_index_are_products_along_the_way() -> None:
    index = compile_index(OFFICIAL, panel_of(RELEASE, OFFICIAL))
    shares = standing_of(index, period="2020", draw=False).shares
    assert shares["A"] == pytest.approx(2 / 3)
    assert shares["I2"] == pytest.approx(2 / 3 * 3 / 4)
    assert sum(shares[code] for code in OFFICIAL.indicators) == pytest.approx(1.0)


def test_a_method_that_takes_its_time_is_not_drawn_from_while_somebody_waits() -> None:
    slow = edited(OFFICIAL, Change(calls={5: MethodCall(name="aggregate/copeland")}))
    index = compile_index(slow, panel_of(RELEASE, slow))
    assert not can_draw(index)
    found = standing_of(index, period="2020")
    assert found.draws == 0
    assert np.isnan(found.rank_low).all()
    assert not np.isnan(found.ranks).any()


def test_why_a_method_does_not_fit_is_said_and_one_that_fits_has_no_reason() -> None:
    index = compile_index(OFFICIAL, panel_of(RELEASE, OFFICIAL))
    nominal = index.replay()
    reasons = {
        name: why_unfit(index, nominal, edited(OFFICIAL, Change(calls={place: MethodCall(name=name)})))
        for place, name in product((2,), ("normalise/min-max", "normalise/z-score", "normalise/distance-to-target"))
    }
    assert reasons["normalise/min-max"] is None
    assert reasons["normalise/z-score"] == "a geometric mean needs values above zero"
    assert "target" in str(reasons["normalise/distance-to-target"])
    formula = edited(OFFICIAL, Change(calls={4: MethodCall(name="aggregate/formula")}))
    assert "formula" in str(why_unfit(index, nominal, formula))
    judged = edited(OFFICIAL, Change(calls={3: MethodCall(name="weight/ahp")}))
    assert why_unfit(index, nominal, judged) == "nobody has judged these weights"
