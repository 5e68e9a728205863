"""What happened while an index was computed, worded as findings."""

from __future__ import annotations

from typing import Any

from mezon.design.rulebook import read_rulebook
from mezon.engine.index import Draws, Event
from mezon.model.finding import Finding, Rulebook


def findings_of(events: tuple[Event, ...], rulebook: Rulebook, *, file: str) -> tuple[Finding, ...]:
    """Word events by the rules of the rulebook; one that lacks them (a release made in code) gets the bundled rules."""
    if not all(event.code in rulebook.rules for event in events):
        rules = read_rulebook(None, language=rulebook.language).rules
        rulebook = Rulebook(rules={**rules, **rulebook.rules}, language=rulebook.language)
    return tuple(_worded(event, rulebook, file) for event in events)


def events_of_draws(draws: Draws, absent: tuple[str, ...]) -> tuple[Event, ...]:
    """Tell which draws were excluded, and which option most of them chose, and what varies nothing."""
    events = [Event(code="varied-step-absent", step=0, call=name) for name in absent]
    if draws.excluded:
        counts: dict[str, int] = {}
        for name, chosen in sorted(draws.choices.items()):
            for label, fit in zip(chosen, draws.fit.tolist(), strict=True):
                if not fit and label not in {"as written", "drawn", "none"}:
                    counts[f"{name} = {label}"] = counts.get(f"{name} = {label}", 0) + 1
        worst = max(sorted(counts), key=lambda label: counts[label], default="no option stands out")
        details = {"excluded": draws.excluded, "draws": len(draws.fit), "worst": f"most often with {worst}"}
        events.append(Event(code="draws-excluded", step=0, call="robustness", details=details))
    return tuple(events)


def _worded(event: Event, rulebook: Rulebook, file: str) -> Finding:
    key = f"steps[{event.step}]" if event.step else "robustness" if event.call == "robustness" else ""
    words: dict[str, Any] = {**event.details, "step": event.step, "call": event.call}
    return rulebook.finding(event.code, file=file, key=key, **words)
