"""Checks of a methodology's steps and of what its robustness analysis varies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mezon.design.expressions import check_syntax
from mezon.design.nearest import nearest
from mezon.design.toml_entry import is_number
from mezon.errors import FormulaFault
from mezon.methods.registry import Method
from mezon.model.finding import Finding, Rulebook
from mezon.model.indicator import Goalposts
from mezon.model.methodology import Leaf, MethodCall, Methodology, Node, Step, Vary
from mezon.model.pack import Definitions

_NONE = "none"
_POSITIVE_ONLY = frozenset({"aggregate/geometric", "aggregate/harmonic"})
_LOGARITHMS = frozenset({"transform/log", "treat/log"})
_REACH_ZERO = frozenset(
    f"normalise/{name}"
    for name in ("z-score", "borda", "above-below-mean", "percentile-rank", "distance-to-target", "two-ended-target")
)
_SCALES = frozenset({"normalise/min-max", "normalise/goalposts", "normalise/scaled"})
_WEIGHTS_VARIED_BY = ("noise", "concentration", "dirichlet")


@dataclass(frozen=True, slots=True)
class Bench:
    """What the checks of one methodology share."""

    methodology: Methodology
    definitions: Definitions
    rulebook: Rulebook

    def finding(self, code: str, key: str, value: object = "", **details: Any) -> Finding:
        """Word a finding at a key of the methodology's file."""
        return self.rulebook.finding(code, file=self.methodology.file, key=key, value=value, **details)

    def goalposts(self, leaf: Leaf) -> Goalposts | None:
        """Give the goalposts that hold for a leaf: its own, or its indicator's."""
        indicator = self.definitions.indicators.get(leaf.indicator)
        return leaf.goalposts or (indicator.goalposts if indicator else None)


def check_steps(bench: Bench) -> list[Finding]:
    """Say which methods, parameters, nodes and leaves the steps name that do not exist, or would do nothing."""
    steps = bench.methodology.steps
    findings: list[Finding] = []
    if bench.methodology.nodes and not any(step.call.family == "aggregate" for step in steps):
        example = "aggregate/arithmetic"
        findings.append(bench.finding("step-missing", "steps", family="aggregate", example=example))
    for number, step in enumerate(steps, 1):
        findings += _step(step, f"steps[{number}]", bench)
    findings += _positive_scales(bench)
    for node in bench.methodology.nodes:
        findings += _node(node, bench)
    robustness = bench.methodology.robustness
    for number, vary in enumerate(robustness.vary if robustness else (), 1):
        findings += _vary(vary, f"robustness.vary[{number}]", bench)
    return findings


def _methods() -> Mapping[str, Method]:
    from mezon.methods import METHODS  # here, because filling the registry takes time that few commands need

    return METHODS


def _call(call: MethodCall, key: str, bench: Bench) -> Iterator[Finding]:
    """Check that a method exists and has the parameters it is given."""
    methods = _methods()
    method = methods.get(call.name)
    if method is None:
        yield bench.finding("method-unknown", key, call.name, nearest=nearest(call.name, methods))
        return
    for name in sorted(set(call.parameters) - set(method.settings)):
        near = ", ".join(method.settings) or "–"
        yield bench.finding("method-parameter-unknown", key, name, method=call.name, nearest=near)
    if call.name in _SCALES:
        low, high = (call.parameters.get(name, usual) for name, usual in (("low", 0), ("high", 100)))
        if is_number(low) and is_number(high) and low >= high:
            yield bench.finding("scale-reversed", key, str(call), method=call.name, low=low, high=high)
    if "expression" in call.parameters:
        yield from _expression(call.parameters["expression"], f"{key}.expression", bench)


def _expression(text: object, key: str, bench: Bench) -> Iterator[Finding]:
    try:
        check_syntax(str(text))
    except FormulaFault as fault:
        yield bench.finding("formula-syntax", key, text, reason=fault.message)


def _step(step: Step, key: str, bench: Bench) -> Iterator[Finding]:
    yield from _call(step.call, f"{key}.do", bench)
    nodes = {node.id for node in bench.methodology.nodes}
    for node in step.nodes:
        if node not in nodes:
            yield bench.finding("unknown-node", f"{key}.nodes", node, nearest=nearest(node, nodes))
    leaves = set(bench.methodology.indicators)
    for name, codes in (("only", step.only), ("except", step.without)):
        for code in codes:
            if code not in leaves:
                near = nearest(code, leaves)
                yield bench.finding("step-idle", f"{key}.{name}", code, step=step.call.name, nearest=near)
    for leaf in bench.methodology.leaves:
        if (not step.only or leaf.indicator in step.only) and leaf.indicator not in step.without:
            yield from _goalposts(step, leaf, key, bench)


def _goalposts(step: Step, leaf: Leaf, key: str, bench: Bench) -> Iterator[Finding]:
    """Check that the goalposts a step needs are there, and have a logarithm where it takes one."""
    posts = bench.goalposts(leaf)
    if step.call.name == "normalise/goalposts" and posts is None:
        yield bench.finding("goalposts-missing", f"{key}.do", indicator=leaf.indicator, step=step.call.name)
    if step.call.name in _LOGARITHMS and posts is not None and posts.low <= 0 and leaf.transform != "log":
        yield bench.finding("goalposts-unfit-for-log", f"{key}.do", f"{posts.low:g}", indicator=leaf.indicator)


def _positive_scales(bench: Bench) -> Iterator[Finding]:
    """Say once where a geometric or harmonic mean is fed from a scale that reaches 0."""
    scale: Step | None = None
    nodes = {
        node.aggregate if "/" in node.aggregate else f"aggregate/{node.aggregate}" for node in bench.methodology.nodes
    }
    for number, step in enumerate(bench.methodology.steps, 1):
        if step.call.family == "normalise":
            scale = step
        used = {step.call.name, *nodes} & _POSITIVE_ONLY if step.call.family == "aggregate" else set()
        if used and scale is not None and _reaches_zero(scale.call):
            method = min(used)
            yield bench.finding("scale-unfit-for-mean", f"steps[{number}].do", method=method, step=str(scale.call))
            return


def _reaches_zero(call: MethodCall) -> bool:
    if call.name in _REACH_ZERO:
        return True
    if call.name not in {"normalise/min-max", "normalise/goalposts"}:
        return False
    low = call.parameters.get("low", 0.0)
    return isinstance(low, (int, float)) and low <= 0


def _node(node: Node, bench: Bench) -> Iterator[Finding]:
    """Check the aggregation of a node: its own method, and its own parameters for whichever method serves it."""
    key, methods = f"nodes[{node.id}]", _methods()
    own = node.aggregate if "/" in node.aggregate or not node.aggregate else f"aggregate/{node.aggregate}"
    if own and own not in methods:
        families = [name for name in methods if name.startswith("aggregate/")]
        yield bench.finding("method-unknown", f"{key}.aggregate", own, nearest=nearest(own, families))
        return
    serving = {own} if own else {step.call.name for step in bench.methodology.steps if step.call.family == "aggregate"}
    known = {name for method in serving & methods.keys() for name in methods[method].settings}
    for name in sorted(set(node.parameters) - known):
        near = nearest(name, known | {"weight_by", "aggregate", "direction", "title"})
        yield bench.finding("toml-key-unknown", f"{key}.{name}", name, nearest=near)
    if "expression" in node.parameters:
        yield from _expression(node.parameters["expression"], f"{key}.expression", bench)


def _vary(vary: Vary, key: str, bench: Bench) -> Iterator[Finding]:
    if vary.kind == "weights":
        for name in sorted(set(vary.parameters) - set(_WEIGHTS_VARIED_BY)):
            near = ", ".join(_WEIGHTS_VARIED_BY)
            yield bench.finding("toml-key-unknown", f"{key}.weights", name, nearest=near)
        for name in sorted(set(vary.parameters) & set(_WEIGHTS_VARIED_BY)):
            yield from _varied_weights(name, vary.parameters[name], f"{key}.weights.{name}", bench)
    if vary.kind != "step":
        return
    steps = {name for step in bench.methodology.steps for name in (step.call.family, step.call.name)}
    if vary.family not in steps:
        yield bench.finding("vary-without-step", f"{key}.step", vary.family, nearest=nearest(vary.family, steps))
    family = vary.family.partition("/")[0]
    if not vary.options:
        yield bench.finding("vary-empty", f"{key}.with", family)
    for option in vary.options:
        if option.name == _NONE:
            continue
        if option.family != family:
            yield bench.finding("vary-other-family", f"{key}.with", str(option), family=family)
        yield from _call(option, f"{key}.with", bench)


def _varied_weights(name: str, amount: float, key: str, bench: Bench) -> Iterator[Finding]:
    """Check that what weights are multiplied by, or drawn around, keeps every weight above 0."""
    if name == "noise" and not 0 < amount < 1:
        yield bench.finding("noise-unfit", key, amount)
    if name != "noise" and amount <= 0:
        yield bench.finding("concentration-unfit", key, amount, name=name)
