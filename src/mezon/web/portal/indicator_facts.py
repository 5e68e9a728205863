"""What is known about an indicator: how far it is observed, what it is made of, and where it enters an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from mezon.analyse.coverage import coverage
from mezon.engine.formula import Formula
from mezon.errors import MezonError
from mezon.model.indicator import Group, Indicator
from mezon.web.portal.addresses import of_indicator
from mezon.web.portal.edition import Edition, statements
from mezon.web.portal.observed import Row
from mezon.web.portal.score_path import (
    concerns,
    direction_of,
    goalposts_of,
    weights_by_child,
)

#: Full names of the standards that definitions are mapped to, under the keys that packs use.
STANDARDS = {
    "oslo": "Oslo Manual 2018",
    "frascati": "Frascati Manual 2015",
    "sdg": "SDG",
    "gri": "GRI",
    "eiti": "EITI Standard 2023",
    "iso": "ISO",
    "sasb": "SASB",
    "imf": "IMF",
    "sna": "SNA 2008",
}


@lru_cache(maxsize=16)
def glances(edition: Edition) -> Mapping[str, Row]:
    """Give the coverage of every indicator by its code: values, units, first and last period.

    Coverage counts facts; where there are only plans, they are counted here, and `planned` says so.
    """
    found = {row["indicator"]: {**row, "planned": False} for row in coverage(edition.release).iter_rows(named=True)}
    stated = edition.observations.filter(pl.col("value").is_not_null())
    for code, rows in stated.group_by("indicator"):
        glance = found.get(str(code[0]))
        if glance is not None and not glance["values"]:
            periods = rows["period"].sort().to_list()
            counts = {"values": rows.height, "units_observed": rows["unit"].n_unique()}
            glance |= {**counts, "first_period": periods[0], "last_period": periods[-1], "planned": True}
    return found


def groups_of(edition: Edition, kind: str) -> list[Group]:
    """Give the groups or the pillars, in their order."""
    return sorted((group for group in edition.definitions.groups.values() if group.kind == kind), key=lambda g: g.order)


@lru_cache(maxsize=512)
def terms(formula: str) -> tuple[str, ...]:
    """Give the codes that a formula asks for, in alphabetical order; none for a formula that cannot be read."""
    try:
        return tuple(sorted(Formula.parse(formula).terms)) if formula else ()
    except MezonError:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermTree:
    """A term of a formula, with its own terms below it."""

    code: str
    indicator: Indicator | None
    parameter: float | None
    observed: bool
    href: str
    below: tuple[TermTree, ...]


def term_tree(edition: Edition, indicator: Indicator, *, as_of: str = "") -> tuple[TermTree, ...]:
    """Give an indicator's terms and what they are made of in turn."""
    return tuple(_tree(edition, code, as_of) for code in terms(indicator.formula) if code != indicator.code)


def _tree(edition: Edition, code: str, as_of: str) -> TermTree:
    known = edition.definitions.indicators.get(code)
    return TermTree(
        code=code,
        indicator=known,
        parameter=None if known else edition.definitions.parameters.get((code, "")),
        observed=bool(known and glances(edition)[code]["values"]),
        href=of_indicator(code, as_of=as_of) if known else "",
        below=term_tree(edition, known, as_of=as_of) if known else (),
    )


@lru_cache(maxsize=16)
def used_in(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Give, for each indicator, the indicators whose formula asks for it."""
    found: dict[str, list[str]] = {}
    for code, indicator in edition.definitions.indicators.items():
        for term in terms(indicator.formula):
            found.setdefault(term, []).append(code)
    return {code: tuple(others) for code, others in found.items()}


def entries(edition: Edition, indicator: Indicator) -> list[dict[str, Any]]:
    """Give every place of an indicator in an index: group, weights, goalposts, direction, and the steps on it alone."""
    found = []
    for name in sorted(edition.assessments):
        methodology = edition.definitions.methodologies[name]
        nodes = {node.id: node for node in methodology.nodes}
        for leaf in methodology.leaves:
            if leaf.indicator != indicator.code:
                continue
            steps = [
                (number, step)
                for number, step in enumerate(methodology.steps, start=1)
                if step.call.family in {"transform", "treat", "normalise"} and concerns(step, leaf)
            ]
            found.append(
                {
                    "methodology": methodology,
                    "parent": nodes[leaf.parent],
                    "leaf": leaf,
                    "weights": weights_by_child(edition, name).get((leaf.indicator, leaf.parent), {}),
                    "goalposts": goalposts_of(indicator, leaf),
                    "direction": direction_of(indicator, leaf),
                    "steps": steps,
                }
            )
    return found


def sources_of(edition: Edition, indicator: Indicator) -> list[dict[str, Any]]:
    """Give the sources of an indicator's released values, the most used first, with how many values each gave."""
    rows = edition.by_indicator.get(indicator.code)
    if rows is None:
        return []
    known = edition.definitions.sources
    counted = (
        rows.filter(pl.col("source") != "").group_by("source").len().sort("len", "source", descending=[True, False])
    )
    return [{"source": known[code], "values": values} for code, values in counted.iter_rows() if code in known]


def revisions_of(edition: Edition, indicator: Indicator, units: tuple[str, ...]) -> list[dict[str, Any]]:
    """Give, for some units in their order, the periods that were said differently, with every statement in order."""
    rows = statements(edition, indicator.code)
    if rows.is_empty():
        return []
    known = edition.definitions.sources
    repeated = rows.filter(pl.col("unit").is_in(units) & (pl.len().over(_SAME) > 1)).sort("unit", "period", "published")
    found: dict[tuple[str, str], list[Row]] = {}
    for row in repeated.iter_rows(named=True):
        found.setdefault((row["unit"], row["period"]), []).append({**row, "from": known.get(row["source"])})
    revised = [_revision(unit, period, said) for (unit, period), said in found.items()]
    return sorted((each for each in revised if each["changed"]), key=lambda each: units.index(each["unit"]))


_SAME = ["indicator", "unit", "period", "breakdown", "variant", "price_basis", "unit_of_measure"]


def _revision(unit: str, period: str, said: list[Row]) -> dict[str, Any]:
    first, last = said[0]["value"], said[-1]["value"]
    change = last / first - 1 if first and last is not None else None
    return {
        "unit": unit,
        "period": period,
        "said": said,
        "change": change,
        "changed": len({each["value"] for each in said}) > 1,
    }
