"""Methodology files edited by hand, as a reader would: what `--replay` is held against."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mezon.methods import METHODS
from mezon.model.methodology import MethodCall

#: A methodology of another kind over the synthetic country's enterprises: values imputed from other indicators, weights
#: that the data give, another aggregation in nodes, ranks that tie.
MIXED = """
id = "mixed"
version = "1"
level = "ENTERPRISE"
periods = { from = "2022", to = "2024" }
nodes = [
  { id = "INDEX", aggregate = "geometric" },
  { id = "RESOURCE", parent = "INDEX", weight = 2 },
  { id = "ACTIVITY", parent = "INDEX", weight = 1, aggregate = "power", p = 0.5 },
  { id = "BURDEN", parent = "INDEX", weight = 1, aggregate = "median" },
]
leaves = [
  { indicator = "RD_SHARE", parent = "RESOURCE", weight = 1 },
  { indicator = "INNOV_STAFF_SHARE", parent = "RESOURCE", weight = 2 },
  { indicator = "INNOV_SPEND_SHARE", parent = "RESOURCE", weight = 1 },
  { indicator = "NEW_TECH_SHARE", parent = "ACTIVITY", weight = 1 },
  { indicator = "AUTOMATION_SHARE", parent = "ACTIVITY", weight = 1 },
  { indicator = "DIGITAL_MATURITY", parent = "BURDEN", weight = 3 },
  { indicator = "TECH_RENEWAL", parent = "BURDEN", weight = 1 },
  { indicator = "INNOV_REVENUE_SHARE", parent = "BURDEN", weight = 1 },
]
steps = [
  { do = "screen", min_unit_coverage = 0.5 },
  { do = "impute/knn", k = 3 },
  { do = "treat/winsorise", max_points = 2 },
  { do = "normalise/min-max", low = 1, high = 100 },
  { do = "weight/entropy", nodes = ["RESOURCE"] },
  { do = "aggregate/arithmetic", min_coverage = 0.5 },
  { do = "round/half-up", digits = 2 },
]
[robustness]
draws = 100
vary = [
  { step = "impute", with = ["impute/regression", "impute/row-mean", "none"] },
  { step = "treat", with = ["none"] },
  { step = "normalise", with = ["normalise/rank", "normalise/z-score(mean=50, sd=10)"] },
  { step = "aggregate", with = ["aggregate/harmonic", "aggregate/geometric", "aggregate/minimum"] },
  { weights = { noise = 0.25 } },
  { drop = "one-indicator" },
]
"""


def edited(methodology: Mapping[str, Any], row: Mapping[str, str], sets: Mapping[str, Mapping[str, float]]) -> str:
    """Write the methodology that a row of choices stands for, as a file."""
    content = {key: value for key, value in methodology.items() if key != "robustness"}
    content["leaves"] = [dict(leaf) for leaf in content["leaves"] if leaf["indicator"] != row.get("drop")]
    content["nodes"] = [dict(node) for node in content["nodes"]]
    content["steps"] = [kept for step in content["steps"] if (kept := _step(step, row)) is not None]
    weights = sets.get(row.get("weights", ""), {})
    for entry, key in [(leaf, "indicator") for leaf in content["leaves"]] + [(n, "id") for n in content["nodes"]]:
        if entry[key] in weights:
            entry["weight"] = weights[entry[key]]
    return as_toml(content)


def as_toml(content: Mapping[str, Any]) -> str:
    return "\n".join(f"{json.dumps(key)} = {_value(value)}" for key, value in content.items()) + "\n"


def _step(step: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any] | None:
    name = step["do"].partition("(")[0]
    choice = row.get(name.partition("/")[0]) or row.get(name) or ""
    if row.get("weights") and name.startswith("weight/"):
        choice = "weight/given"
    if not choice:
        return dict(step)
    if choice == "none":
        return None
    call = MethodCall.parse(choice)
    of_every_step = {"only", "except", "nodes", "pool"}
    shared = {k: v for k, v in step.items() if k in METHODS[call.name].settings or k in of_every_step}
    return {**shared, **call.parameters, "do": call.name}


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return repr(value) if isinstance(value, float) else json.dumps(value)
