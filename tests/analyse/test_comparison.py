"""Comparison: rankings and pairs taken out of an assessment's tables, and nothing computed anew."""

from __future__ import annotations

import polars as pl
import pytest

from mezon import production
from mezon.analyse.comparison import latest_period, node_scores, ranking, root_scores, shares_above, shares_risen
from mezon.errors import AskedForUnknown
from mezon.model.assessment import Assessment


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return production.assess(production.read_pack("uzbekistan"), draws=200)


def test_the_latest_period_is_the_last_with_a_score(assessment: Assessment) -> None:
    assert latest_period(assessment) == "2017"
    assert latest_period(assessment, "ZMB") == "2016"
    assert latest_period(assessment, "nobody") == ""


def test_a_ranking_is_best_first_and_units_without_a_rank_come_last(assessment: Assessment) -> None:
    rows = ranking(assessment, "2017")
    ranks = rows["rank"].to_list()
    assert [rank for rank in ranks if rank is not None] == list(range(1, 20))
    assert rows["unit"][-1] == "ZMB"
    assert ranks[-1] is None


def test_root_scores_hold_the_index_and_no_group(assessment: Assessment) -> None:
    assert root_scores(assessment)["node"].unique().to_list() == ["INDEX"]


def test_units_stand_side_by_side_in_the_order_asked_for(assessment: Assessment) -> None:
    wide = node_scores(assessment, ["UZB", "CHL"], "2017")
    assert wide.columns == ["node", "UZB", "CHL"]
    index = wide.filter(pl.col("node") == "INDEX")
    scores = root_scores(assessment).filter((pl.col("period") == "2017") & (pl.col("unit") == "CHL"))
    assert index["CHL"][0] == scores["score"][0]


def test_a_unit_that_is_not_scored_is_named_with_those_that_are(assessment: Assessment) -> None:
    with pytest.raises(AskedForUnknown, match="NMMC"):
        node_scores(assessment, ["NMMC"], "2017")


def test_shares_of_a_pair_add_up_to_one_where_no_variant_ties(assessment: Assessment) -> None:
    shares = shares_above(assessment, ["UZB", "CHL"], "2017")
    assert shares.height == 2
    assert shares["share_a_above_b"].sum() == pytest.approx(1.0)


def test_shares_risen_are_those_from_each_period_to_the_next(assessment: Assessment) -> None:
    given = assessment.tables["improvements"].filter((pl.col("unit") == "UZB") & (pl.col("node") == "INDEX"))
    shares = {(row["from"], row["to"]): row["share_improved"] for row in given.to_dicts()}
    found = shares_risen(assessment, "UZB")
    assert found == {str(year): shares[str(year - 1), str(year)] for year in range(2013, 2018)}
    assert shares_risen(assessment, "nobody") == {}
