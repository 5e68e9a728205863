"""A methodology laid out for its page: the tree with weights, the steps in words, goalposts and limits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from mezon.model.methodology import Methodology, Step
from mezon.web.portal.addresses import of_indicator
from mezon.web.portal.edition import Edition
from mezon.web.portal.method_words import family_words, short_words, step_words
from mezon.web.portal.observed import measure_words
from mezon.web.portal.pages import language
from mezon.web.portal.score_path import (
    concerns,
    direction_of,
    goalposts_of,
    ranked_units,
    scores_by_place,
    transforms_of,
    weights_by_child,
)

#: Reasons for weights that packs give in English alone, so that the site's catalogues can have them.
KNOWN_REASONS = (
    gettext_noop("equal: no evidence for another"),
    gettext_noop("chosen by a reader on the what-if page"),  # as variant_answers writes it
)

_DECISION = re.compile(r"docs/decisions/[\w-]+\.md")


def tree(edition: Edition, methodology: Methodology, *, as_of: str = "") -> list[dict[str, Any]]:
    """Give nodes and leaves from the root downwards, each with its depth, weights and the reason for its weight."""
    found: list[dict[str, Any]] = []
    _branch(edition, methodology, methodology.root.id, 0, found, as_of)
    return found


def _branch(
    edition: Edition, methodology: Methodology, node_id: str, depth: int, found: list[dict[str, Any]], as_of: str
) -> None:
    node = next(each for each in methodology.nodes if each.id == node_id)
    weights = weights_by_child(edition, methodology.id)
    row = weights.get((node.id, node.parent or ""), {})
    found.append(
        {
            "depth": depth,
            "name": node.title,
            "code": node.id,
            "why": _reason(node.weight_by),
            "row": row,
            "leaf": None,
            "href": "",
        }
    )
    for child in methodology.nodes:
        if child.parent == node_id:
            _branch(edition, methodology, child.id, depth + 1, found, as_of)
    for leaf in methodology.leaves:
        if leaf.parent != node_id:
            continue
        indicator = edition.definitions.indicators[leaf.indicator]
        found.append(
            {
                "depth": depth + 1,
                "name": indicator.name,
                "code": leaf.indicator,
                "why": _reason(leaf.weight_by),
                "row": weights.get((leaf.indicator, leaf.parent), {}),
                "leaf": indicator,
                "href": of_indicator(leaf.indicator, as_of=as_of),
            }
        )


def _reason(written: str) -> str:
    return _(written) if written else ""


def steps(edition: Edition, methodology: Methodology) -> list[dict[str, Any]]:
    """Give each step with its heading, its sentence, and what it is restricted to."""
    return [
        {
            "number": number,
            "call": step.call,
            "heading": family_words(step.call),
            "name": short_words(step.call),
            "words": step_words(step),
            "scope": _scope(edition, methodology, step),
        }
        for number, step in enumerate(methodology.steps, start=1)
    ]


def _scope(edition: Edition, methodology: Methodology, step: Step) -> str:
    names = {code: each.name.in_language(language()) for code, each in edition.definitions.indicators.items()}
    names |= {node.id: node.title.in_language(language()) for node in methodology.nodes}
    if step.nodes:
        return _("Only for: %(names)s.") % {"names": ", ".join(names.get(code, code) for code in step.nodes)}
    if step.only:
        return _("Only for: %(names)s.") % {"names": ", ".join(names.get(code, code) for code in step.only)}
    if step.without:
        return _("For all except: %(names)s.") % {"names": ", ".join(names.get(code, code) for code in step.without)}
    return ""


def goalposts(edition: Edition, methodology: Methodology, *, as_of: str = "") -> list[dict[str, Any]]:
    """Give every leaf with its goalposts, direction and transforms."""
    found = []
    for leaf in methodology.leaves:
        indicator = edition.definitions.indicators[leaf.indicator]
        applied = tuple(step for step in methodology.steps if concerns(step, leaf))
        found.append(
            {
                "indicator": indicator,
                "href": of_indicator(leaf.indicator, as_of=as_of),
                "posts": goalposts_of(indicator, leaf),
                "measure": measure_words(edition, indicator.unit),
                "direction": direction_of(indicator, leaf),
                "transforms": [short_words(call) for call in transforms_of(leaf, applied)],
            }
        )
    return found


def limits(edition: Edition, methodology: Methodology) -> list[str]:
    """Say what the index is not, from what the release and the assessment show."""
    known = edition.definitions.indicators
    stand_ins = sum(known[code].proxy for code in methodology.indicators)
    said = []
    if edition.definitions.synthetic:
        said.append(_("Every value is made by a generator; nothing here describes a real place."))
    if stand_ins:
        total = len(methodology.indicators)
        said.append(
            ngettext(
                "%(n)s of its %(total)s indicators is a stand-in: it describes something near what is meant, because "
                "what is meant is published nowhere.",
                "%(n)s of its %(total)s indicators are stand-ins: they describe something near what is meant, because "
                "what is meant is published nowhere.",
                stand_ins,
            )
            % {"n": stand_ins, "total": total}
        )
    said += _limits_of_data(edition, methodology)
    said += [
        _("A score is a summary of chosen indicators. It explains nothing: no sentence here says what causes what."),
        _("A rank is one of many possible: read its interval, and in how many variants one unit is above another."),
        _("Weights are choices. What the variants do not vary, the intervals do not show."),
    ]
    return said


def _limits_of_data(edition: Edition, methodology: Methodology) -> list[str]:
    scored = scores_by_place(edition, methodology.id)
    root = methodology.root.id
    periods = sorted({period for _unit, period, _node in scored})
    units = {unit for unit, _period, _node in scored}
    if not periods:
        return []
    counts = [len(ranked_units(edition, methodology.id, period, root)) for period in periods]
    years = f"{periods[0]}–{periods[-1]}" if len(periods) > 1 else periods[0]
    ranked = f"{min(counts)}–{max(counts)}" if min(counts) != max(counts) else str(counts[0])
    said = _("It covers %(years)s; of %(units)s units, %(ranked)s have enough values to be ranked in a period.")
    return [said % {"years": years, "units": len(units), "ranked": ranked}]


@lru_cache(maxsize=32)
def file_text(edition: Edition, methodology: str) -> str:
    """Give the methodology file as it lies in the release; nothing when it is not there."""
    path = edition.folder / edition.definitions.methodologies[methodology].file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def decision_record(edition: Edition, methodology: str) -> str:
    """Give the decision record that the methodology file names, as a path in the source tree."""
    found = _DECISION.search(file_text(edition, methodology))
    return found.group() if found else ""
