"""What happened while an index was computed, worded as findings."""

from __future__ import annotations

from typing import Any

from mezon.design.rulebook import read_rulebook
from mezon.engine.index import Event
from mezon.model.finding import Finding, Rulebook
from mezon.model.text import Text


def findings_of(events: tuple[Event, ...], rulebook: Rulebook, *, file: str) -> tuple[Finding, ...]:
    """Word events by the rules of the rulebook; one that lacks them (a release made in code) gets the bundled rules."""
    if not all(event.code in rulebook.rules for event in events):
        rules = read_rulebook(None, language=rulebook.language).rules
        rulebook = Rulebook(rules={**rules, **rulebook.rules}, language=rulebook.language)
    return tuple(_worded(event, rulebook, file) for event in events)


def _worded(event: Event, rulebook: Rulebook, file: str) -> Finding:
    key = f"steps[{event.step}]" if event.step else "robustness" if event.call == "robustness" else ""
    words: dict[str, Any] = {**event.details, "step": event.step, "call": event.call}
    if words.get("logged") == "no log":
        none = Text.of(rulebook.rules[event.code].parameters.get("no_log"))
        words["logged"] = none.in_language(rulebook.language) or words["logged"]
    return rulebook.finding(event.code, file=file, key=key, **words)
