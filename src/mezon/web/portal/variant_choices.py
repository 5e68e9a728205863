"""What a reader may change about an index: weights, methods that fit, indicators to leave out; and what was asked for.

Whatever an address says ends as choices that exist, or as a sentence that says why it was not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import isfinite

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mezon.analyse.variants import SLOW, Change, edited, why_unfit
from mezon.engine.index import CompiledIndex, Outcome, Panel, compile_index, panel_of
from mezon.engine.index.choices import merged
from mezon.methods import METHODS
from mezon.model.methodology import MethodCall, Methodology
from mezon.web.portal.edition import Edition
from mezon.web.portal.method_words import call_words, family_words, plain
from mezon.web.portal.pages import language
from mezon.web.portal.standings import Standings

Pairs = tuple[tuple[str, str], ...]

#: Families whose method may be another one; steps of the other families are done as written or left out.
_EXCHANGED = ("normalise", "weight", "aggregate")
_LEFT_OUT = ("screen", "denominate", "impute", "treat", "transform")
NONE = "none"

#: The largest weight that may be written; a slider ends at this many times the largest official one beside it.
MOST_WEIGHT = 1000.0
SLIDER_ENDS = 3.0
_STEPS_OF_SLIDER = 60

#: Why a method does not fit, so that the site's catalogues can have the sentences of the engine.
KNOWN_REASONS = (
    gettext_noop("a geometric mean needs values above zero"),
    gettext_noop("a harmonic mean needs values above zero"),
    gettext_noop("a value at or below zero has no logarithm"),
    gettext_noop("nobody has judged these weights"),
    gettext_noop("no bands are declared"),
    gettext_noop("no target is declared"),
    gettext_noop("no target is declared, or it is no better than the worst value"),
    gettext_noop("nothing is declared, or seen, that it could be compared with, or that is zero"),
    gettext_noop("goalposts are missing, do not rise, or do not go with the transform"),
    gettext_noop("a column that does not vary cannot be scaled"),
    gettext_noop("one value has no rank"),
    gettext_noop("its two bounds are the same"),
    gettext_noop("its denominator is missing or zero"),
    gettext_noop("the method is not defined there"),
)
NEEDS_SETTINGS = gettext_noop("it needs settings that this methodology does not give")
TAKES_LONG = gettext_noop("it takes too long for a page; the command line does it")

#: Reasons that another change may remove.
_ALONE = frozenset(
    {"a geometric mean needs values above zero", "a harmonic mean needs values above zero",
     "a value at or below zero has no logarithm"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One method that may stand in a place. `why` : why it does not fit the rest as written; "" where it does.

    `possible` : it may be chosen; where it does not fit as things are, another change may make it fit.
    """

    value: str
    call: MethodCall
    why: str = ""
    possible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the list of steps (`place`, from 0), or a node with an aggregation of its own (`node`)."""

    name: str
    written: MethodCall
    place: int = -1
    node: str = ""
    nodes: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for: the change, the shortest address that says it, and what could not be taken."""

    change: Change
    pairs: Pairs
    problems: tuple[str, ...]


@lru_cache(maxsize=64)
def panel(edition: Edition, methodology: str, dropped: frozenset[str]) -> Panel:
    """Give the panel of a methodology without some indicators: taken from the release once, and kept."""
    written = edition.definitions.methodologies[methodology]
    return panel_of(edition.release, edited(written, Change(dropped=dropped)))


@lru_cache(maxsize=16)
def compiled(edition: Edition, methodology: str) -> tuple[CompiledIndex, Outcome]:
    """Give the index as written, compiled once, and its replay."""
    index = compile_index(edition.definitions.methodologies[methodology], panel(edition, methodology, frozenset()))
    return index, index.replay()


@lru_cache(maxsize=16)
def places(edition: Edition, methodology: str) -> tuple[Place, ...]:
    """Give every place where a method may be exchanged or left out, with every registered method of its family."""
    index, nominal = compiled(edition, methodology)
    written = index.methodology
    varied = [call for vary in (written.robustness.vary if written.robustness else ()) for call in vary.options]
    found = []
    for at, step in enumerate(written.steps):
        if step.call.family in _EXCHANGED:
            offered = [*(MethodCall(name=name) for name in sorted(METHODS)), *varied]
            fresh = _fresh(step.call, offered)
            options = tuple(_option(index, nominal, call, Change(calls={at: call})) for call in fresh)
        elif step.call.family in _LEFT_OUT:
            options = (_option(index, nominal, MethodCall(name=NONE), Change(calls={at: None})),)
        else:
            continue
        found.append(Place(name=f"step{at + 1}", written=step.call, place=at, nodes=step.nodes, options=options))
    return (*found, *_own(index, nominal, written))


def _own(index: CompiledIndex, nominal: Outcome, written: Methodology) -> list[Place]:
    """Give the nodes that name an aggregation of their own: no step reaches them."""
    found = []
    for node in written.nodes:
        if not node.aggregate:
            continue
        call = MethodCall(name=f"aggregate/{node.aggregate.removeprefix('aggregate/')}")
        fresh = _fresh(call, [MethodCall(name=name) for name in sorted(METHODS)])
        options = tuple(_option(index, nominal, each, Change(nodes={node.id: each.name})) for each in fresh)
        found.append(Place(name=f"node.{node.id}", written=call, node=node.id, nodes=(node.id,), options=options))
    return found


def _fresh(written: MethodCall, offered: Sequence[MethodCall]) -> list[MethodCall]:
    """Give the methods of a family that come to something else than the written one, each once."""
    found: dict[str, MethodCall] = {}
    for call in offered:
        if call.family == written.family and call.name in METHODS:
            text = str(merged(written, call))
            if text != str(merged(written, written)):
                found.setdefault(text, call)
    return list(found.values())


def _option(index: CompiledIndex, nominal: Outcome, call: MethodCall, change: Change) -> Option:
    """Try a method alone, everything else as written."""
    if call.name in SLOW:
        return Option(value=str(call), call=call, why=TAKES_LONG, possible=False)
    why = why_unfit(index, nominal, edited(index.methodology, change))
    if why is None:
        return Option(value=str(call), call=call)
    known = why if why in KNOWN_REASONS else NEEDS_SETTINGS
    return Option(value=str(call), call=call, why=known, possible=why in _ALONE)


def asked_of(standings: Standings, told: Mapping[str, list[str]]) -> Asked:
    """Read what an address asks for; `told` : parameter -> its values."""
    change = _Reading(standings)
    for name, values in told.items():
        for read, pattern in ((change.weight, r"w\.(.+)"), (change.method, r"(step\d+|node\..+)")):
            matched = re.fullmatch(pattern, name)
            if matched and values and values[-1].strip():
                read(matched[1], values[-1].strip())
        if name == "drop":
            for code in values:
                change.drop(code.strip())
    return change.done()


class _Reading:
    """What was understood so far of an address."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings
        self._written = standings.methodology
        self._names = names_of(standings)
        self._official = official_weights(standings.methodology)
        self._weights: dict[str, float] = {}
        self._methods: dict[str, Option] = {}
        self._dropped: set[str] = set()
        self._problems: list[str] = []

    @cached_property
    def _places(self) -> dict[str, Place]:
        """Where methods may be exchanged: trying them all takes a moment, so only for an address that names one."""
        return {each.name: each for each in places(self._standings.edition, self._written.id)}

    def weight(self, code: str, text: str) -> None:
        """Take a weight, with a point or a comma."""
        if code not in self._official:
            self._tell(_("“%(code)s” is no part of this index, so it has no weight."), code=code)
            return
        weight = _number(text)
        if weight is None or not 0 <= weight <= MOST_WEIGHT:
            words = _(
                "“%(text)s” is no weight for %(name)s: write a number from 0 to %(most)s. The official one is used."
            )
            self._tell(words, text=text[:40], name=self._names[code], most=plain(MOST_WEIGHT))
        elif weight != self._official[code]:
            self._weights[code] = weight

    def method(self, name: str, text: str) -> None:
        """Take one of the methods that a place offers."""
        place = self._places.get(name)
        option = next((each for each in place.options if each.value == text), None) if place else None
        if place is None:
            self._tell(_("“%(name)s” is no step of this index in which a method can be chosen."), name=name)
        elif option is None and text != str(place.written):
            words = _("“%(text)s” is no method that can stand at “%(step)s”. The official one is used.")
            self._tell(words, text=text[:60], step=place_words(place, self._names))
        elif option is not None and not option.possible:
            words = _("%(method)s does not fit here: %(why)s. The official method is used.")
            self._tell(words, method=option_words(option), why=_(option.why))
        elif option is not None:
            self._methods[name] = option

    def drop(self, code: str) -> None:
        """Leave an indicator out."""
        if code in self._written.indicators:
            self._dropped.add(code)
        elif code:
            self._tell(_("“%(code)s” is no indicator of this index, so it cannot be left out."), code=code[:60])

    def done(self) -> Asked:
        """Give what was understood, after what only shows when everything is known."""
        if self._dropped == set(self._written.indicators):
            self._dropped.clear()
            self._tell(_("An index needs at least one indicator, so none is left out."))
        for node in self._weightless():
            self._tell(
                _("All parts of %(name)s weigh nothing; the official weights are used there."), name=self._names[node]
            )
        change = Change(
            weights=self._weights,
            calls={
                self._places[name].place: None if option.call.name == NONE else option.call
                for name, option in self._methods.items()
                if self._places[name].place >= 0
            },
            nodes={
                self._places[name].node: option.call.name
                for name, option in self._methods.items()
                if self._places[name].node
            },
            dropped=frozenset(self._dropped),
        )
        pairs = [(f"w.{code}", f"{weight:.10g}") for code, weight in self._weights.items()]
        pairs += [(name, option.value) for name, option in self._methods.items()]
        pairs += [("drop", code) for code in self._dropped]
        return Asked(change=change, pairs=tuple(sorted(pairs)), problems=tuple(self._problems))

    def _weightless(self) -> list[str]:
        """Give the official weights back to the parts of nodes in which nothing would weigh anything."""
        found = []
        for node in self._written.nodes:
            parts = [leaf.indicator for leaf in self._written.leaves if leaf.parent == node.id]
            parts += [each.id for each in self._written.nodes if each.parent == node.id]
            kept = [code for code in parts if code not in self._dropped]
            changed = [code for code in kept if code in self._weights]
            if changed and not any(self._weights.get(code, self._official.get(code, 1.0)) for code in kept):
                found.append(node.id)
                for code in changed:
                    del self._weights[code]
        return found

    def _tell(self, words: str, **details: str) -> None:
        self._problems.append(words % details)


def official_weights(methodology: Methodology) -> dict[str, float]:
    """Give the weight of every node and indicator with another beside it; that of an only child changes nothing."""
    parts = [(leaf.indicator, leaf.parent, leaf.weight) for leaf in methodology.leaves]
    parts += [(node.id, node.parent or "", node.weight) for node in methodology.nodes if node.parent]
    parents = [parent for _code, parent, _weight in parts]
    return {code: weight for code, parent, weight in parts if parents.count(parent) > 1}


def names_of(standings: Standings) -> dict[str, str]:
    """Give the name of every node and indicator of an index in the language of the page."""
    known = standings.edition.definitions.indicators
    found = {code: known[code].name.in_language(language()) for code in standings.methodology.indicators}
    return found | {node.id: node.title.in_language(language()) or node.id for node in standings.methodology.nodes}


def place_words(place: Place, names: Mapping[str, str]) -> str:
    """Name a place: what the step is for, and for which nodes where it is not for all."""
    words = family_words(place.written)
    if len(place.nodes) == 1:
        return f"{words}: {names.get(place.nodes[0], place.nodes[0])}"
    if place.nodes:
        return _("%(step)s: groups") % {"step": words}
    return words


def option_words(option: Option) -> str:
    """Name a method that may be chosen."""
    return _("left out") if option.call.name == NONE else call_words(option.call)


def slider(weight: float, beside: Sequence[float]) -> dict[str, float]:
    """Give where a slider ends, and its step: round numbers around the official weights of a group."""
    largest = max([*beside, weight]) or 1.0
    return {"most": round(SLIDER_ENDS * largest, 10), "step": round(SLIDER_ENDS * largest / _STEPS_OF_SLIDER, 10)}


def _number(text: str) -> float | None:
    convert: Callable[[str], float] = float
    try:
        found = convert(text.replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None
