"""Replayed rows: what a cell may say, and what is said of a row that does not fit."""

from __future__ import annotations

import polars as pl
import pytest

from mezon.analyse.assessing import assess
from mezon.analyse.replaying import Replay
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.methodology import MethodCall, Robustness, Vary
from tests.index_case import TOY, methodology_of, release_of, step

STEPS = (step("normalise/min-max(low=0, high=100)"), step("weight/given"), step("aggregate/arithmetic"))
VARY = (
    Vary(kind="step", family="normalise", options=(MethodCall.parse("normalise/rank"),)),
    Vary(kind="weights", parameters={"noise": 0.25}),
    Vary(kind="drop"),
    Vary(kind="observations"),
)


def replayed(*rows, sets=None, **rest):
    methodology = methodology_of(*STEPS, robustness=Robustness(draws=50, vary=VARY))
    numbered = [{"replicate": str(number), **row} for number, row in enumerate(rows, start=1)]
    return assess(release_of(TOY), methodology, replay=Replay(rows=numbered, weight_sets=sets or {}), **rest)


def scores_of(found, replicate="1"):
    return found.tables["replay"].filter(pl.col("replicate") == replicate)["score"].to_list()


def test_a_row_as_written_is_the_assessment_itself():
    found = replayed({}, {"normalise": "as written", "drop": "none", "weights": ""})
    assert scores_of(found, "1") == scores_of(found, "2") == found.scores["score"].to_list()
    assert found.tables["replay"].columns == ["replicate", "unit", "period", "score", "rank"]
    assert found.tables["replay"]["rank"].dtype == pl.Int64


def test_nothing_is_drawn_unless_asked_for():
    assert replayed({}).trace.draws == 0
    assert replayed({}, draws=20).trace.draws == 20


def test_a_column_may_name_a_family_or_a_method_in_full():
    whole = replayed({"normalise": "normalise/rank"})
    named = replayed({"normalise/min-max": "normalise/rank"})
    assert scores_of(whole) == scores_of(named) != scores_of(replayed({}))


def test_a_row_that_does_not_fit_is_evaluated_and_marked():
    found = replayed({"aggregate": "aggregate/geometric"}, {"aggregate": "aggregate/harmonic", "drop": "I1"}, {})
    rows = found.tables["replay"].filter(pl.col("replicate") == "1")
    assert rows.filter(pl.col("score").is_null())["unit"].to_list() == ["U2", "U4"]
    assert rows.filter(pl.col("score").is_null())["rank"].null_count() == 2
    assert rows["rank"].drop_nulls().sort().to_list() == [1, 2, 3]
    [told] = [finding for finding in found.findings if finding.code == "replay-unfit"]
    assert "2 of 3" in told.message
    assert "1, 2" in told.message


def test_a_weight_set_takes_the_place_of_the_weights():
    found = replayed({"weights": "mine"}, sets={"mine": {"I1": 0.0, "I2": 3.0}})
    again = replayed({"drop": "I1", "weights": "mine"}, sets={"mine": {"I2": 3.0}})
    assert scores_of(found) == pytest.approx(scores_of(again))


@pytest.mark.parametrize(
    ("row", "error", "message"),
    [
        ({"normalize": "normalise/rank"}, WrongUse, "column 'normalize'"),
        ({"normalise": "normalise/magic"}, AskedForUnknown, "row 2, normalise: normalise/magic"),
        ({"normalise": "normalise/rank("}, WrongUse, "row 2, normalise"),
        ({"weights": "theirs"}, AskedForUnknown, "weight set 'theirs'"),
        ({"drop": "I9"}, AskedForUnknown, "drop names 'I9'"),
        ({"observations": "drawn"}, WrongUse, "cannot be replayed"),
    ],
)
def test_what_a_cell_cannot_mean_is_refused_with_its_row(row, error, message):
    with pytest.raises(error, match=message):
        replayed(row)
