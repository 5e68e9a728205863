"""What happened while an index was computed, worded as findings."""

from __future__ import annotations

from typing import Any

import numpy as np

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
        for name in sorted(draws.factors):
            labels = draws.labels[name]
            for place, count in enumerate(np.bincount(draws.picked[name][~draws.fit], minlength=len(labels)).tolist()):
                if count and labels[place] not in {"as written", "drawn", "none"}:
                    counts[f"{name} = {labels[place]}"] = count
        worst = max(sorted(counts), key=lambda label: counts[label], default="no option stands out")
        details = {"excluded": draws.excluded, "draws": len(draws.fit), "worst": f"most often with {worst}"}
        events.append(Event(code="draws-excluded", step=0, call="robustness", details=details))
    return tuple(events)


def _worded(event: Event, rulebook: Rulebook, file: str) -> Finding:
    key = f"steps[{event.step}]" if event.step else "robustness" if event.call == "robustness" else ""
    words: dict[str, Any] = {**event.details, "step": event.step, "call": event.call}
    return rulebook.finding(event.code, file=file, key=key, **words)
