"""Checks of forms: what they ask for exists, can be given, and somebody is asked."""

from __future__ import annotations

from collections.abc import Iterator

from mezon.design.nearest import nearest
from mezon.model.codelists import Frequency
from mezon.model.finding import Finding, Rulebook
from mezon.model.form import Form, FormItem
from mezon.model.pack import Definitions

_FINENESS = {code: place for place, code in enumerate("BASQM")}


def check_forms(definitions: Definitions, *, rulebook: Rulebook) -> list[Finding]:
    """Say where a form names what does not exist, asks nobody, or asks for what cannot be taken."""
    findings: list[Finding] = []
    for form in definitions.forms.values():
        findings += _of_form(form, definitions, rulebook)
        for section in form.sections:
            for item in section.items:
                findings += _of_item(
                    form, f"sections[{section.id}].items[{item.indicator}]", item, definitions, rulebook
                )
    return findings


def _of_form(form: Form, definitions: Definitions, rulebook: Rulebook) -> Iterator[Finding]:
    if form.source and form.source not in definitions.sources:
        near = nearest(form.source, definitions.sources)
        yield rulebook.finding("unknown-source", file=form.file, key="source", value=form.source, nearest=near)
    for unit in form.units:
        if unit not in definitions.units:
            near = nearest(unit, definitions.units)
            yield rulebook.finding("unknown-unit", file=form.file, key="units", value=unit, nearest=near)
    if not any(form.asks(unit) for unit in definitions.units.values()):
        yield rulebook.finding("form-asks-nobody", file=form.file, key="levels", value=form.id)
    if not form.items:
        yield rulebook.finding("form-without-items", file=form.file, key="sections", value=form.id)


def _of_item(form: Form, key: str, item: FormItem, definitions: Definitions, rulebook: Rulebook) -> Iterator[Finding]:
    indicator = definitions.indicators.get(item.indicator)
    if indicator is None:
        near = nearest(item.indicator, definitions.indicators)
        yield rulebook.finding(
            "unknown-indicator", file=form.file, key=f"{key}.indicator", value=item.indicator, nearest=near
        )
        return
    if indicator.formula:
        yield rulebook.finding(
            "form-asks-computed",
            file=form.file,
            key=f"{key}.indicator",
            value=item.indicator,
            formula=indicator.formula,
        )
    if item.adds_up_to and form.item(item.adds_up_to) is None:
        near = nearest(item.adds_up_to, [other.indicator for other in form.items])
        yield rulebook.finding(
            "unknown-indicator", file=form.file, key=f"{key}.adds_up_to", value=item.adds_up_to, nearest=near
        )
    asked = item.frequency or form.frequency
    if _is_finer(asked, indicator.frequency):
        yield rulebook.finding(
            "form-frequency-finer", file=form.file, key=f"{key}.frequency", value=str(asked),
            indicator=item.indicator, frequency=str(indicator.frequency),
        )  # fmt: skip
    measures = definitions.units_of_measure
    if item.unit_of_measure and item.unit_of_measure not in measures:
        near = nearest(item.unit_of_measure, measures)
        place = f"{key}.unit_of_measure"
        yield rulebook.finding(
            "unknown-unit-of-measure", file=form.file, key=place, value=item.unit_of_measure, nearest=near
        )


def _is_finer(asked: Frequency, defined: Frequency) -> bool:
    return _FINENESS[str(asked)] > max(_FINENESS[str(defined)], _FINENESS["A"])
