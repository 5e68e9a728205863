"""Places of a file: which line one belongs to, and in which order a person reads them."""

from __future__ import annotations

import pytest

from mezon.collect.workbook.places import line_of, order_of, sheet_of


def test_all_columns_of_a_row_are_one_line() -> None:
    assert line_of("Resources!E7") == line_of("Resources!AB7") != line_of("Resources!E17")
    assert line_of("Resources!E7") != line_of("Activity!E7")


@pytest.mark.parametrize("place", ["", "REVENUE 2024", "Resources!"])
def test_what_is_no_place_is_its_own_line(place: str) -> None:
    assert line_of(place) == place


def test_a_line_of_a_text_table_has_no_sheet() -> None:
    assert (line_of("row 7"), sheet_of("row 7"), sheet_of("It's!me!B2")) == ("!7", "", "It's!me")


def test_places_stand_as_in_the_file_and_not_as_letters_do() -> None:
    places = ["Activity!I5", "Trade!I5", "Trade!AA5", "Trade!I12", "", "Notes!A1", "Notes!A10", "Notes!A9"]
    sheets = {"Trade": 0, "Activity": 1}
    assert sorted(places, key=lambda place: order_of(place, sheets)) == [
        "", "Trade!I5", "Trade!AA5", "Trade!I12", "Activity!I5", "Notes!A1", "Notes!A9", "Notes!A10",
    ]  # fmt: skip
