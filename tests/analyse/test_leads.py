"""The difference of two scores, taken apart: exact for every way of aggregating, fair to what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezon.analyse.leads import leads
from mezon.engine.index import compile_index, panel_of
from mezon.errors import AskedForUnknown
from tests.index_case import TOY, methodology_of, release_of, step

WAYS = ("aggregate/arithmetic", "aggregate/geometric", "aggregate/harmonic")


def taken_apart(values: np.ndarray, way: str, first: str = "U1", other: str = "U2", *more: str) -> tuple:
    steps = (step("normalise/goalposts(low=1, high=100, clip=true)"), step("weight/given"), step(way), *map(step, more))
    methodology = methodology_of(*steps)
    index = compile_index(methodology, panel_of(release_of(values), methodology))
    nominal = index.replay()
    scores = dict(zip(index.panel.units, nominal.scores[index.tree.root, :, 0], strict=True))
    return leads(index, nominal, first=first, other=other, period="2020"), scores[first] - scores[other]


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=25, deadline=None)
@given(scale=st.lists(st.floats(0.05, 0.95), min_size=8, max_size=8))
def test_points_add_up_to_the_difference_of_the_scores(way: str, scale: list[float]) -> None:
    values = TOY.copy()
    low, high = np.array([0, 0, 0, 100]), np.array([4, 25, 100, 300])
    values[:2] = low + np.array(scale).reshape(2, 4) * (high - low)
    found, difference = taken_apart(values, way)
    assert sum(lead.points for lead in found) == pytest.approx(difference, abs=1e-9)


def test_the_other_way_round_every_point_changes_its_sign() -> None:
    there, _ = taken_apart(TOY, "aggregate/geometric", "U1", "U2")
    back, _ = taken_apart(TOY, "aggregate/geometric", "U2", "U1")
    assert [lead.points for lead in there] == pytest.approx([-lead.points for lead in back], abs=1e-12)


def test_an_arithmetic_lead_is_the_weighted_difference_of_the_points() -> None:
    found, _ = taken_apart(TOY, "aggregate/arithmetic")
    points = {lead.indicator: lead.points for lead in found}
    # 99 * (2.1 - 0.8) / 4 points apart, at a weight of one quarter.
    assert points["I1"] == pytest.approx(99 * 1.3 / 4 / 4)
    assert points["I4"] == pytest.approx(99 * (260 - 180) / 200 / 4)


def test_what_is_missing_in_one_counts_as_standing_in_the_middle() -> None:
    values = TOY.copy()
    values[1, 0] = np.nan
    found, difference = taken_apart(values, "aggregate/arithmetic(min_coverage=0.5)")
    missing = next(lead for lead in found if lead.indicator == "I1")
    assert not missing.both
    assert all(lead.both for lead in found if lead.indicator != "I1")
    assert sum(lead.points for lead in found) == pytest.approx(difference)
    assert abs(missing.points) < abs(99 * 2.1 / 4 / 4)


def test_what_rounding_adds_stands_by_itself() -> None:
    found, difference = taken_apart(TOY, "aggregate/geometric", "U1", "U2", "round/half-up(digits=0)")
    assert found[-1].indicator == ""
    assert sum(lead.points for lead in found) == pytest.approx(difference)


def test_without_a_score_there_is_no_lead() -> None:
    values = TOY.copy()
    values[1] = np.nan
    values[1, 0] = 1.0
    assert taken_apart(values, "aggregate/geometric(min_coverage=0.5)")[0] == ()


def test_a_unit_that_is_not_assessed_is_refused() -> None:
    methodology = methodology_of(step("normalise/goalposts(low=1, high=100)"), step("aggregate/arithmetic"))
    index = compile_index(methodology, panel_of(release_of(TOY), methodology))
    with pytest.raises(AskedForUnknown, match="U9"):
        leads(index, index.replay(), first="U1", other="U9", period="2020")
