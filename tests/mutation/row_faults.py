"""Faults that take a whole row of observations.csv, or the rows that belong together; and settlements."""

from __future__ import annotations

from collections.abc import Callable

from pack_copy import PackCopy, Planted, names_in

Plant = Callable[[PackCopy], Planted | None]
ROW_FAULTS: dict[str, Plant] = {}
OBSERVATIONS = "observations.csv"


def fault(kind: str) -> Callable[[Plant], Plant]:
    def enter(plant: Plant) -> Plant:
        ROW_FAULTS[kind] = plant
        return plant

    return enter


def _appended(copy: PackCopy, index: int | None, kind: str, code: str, column: str, **changes: str) -> Planted | None:
    """Append a row like an existing one, with changes; a fault that shows in `column` of the new row."""
    if index is None:
        return None
    old = copy.frame[index]
    new = copy.observations.append_like(index, **changes)
    touched = frozenset({(old["indicator"], old["unit"]), (old["indicator"], changes.get("unit", old["unit"]))})
    return Planted(
        kind=kind, code=code, file=OBSERVATIONS, row=new + 2, column=column, touched=touched, names=names_in(old)
    )


@fault("the same row twice")
def _(copy: PackCopy) -> Planted | None:
    index = copy.choose()
    return _appended(copy, index, "the same row twice", "same-row-twice", "indicator")


@fault("another producer differs")
def _(copy: PackCopy) -> Planted | None:
    index = copy.choose(lambda row: not copy.facts.is_restated(row) and copy.frame[row]["value"] != 0)
    if index is None:
        return None
    sources = copy.pack.definitions.sources
    producer = sources[copy.frame[index]["source"]].producer
    other = copy.rng.choice(sorted(code for code, source in sources.items() if source.producer != producer))
    value = repr(copy.frame[index]["value"] * 1.3)
    changes = {"value": value, "source": other, "published": "2029-12-31"}
    return _appended(copy, index, "another producer differs", "sources-disagree", "value", **changes)


@fault("revised")
def _(copy: PackCopy) -> Planted | None:
    index = copy.choose(lambda row: not copy.facts.is_restated(row) and copy.frame[row]["value"] != 0)
    value = repr(copy.frame[index]["value"] * 1.3) if index is not None else ""
    return _appended(copy, index, "revised", "revision", "value", value=value, published="2029-12-31")


@fault("implied rate off")
def _(copy: PackCopy) -> Planted | None:
    rates = {(rate.into, rate.period): rate for rate in copy.pack.definitions.rates if rate.kind == "average"}
    measures = copy.pack.definitions.units_of_measure

    def fits(index: int) -> bool:
        row = copy.frame[index]
        measure = measures[row["unit_of_measure"]]
        rate = rates.get((measure.currency, row["period"]))
        return measure.dimension == "money" and rate is not None and rate.origin in measures and row["value"] > 0

    index = copy.choose(fits)
    if index is None:
        return None
    row = copy.frame[index]
    measure = measures[row["unit_of_measure"]]
    rate = rates[measure.currency, row["period"]]
    value = row["value"] * measure.scale / rate.rate * copy.rng.choice((0.7, 1.4))
    changes = {"value": repr(value), "unit_of_measure": rate.origin}
    return _appended(copy, index, "implied rate off", "implied-exchange-rate", "value", **changes)


@fault("wrong level")
def _(copy: PackCopy) -> Planted | None:
    indicators, units = copy.pack.definitions.indicators, copy.pack.definitions.units

    def strangers(index: int) -> list[str]:
        levels = indicators[copy.frame[index]["indicator"]].levels
        own = copy.frame[index]["indicator"]
        return sorted(
            code for code, unit in units.items()
            if levels and unit.level not in levels and not unit.valid_from and not unit.valid_to
            and (own, code) not in copy.taken
        )  # fmt: skip

    index = copy.choose(lambda row: bool(strangers(row)))
    unit = copy.rng.choice(strangers(index)) if index is not None else ""
    return _appended(copy, index, "wrong level", "level-not-defined", "unit", unit=unit)


@fault("outside validity")
def _(copy: PackCopy) -> Planted | None:
    units = [unit.code for unit in copy.pack.definitions.units.values() if unit.valid_to[:4].isdigit()]
    if not units:
        return None
    unit = copy.rng.choice(sorted(units))
    after = str(int(copy.pack.definitions.units[unit].valid_to[:4]) + 1)
    index = copy.choose(lambda row: copy.frame[row]["unit"] == unit and copy.frame[row]["period"].isdigit())
    changes = {"period": after, "published": "2029"}
    return _appended(copy, index, "outside validity", "outside-validity", "period", **changes)


@fault("members above the total")
def _(copy: PackCopy) -> Planted | None:
    """Let a parent state a tenth of what one of its members states."""
    definitions = copy.pack.definitions
    parents = {m.unit: m.parent for m in definitions.memberships if not m.valid_from and not m.valid_to}

    def fits(index: int) -> bool:
        row = copy.frame[index]
        indicator = definitions.indicators[row["indicator"]]
        parent = parents.get(row["unit"], "")
        is_free = bool(parent) and (indicator.code, parent) not in copy.taken
        return (
            indicator.roll_up == "sum" and is_free and row["value"] > 0 and not row["breakdown"]
            and not copy.facts.of_pair[indicator.code, parent] and indicator.code not in copy.facts.with_negatives
        )  # fmt: skip

    index = copy.choose(fits)
    if index is None:
        return None
    row = copy.frame[index]
    changes = {"unit": parents[row["unit"]], "value": repr(row["value"] / 10)}
    return _appended(copy, index, "members above the total", "members-against-total", "value", **changes)


@fault("parts above the total")
def _(copy: PackCopy) -> Planted | None:
    """Let a total be stated below one of its categories."""
    definitions = copy.pack.definitions

    def fits(index: int) -> bool:
        row = copy.frame[index]
        stated = copy.facts.of_pair[row["indicator"], row["unit"]]
        totals = [other for other in stated if other["period"] == row["period"] and not other["breakdown"]]
        return (
            definitions.indicators[row["indicator"]].roll_up == "sum"
            and row["breakdown"].count("=") == 1 and row["value"] > 0 and not totals
        )  # fmt: skip

    index = copy.choose(fits)
    value = repr(copy.frame[index]["value"] / 3) if index is not None else ""
    changes = {"breakdown": "", "value": value}
    return _appended(copy, index, "parts above the total", "parts-against-total", "value", **changes)


@fault("cited source too old")
def _(copy: PackCopy) -> Planted | None:
    references = copy.pack.registers.get("references")
    if references is None:
        return None
    dated = references.filter(references["published"].str.slice(0, 4).is_in([str(year) for year in range(1990, 2030)]))
    entries = {(row["publication"], row["number"]): row["published"] for row in dated.to_dicts() if row["listed"]}

    def fitting(index: int) -> list[str]:
        row = copy.frame[index]
        is_plain = row["variant"] == "FACT" and row["status"] != "F"
        return [
            number for (publication, number), day in sorted(entries.items())
            if is_plain and publication == row["source"] and day[:4] < row["period"][:4] and number not in row["cites"]
        ]  # fmt: skip

    index = copy.choose(lambda row: bool(fitting(row)))
    if index is None:
        return None
    number = copy.rng.choice(fitting(index))
    cited = copy.frame[index]["cites"]
    copy.observations.set(index, "cites", f"{cited}; {number}" if cited else number)
    return copy.at(index, "cited source too old", "cited-source-older-than-fact", "cites")


@fault("division by zero")
def _(copy: PackCopy) -> Planted | None:
    from mezon.process.checks.formulas import denominators_of

    definitions = copy.pack.definitions
    formulas = [i.formula for i in definitions.indicators.values() if "/" in i.formula and "CASE" not in i.formula]
    terms = {formula: denominators_of(formula) for formula in formulas if "lag" not in formula}

    def fits(index: int) -> bool:
        row = copy.frame[index]
        if (
            row["breakdown"]
            or row["variant"] != "FACT"
            or row["price_basis"] != "NOMINAL"
            or copy.facts.is_restated(index)
        ):
            return False
        return any(d == (row["indicator"],) and _has_terms(copy, formula, row) for formula, d in terms.items())

    index = copy.choose(fits)
    if index is None:
        return None
    copy.observations.set(index, "value", "0")
    return copy.at(index, "division by zero", "division-by-zero", "value")


def _has_terms(copy: PackCopy, formula: str, row: dict[str, object]) -> bool:
    from mezon.design.expressions import terms_of

    rows = copy.facts.of_unit_period[str(row["unit"]), str(row["period"])]
    return terms_of(formula) <= {
        other["indicator"] for other in rows if other["value"] is not None and not other["breakdown"]
    }


@fault("a rule of the pack's own")
def _(copy: PackCopy) -> Planted | None:
    """Break `A <= B`: ten times B for A."""
    rules = [rule for rule in copy.pack.definitions.rulebook.of_kind("expression") if " <= " in rule.expression]
    if not rules:
        return None
    rule = copy.rng.choice(rules)
    smaller, _, larger = rule.expression.partition(" <= ")

    def upper(index: int) -> list[float]:
        row = copy.frame[index]
        rows = copy.facts.of_unit_period[row["unit"], row["period"]]
        return [o["value"] for o in rows if o["indicator"] == larger and o["value"] and not o["breakdown"]]

    index = copy.choose(
        lambda row: copy.frame[row]["indicator"] == smaller and not copy.facts.is_restated(row) and len(upper(row)) == 1
    )
    if index is None:
        return None
    copy.observations.set(index, "value", repr(upper(index)[0] * 2))
    return copy.at(index, "a rule of the pack's own", rule.code, "value")


@fault("ragged row")
def _(copy: PackCopy) -> Planted | None:
    index = copy.choose()
    assert index is not None
    copy.ragged.append(index)
    return copy.at(index, "ragged row", "row-ragged", "")


@fault("settlement of nothing")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("settlements.csv")
    index = copy.rng.randrange(len(sheet.rows))
    touched = frozenset({(sheet.get(index, "indicator"), sheet.get(index, "unit"))})
    sheet.set(index, "source_ref", "page 999")
    return Planted(
        "settlement of nothing", "settlement-without-row", "settlements.csv", index + 2, "source_ref", "", touched
    )
