"""Writer of methodologies/<id>.toml: a methodology as the file that reads back as the very same methodology."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from mezon.model.indicator import Goalposts
from mezon.model.methodology import Bands, Leaf, MethodCall, Methodology, Node, Robustness, Step, Vary
from mezon.model.text import LANGUAGES, Text

#: Keys that TOML takes without quotes.
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def methodology_text(methodology: Methodology, *, remarks: Iterable[str] = ()) -> str:
    """Write a methodology as TOML. `remarks` : lines that stand at the top as comments.

    What holds its default is left out, except weights, which nobody should have to guess.
    """
    tables = [_entries(_head(methodology))]
    tables += [_table("[[nodes]]", _node(node)) for node in methodology.nodes]
    tables += [_table("[[leaves]]", _leaf(leaf)) for leaf in methodology.leaves]
    tables += [_table("[[steps]]", _step(step)) for step in methodology.steps]
    if methodology.robustness is not None:
        tables.append(_robustness(methodology.robustness))
    tables += [_table("[[bands]]", _bands(bands)) for bands in methodology.bands]
    strengths = {"rule": methodology.strengths_rule, "top": methodology.strengths_top}
    tables.append(_table("[strengths]", strengths))
    comment = "".join(f"# {line}\n" for remark in remarks for line in remark.splitlines())
    return comment + "\n".join(tables)


def _head(methodology: Methodology) -> dict[str, Any]:
    first, last = methodology.periods
    span = {name: text for name, text in (("from", first), ("to", last)) if text}
    units: Any = methodology.units or {name: list(kept) for name, kept in methodology.unit_filter.items()}
    return {
        "id": methodology.id,
        "version": methodology.version,
        "level": methodology.level,
        **_text("title", methodology.title),
        **_text("description", methodology.description),
        **({"units": units} if units else {}),
        **({"periods": span or list(methodology.period_list)} if span or methodology.period_list else {}),
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        **({"parent": node.parent} if node.parent else {}),
        "weight": node.weight,
        **_said(weight_by=node.weight_by, aggregate=node.aggregate),
        **({"direction": node.direction} if node.direction != 1 else {}),
        **node.parameters,
        **_text("title", node.title),
    }


def _leaf(leaf: Leaf) -> dict[str, Any]:
    return {
        "indicator": leaf.indicator,
        "parent": leaf.parent,
        "weight": leaf.weight,
        **_said(weight_by=leaf.weight_by),
        **_goalposts(leaf.goalposts),
        **_said(transform=leaf.transform),
        **leaf.overrides,
    }


def _goalposts(posts: Goalposts | None) -> dict[str, Any]:
    if posts is None:
        return {}
    if posts.percentiles is not None:
        return {"goalposts": {"percentiles": posts.percentiles}}
    return {"goalposts": {"by": posts.by, **posts.groups} if posts.by else (posts.low, posts.high)}


def _step(step: Step) -> dict[str, Any]:
    lists = {"only": step.only, "except": step.without, "nodes": step.nodes}
    return {
        "do": step.call.name,
        **{name: list(codes) for name, codes in lists.items() if codes},
        **({"pool": step.pool} if step.pool != "all" else {}),
        **step.call.parameters,
    }


def _bands(bands: Bands) -> dict[str, Any]:
    return {"node": bands.node, "edges": list(bands.edges), "names": list(bands.names)}


def _robustness(robustness: Robustness) -> str:
    plain = {"draws": robustness.draws, "seed": robustness.seed, "interval": robustness.interval}
    varied = "".join(f"  {_value(_vary(vary))},\n" for vary in robustness.vary)
    return f"{_table('[robustness]', plain)}vary = [\n{varied}]\n"


def _vary(vary: Vary) -> dict[str, Any]:
    if vary.kind == "step":
        return {"step": vary.family, "with": [_inline(call) for call in vary.options]}
    if vary.kind == "weights":
        return {"weights": dict(vary.parameters)}
    return {vary.kind: vary.parameters["what"]}


def _inline(call: MethodCall) -> str:
    """Write a method in one line; a text stands in quotes, whatever is in it."""
    inside = ", ".join(f"{name}={_in_line(value)}" for name, value in call.parameters.items())
    return f"{call.name}({inside})" if inside else call.name


def _in_line(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(str(each) if isinstance(each, str) else _in_line(each) for each in value)}]"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _said(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _text(name: str, text: Text) -> dict[str, str]:
    return {f"{name}.{code}": said for code in LANGUAGES if (said := getattr(text, code))}


def _table(header: str, entries: Mapping[str, Any]) -> str:
    return f"{header}\n{_entries(entries)}"


def _entries(entries: Mapping[str, Any]) -> str:
    return "".join(
        f"{name if '.' in name else _key(name)} = {_value(value)}\n"
        for name, value in entries.items()
        if value is not None
    )


def _value(value: Any) -> str:
    """Write a value as TOML: texts with every character that needs it escaped, numbers with all their digits."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items() if each is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_value(each) for each in value)}]"
    return repr(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
