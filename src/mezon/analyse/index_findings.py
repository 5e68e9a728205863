"""What happened while an index was computed, worded as findings."""

from __future__ import annotations

from typing import Any

from mezon.engine.index import Draws, Event
from mezon.model.codelists import Severity
from mezon.model.finding import Finding, Rule, Rulebook
from mezon.model.text import Text

_WARNING, _NOTE = Severity.WARNING, Severity.NOTE

#: Wording for a rulebook that does not declare these codes (a Release that was made in code).
_OWN: dict[str, tuple[Severity, str, str]] = {
    "unfit-method": (
        _WARNING,
        "{call} gives no value for {cells} cells of {subject} (first: {first}): {reason}.",
        "Choose a method or goalposts that fit these values, or leave the indicator out.",
    ),
    "step-without-effect": (
        _NOTE,
        "Step {step}, {call}, changed nothing.",
        "Take it out, or check its parameters and the indicators it is restricted to.",
    ),
    "screened-out": (
        _NOTE,
        "{call} left out {rows} unit-periods and {indicators} indicators ({names}).",
        "They have no score; the shares asked for are parameters of the step.",
    ),
    "outliers-treated": (_NOTE, "{call}: {indicator} had outliers: {points} points moved, {logged} taken.", ""),
    "outliers-remain": (
        _WARNING,
        "{call}: {indicator} still has outliers after {points} points were moved.",
        'Set then = "log", or look at these values: they may be errors.',
    ),
    "clipped-to-goalposts": (
        _NOTE,
        "{call}: {cells} values of {indicator} lie beyond its goalposts and count as if they lay on them.",
        "",
    ),
    "rank-of-one": (
        _WARNING,
        "Only one unit has a score of {node} in {period}, so it has no rank.",
        "Add units, or lower the coverage asked for.",
    ),
    "few-peers": (_NOTE, "In {period} only {units} units have a score: strengths and weaknesses compare with few.", ""),
    "draws-excluded": (
        _NOTE,
        "{excluded} of {draws} drawn variants combine methods that do not fit the data, and are left out ({worst}).",
        "See `vary` in the methodology: a geometric mean, for one, needs a scale that begins above zero.",
    ),
    "varied-step-absent": (
        _WARNING,
        "The methodology varies {call}, but has no such step, or no other option for it.",
        "Name a family or method that is among the steps.",
    ),
}  # fmt: skip


def findings_of(events: tuple[Event, ...], rulebook: Rulebook, *, file: str) -> tuple[Finding, ...]:
    """Word events by the rules of the rulebook, or by their own sentences where it lacks one."""
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
    book = rulebook if event.code in rulebook.rules else _own_rulebook()
    words: dict[str, Any] = {**event.details, "step": event.step, "call": event.call}
    return book.finding(event.code, file=file, key=key, **words)


def _own_rulebook() -> Rulebook:
    rules = {
        code: Rule(code=code, severity=severity, kind="index", sentence=Text(en=sentence), hint=Text(en=hint))
        for code, (severity, sentence, hint) in _OWN.items()
    }
    return Rulebook(rules=rules)
