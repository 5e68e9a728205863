"""What one other number would do to a score: every move is the index replayed, and nothing is approximated."""

from __future__ import annotations

import numpy as np
import pytest

from mezon.analyse.assessing import assess
from mezon.analyse.marginal import BEST, MEDIAN, NEXT, moves
from mezon.engine.index import compile_index, panel_of
from mezon.errors import AskedForUnknown
from mezon.model.methodology import Methodology
from tests.index_case import TOY, methodology_of, release_of, step

STEPS = (
    step("normalise/goalposts(low=1, high=100, clip=true)"),
    step("weight/given"),
    step("aggregate/geometric(min_coverage=0.5)"),
)


def moved(values: np.ndarray, unit: str, methodology: Methodology | None = None) -> tuple:
    methodology = methodology or methodology_of(*STEPS)
    index = compile_index(methodology, panel_of(release_of(values), methodology))
    return moves(index, index.replay(), unit=unit, period="2020")


def score_of(values: np.ndarray, unit: str) -> tuple[float, int]:
    scores = assess(release_of(values), methodology_of(*STEPS)).scores
    row = scores.filter((scores["unit"] == unit) & (scores["node"] == "INDEX")).row(0, named=True)
    return row["score"], row["rank"]


def test_a_move_gives_the_score_that_an_assessment_of_the_changed_data_gives() -> None:
    before, _rank = score_of(TOY, "U1")
    found = moved(TOY, "U1")
    assert {move.kind for move in found} == {NEXT, BEST}
    for move in found:
        changed = TOY.copy()
        changed[0, int(move.indicator[1]) - 1] = move.target
        score, rank = score_of(changed, "U1")
        assert move.score == pytest.approx(score, abs=1e-12)
        assert move.gain == pytest.approx(score - before, abs=1e-12)
        assert move.rank == rank


def test_next_ahead_is_the_nearest_better_value_and_less_is_better_where_the_direction_says_so() -> None:
    found = {(move.indicator, move.kind): move for move in moved(TOY, "U1")}
    assert (found["I1", NEXT].peer, found["I1", NEXT].target) == ("U5", 2.8)
    assert (found["I1", BEST].peer, found["I1", BEST].target) == ("U3", 3.5)
    assert (found["I4", NEXT].peer, found["I4", NEXT].target) == ("U5", 150)
    assert (found["I4", BEST].peer, found["I4", BEST].target) == ("U3", 120)


def test_moves_stand_by_gain_and_the_best_unit_of_an_indicator_has_none_in_it() -> None:
    found = moved(TOY, "U3")
    assert [move.gain for move in found] == sorted((move.gain for move in found), reverse=True)
    assert {move.indicator for move in found} == {"I3"}


def test_an_indicator_without_a_value_is_tried_at_the_median_of_the_others() -> None:
    values = TOY.copy()
    values[0, 1] = np.nan
    move = next(move for move in moved(values, "U1") if move.indicator == "I2")
    assert (move.kind, move.peer, move.value) == (MEDIAN, "", None)
    assert move.target == np.median(TOY[1:, 1])


def test_a_unit_without_a_score_has_no_gain_but_the_score_it_would_have() -> None:
    values = TOY.copy()
    values[0, 1:] = np.nan
    found = moved(values, "U1")
    assert all(move.gain is None for move in found)
    assert {move.kind for move in found if move.score is not None} == {MEDIAN}


def test_moving_the_end_of_a_scale_moves_the_scale_as_well() -> None:
    steps = (step("normalise/min-max(low=1, high=100)"), *STEPS[1:])
    found = {(move.indicator, move.kind): move for move in moved(TOY, "U2", methodology_of(*steps))}
    changed = TOY.copy()
    changed[1, 0] = found["I1", NEXT].target
    scores = assess(release_of(changed), methodology_of(*steps)).scores
    row = scores.filter((scores["unit"] == "U2") & (scores["node"] == "INDEX")).row(0, named=True)
    assert found["I1", NEXT].score == pytest.approx(row["score"], abs=1e-12)


def test_a_unit_or_period_that_is_not_assessed_is_refused() -> None:
    with pytest.raises(AskedForUnknown, match="does not assess U9"):
        moved(TOY, "U9")
