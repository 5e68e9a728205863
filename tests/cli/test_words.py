"""Everything the command line says by itself has its wording in every language, with the same details in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import mezon.cli
from mezon.cli import words
from mezon.cli.screen import number, percent
from mezon.model.claim import VerdictKind
from mezon.model.codelists import Severity
from mezon.model.observations import CONVERTED, COUNTED, DERIVED, REPORTED, ROLLED_UP

FOLDER = Path(mezon.cli.__file__).parent
#: Words that come as data: kinds of findings, of verdicts, of strengths, of origins.
ORIGINS = {REPORTED, CONVERTED, DERIVED, ROLLED_UP, COUNTED}
AS_DATA = {*map(str, Severity), *map(str, VerdictKind), "strength", "weakness", *ORIGINS}


def said() -> Iterator[str]:
    """Give every text in the sources that is said through `word`, `counted` or as the heading of a column."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            texts = {"word": node.args[:1], "counted": node.args[1:3]}.get(node.func.id, [])
            if node.func.id == "table" and node.args and isinstance(node.args[0], ast.Tuple):
                texts = node.args[0].elts
            yield from (text.value.rstrip("#?") for text in texts if isinstance(text, ast.Constant))


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    words.speak("en")


def test_every_wording_is_translated_and_none_is_left_over() -> None:
    assert set(words.table()) == (set(said()) | AS_DATA) - {""}


@pytest.mark.parametrize("language", ["ru", "uz"])
def test_translations_keep_the_details(language: str) -> None:
    for english, translations in words.table().items():
        details = set(re.findall(r"{\w+}", english))
        assert set(re.findall(r"{\w+}", translations[language])) == details, english


@pytest.mark.parametrize(("language", "sign"), [("en", "."), ("ru", ","), ("uz", ",")])
def test_the_decimal_sign_is_that_of_the_language(language: str, sign: str) -> None:
    words.speak(language)
    assert number(1234.56) == f"1 234{sign}6"
    assert percent(0.0481, 1, signed=True) == f"+4{sign}8%"


def test_a_count_has_its_plural() -> None:
    assert words.counted(1, "{count} error", "{count} errors") == "1 error"
    assert words.counted(2, "{count} error", "{count} errors") == "2 errors"
    words.speak("ru")
    assert words.counted(1, "{count} error", "{count} errors") == "ошибок: 1"
