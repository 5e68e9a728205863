"""Reading TOML with care: every value is asked for by name and type, and every fault is a finding at its key."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from mezon.design.csv_bytes import decode
from mezon.design.nearest import nearest
from mezon.errors import MalformedValue
from mezon.model.finding import Finding, Rulebook
from mezon.model.period import last_day
from mezon.model.text import LANGUAGES, Text

Choice = TypeVar("Choice", bound=StrEnum)
Default = TypeVar("Default")

#: Examples that say in every language what belongs somewhere.
TEXT, NUMBER, INTEGER, FLAG, TEXTS, TABLE, TABLES = (
    '"…"', "1.5", "1", "true / false", '["…", "…"]', "{ … = … }", "[[…]]"
)  # fmt: skip
PAIR = "[0, 100]"


class TomlEntry:
    """One table of a TOML file, read key by key. Findings gather in the list that all entries of a file share."""

    def __init__(
        self, raw: Mapping[str, Any], *, file: str, path: str, rulebook: Rulebook, findings: list[Finding]
    ) -> None:
        """`path` : the TOML path of this table, empty for the whole file."""
        self.raw = raw
        self.file = file
        self.path = path
        self.rulebook = rulebook
        self.findings = findings
        self._asked: set[str] = set()

    @property
    def asked(self) -> frozenset[str]:
        """Keys that were asked for so far."""
        return frozenset(self._asked)

    def report(self, code: str, name: str = "", *, value: object = "", **details: Any) -> None:
        """Add a finding at a key of this table (or at the table itself)."""
        key = ".".join(part for part in (self.path, name) if part)
        self.findings.append(self.rulebook.finding(code, file=self.file, key=key, value=value, **details))

    def string(self, name: str, *, default: str = "", required: bool = False) -> str:
        """Read a text; `required` : its absence is a finding."""
        return self._read(name, str, TEXT, default, required=required)

    def stringlike(self, name: str) -> str:
        """Read a text, taking a number or date for what it looks like: `2024` for "2024"."""
        value = self._value(name, required=False)
        if isinstance(value, (str, int, date)) and not isinstance(value, (bool, datetime)):
            return str(value)
        return "" if value is None else self._wrong(name, value, TEXT, "")

    def date(self, name: str) -> str:
        """Read a whole or partial date as text."""
        text = self.stringlike(name)
        try:
            if text:
                last_day(text)
        except MalformedValue as fault:
            self.report("not-a-date", name, value=text, suggestion=fault.hint.removeprefix("Write ").removesuffix("."))
            return ""
        return text

    def text(self, name: str, *, required: bool = False) -> Text:
        """Read a text in several languages: a plain text (English) or a table of languages."""
        value = self._value(name, required=required)
        if value is None or isinstance(value, str):
            return Text.of(value)
        if not isinstance(value, dict):
            return self._wrong(name, value, TEXT, Text())
        languages = TomlEntry(
            value, file=self.file, path=self._at(name), rulebook=self.rulebook, findings=self.findings
        )
        text = Text(**{language: languages.string(language) for language in LANGUAGES})
        languages.finish()
        return text

    def number(self, name: str, default: float = 0.0, *, expected: str = NUMBER) -> float:
        """Read a finite number; `expected` : what the finding says belongs there."""
        value = self._value(name, required=False)
        if value is None:
            return default
        return float(value) if is_number(value) else self._wrong(name, value, expected, default)

    def integer(self, name: str, default: int = 0, *, expected: str = INTEGER) -> int:
        """Read a whole number; `expected` : what the finding says belongs there."""
        return self._read(name, int, expected, default)

    def flag(self, name: str) -> bool:
        """Read true or false; false when not given."""
        return self._read(name, bool, FLAG, False)  # noqa: FBT003  (a default value, not a switch)

    def strings(self, name: str) -> tuple[str, ...]:
        """Read a list of texts; an entry that is none is a finding and left out."""
        value = self._value(name, required=False)
        if value is None:
            return ()
        if not isinstance(value, list):
            return self._wrong(name, value, TEXTS, ())
        for entry in value:
            if not isinstance(entry, str):
                self._wrong(name, entry, TEXT, "")
        return tuple(entry for entry in value if isinstance(entry, str))

    def choice(self, name: str, allowed: type[Choice], default: Choice) -> Choice:
        """Read one of the codes of a closed list."""
        text = self.string(name)
        return self._chosen(name, text, allowed) or default if text else default

    def choices(self, name: str, allowed: type[Choice]) -> tuple[Choice, ...]:
        """Read a list of codes of a closed list."""
        found = (self._chosen(name, text, allowed) for text in self.strings(name))
        return tuple(code for code in found if code is not None)

    def pair(self, name: str) -> tuple[float | None, float | None] | None:
        """Read two numbers in order; an infinite one stands for "open" and comes back as None."""
        value = self._value(name, required=False)
        if value is None:
            return None
        if not (isinstance(value, list) and len(value) == 2 and all(map(_is_bound, value))):
            return self._wrong(name, value, PAIR, None)
        low, high = (float(bound) if math.isfinite(bound) else None for bound in value)
        return low, high

    def table(self, name: str) -> TomlEntry | None:
        """Read a table inside this one."""
        value = self._value(name, required=False)
        if value is None:
            return None
        return self._entry(value, name) if isinstance(value, dict) else self._wrong(name, value, TABLE, None)

    def tables(self, name: str, label: str) -> list[TomlEntry]:
        """Read an array of tables; each is known by what it says under `label`, or else by its number."""
        value = self._value(name, required=False)
        if value is None:
            return []
        if not isinstance(value, list):
            return self._wrong(name, value, TABLES, [])
        entries = []
        for number, each in enumerate(value, 1):
            if not isinstance(each, dict):
                self._wrong(f"{name}[{number}]", each, TABLE, None)
                continue
            known = each.get(label)
            entries.append(self._entry(each, f"{name}[{known if isinstance(known, str) and known else number}]"))
        return entries

    def children(self) -> list[tuple[str, TomlEntry]]:
        """Read every key as a table of its own, as in a file of `[CODE]` tables."""
        found = []
        for name in self.raw:
            value = self._value(name, required=False)
            if isinstance(value, dict):
                found.append((name, self._entry(value, name)))
            else:
                self._wrong(name, value, TABLE, None)
        return found

    def any(self, name: str) -> Any:
        """Read a value of whatever type, or None."""
        return self._value(name, required=False)

    def rest(self) -> dict[str, Any]:
        """Give what nobody asked for, and count it as asked for."""
        found = {name: value for name, value in self.raw.items() if name not in self._asked}
        self._asked |= found.keys()
        return found

    def finish(self, *, besides: Iterable[str] = ()) -> None:
        """Report every key that nobody asked for, with the nearest one that there is."""
        allowed = self._asked | set(besides)
        for name in self.raw:
            if name not in allowed:
                self.report("toml-key-unknown", name, value=name, nearest=nearest(name, allowed))

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _entry(self, raw: Mapping[str, Any], name: str) -> TomlEntry:
        return TomlEntry(raw, file=self.file, path=self._at(name), rulebook=self.rulebook, findings=self.findings)

    def _value(self, name: str, *, required: bool) -> Any:
        self._asked.add(name)
        value = self.raw.get(name)
        if required and value in (None, "", {}):
            self.report("toml-key-missing", name, missing=name)
        return value

    def _read(
        self, name: str, kind: type[Default], expected: str, default: Default, *, required: bool = False
    ) -> Default:
        value = self._value(name, required=required)
        if value is None:
            return default
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        return value if right else self._wrong(name, value, expected, default)

    def _wrong(self, name: str, value: object, expected: str, default: Default) -> Default:
        self.report("toml-wrong-type", name, value=str(value)[:80], expected=expected)
        return default

    def _chosen(self, name: str, text: str, allowed: type[Choice]) -> Choice | None:
        try:
            return allowed(text)
        except ValueError:
            self.report("code-unknown", name, value=text, nearest=nearest(text, [str(code) for code in allowed]))
            return None


def read_toml(
    folder: Path, file: str, *, rulebook: Rulebook, findings: list[Finding], required: bool = False
) -> TomlEntry | None:
    """Read a TOML file of a pack; None when it is absent or no TOML, which (if `required`) is a finding."""
    path = folder / file
    if not path.is_file():
        if required:
            findings.append(rulebook.finding("file-missing", file=file))
        return None
    try:
        content, oddities = decode(path.read_bytes(), rulebook=rulebook, file=file)
        raw = tomllib.loads(content.decode("utf-8"))
    except OSError as fault:
        findings.append(rulebook.finding("file-unreadable", file=file, reason=fault.strerror or ""))
        return None
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as fault:
        findings.append(rulebook.finding("toml-unreadable", file=file, reason=str(fault)[:200]))
        return None
    findings += oddities
    return TomlEntry(raw, file=file, path="", rulebook=rulebook, findings=findings)


def each(entry: TomlEntry | None, read: Callable[[str, TomlEntry], Any]) -> dict[str, Any]:
    """Read every `[CODE]` table of a file with one function."""
    return {} if entry is None else {name: read(name, child) for name, child in entry.children()}


def is_number(value: object) -> bool:
    """Whether a TOML value is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def plain(value: Any) -> Any:
    """Turn lists into tuples all the way down, so that definitions cannot change."""
    if isinstance(value, list):
        return tuple(plain(entry) for entry in value)
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    return value


def _is_bound(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)
