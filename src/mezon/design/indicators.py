"""Reader of indicators.toml."""

from __future__ import annotations

from math import nan
from pathlib import Path
from typing import Any

from mezon.design.nearest import Nearest
from mezon.design.pack_files import REMARKS
from mezon.design.toml_entry import PAIR, TomlEntry, each, is_number, plain, read_toml
from mezon.model.codelists import Frequency, Level, RollUp
from mezon.model.finding import Finding, Rulebook
from mezon.model.indicator import Goalposts, Indicator
from mezon.model.text import Text

FILE = "indicators.toml"
#: Keys of an indicator that steps or pages use, beside those that are fields of their own.
ATTRIBUTES = (
    "best", "target", "worst", "reference", "denominator", "scale", "bands", "transform", "standards", "papers_codes",
    "papers_code", "breakdowns", "source", "context", "short", "volatile", *REMARKS,
)  # fmt: skip
_ROLL_UP = {str(kind): kind for kind in RollUp}
_DIRECTIONS = (1, -1, 0)


def read_indicators(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> dict[str, Indicator]:
    """Read the indicators, by code, in the order of the file."""
    return each(read_toml(folder, FILE, rulebook=rulebook, findings=findings, required=True), _indicator)


def _indicator(code: str, entry: TomlEntry) -> Indicator:
    roll_up, weight = _roll_up(entry)
    fields: dict[str, Any] = {
        "name": entry.text("name", required=True) or Text(en=code),
        "unit": entry.string("unit", required=True),
        "group": entry.string("group"),
        "pillars": entry.strings("pillars"),
        "levels": entry.choices("levels", Level),
        "direction": _direction(entry),
        "formula": entry.string("formula"),
        "range": _range(entry),
        "goalposts": read_goalposts(entry),
        "frequency": entry.choice("frequency", Frequency, Frequency.ANNUAL),
        "decimals": _decimals(entry),
        "proxy": entry.flag("proxy"),
        "definition": entry.text("definition"),
        "holder": entry.text("holder"),
        "methods_id": entry.string("methods_id"),
    }
    return Indicator(code=code, roll_up=roll_up, roll_up_weight=weight, attributes=_attributes(entry), **fields)


def _attributes(entry: TomlEntry) -> dict[str, Any]:
    """Keep every further key; one that looks like a misspelled known one is reported."""
    asked = {*ATTRIBUTES, *entry.asked}
    further = entry.rest()
    nearest = Nearest(asked)
    for name in sorted(set(further) - asked):
        meant = nearest.one(name)
        if meant:
            entry.report("toml-key-unknown", name, value=name, nearest=meant)
        else:
            entry.report("toml-key-kept", name, value=name)
    return {name: plain(value) for name, value in further.items()}


def _direction(entry: TomlEntry) -> int:
    direction = entry.integer("direction", expected="-1 / 0 / 1")
    if direction not in _DIRECTIONS:
        entry.report("code-unknown", "direction", value=direction, nearest="-1, 0, 1")
        return 0
    return direction


def _decimals(entry: TomlEntry) -> int:
    decimals = entry.integer("decimals", 2, expected="0 … 15")
    if not 0 <= decimals <= 15:
        entry.report("toml-wrong-type", "decimals", value=decimals, expected="0 … 15")
        return 2
    return decimals


def _roll_up(entry: TomlEntry) -> tuple[RollUp, str]:
    """Read `sum`, `ratio-of-sums`, `weighted-mean(W)`, `rate(W)` or `none`, and a weight written apart."""
    text = entry.string("roll_up", default="none")
    apart = entry.string("roll_up_weight") or entry.string("weight")
    name, opened, inside = text.partition("(")
    kind = _ROLL_UP.get(name.strip())
    if kind is None or (opened and not inside.rstrip().endswith(")")):
        entry.report("code-unknown", "roll_up", value=text, nearest=Nearest(_ROLL_UP)(name.strip()))
        return RollUp.NONE, ""
    return kind, inside.rstrip().removesuffix(")").strip() if opened else apart


def _range(entry: TomlEntry) -> tuple[float | None, float | None]:
    """Read `range = [low, high]` (infinite = open), or `range_min` and `range_max` where one side is open."""
    pair = entry.pair("range")
    bounds = [entry.any(name) for name in ("range_min", "range_max")]
    for name, bound in zip(("range_min", "range_max"), bounds, strict=True):
        if bound is not None and not is_number(bound):
            entry.report("toml-wrong-type", name, value=bound, expected="0.0")
    low, high = (float(bound) if is_number(bound) else None for bound in bounds)
    given = pair or (None, None)
    low, high = given[0] if low is None else low, given[1] if high is None else high
    if low is not None and high is not None and low > high:
        entry.report("range-reversed", "range", value=f"[{low:g}, {high:g}]")
        return None, None
    return low, high


def read_goalposts(entry: TomlEntry) -> Goalposts | None:
    """Read `goalposts = [low, high]`, in rising order.

    Or `"observed"`; or `{ percentiles = [5, 95] }`; or by group, `{ by = "sex", F = [22.5, 87.5], M = [17.5, 82.5] }`.
    """
    written = entry.any("goalposts")
    if written == "observed":
        return Goalposts(low=nan, high=nan, percentiles=(0.0, 100.0))
    if isinstance(written, dict):
        return _varied_goalposts(entry, dict(written))
    pair = entry.pair("goalposts")
    if pair is None:
        return None
    low, high = pair
    if low is None or high is None:
        entry.report("toml-wrong-type", "goalposts", value="inf", expected=PAIR)
        return None
    if low >= high:
        entry.report("goalposts-reversed", "goalposts", value=f"[{low:g}, {high:g}]")
        return None
    return Goalposts(low=low, high=high)


def _varied_goalposts(entry: TomlEntry, written: dict[str, Any]) -> Goalposts | None:
    by = written.pop("by", "")
    pairs = {name: _rising(value) for name, value in written.items()}
    if not pairs or not isinstance(by, str) or None in pairs.values() or (not by and set(pairs) != {"percentiles"}):
        expected = '[0, 100], "observed", { percentiles = [5, 95] }, { by = "sex", F = [0, 1], M = [0, 2] }'
        entry.report("toml-wrong-type", "goalposts", value=str(entry.any("goalposts"))[:80], expected=expected)
        return None
    found = {name: pair for name, pair in pairs.items() if pair is not None}
    if by:
        return Goalposts(low=nan, high=nan, by=by, groups=found)
    return Goalposts(low=nan, high=nan, percentiles=found["percentiles"])


def _rising(value: object) -> tuple[float, float] | None:
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)) and value[0] < value[1]:
        return float(value[0]), float(value[1])
    return None
