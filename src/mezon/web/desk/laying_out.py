"""A form laid out: the cells of a new submission, and the lines and words in which a page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from mezon.model.codelists import Variant
from mezon.model.form import Form, FormItem
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.model.text import Text
from mezon.web.desk.models import Cell, Submission

Key = tuple[str, str, str, str]


@dataclass(slots=True, kw_only=True)
class Line:
    """One cell as a page shows it: what it is called, in which unit; `follows` : it is a part of the line above."""

    cell: Cell
    item: FormItem
    name: str
    part: str
    measure: str
    definition: str
    decimals: int
    follows: bool = False


@dataclass(slots=True, kw_only=True)
class Part:
    """A section of the form with its lines."""

    id: str
    title: Text
    note: Text
    lines: list[Line] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many of its cells must be answered."""
        return sum(line.cell.required for line in self.lines)

    @property
    def answered(self) -> int:
        """How many of those are."""
        return sum(line.cell.required and line.cell.filled for line in self.lines)


def cells_of(form: Form, submission: Submission) -> Iterator[Cell]:
    """Make the empty cells of a submission, in the form's order. They are not saved."""
    for position, asked in enumerate(form.cells(Period.parse(submission.period)), 1):
        yield Cell(
            submission=submission,
            position=position,
            indicator=asked.indicator,
            breakdown=asked.breakdown,
            variant=asked.variant,
            period=asked.period,
            required=asked.required,
            confidentiality=form.confidentiality,
            place=f"{asked.section}!{position}",
        )


def parts_of(form: Form, definitions: Definitions, cells: Iterable[Cell], *, language: str) -> list[Part]:
    """Lay cells out by the sections of their form; a cell that the form does not ask for any more stands at the end."""
    by_key: dict[Key, Cell] = {(one.indicator, one.breakdown, one.variant, one.period): one for one in cells}
    items = {item.indicator: item for item in form.items}
    parts = {section.id: Part(id=section.id, title=section.title, note=section.note) for section in form.sections}
    period = next((one.submission.period for one in by_key.values()), None)
    for asked in form.cells(Period.parse(period)) if period else ():
        cell = by_key.pop(asked.key, None)
        if cell is not None:
            lines = parts[asked.section].lines
            lines.append(_line(cell, items[cell.indicator], definitions, language))
            lines[-1].follows = len(lines) > 1 and lines[-2].cell.indicator == cell.indicator
    found = list(parts.values())
    if by_key:
        left = Part(id="no-longer-asked", title=Text(en=_("No longer asked for")), note=Text())
        left.lines = [_line(one, FormItem(indicator=one.indicator), definitions, language) for one in by_key.values()]
        found.append(left)
    return [part for part in found if part.lines]


def lines_of(form: Form, definitions: Definitions, cells: Iterable[Cell], *, language: str) -> dict[int, Line]:
    """Give the line of every cell, by the cell's key."""
    parts = parts_of(form, definitions, cells, language=language)
    return {line.cell.pk: line for part in parts for line in part.lines}


def _line(cell: Cell, item: FormItem, definitions: Definitions, language: str) -> Line:
    indicator = definitions.indicators.get(cell.indicator)
    unit = item.unit_of_measure or (indicator.unit if indicator else "")
    measure = definitions.units_of_measure.get(unit)
    return Line(
        cell=cell,
        item=item,
        name=indicator.name.in_language(language) if indicator else cell.indicator,
        part=part_words(cell, definitions, language),
        measure=measure.name.in_language(language) if measure else unit,
        definition=indicator.definition.in_language(language) if indicator else "",
        decimals=indicator.decimals if indicator else 2,
    )


def part_words(cell: Cell, definitions: Definitions, language: str) -> str:
    """Say which part of the line a cell is: its categories, its period where that is finer, plan or target."""
    words = [*categories(cell.breakdown, definitions, language)]
    if cell.period != cell.submission.period:
        words.append(cell.period)
    if cell.variant != Variant.FACT:
        words.append({Variant.PLAN: _("plan"), Variant.TARGET: _("target")}.get(Variant(cell.variant), cell.variant))
    return ", ".join(words)


def categories(breakdown: str, definitions: Definitions, language: str) -> Iterator[str]:
    """Give the categories that a breakdown names, in words; the code of one that no codelist has."""
    for pair in filter(None, breakdown.split(";")):
        dimension, _equals, code = pair.partition("=")
        found = definitions.codelists.get(dimension) or definitions.codelists.get(f"CL_{dimension}")
        category = found.codes.get(code) if found else None
        yield category.name.in_language(language) if category else code
