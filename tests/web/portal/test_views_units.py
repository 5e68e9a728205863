"""Unit profile: the assessment's numbers, parts that add up, exact moves, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import headings, parsed, table

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def of_unit(edition: Edition, unit: str, period: str, name: str = "scores") -> list[dict]:
    frame = edition.assessments["conditions"].tables[name]
    return frame.filter((pl.col("unit") == unit) & (pl.col("period") == period)).to_dicts()


def test_score_rank_and_band_are_told_with_their_intervals(page: Page, edition: Edition) -> None:
    html = page("/en/units/UZB/", period="2017")
    row = next(row for row in of_unit(edition, "UZB", "2017") if row["node"] == "INDEX")
    assert f"scored {row['score']:.1f} in 2017" in html
    assert f"between {row['score_low']:.1f} and {row['score_high']:.1f}" in html
    assert f'title="{row["score"]}"' in html
    assert f"{row['rank_low']:.0f}–{row['rank_high']:.0f}" in html
    assert "in band 3, Brazil to Uzbekistan: the last that Brazil is not above in 90% of the variants" in html


def test_units_not_told_apart_are_those_of_the_pairs_whatever_their_band(page: Page, edition: Edition) -> None:
    shares = {
        (row["a"], row["b"]): row["share_a_above_b"]
        for row in edition.assessments["conditions"].tables["pairwise"].filter(pl.col("period") == "2017").to_dicts()
    }
    others = {b for a, b in shares if a == "UZB"}
    near = {code for code in others if max(shares["UZB", code], shares[code, "UZB"]) < 0.9}
    bands = {row["unit"]: row["band"] for row in edition.assessments["conditions"].tables["robustness"].filter(
        (pl.col("period") == "2017") & (pl.col("node") == "INDEX")).to_dicts()}  # fmt: skip
    assert {bands[code] for code in near} != {bands["UZB"]}, "this release shows where bands and pairs differ"
    for address in ("/en/units/UZB/", "/en/"):
        said = page(address, **({"period": "2017"} if "units" in address else {})).split("old apart", 1)[1]
        said = said.split("</p>")[0].split("It is in band")[0]
        for code in others:
            assert (edition.definitions.units[code].name.en in said) == (code in near), (address, code)


def test_groups_are_those_of_the_assessment_and_one_without_a_value_says_so(page: Page, edition: Edition) -> None:
    rows = {row[0]: row for row in table(page("/en/units/UZB/", period="2017"), "by group, 2017")[1:]}
    scores = {row["node"]: row for row in of_unit(edition, "UZB", "2017")}
    assert rows["Performance"][1].startswith(f"{scores['PERFORMANCE']['score']:.1f}")
    assert rows["Technological development"][1] == "not measured"


def test_all_periods_are_listed_with_the_change_to_the_one_before(page: Page, edition: Edition) -> None:
    rows = table(page("/en/units/UZB/"), "score and rank by period")[1:]
    assert [row[0] for row in rows] == ["2012", "2013", "2014", "2015", "2016", "2017"]
    first, second = (
        next(row["score"] for row in of_unit(edition, "UZB", period) if row["node"] == "INDEX")
        for period in ("2014", "2015")
    )
    assert rows[3][2] == f"+{second - first:.1f}"


def test_strengths_and_weaknesses_are_those_of_the_assessment(page: Page, edition: Edition) -> None:
    shown = table(page("/en/units/UZB/", period="2017"), "strengths and weaknesses")[1:]
    given = of_unit(edition, "UZB", "2017", "strengths")
    assert len(shown) == len(given)
    kinds = {row["indicator"]: row["kind"] for row in given}
    names = {edition.definitions.indicators[code].name.en: kind for code, kind in kinds.items()}
    assert {row[0]: row[1] for row in shown} == names


def test_the_parts_add_up_to_the_score_from_the_reference(page: Page, edition: Edition) -> None:
    rows = table(page("/en/units/UZB/", period="2017"), "parts of the score")[1:]
    *parts, total = [float(row[1].replace("−", "-")) for row in rows]
    assert sum(parts) == pytest.approx(total, abs=0.04)
    given = of_unit(edition, "UZB", "2017", "contributions")
    logs = sorted((row["contribution"] for row in given if row["node"] == "INDEX"), reverse=True)
    assert [row[3] for row in rows[1:-1]] == [f"{value:.4f}" for value in logs]


def test_an_indicator_carried_forward_shows_the_year_it_was_observed_and_its_age(page: Page, edition: Edition) -> None:
    rows = {row[0]: row for row in table(page("/en/units/UZB/", period="2017"), "indicators of the index")[1:]}
    carried = next(row for name, row in rows.items() if name.startswith("Non-resident patent"))
    assert "carried forward" in carried[3]
    assert carried[5] == "2015"
    assert carried[6] == f"{edition.as_of.year - 2015} years"


def test_a_missing_indicator_is_told_with_who_holds_it(page: Page, edition: Edition) -> None:
    html = page("/en/units/UZB/", period="2017")
    holder = edition.definitions.indicators["MHT_MANUFACTURING"].holder.en
    assert "Missing here" in html
    assert holder.replace("'", "&#x27;") in html


def test_each_move_is_told_with_the_unit_whose_value_it_is(page: Page) -> None:
    rows = {row[0]: row for row in table(page("/en/units/UZB/", period="2017"), "at another unit’s value")[1:]}
    emissions = next(row for name, row in rows.items() if name.startswith("CO2"))
    assert emissions[2].startswith("Canada: 0.347")
    assert emissions[5].startswith("Sweden: 0.083")


def test_a_value_next_ahead_is_written_with_enough_decimals_to_differ(page: Page) -> None:
    rows = table(page("/en/units/UZB/", period="2017"), "at another unit’s value")[1:]
    assert all(row[1] != row[2].split(": ")[-1] for row in rows if ": " in row[2])


def test_a_unit_without_a_score_says_why_and_what_would_give_it_one(page: Page) -> None:
    html = page("/en/units/ZMB/", period="2017")
    assert "has no score in 2017" in html
    rows = table(html, "at another unit’s value")[1:]
    assert any("at the median" in row[5] and row[6] != "–" for row in rows)


def test_an_industry_without_an_index_shows_what_is_known_and_what_nobody_publishes(page: Page) -> None:
    html = page("/en/units/UZB_MINING/")
    assert "none of the 29 indicators of innovation" in html
    assert any(row[0] == "Investment attracted" for row in table(html, "observations outside the index"))
    missing = table(html, "not public")
    assert {row[1] for row in missing[1:]} == {"0 of 7", "0 of 5", "0 of 4", "0 of 3"}


def test_what_a_country_elsewhere_lacks_of_uzbek_mining_is_not_held_against_it(page: Page) -> None:
    assert "What nobody publishes" not in page("/en/units/AUS/")


def test_every_unit_of_both_packs_has_a_page_of_sound_html(page: Page, edition: Edition) -> None:
    for code in edition.definitions.units:
        html = page(f"/en/units/{code}/")
        parsed(html)
        levels = headings(html)
        assert levels.count(1) == 1, code
        assert all(after - before <= 1 for before, after in pairwise(levels)), code


def test_every_unit_of_metallia_has_a_page(metallia: Edition, page: Page) -> None:
    for code in metallia.definitions.units:
        parsed(page(f"/en/units/{code}/"))


def test_a_unit_that_is_not_there_is_answered_with_404(client, edition: Edition) -> None:
    assert client.get("/en/units/ATLANTIS/").status_code == 404
    assert client.get("/en/units/UZB/", {"period": "1999"}).status_code == 404


def test_a_profile_costs_one_query(page: Page) -> None:
    page("/en/units/UZB/")
    with CaptureQueriesContext(connection) as queries:
        page("/en/units/CHL/")
    assert len(queries) == 1


def test_links_keep_the_date_that_was_asked_for(page: Page, edition: Edition) -> None:
    day = edition.as_of.isoformat()
    html = page("/en/units/UZB/", as_of=day)
    assert f"as_of={day}" in html.split("Put them side by side")[0].rsplit("<a ", 1)[1]


def test_a_change_is_told_with_the_share_of_variants_in_which_the_score_rose(page: Page, edition: Edition) -> None:
    html = page("/en/units/UZB/")
    rows = table(html, "score and rank by period")
    improvements = edition.assessments["conditions"].tables["improvements"]
    mine = improvements.filter((pl.col("unit") == "UZB") & (pl.col("node") == "INDEX"))
    shares = {(row["from"], row["to"]): row["share_improved"] for row in mine.to_dicts()}
    shown = {row[0]: row[3] for row in rows[1:]}
    told = {later: f"{shares[pair]:.0%}" for pair in pairwise(shown) for later in pair[1:] if pair in shares}
    assert told["2016"] == "100%", "nearly every variant rose, though the intervals of 2015 and 2016 overlap"
    assert shown == {period: told.get(period, "–") for period in shown}
    assert "smaller than the intervals" not in html


def test_no_gap_below_half_a_point_is_called_a_strength(page: Page, edition: Edition) -> None:
    strengths = edition.assessments["conditions"].tables["strengths"]
    small = strengths.filter(pl.col("gap").abs() < 0.5).sort("unit", "period").to_dicts()
    assert small, "this release has such a gap"
    html = page(f"/en/units/{small[0]['unit']}/", period=small[0]["period"])
    assert "A difference below 0.5 points is called neither." in html
    shown = table(html, "strengths and weaknesses")[1:]
    given = strengths.filter((pl.col("unit") == small[0]["unit"]) & (pl.col("period") == small[0]["period"]))
    assert len(shown) == given.filter(pl.col("gap").abs() >= 0.5).height
