"""The words of the pictures in three languages."""

from __future__ import annotations

import re

from mezon.disseminate.charts.wording import headings, listed, say, texts
from mezon.model.text import LANGUAGES


def test_every_text_is_written_in_every_language() -> None:
    assert len(texts()) > 50
    assert not {key: text.missing() for key, text in texts().items() if text.missing()}


def test_a_text_asks_for_the_same_values_in_every_language() -> None:
    def gaps(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    differing = [
        key for key, text in texts().items() if len({frozenset(gaps(getattr(text, code))) for code in LANGUAGES}) > 1
    ]
    assert not differing


def test_uzbek_is_written_with_its_own_letters_not_with_quotation_marks() -> None:
    wrong = [key for key, text in texts().items() if re.search(r"[oOgG]['’‘`]|a['’‘`][a-z]", text.uz)]
    assert not wrong


def test_many_names_are_counted_rather_than_read_out() -> None:
    assert listed(["a", "b"], "en") == "a, b"
    assert listed([str(number) for number in range(9)], "uz").endswith("va yana 3 ta")


def test_columns_of_the_table_are_named_in_the_readers_language() -> None:
    assert headings(["label", "value"], "ru") == (("label", "Название"), ("value", "Значение"))
    assert say("no_value", "uz") == "qiymat yoʻq"
