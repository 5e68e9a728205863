"""Reader of methodologies/<id>.toml: the tree, the ordered steps, and what to vary."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from mezon.design.indicators import read_goalposts
from mezon.design.pack_files import REMARKS
from mezon.design.toml_entry import TEXT, TEXTS, TomlEntry, is_number, plain, read_toml
from mezon.errors import MalformedValue
from mezon.model.finding import Finding, Rulebook
from mezon.model.methodology import Bands, Leaf, MethodCall, Methodology, Node, Robustness, Step, Vary
from mezon.model.period import Period
from mezon.model.text import Text

FOLDER = "methodologies"
POOLS = ("all", "period")
LEAF_OVERRIDES = ("direction", "target", "best", "worst", "denominator", "bands", "reference", "scale")
_DRAWS = "1 … 1 000 000"
STRENGTHS_RULES = ("gap", "rank", "residual")


def read_methodologies(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> dict[str, Methodology]:
    """Read every methodology of a pack, by id; a second one of the same id is reported and left out."""
    found: dict[str, Methodology] = {}
    for path in sorted((folder / FOLDER).glob("*.toml")):
        entry = read_toml(folder, f"{FOLDER}/{path.name}", rulebook=rulebook, findings=findings)
        if entry is None:
            continue
        methodology = _methodology(entry, path.stem)
        if methodology.id in found:
            entry.report("methodology-twice", "id", value=methodology.id, other=found[methodology.id].file)
        else:
            found[methodology.id] = methodology
    return found


def read_methodology(path: Path, *, rulebook: Rulebook) -> tuple[Methodology | None, list[Finding]]:
    """Read one methodology that lies outside its pack; None when the file is absent or no TOML.

    Findings name the file as `path` does.
    """
    findings: list[Finding] = []
    entry = read_toml(Path(), path.as_posix(), rulebook=rulebook, findings=findings, required=True)
    return (None if entry is None else _methodology(entry, path.stem)), findings


def _methodology(entry: TomlEntry, stem: str) -> Methodology:
    units, unit_filter = _units(entry)
    periods, period_list = _periods(entry)
    strengths = entry.table("strengths")
    fields: dict[str, Any] = {
        "id": entry.string("id") or stem,
        "version": entry.string("version") or "0",
        "title": entry.text("title") or Text(en=stem),
        "description": entry.text("description"),
        "level": entry.string("level"),
        "nodes": _nodes(entry),
        "leaves": _leaves(entry),
        "steps": tuple(step for each in entry.tables("steps", "") if (step := _step(each))),
        "robustness": _robustness(entry),
        "bands": tuple(bands for each in entry.tables("bands", "node") if (bands := _bands(each))),
    }
    if strengths is not None:
        fields["strengths_rule"] = _one_of(strengths, "rule", STRENGTHS_RULES)
        fields["strengths_top"] = max(strengths.integer("top", 5), 0)
        strengths.finish()
    entry.finish(besides=REMARKS)
    return Methodology(
        units=units, unit_filter=unit_filter, periods=periods, period_list=period_list, file=entry.file, **fields
    )


def _one_of(entry: TomlEntry, name: str, allowed: tuple[str, ...]) -> str:
    text = entry.string(name, default=allowed[0])
    if text in allowed:
        return text
    entry.report("code-unknown", name, value=text, nearest=", ".join(allowed))
    return allowed[0]


def _units(entry: TomlEntry) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Read a list of unit codes, or a table: column of units.csv -> the value or values that count."""
    value = entry.any("units")
    if not isinstance(value, dict):
        return entry.strings("units"), {}
    allowed: dict[str, tuple[str, ...]] = {}
    for column, values in value.items():
        listed = values if isinstance(values, list) else [values]
        if all(isinstance(each, str) for each in listed):
            allowed[column] = tuple(listed)
        else:
            entry.report("toml-wrong-type", f"units.{column}", value=str(values)[:80], expected=TEXTS)
    return (), allowed


def _periods(entry: TomlEntry) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Read `{ from = "2012", to = "2017" }`, or a list of periods."""
    value = entry.any("periods")
    if isinstance(value, list):
        return ("", ""), tuple(text for each in value if (text := _period(entry, "periods", each)))
    span = entry.table("periods")
    if span is None:
        return ("", ""), ()
    first, last = (_period(span, name, span.any(name)) for name in ("from", "to"))
    span.finish()
    if first and last and Period.parse(first).start > Period.parse(last).end:
        entry.report("dates-reversed", "periods", value=f"{first} … {last}", first=first, last=last)
    return (first, last), ()


def _period(entry: TomlEntry, name: str, value: object) -> str:
    if value is None:
        return ""
    try:
        return str(Period.parse(str(value)))
    except MalformedValue as fault:
        suggestion = fault.hint.removeprefix("Write ").removesuffix(".")
        entry.report("not-a-period", name, value=str(value)[:40], suggestion=suggestion)
        return ""


def _nodes(entry: TomlEntry) -> tuple[Node, ...]:
    nodes: dict[str, Node] = {}
    for each in entry.tables("nodes", "id"):
        code = each.string("id", required=True)
        fields: dict[str, Any] = {
            "parent": each.string("parent") or None,
            "weight": each.number("weight", 1.0),
            "weight_by": each.string("weight_by"),
            "aggregate": each.string("aggregate"),
            "direction": _direction(each),
            "title": each.text("title") or each.text("name"),
        }
        each.string("translation")
        parameters = {name: plain(value) for name, value in each.rest().items()}
        if code in nodes:
            each.report("node-twice", "id", value=code)
        elif code:
            nodes[code] = Node(id=code, parameters=parameters, **fields)
    return tuple(nodes.values())


def _direction(entry: TomlEntry) -> int:
    direction = entry.integer("direction", 1, expected="1 / -1")
    if direction in (1, -1):
        return direction
    entry.report("code-unknown", "direction", value=direction, nearest="1, -1")
    return 1


def _leaves(entry: TomlEntry) -> tuple[Leaf, ...]:
    leaves: dict[tuple[str, str], Leaf] = {}
    for each in entry.tables("leaves", "indicator"):
        code = each.string("indicator", required=True)
        parent = each.string("parent", required=True)
        leaf = Leaf(
            indicator=code,
            parent=parent,
            weight=each.number("weight", 1.0),
            weight_by=each.string("weight_by"),
            goalposts=read_goalposts(each),
            transform=each.string("transform"),
            overrides=_overrides(each),
        )
        each.finish(besides=REMARKS)
        if (code, parent) in leaves:
            each.report("leaf-twice", "indicator", value=code, parent=parent)
        elif code and parent:
            leaves[code, parent] = leaf
    return tuple(leaves.values())


def _overrides(entry: TomlEntry) -> dict[str, Any]:
    values = {name: entry.any(name) for name in LEAF_OVERRIDES}
    if values["direction"] not in (None, 1, -1):
        entry.report("code-unknown", "direction", value=values.pop("direction"), nearest="1, -1")
    return {name: plain(value) for name, value in values.items() if value is not None}


def _step(entry: TomlEntry) -> Step | None:
    written = entry.string("do", required=True)
    only, without, nodes = (entry.strings(name) for name in ("only", "except", "nodes"))
    pool = _pool(entry)
    for name in REMARKS:
        entry.any(name)
    parameters = {name: plain(value) for name, value in entry.rest().items()}
    call = _call(entry, "do", written) if written else None
    if call is None:
        return None
    call = MethodCall(name=call.name, parameters={**call.parameters, **parameters})
    return Step(call=call, only=only, without=without, nodes=nodes, pool=pool)


def _pool(entry: TomlEntry) -> str:
    """Read over what a statistic is taken: all periods, each alone, or one period at which it is frozen."""
    try:
        return str(Period.parse(entry.string("pool")))
    except MalformedValue:
        return _one_of(entry, "pool", POOLS)


def _call(entry: TomlEntry, name: str, written: object) -> MethodCall | None:
    """Read a method written inline."""
    if not isinstance(written, str):
        entry.report("toml-wrong-type", name, value=str(written)[:80], expected=TEXT)
        return None
    try:
        return MethodCall.parse(written)
    except MalformedValue:
        entry.report("method-malformed", name, value=written)
        return None


def _robustness(entry: TomlEntry) -> Robustness | None:
    inside = entry.table("robustness")
    if inside is None:
        return None
    draws = inside.integer("draws", 1000, expected=_DRAWS)
    seed, interval = inside.integer("seed", 12345, expected="12345"), inside.number("interval", 0.9, expected="0.90")
    if not 1 <= draws <= 1_000_000:
        inside.report("toml-wrong-type", "draws", value=draws, expected=_DRAWS)
        draws = 1000
    if not 0 < interval < 1:
        inside.report("toml-wrong-type", "interval", value=interval, expected="0.90")
        interval = 0.9
    if seed < 0:
        inside.report("toml-wrong-type", "seed", value=seed, expected="12345")
        seed = 12345
    vary = tuple(found for each in inside.tables("vary", "") if (found := _vary(each)))
    inside.finish(besides=REMARKS)
    return Robustness(draws=draws, seed=seed, interval=interval, vary=vary)


def _vary(entry: TomlEntry) -> Vary | None:
    """Read one source of uncertainty: a step, the weights, what is dropped, or the observations."""
    family = entry.string("step")
    if family:
        written = entry.any("with")
        options = [_call(entry, "with", each) for each in (written if isinstance(written, list) else [written])]
        entry.finish()
        return Vary(kind="step", family=family, options=tuple(call for call in options if call))
    for kind in ("weights", "drop", "observations"):
        if kind in entry.raw:
            return _vary_other(entry, kind)
    entry.report("toml-key-missing", missing="step / weights / drop / observations")
    return None


def _vary_other(entry: TomlEntry, kind: str) -> Vary | None:
    value = entry.any(kind)
    entry.finish()
    if kind == "weights":
        fine = isinstance(value, dict) and value and all(map(is_number, value.values()))
        expected, parameters = "{ noise = 0.25 }", value
    else:
        expected = "one-indicator" if kind == "drop" else "standard-error"
        fine, parameters = value in (expected, True), {"what": expected}
    if not fine:
        entry.report("toml-wrong-type", kind, value=str(value)[:80], expected=expected)
        return None
    return Vary(kind=kind, parameters=dict(parameters))


def _bands(entry: TomlEntry) -> Bands | None:
    node, edges, names = entry.string("node", required=True), entry.any("edges"), entry.strings("names")
    entry.finish(besides=REMARKS)
    if not (isinstance(edges, list) and edges and all(map(is_number, edges))):
        entry.report("toml-wrong-type", "edges", value=str(edges)[:80], expected="[40, 60]")
        return None
    rising = all(low < high for low, high in pairwise(edges))
    if not rising or len(names) != len(edges) + 1:
        entry.report("bands-unfit", value=node, edges=len(edges), names=len(names))
        return None
    return Bands(node=node, edges=tuple(float(edge) for edge in edges), names=names) if node else None
