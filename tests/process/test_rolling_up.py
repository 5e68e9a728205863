"""Wholes are made of their members as they were then; ratios are never averaged; too little is not published."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from process_cases import INDICATORS, MEMBERSHIPS, UNITS, cell, has, indicator, pack, said, unit

from mezon.engine.formula import Formula
from mezon.model.unit import Membership
from mezon.process.releasing import prepare


def everyone(code: str, values: list[float | None], **rest: Any) -> list[dict[str, Any]]:
    return [said(code, f"E{place + 1}", value, **rest) for place, value in enumerate(values) if value is not None]


def test_a_sum_goes_up_through_every_level_and_says_whose_it_is() -> None:
    release = prepare(pack(*everyone("RD", [1.0, 2.0, 3.0, 4.0, 5.0])))
    assert cell(release, "RD", "NORTH")["value"] == 6.0
    country = cell(release, "RD", "LAND")
    assert (country["value"], country["origin"], country["source"]) == (15.0, "rolled-up", "")
    assert country["origin_note"] == "sum: 5 of 5 members (region)"


def test_an_area_is_never_the_sum_of_its_countries() -> None:
    assert not has(prepare(pack(*everyone("RD", [1.0, 2.0, 3.0, 4.0, 5.0]))), "RD", "WORLD")


def test_the_ratio_of_a_whole_is_a_ratio_of_sums_and_not_a_mean_of_ratios() -> None:
    """Vector agg.ratio of methods.md section 0: 45 / 720, where the mean of the ratios would be 0.1333."""
    rows = [*everyone("RD", [10.0, 30.0, 5.0]), *everyone("SPEND", [100.0, 600.0, 20.0])]
    whole = cell(prepare(pack(*rows)), "SHARE", "NORTH")
    assert whole["value"] == pytest.approx(6.25)
    assert whole["origin_note"] == "100 * RD / SPEND on sums: 3 of 3 members (region)"


def test_a_ratio_rests_on_the_members_that_have_both_terms() -> None:
    rows = [*everyone("RD", [10.0, 30.0, 5.0]), *everyone("SPEND", [100.0, 600.0, None])]
    whole = cell(prepare(pack(*rows)), "SHARE", "NORTH")
    assert whole["value"] == pytest.approx(100 * 40 / 700)
    assert whole["origin_note"].endswith("2 of 3 members (region); missing: E3; low coverage")


def test_a_growth_rate_compares_the_same_members() -> None:
    rows = [*everyone("SPEND", [100.0, 100.0, None], period="2022"), *everyone("SPEND", [110.0, 110.0, 500.0])]
    assert cell(prepare(pack(*rows)), "GROWTH", "NORTH")["value"] == pytest.approx(10.0)


def test_a_growth_rate_is_computed_once_for_each_set_of_members(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes: list[tuple[int, ...]] = []
    apply = Formula.apply

    def counted(formula: Formula, terms: Any) -> Any:
        if formula.text.startswith("100 * (SPEND"):
            shapes.append(terms["SPEND"].values.shape)
        return apply(formula, terms)

    monkeypatch.setattr(Formula, "apply", counted)
    rows = [row for year in range(2015, 2024) for row in everyone("SPEND", [100.0, 110.0, 120.0], period=str(year))]
    release = prepare(pack(*rows))
    assert cell(release, "GROWTH", "NORTH")["value"] == 0.0
    # NORTH and LAND have the same three members in all of the eight periods that have one before them.
    assert len([shape for shape in shapes if len(shape) == 1]) == 2


def test_below_half_of_the_members_nothing_is_published_and_a_note_says_so() -> None:
    release = prepare(pack(*everyone("RD", [1.0, None, None, 4.0, 5.0])))
    withheld = cell(release, "RD", "NORTH")
    assert (withheld["value"], withheld["status"]) == (None, "L")
    assert "1 of 3 members (region); missing: E2, E3; withheld" in withheld["origin_note"]
    (found,) = [found for found in release.findings if found.key.startswith("RD NORTH")]
    assert (found.code, found.severity) == ("release-coverage-low", "note")


def test_coverage_counts_members_at_the_bottom() -> None:
    release = prepare(pack(*everyone("RD", [1.0, 2.0, None, 4.0, 5.0])))
    assert cell(release, "RD", "LAND")["origin_note"].startswith("sum: 4 of 5 members (region)")
    thin = prepare(pack(*everyone("RD", [1.0, None, None, None, 5.0])))
    assert cell(thin, "RD", "LAND")["status"] == "L"  # 1 of 2 in the south, nothing from the north: 1 of 5


def test_half_of_the_members_is_enough_but_is_called_low() -> None:
    release = prepare(pack(*everyone("RD", [None, None, None, 4.0])))
    south = cell(release, "RD", "SOUTH")
    assert (south["value"], south["status"]) == (4.0, "A")
    assert "low coverage" in south["origin_note"]


def test_a_reported_whole_wins_over_the_sum_of_its_members() -> None:
    release = prepare(pack(*everyone("RD", [1.0, 2.0, 3.0, 4.0, 5.0]), said("RD", "NORTH", 100.0)))
    assert cell(release, "RD", "NORTH")["origin"] == "reported"
    assert cell(release, "RD", "LAND")["value"] == 109.0


def test_a_mean_is_weighted_by_what_the_indicator_names() -> None:
    rows = [*everyone("SCORE", [1.0, 4.0, 4.0]), *everyone("STAFF", [300.0, 50.0, 50.0])]
    whole = cell(prepare(pack(*rows)), "SCORE", "NORTH")
    assert whole["value"] == pytest.approx(1.75)
    assert whole["origin_note"].startswith("mean weighted by STAFF: 3 of 3")


def test_a_rate_is_a_share_of_members_in_the_indicators_unit() -> None:
    release = prepare(pack(*everyone("RD", [1.0, 0.0, 0.0, 2.0, 3.0])))
    assert cell(release, "ACTIVE", "NORTH")["value"] == pytest.approx(100 / 3)
    assert cell(release, "ACTIVE", "LAND")["value"] == pytest.approx(60.0)


def test_what_cannot_be_rolled_up_is_not() -> None:
    price = [*INDICATORS, indicator("PRICE")]
    rows = [said("PRICE", name, 3.0) for name in ("E4", "E5")]
    assert not has(prepare(pack(*rows, indicators=price)), "PRICE", "SOUTH")


def test_members_count_as_they_were_at_the_end_of_the_period() -> None:
    moved = [
        *(link for link in MEMBERSHIPS if link.unit != "E3"),
        Membership(unit="E3", parent="NORTH", hierarchy="region", valid_to="2022"),
        Membership(unit="E3", parent="SOUTH", hierarchy="region", valid_from="2023"),
    ]
    values = [1.0, 2.0, 3.0, 4.0, 5.0]
    rows = [*everyone("RD", values, period="2022"), *everyone("RD", values)]
    release = prepare(pack(*rows, memberships=tuple(moved)))
    assert cell(release, "RD", "NORTH", "2022")["value"] == 6.0
    assert cell(release, "RD", "NORTH", "2023")["value"] == 3.0
    assert cell(release, "RD", "SOUTH", "2023")["value"] == 12.0
    assert cell(release, "RD", "LAND", "2023")["value"] == 15.0


def test_a_closed_enterprise_is_no_longer_missed() -> None:
    closed = [entry if entry.code != "E5" else unit("E5", valid_to="2022-06") for entry in UNITS]
    release = prepare(pack(*everyone("RD", [None, None, None, 4.0]), units=closed))
    assert cell(release, "RD", "SOUTH")["origin_note"] == "sum: 1 of 1 members (region)"


def test_parallel_hierarchies_never_count_a_member_twice_and_the_fullest_frame_is_taken() -> None:
    both = (
        *MEMBERSHIPS,
        Membership(unit="E1", parent="LEAGUE", hierarchy="cluster"),
        Membership(unit="E4", parent="LEAGUE", hierarchy="cluster"),
        Membership(unit="LEAGUE", parent="LAND", hierarchy="cluster"),
    )
    release = prepare(
        pack(*everyone("RD", [1.0, 2.0, 3.0, 4.0, 5.0]), units=[*UNITS, unit("LEAGUE", "CLUSTER")], memberships=both)
    )
    assert cell(release, "RD", "LEAGUE")["value"] == 5.0
    assert cell(release, "RD", "LAND")["value"] == 15.0


def test_a_plant_does_not_stand_for_its_enterprise() -> None:
    plant = Membership(unit="E1", parent="E2", hierarchy="region")
    assert not has(prepare(pack(said("RD", "E1", 1.0), memberships=(plant,))), "RD", "E2")


def test_breakdowns_roll_up_each_for_itself() -> None:
    rows = [said("STAFF", name, 10.0, breakdown="SEX=F") for name in ("E4", "E5")]
    assert cell(prepare(pack(*rows)), "STAFF", "SOUTH", breakdown="SEX=F")["value"] == 20.0


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(1, 1e6)), min_size=5, max_size=5), st.integers(1, 4))
def test_the_country_is_the_same_however_it_is_cut_into_regions(pairs: list[tuple[float, float]], cut: int) -> None:
    """Law 14: the ratio of sums of disjoint parts is that of the union."""
    regions = [("NORTH" if place < cut else "SOUTH") for place in range(5)]
    links = [
        Membership(unit=f"E{place + 1}", parent=region, hierarchy="region") for place, region in enumerate(regions)
    ]
    links += [Membership(unit=region, parent="LAND", hierarchy="region") for region in ("NORTH", "SOUTH")]
    rows = [*everyone("RD", [pair[0] for pair in pairs]), *everyone("SPEND", [pair[1] for pair in pairs])]
    whole = cell(prepare(pack(*rows, memberships=tuple(links))), "SHARE", "LAND")["value"]
    assert whole == pytest.approx(100 * sum(pair[0] for pair in pairs) / sum(pair[1] for pair in pairs), rel=1e-9)
