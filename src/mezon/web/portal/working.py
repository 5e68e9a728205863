"""The working of a score as templates show it: each number with its name, its address and its arithmetic in writing."""

from __future__ import annotations

from typing import Any

from mezon.web.portal import formatting
from mezon.web.portal.addresses import of_indicator, of_score, of_value
from mezon.web.portal.edition import Edition
from mezon.web.portal.method_words import call_words, plain, short_words, significant
from mezon.web.portal.observed import ORIGIN_WORDS, Row, marks_of, value_of
from mezon.web.portal.pages import language
from mezon.web.portal.score_path import LeafPath, NodePath, Part, Scaling, ScorePath, ranked_units

#: Decimals of points between steps: one more than the score is shown with, so that a reader can check the sum.
_POINTS = 2


def working(edition: Edition, path: ScorePath, *, as_of: str = "") -> dict[str, Any]:
    """Give a score path for `portal/trace_path.html`."""
    ranked = ranked_units(edition, path.methodology.id, path.period, path.top.node.id)
    total = sum(leaf.contribution["contribution"] for leaf in path.leaves if leaf.contribution)
    return {
        "path": path,
        "unit": edition.definitions.units[path.unit],
        "ranked": len(ranked),
        "neighbours": _neighbours(edition, path, ranked, as_of),
        "stages": [{"number": stage.number, "words": short_words(stage.step.call)} for stage in path.stages],
        "groups": [_node(edition, path, node, as_of) for node in path.nodes],
        "leaves": [_leaf(edition, path, leaf, total, as_of) for leaf in path.leaves],
    }


def _node(edition: Edition, path: ScorePath, node: NodePath, as_of: str) -> dict[str, Any]:
    used = sum(part.weight for part in node.parts if part.points is not None)
    parts = [_part(edition, path, part, used, as_of) for part in node.parts]
    valued = [part for part in parts if part["points"] is not None]
    return {
        "code": node.node.id,
        "name": node.node.title,
        "score": node.score.get("score"),
        "row": node.score,
        "href": of_score(path.unit, path.period, node.node.id, methodology=_named(edition, path), as_of=as_of),
        "method": call_words(node.call) if node.call else "",
        "number": node.number,
        "arithmetic": mean_in_writing(node) if node.score.get("score") is not None else "",
        "parts": parts,
        "alone": valued[0] if len(valued) == 1 and node.score.get("score") is not None else None,
        "without": [part for part in node.parts if part.points is None],
    }


def _part(edition: Edition, path: ScorePath, part: Part, used: float, as_of: str) -> dict[str, Any]:
    indicator = edition.definitions.indicators.get(part.code)
    nodes = {node.id: node for node in path.methodology.nodes}
    is_node = part.code in nodes
    chosen = _named(edition, path)
    return {
        "code": part.code,
        "name": nodes[part.code].title if is_node else indicator.name if indicator else part.code,
        "proxy": bool(not is_node and indicator and indicator.proxy),
        "points": part.points,
        "weight": plain(part.weight),
        "share": part.weight / used if used and part.points is not None else None,
        "href": of_score(path.unit, path.period, part.code, methodology=chosen, as_of=as_of)
        if is_node
        else of_value(part.code, path.unit, path.period, as_of=as_of),
    }


def _leaf(edition: Edition, path: ScorePath, leaf: LeafPath, total: float, as_of: str) -> dict[str, Any]:
    code, sources = leaf.indicator.code, edition.definitions.sources
    observed = leaf.raw if leaf.raw is not None and leaf.raw["value"] is not None else None
    behind = [observed] if observed else list(leaf.filled.made_from) if leaf.filled else []
    earlier = [value_of(leaf.raw), *leaf.numbers[:-1]]
    return {
        "indicator": leaf.indicator,
        "parent": next(node.title for node in path.methodology.nodes if node.id == leaf.leaf.parent),
        "href": of_indicator(code, as_of=as_of),
        "raw": value_of(leaf.raw),
        "raw_href": of_value(code, path.unit, path.period, as_of=as_of),
        "marks": marks_of(leaf.raw) if leaf.raw else [],
        "filled": short_words(leaf.filled.call) if leaf.filled else "",
        "behind": [_observation(row, code, sources, as_of) for row in behind],
        "numbers": [
            {"value": value, "written": significant(value), "same": value == before}
            for value, before in zip(leaf.numbers, earlier, strict=True)
        ],
        "points": leaf.numbers[-1] if leaf.numbers else None,
        "scaling": scaling_in_writing(leaf.scaling) if leaf.scaling else "",
        "clipped": bool(leaf.scaling and leaf.scaling.clipped),
        "effective": leaf.weight.get("effective_weight"),
        "share": leaf.contribution["contribution"] / total if leaf.contribution and total else None,
    }


def _observation(row: Row, indicator: str, sources: Any, as_of: str) -> dict[str, Any]:
    source = sources.get(row["source"])
    return {
        "period": row["period"],
        "value": row["value"],
        "href": of_value(indicator, row["unit"], row["period"], as_of=as_of),
        "source": source.producer if source else _origin(row),
        "url": source.url if source else "",
        "published": (row["published"] or source.published or source.accessed) if source else "",
    }


def _origin(row: Row) -> str:
    return str(ORIGIN_WORDS.get(row["origin"], row["origin"]))


def _neighbours(edition: Edition, path: ScorePath, ranked: tuple[Row, ...], as_of: str) -> list[dict[str, Any]]:
    """Give the ranked units just above and below, the unit among them."""
    place = next((at for at, row in enumerate(ranked) if row["unit"] == path.unit), None)
    if place is None:
        return []
    chosen = _named(edition, path)
    return [
        {
            **row,
            "name": edition.definitions.units[row["unit"]].name,
            "here": row["unit"] == path.unit,
            "interval": formatting.interval(row["rank_low"], row["rank_high"], language=language()),
            "href": of_score(row["unit"], path.period, path.top.node.id, methodology=chosen, as_of=as_of),
        }
        for row in ranked[max(place - 2, 0) : place + 3]
    ]


def scaling_in_writing(scaling: Scaling) -> str:
    """Write a normalisation with its numbers: 1 + 99 × (x − low) / (high − low) = points."""
    value, low = _bracketed(scaling.value), _bracketed(scaling.low)
    span = f"({significant(scaling.high)} − {low})"
    above = f"({significant(scaling.high)} − {value})" if scaling.falling else f"({significant(scaling.value)} − {low})"
    rise = plain(scaling.points_high - scaling.points_low)
    return f"{plain(scaling.points_low)} + {rise} × {above} / {span} = {_points(scaling.result)}"


def mean_in_writing(node: NodePath) -> str:
    """Write a mean with its numbers; its result is the score as assessed."""
    parts = [part for part in node.parts if part.points is not None and part.weight > 0]
    result = _points(node.score["score"])
    if node.call is None or not parts:
        return ""
    if len(parts) == 1:
        return f"{_points(parts[0].points)} = {result}"
    total = plain(sum(part.weight for part in parts))
    even = len({part.weight for part in parts}) == 1
    total = str(len(parts)) if even else total
    match node.call.name:
        case "aggregate/arithmetic":
            return f"({_sum(parts, '{}', even=even)}) / {total} = {result}"
        case "aggregate/geometric":
            return f"exp( ({_sum(parts, 'ln {}', even=even)}) / {total} ) = {result}"
        case "aggregate/harmonic":
            return f"{total} / ({_sum(parts, '1 / {}', even=even)}) = {result}"
    return ""


def _sum(parts: list[Part], form: str, *, even: bool) -> str:
    terms = [form.format(_points(part.points)) for part in parts]
    return " + ".join(
        term if even else f"{plain(part.weight)} × {term}" for part, term in zip(parts, terms, strict=True)
    )


def _points(value: float | None) -> str:
    return formatting.number(value, digits=_POINTS, language=language())


def _bracketed(value: float) -> str:
    return f"({significant(value)})" if value < 0 else significant(value)


def _named(edition: Edition, path: ScorePath) -> str:
    """Give the methodology's id for addresses; nothing for the default one."""
    return "" if path.methodology.id == edition.definitions.default_methodology else path.methodology.id
