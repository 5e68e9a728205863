"""What an index takes from a release."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from mezon.engine.index import panel_of
from mezon.model.methodology import Leaf
from tests.index_case import TOY, methodology_of, release_of, step

ONE = {"leaves": [Leaf(indicator="I1", parent="INDEX")]}


def changed(release, **columns):
    return replace(release, observations=release.observations.with_columns(**columns))


def with_unit(release, code, **changes):
    units = {**release.definitions.units, code: replace(release.definitions.units[code], **changes)}
    return replace(release, definitions=replace(release.definitions, units=units))


def test_only_totals_that_are_facts_in_the_indicators_own_unit_count():
    release = release_of(TOY[:, :1], indicators=["I1"])
    first = pl.int_range(pl.len()) == 0
    for column, other in (("breakdown", "SEX=F"), ("variant", "PLAN"), ("unit_of_measure", "PERCENT"), ("status", "O")):
        spoilt = changed(release, **{column: pl.when(first).then(pl.lit(other)).otherwise(pl.col(column))})
        panel = panel_of(spoilt, methodology_of(**ONE))
        assert np.isnan(panel.values[0, 0, 0])
        assert not np.isnan(panel.values[1:]).any()


def test_nominal_values_come_before_constant_ones():
    release = release_of(TOY[:, :1], indicators=["I1"])
    constant = changed(release, price_basis=pl.lit("CONSTANT-2015"), value=pl.col("value") * 2).observations
    both = replace(release, observations=pl.concat([constant, release.observations]))
    assert panel_of(both, methodology_of(**ONE)).values[:, 0, 0].tolist() == TOY[:, 0].tolist()
    alone = replace(release, observations=constant)
    assert panel_of(alone, methodology_of(**ONE)).values[:, 0, 0].tolist() == (2 * TOY[:, 0]).tolist()


def test_units_are_a_list_or_a_filter_or_all_of_the_level():
    release = with_unit(release_of(TOY), "U2", groupings={"region": "NORTH"})
    assert panel_of(release, methodology_of()).units == ("U1", "U2", "U3", "U4", "U5")
    assert panel_of(release, methodology_of(units=("U5", "U3"))).units == ("U3", "U5")
    assert panel_of(release, methodology_of(unit_filter={"region": ("NORTH",)})).units == ("U2",)


def test_periods_are_whole_spans_and_the_series_beyond_the_window_is_kept():
    cube = np.stack([TOY[:, :1]] * 3, axis=1)
    release = release_of(cube, indicators=["I1"], periods=["2010", "2012", "2015"])
    panel = panel_of(release, methodology_of(periods=("2011", "2013"), **ONE))
    assert panel.periods == ("2010", "2011", "2012", "2013", "2014", "2015")
    assert panel.assessed == ("2011", "2012", "2013")
    assert panel_of(release, methodology_of(**ONE)).assessed == panel.periods
    assert panel_of(release, methodology_of(period_list=("2010", "2015"), **ONE)).assessed == ("2010", "2015")


def test_a_unit_is_in_force_only_while_it_exists():
    release = release_of(np.stack([TOY] * 3, axis=1), periods=["2019", "2020", "2021"])
    release = with_unit(with_unit(release, "U1", valid_to="2020-06-30"), "U2", valid_from="2021")
    panel = panel_of(release, methodology_of())
    assert panel.in_force[0].tolist() == [True, True, False]
    assert panel.in_force[1].tolist() == [False, False, True]


def test_what_a_leaf_says_wins_over_its_indicator():
    release = release_of(TOY, attributes={"I1": {"transform": "log"}})
    leaves = [
        Leaf(indicator="I1", parent="INDEX"),
        Leaf(indicator="I4", parent="INDEX", overrides={"direction": 1}, transform="cap(high=3)"),
    ]
    panel = panel_of(release, methodology_of(step("normalise/goalposts"), leaves=leaves))
    assert panel.direction.tolist() == [1, 1]
    assert [str(call) for call in panel.transforms] == ["transform/log", "transform/cap(high=3)"]


def test_what_cannot_exist_is_a_state_of_its_own():
    values = TOY.astype(float).copy()
    values[0, 0] = np.nan
    panel = panel_of(release_of(values, not_applicable=[(0, 0, 0)]), methodology_of())
    assert not panel.applicable[0, 0, 0]
    assert panel.applicable.sum() == 19
