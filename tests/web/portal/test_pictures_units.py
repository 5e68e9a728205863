"""Pictures of ranking, units and comparisons: drawn in every language, and refused where there is nothing."""

from __future__ import annotations

import pytest
from django.http import Http404

from mezon.disseminate.charts import Look
from mezon.web.portal.edition import Edition
from mezon.web.portal.pictures import PICTURES, chart_of

pytestmark = pytest.mark.django_db
OURS = {
    "ranking": {"period": "2017"},
    "ranking-groups": {"period": "2015"},
    "ranking-years": {},
    "ranking-change": {},
    "unit-years": {"u": "UZB"},
    "unit-groups": {"u": "UZB"},
    "unit-gaps": {"u": "UZB", "period": "2017"},
    "unit-parts": {"u": "UZB", "period": "2017"},
    "compare-scores": {"u": "UZB,AUS,CHL", "period": "2017"},
    "compare-groups": {"u": "UZB,AUS,CHL", "period": "2017"},
    "compare-years": {"u": "UZB,AUS,CHL"},
}


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_a_picture_says_what_is_seen_and_names_source_and_release(edition: Edition, name: str, language: str) -> None:
    chart = chart_of(edition, name, Look(language=language), OURS[name])
    assert chart.alt
    assert not chart.empty
    assert edition.release_id in chart.release
    assert "UNESCO" in chart.source_line
    assert chart.table.height > 0


def test_the_ranking_draws_the_scores_of_the_assessment_with_their_intervals(edition: Edition) -> None:
    table = chart_of(edition, "ranking", Look(), {"period": "2017"}).table
    scores = edition.assessments["conditions"].scores
    given = {row["unit"]: row for row in scores.to_dicts() if row["period"] == "2017" and row["node"] == "INDEX"}
    for row in table.to_dicts():
        mine = given[row["unit"]]
        assert (row["value"], row["low"], row["high"]) == (mine["score"], mine["score_low"], mine["score_high"])


def test_the_parts_lead_from_the_reference_to_the_score(edition: Edition) -> None:
    table = chart_of(edition, "unit-parts", Look(), {"u": "UZB", "period": "2017"}).table
    scores = edition.assessments["conditions"].scores.to_dicts()
    score = next(r["score"] for r in scores if (r["unit"], r["period"], r["node"]) == ("UZB", "2017", "INDEX"))
    assert 1 + table["contribution"].sum() == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("ranking", {"period": "1999"}),
        ("unit-years", {"u": "ATLANTIS"}),
        ("unit-gaps", {"u": "UZB", "period": "1999"}),
        ("compare-groups", {"u": "UZB,ATLANTIS"}),
        ("compare-years", {"u": ""}),
        ("compare-years", {"u": "UZB,AUS,CAN,CHL,CHN,FIN,SWE"}),
    ],
)
def test_what_is_not_there_is_not_drawn(edition: Edition, name: str, asked: dict[str, str]) -> None:
    with pytest.raises(Http404):
        chart_of(edition, name, Look(), asked)


def test_what_a_page_shows_first_is_drawn_before_anybody_asks(edition: Edition) -> None:
    assert PICTURES["ranking"].warm(edition) == [{"period": "2017"}]
    assert PICTURES["unit-gaps"].warm(edition) == [{"u": "UZB", "period": "2017"}]
    assert PICTURES["compare-groups"].warm(edition) == []
