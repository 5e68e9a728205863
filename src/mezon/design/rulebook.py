"""The rulebook: every finding there can be, its severity, and its sentence and hint in three languages.

Bundled rules lie in `rules/*.toml`; a pack adds its own in `rules.toml`, or changes the parameters, severity or
wording of a bundled one. What reading and defining promise cannot be made milder by a pack (`FIXED` kinds).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from mezon.design.nearest import nearest
from mezon.errors import PackUnreadable
from mezon.model.codelists import Severity
from mezon.model.finding import Finding, Rule, Rulebook
from mezon.model.text import LANGUAGES, Text

RULES_FILE = "rules.toml"
BUNDLED = Path(__file__).parent / "rules"
#: Kinds of rules whose severity a pack cannot change: without them nothing that is read can be trusted.
FIXED = frozenset({"reading", "definition"})
EXPRESSION = "expression"
_SEVERITIES = tuple(str(severity) for severity in Severity)
_OWN_KEYS = frozenset({"severity", "kind", "sentence", "hint", "expression"})

#: What is wrong with an entry: code of the rule that says so, TOML key, value, and further details.
Fault = tuple[str, str, object, dict[str, Any]]


def read_rulebook(pack_folder: Path | None, *, language: str = "en") -> Rulebook:
    """Read the bundled rules, and those of a pack on top of them.

    A faulty entry of the pack is left out here; `check_rules` reports it.
    Raises : PackUnreadable when a bundled file is broken.
    """
    rules = dict(_bundled_rules())
    if pack_folder is not None:
        rules.update(_pack_rules(pack_folder, rules)[0])
    return Rulebook(rules=dict(sorted(rules.items())), language=language)


def check_rules(pack_folder: Path, *, rulebook: Rulebook) -> list[Finding]:
    """Report what is wrong with a pack's rules.toml."""
    _, faults = _pack_rules(pack_folder, _bundled_rules())
    return [
        rulebook.finding(code, file=RULES_FILE, key=key, value=value, **details) for code, key, value, details in faults
    ]


@lru_cache(maxsize=1)
def _bundled_rules() -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}
    for path in sorted(BUNDLED.glob("*.toml")):
        for code, entry in tomllib.loads(path.read_text("utf-8")).items():
            faults = list(_entry_faults(code, entry, None))
            if faults or code in rules:
                raise PackUnreadable(f"Bundled rule {code!r} in {path.name} is broken or there twice: {faults}")
            rules[code] = _rule(code, entry, None)
    return rules


def _pack_rules(folder: Path, bundled: Mapping[str, Rule]) -> tuple[dict[str, Rule], list[Fault]]:
    path = folder / RULES_FILE
    if not path.is_file():
        return {}, []
    try:
        entries = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as fault:
        return {}, [("toml-unreadable", "", "", {"reason": str(fault)})]
    rules: dict[str, Rule] = {}
    faults: list[Fault] = []
    for code, entry in entries.items():
        found = list(_entry_faults(code, entry, bundled.get(code)))
        faults += found
        if not found:
            rules[code] = _rule(code, entry, bundled.get(code))
    return rules, faults


def _rule(code: str, entry: Mapping[str, Any], base: Rule | None) -> Rule:
    """Make a rule of an entry that has no faults; what it does not say comes from the bundled rule it changes."""
    parameters = {key: value for key, value in entry.items() if key not in _OWN_KEYS}
    if base is not None:
        return replace(
            base,
            severity=Severity(entry.get("severity", base.severity)),
            sentence=Text.of(entry.get("sentence")) or base.sentence,
            hint=Text.of(entry.get("hint")) or base.hint,
            expression=entry.get("expression", base.expression),
            parameters={**base.parameters, **parameters},
        )
    return Rule(
        code=code,
        severity=Severity(entry.get("severity", "warning")),
        kind=entry.get("kind", EXPRESSION),
        sentence=Text.of(entry["sentence"]),
        hint=Text.of(entry.get("hint")),
        expression=entry.get("expression", ""),
        parameters=parameters,
    )


def _entry_faults(code: str, entry: object, base: Rule | None) -> Iterator[Fault]:
    if not isinstance(entry, dict):
        yield ("toml-wrong-type", code, entry, {"expected": "table"})
        return
    severity = entry.get("severity", "warning")
    if severity not in _SEVERITIES:
        yield ("code-unknown", f"{code}.severity", severity, {"nearest": nearest(str(severity), _SEVERITIES)})
    elif base is not None and base.kind in FIXED and "severity" in entry and severity != base.severity:
        yield ("rule-fixed", f"{code}.severity", severity, {"severity": str(base.severity)})
    yield from _wording_faults(code, entry, wanted=base is None)
    for key in ("kind", "expression"):
        if not isinstance(entry.get(key, ""), str):
            yield ("toml-wrong-type", f"{code}.{key}", entry[key], {"expected": "text"})
    if base is None and entry.get("kind", EXPRESSION) == EXPRESSION and not entry.get("expression"):
        yield ("toml-key-missing", f"{code}.expression", "", {"missing": "expression"})


def _wording_faults(code: str, entry: Mapping[str, Any], *, wanted: bool) -> Iterator[Fault]:
    if wanted and not entry.get("sentence"):
        yield ("toml-key-missing", f"{code}.sentence", "", {"missing": "sentence"})
    for key in ("sentence", "hint"):
        text = entry.get(key, "")
        wordings = text.values() if isinstance(text, dict) else [text]
        strangers = set(text) - set(LANGUAGES) if isinstance(text, dict) else set()
        for stranger in sorted(strangers):
            yield ("toml-key-unknown", f"{code}.{key}.{stranger}", stranger, {"nearest": nearest(stranger, LANGUAGES)})
        if not all(isinstance(wording, str) and _is_template(wording) for wording in wordings):
            yield ("rule-wording", f"{code}.{key}", text, {})


def _is_template(wording: str) -> bool:
    """Whether every pair of braces holds one plain name, so that filling it in cannot fail."""
    try:
        fields = [(name, form, how) for _, name, form, how in Formatter().parse(wording) if name is not None]
    except ValueError:
        return False
    return all(name.isidentifier() and not form and not how for name, form, how in fields)
