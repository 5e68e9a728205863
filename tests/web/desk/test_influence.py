"""What a submission moves, against the whole line run again with the cell put back by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from mezon import production
from mezon.model.pack import Pack

pytest.importorskip("django", reason="the site is an extra: pip install mezon[web]")

UNIT, PERIOD = "ARGENT_SILVER", "2024"
#: Factors by which the submission differs from what other sources say of the same year.
CHANGED = {"REVENUE": 1.4, "RD_SPEND": 3.0, "EMPLOYEES": 0.8}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return production.read_pack("metallia")


@pytest.fixture(scope="module")
def cells(pack: Pack) -> pl.DataFrame:
    """The values of the form as a submission states them: the known ones, but for those that changed."""
    asked = [item.indicator for item in pack.definitions.forms["enterprise"].items]
    mine = pack.observations.filter(
        (pl.col("unit") == UNIT) & (pl.col("period") == PERIOD) & pl.col("indicator").is_in(asked)
    ).unique(["indicator", "breakdown", "variant"], keep="first", maintain_order=True)
    factor = pl.col("indicator").replace_strict(CHANGED, default=1.0, return_dtype=pl.Float64)
    return mine.with_columns(
        value=pl.when(pl.col("breakdown") == "").then(pl.col("value") * factor).otherwise("value"),
        source=pl.lit("ENTERPRISE_RETURN"),
        source_ref=pl.concat_str(pl.lit("submission 1 "), "indicator", "breakdown"),
        published=pl.lit("2026-11-22"),
        cell=pl.int_range(pl.len(), dtype=pl.Int64),
    )


@pytest.fixture(scope="module")
def reckoning(pack: Pack, cells: pl.DataFrame) -> Any:
    from mezon.web.desk.influence import reckon

    return reckon(pack, cells, unit=UNIT, period=PERIOD, last={})


def standing(pack: Pack, rows: pl.DataFrame) -> tuple[float, int]:
    """Run the whole line with some rows of the submission, and give the unit's score and rank."""
    whole = replace(pack, observations=pl.concat([pack.observations, rows.drop("cell")], how="vertical_relaxed"))
    scores = production.assess(whole, draws=10).tables["scores"]
    root = whole.definitions.methodologies["enterprise"].root.id
    row = scores.filter((pl.col("unit") == UNIT) & (pl.col("period") == PERIOD) & (pl.col("node") == root))
    return float(row["score"][0]), int(row["rank"][0])


def test_before_and_after_are_what_the_whole_line_gives(pack: Pack, cells: pl.DataFrame, reckoning: Any) -> None:
    assert (reckoning.before.score, reckoning.before.rank) == pytest.approx(standing(pack, cells.clear()))
    assert (reckoning.after.score, reckoning.after.rank) == pytest.approx(standing(pack, cells))


@pytest.mark.parametrize("indicator", sorted(CHANGED))
def test_the_effect_of_a_cell_is_what_the_whole_line_gives_without_it(
    pack: Pack, cells: pl.DataFrame, reckoning: Any, indicator: str
) -> None:
    key = cells.filter((pl.col("indicator") == indicator) & (pl.col("breakdown") == ""))["cell"][0]
    score, rank = standing(pack, cells.filter(pl.col("cell") != key))
    effect = reckoning.effects[key]
    assert (effect.without.score, effect.without.rank) == pytest.approx((score, rank))
    assert effect.score == pytest.approx(reckoning.after.score - score, abs=1e-9)


def test_a_cell_that_says_what_is_known_moves_nothing(cells: pl.DataFrame, reckoning: Any) -> None:
    same = cells.filter(~pl.col("indicator").is_in(list(CHANGED)))["cell"].to_list()
    assert {reckoning.effects[key].score for key in same if key in reckoning.effects} == {0.0}


def test_a_value_nobody_knew_is_put_back_to_its_last_period(pack: Pack, cells: pl.DataFrame) -> None:
    from mezon.web.desk.influence import reckon

    asked = cells["indicator"].to_list()
    now = (pl.col("unit") == UNIT) & (pl.col("period") == PERIOD) & pl.col("indicator").is_in(asked)
    older = replace(pack, observations=pack.observations.filter(~now))
    key = cells.filter(pl.col("indicator") == "RD_SPEND")["cell"][0]
    row = cells.filter(pl.col("cell") == key)
    found = reckon(older, cells, unit=UNIT, period=PERIOD, last={key: 20.0})
    by_hand = pl.concat([cells.filter(pl.col("cell") != key), row.with_columns(value=pl.lit(20.0))])
    assert found.effects[key].without.score == pytest.approx(standing(older, by_hand)[0])


def test_a_cell_that_no_index_is_made_of_has_no_effect(cells: pl.DataFrame, reckoning: Any) -> None:
    outside = cells.filter(pl.col("indicator") == "PROJECT_FINANCE_BY_SOURCE")["cell"].to_list()
    assert outside
    assert not set(outside) & set(reckoning.effects)


def test_a_unit_that_no_index_looks_at_is_told_so(pack: Pack, cells: pl.DataFrame) -> None:
    from mezon.web.desk.influence import Reckoning, reckon

    assert reckon(pack, cells, unit="METALLIA", period=PERIOD, last={}) == Reckoning()
    assert reckon(pack, cells, unit=UNIT, period="2012", last={}).methodology == ""
