"""What a spreadsheet turned into a date is told as the number that it is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from mezon.collect.workbook.numbers import as_number


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(1900, 1, 9, 7, 12), 9.3),  # noqa: DTZ001
        (date(1900, 3, 1), 61),
        (date(2024, 12, 31), 45657),
        (time(12), 0.5),
        (timedelta(days=1, hours=6), 1.25),
    ],
)
def test_a_date_is_the_number_that_the_spreadsheet_keeps(
    moment: datetime | date | time | timedelta, number: float
) -> None:
    assert as_number(moment) == number
