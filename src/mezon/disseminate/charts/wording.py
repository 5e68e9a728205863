"""The words of the pictures, from texts.toml: one place for three languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from mezon.model.text import Text

_FILE = Path(__file__).parent / "texts.toml"

#: More names than this in one sentence are counted, not read out.
_MOST_NAMES = 6


@cache
def texts() -> dict[str, Text]:
    """Give every text by its dotted key."""
    return dict(_flat(tomllib.loads(_FILE.read_text(encoding="utf-8")), ""))


def say(key: str, language: str, **values: object) -> str:
    """Give a text in a language, its gaps filled with `values`."""
    return texts()[key].in_language(language).format(**values)


def headings(columns: Iterable[str], language: str) -> tuple[tuple[str, str], ...]:
    """Name the columns of a picture's table in a language."""
    return tuple((column, say(f"heading.{column}", language)) for column in columns)


def listed(names: Iterable[str], language: str) -> str:
    """Write names after one another; beyond six, the rest are counted."""
    names = list(names)
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return ", ".join(names[:_MOST_NAMES]) + " " + say("more", language, n=len(names) - _MOST_NAMES)


def _flat(table: dict[str, object], prefix: str) -> Iterable[tuple[str, Text]]:
    for key, entry in table.items():
        if not isinstance(entry, dict):
            continue
        if "en" in entry and isinstance(entry["en"], str):
            yield prefix + key, Text.of(entry)
        else:
            yield from _flat(entry, f"{prefix}{key}.")
