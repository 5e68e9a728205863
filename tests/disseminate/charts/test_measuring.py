"""Widths of text, and lines that fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mezon.disseminate.charts.measuring import shortened, text_width, widest, wrap

WORDS = st.text(alphabet="abcdeabcде оʻ-", max_size=60)


def test_figures_are_all_equally_wide() -> None:
    assert len({text_width(figure, 12) for figure in "0123456789"}) == 1


def test_bold_is_wider() -> None:
    assert text_width("Uzbekistan", 12, bold=True) > text_width("Uzbekistan", 12)


def test_a_letter_nobody_measured_is_taken_for_a_wide_one() -> None:
    assert text_width("漢", 10) == text_width("A", 10)


@given(WORDS, st.floats(30, 200))
def test_no_wrapped_line_is_wider_than_the_room(text: str, room: float) -> None:
    assert all(text_width(line, 12) <= room for line in wrap(text, room, 12))


@given(WORDS)
def test_wrapping_loses_no_letter_where_there_is_room(text: str) -> None:
    kept = "".join(wrap(text, 10_000, 12, most=99))
    assert kept.replace("\u00a0", "").replace(" ", "") == text.replace(" ", "")


def test_a_long_word_breaks_after_its_hyphen() -> None:
    lines = wrap("горно-металлургический комбинат", 120, 12)
    assert lines[0] == "горно-"
    assert not any("…" in line for line in lines)


def test_what_does_not_fit_ends_with_an_ellipsis() -> None:
    assert wrap("one two three four", 30, 12, most=2)[-1].endswith("…")
    assert shortened("Uzbekistan", 30, 12).endswith("…")
    assert shortened("Chile", 300, 12) == "Chile"


def test_a_one_letter_word_goes_to_the_next_line_with_its_noun() -> None:
    first, second = wrap("инвестиции в отрасль", text_width("инвестиции в отра", 12), 12)
    assert (first, second) == ("инвестиции", "в\u00a0отрасль")


def test_the_widest_of_none_is_nothing() -> None:
    assert widest([], 12) == 0
