"""Exhibits: the four charts of the second paper recomputed, by what the data are and by no indicator's name."""

from __future__ import annotations

import polars as pl
import pytest

from mezon.web.portal.edition import Edition
from mezon.web.portal.exhibits import exhibits

pytestmark = pytest.mark.django_db


def test_the_line_has_what_the_paper_states_and_what_the_official_average_makes_of_it(edition: Edition) -> None:
    line = exhibits(edition).line
    assert line is not None
    found = {
        point.period: (
            point.national and point.national["value"],
            point.dollars and point.dollars["value"],
            point.dollars_at_official and round(point.dollars_at_official, 3),
        )
        for point in line.points
    }
    assert found == {
        "2021": (21.6, 1.63, 2.036),
        "2022": (None, 1.7, None),
        "2023": (22.45, 1.8, 1.913),
        "2024": (61.8, 4.66, 4.884),
    }


def test_dollars_at_the_official_rate_are_what_the_release_converts_by(edition: Edition) -> None:
    line = exhibits(edition).line
    assert line is not None
    converted = edition.observations.filter(
        (pl.col("indicator") == line.indicator) & (pl.col("origin") == "converted") & (pl.col("period") == "2022")
    )
    point = next(point for point in line.points if point.period == "2022")
    assert point.national is None
    assert converted["value"].to_list() == pytest.approx([point.national_at_official])


def test_what_else_was_stated_stands_beside_what_is_used_with_the_reason(edition: Edition) -> None:
    line = exhibits(edition).line
    assert line is not None
    others = {point.period: [row["value"] for row in point.others] for point in line.points}
    assert others == {"2021": [1.6], "2022": [], "2023": [2.7], "2024": []}
    assert all(point.settled_because for point in line.points if point.others)


def test_a_lower_bound_makes_sums_and_shares_lower_bounds(edition: Edition) -> None:
    companies = exhibits(edition).companies
    assert companies is not None
    assert [(row["unit"], round(row["value"], 4), row["qualifier"]) for row in companies.rows] == [
        ("AMMC", 1.94, ">"), ("NMMC", 0.7896, "="),
    ]  # fmt: skip
    assert companies.at_least
    assert all(share.at_least for share in companies.shares)
    shares = {share.indicator: round(share.share, 3) for share in companies.shares}
    assert shares == {"INV_ATTRACTED": 0.379, "FIXED_CAP_INV": 0.586}


def test_what_is_domestic_is_what_remains_of_the_whole(edition: Edition) -> None:
    composition = exhibits(edition).composition
    assert composition is not None
    assert composition.last.unit_of_measure == "UZS_TN"
    assert [(part.by_difference, round(part.value, 2)) for part in composition.last.parts] == [
        (False, 16.2), (True, 6.25),
    ]  # fmt: skip
    derived = edition.observations.filter((pl.col("indicator") == "DOMESTIC_INV") & (pl.col("period") == "2023"))
    assert derived["value"].to_list() == pytest.approx([composition.last.parts[1].value])


def test_every_pair_of_currencies_has_the_rate_it_implies(edition: Edition) -> None:
    rates = [(pair["period"], round(pair["implied_rate"])) for pair in exhibits(edition).pairs]
    assert sorted(rates) == [
        ("2021", 13252), ("2021", 13500), ("2023", 8315), ("2023", 12462), ("2023", 12472), ("2024", 13262),
    ]  # fmt: skip


def test_a_pack_of_another_country_is_divided_by_its_sources_of_funds(metallia: Edition) -> None:
    found = exhibits(metallia)
    assert found.line is None
    assert found.composition is not None
    assert sum(part.share for part in found.composition.last.parts) == pytest.approx(1)
    assert len(found.composition.last.parts) == 7


def test_nothing_is_known_of_money_before_it_was_published(edition: Edition) -> None:
    from datetime import date

    from mezon.web.portal.edition import edition_for

    earlier = exhibits(edition_for("uzbekistan", date(2020, 12, 31)))
    assert (earlier.line, earlier.companies, earlier.composition, earlier.pairs) == (None, None, None, ())
