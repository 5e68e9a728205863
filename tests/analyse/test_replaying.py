"""Replayed rows: what a cell may say, and what is said of a row that does not fit."""

from __future__ import annotations

import polars as pl
import pytest

from mezon.analyse.assessing import assess
from mezon.analyse.replaying import Replay
from mezon.errors import WrongUse
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
    ("row", "message"),
    [
        ({"normalize": "normalise/rank"}, "column 'normalize'.*Nearest: normalise"),
        ({"normalise": "normalise/magic"}, "row 2, normalise: normalise/magic"),
        ({"normalise": "normalise/rank("}, "row 2, normalise"),
        ({"normalise": "normalise/z-score(means=10)"}, "has no means. Nearest: mean"),
        ({"weights": "theirs"}, "weight set 'theirs'"),
        ({"weights": "drawn"}, "weight-sets"),
        ({"drop": "I9"}, "no node 'I9'. Nearest: I"),
        ({"observations": "drawn"}, "cannot be replayed"),
    ],
)
def test_what_a_cell_cannot_mean_is_refused_with_its_row(row, message):
    with pytest.raises(WrongUse, match=message):
        replayed(row)


def test_all_faults_of_the_choices_are_told_at_once():
    with pytest.raises(WrongUse) as caught:
        replayed({"normalise": "normalise/rnak", "drop": "I9"}, {"normalise": "", "drop": "I8"})
    assert "3 faults" in str(caught.value)
    assert "row 2, normalise: normalise/rnak is no method. Nearest: normalise/rank" in str(caught.value)
    assert "row 3, drop" in str(caught.value)


def test_a_table_of_draws_becomes_choices_and_sets_in_the_lines_of_the_manual():
    varied = (*VARY[:3], Vary(kind="step", family="weight", options=(MethodCall.parse("weight/equal"),)))
    methodology = methodology_of(*STEPS, robustness=Robustness(draws=40, vary=varied))
    draws = assess(release_of(TOY), methodology, keep_draws=True).draws
    weights = draws.select(
        pl.col("replicate").cast(str).alias("set"), pl.col("^weight:.*$").name.replace("weight:", "")
    )
    sets = weights.unpivot(index="set", variable_name="node", value_name="weight")
    choices = draws.with_columns(pl.lit("").alias("weight"), weights=pl.col("replicate").cast(str))
    given = {name: dict(rows.select("node", "weight").iter_rows()) for (name,), rows in sets.group_by("set")}
    rows = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in choices.to_dicts()]
    found = assess(release_of(TOY), methodology, replay=Replay(rows=rows, weight_sets=given))
    told = [finding for finding in found.findings if finding.code == "replay-columns-passed-over"]
    assert "score:*, unfit, weight:*" in told[0].message
    replay = found.tables["replay"]
    for unit in ("U1", "U3", "U5"):
        again = replay.filter(unit=unit)["score"].to_list()
        assert again == pytest.approx(draws[f"score:{unit}:2020"].to_list())
