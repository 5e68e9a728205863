"""What somebody typed, read as a value; never a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.model.codelists import ABSENT
from mezon.web.desk.typed import ABSENT_CHOICES, read_typed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0), ("1 234,5", 1234.5), ("1234.5", 1234.5), ("1\u00a0234,5", 1234.5), ("1,234,567", 1234567.0),
        ("1.234,5", 1234.5), ("0,5", 0.5), ("-3", -3.0), ("\u22123", -3.0), ("1.234", 1.234), (" 7 ", 7.0),
    ],
)  # fmt: skip
def test_a_number_is_read_in_the_styles_people_write(text: str, value: float) -> None:
    typed = read_typed(text)
    assert (typed.value, typed.status, typed.fault) == (value, "A", "")


@pytest.mark.parametrize("text", ["abc", "12%", "12 t", "=1+1", "1e400", "nan", "inf", "31.12.2025", "--3", "1,2,3"])
def test_what_is_no_number_is_kept_as_typed_and_told(text: str) -> None:
    typed = read_typed(text)
    assert (typed.text, typed.value, typed.status, typed.fault) == (text, None, "", "not-a-number")


@pytest.mark.parametrize("text", ["1,234", "-12,345", "999,000"])
def test_a_number_that_can_be_two_is_not_guessed(text: str) -> None:
    assert read_typed(text).fault == "two-numbers"


@pytest.mark.parametrize("status", ABSENT_CHOICES)
def test_a_reason_without_a_value_stands_and_with_one_is_told(status: str) -> None:
    assert read_typed("", status).status == status
    both = read_typed("5", status)
    assert (both.value, both.status, both.fault) == (None, status, "value-and-reason")


def test_an_empty_cell_is_neither_a_zero_nor_a_status() -> None:
    typed = read_typed("  ", "E")
    assert (typed.text, typed.value, typed.status) == ("", None, "")


@given(st.text(max_size=400), st.sampled_from(["", "A", "E", "P", "O", "M", "L"]))
def test_a_value_and_its_status_always_agree(text: str, status: str) -> None:
    typed = read_typed(text, status)
    assert (typed.value is not None) == bool(typed.status and typed.status not in ABSENT)
    assert len(typed.text) <= 250


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_a_number_written_out_is_read_back_as_itself(value: float) -> None:
    assert read_typed(repr(value)).value == value
