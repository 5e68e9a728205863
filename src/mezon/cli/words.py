"""What the command line itself says, in the language asked for: headings, sentences, and the decimal sign.

Names and findings come translated from the pack and its rules; `words.toml` holds the rest by its English wording.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")
_LANGUAGE = ContextVar("language", default="en")
_DECIMAL_SIGN = {"ru": ",", "uz": ","}


def speak(language: str) -> None:
    """Speak this language from now on: en, ru or uz."""
    _LANGUAGE.set(language)


def word(english: str, **details: object) -> str:
    """Say something in the language spoken, with its details filled in; in English where there is no translation."""
    said = table().get(english, {}).get(_LANGUAGE.get(), english) if _LANGUAGE.get() != "en" else english
    return said.format(**details) if details else said


def counted(count: int, one: str, many: str) -> str:
    """Say a number of things: "1 error", "3 errors". In languages with other plurals the number comes last."""
    return word(one if count == 1 and _LANGUAGE.get() == "en" else many, count=count)


def with_decimal_sign(number: str) -> str:
    """Write a number with a decimal point as people of the language spoken do."""
    return number.replace(".", _DECIMAL_SIGN.get(_LANGUAGE.get(), "."))


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Give every wording with its translations, by language."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)
