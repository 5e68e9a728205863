"""Differences of texts by their lines."""

from __future__ import annotations

import time

from mezon.web.desk.line_differences import difference


def test_lines_keep_their_numbers_and_say_what_happened() -> None:
    found = difference("a\nb\nc\n", "a\nB\nc\nd\n")

    assert [(line.kind, line.old, line.new, line.text) for line in found.lines] == [
        ("same", 1, 1, "a"), ("gone", 2, None, "b"), ("new", None, 2, "B"), ("same", 3, 3, "c"), ("new", None, 4, "d"),
    ]  # fmt: skip
    assert (found.gone, found.new, found.nothing) == (1, 2, False)


def test_what_is_the_same_far_away_is_left_out_and_counted() -> None:
    lines = [str(number) for number in range(100)]
    found = difference("\n".join(lines), "\n".join([*lines[:50], "here", *lines[50:]]))

    assert [line.old for line in found.lines if line.kind == "gap"] == [47, 47]


def test_the_same_text_differs_in_nothing() -> None:
    assert difference("a\n", "a\n").nothing
    assert not difference("a\n", "a").nothing
    assert not difference("a\nb\n", "a\r\nb\r\n").nothing


def test_a_text_without_end_is_answered_in_time() -> None:
    begun = time.perf_counter()
    assert difference("x\n" * 200_000, "y\n" * 200_000).too_long
    long = difference("".join(f"{n}\n" for n in range(20_000)), "".join(f"{n} \n" for n in range(20_000)))

    assert long.left_out
    assert long.new == long.gone == 20_000
    assert time.perf_counter() - begun < 5
