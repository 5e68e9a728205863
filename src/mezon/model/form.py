"""Forms: what one kind of reporting unit is asked to fill in, how often, until when, and with which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from mezon.model.codelists import Frequency, Variant
from mezon.model.period import Period
from mezon.model.text import Text
from mezon.model.unit import Unit

_PERIODS_A_YEAR = {
    Frequency.BIENNIAL: 1,
    Frequency.ANNUAL: 1,
    Frequency.HALF_YEARLY: 2,
    Frequency.QUARTERLY: 4,
    Frequency.MONTHLY: 12,
}


#: Values as somebody filled them in: what each is about, where it stood, as typed and as read. Null = nothing readable.
CELLS: dict[str, pl.DataType] = {
    "indicator": pl.String(),
    "breakdown": pl.String(),
    "variant": pl.String(),
    "period": pl.String(),
    "place": pl.String(),
    "text": pl.String(),
    "value": pl.Float64(),
    "status": pl.String(),
    "note": pl.String(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCell:
    """One value that a form asks of a unit: what it is about, in the form's own order."""

    section: str
    indicator: str
    breakdown: str = ""
    variant: str = Variant.FACT
    period: str = ""
    required: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells this cell from all others of one submission."""
        return (self.indicator, self.breakdown, self.variant, self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormItem:
    """One line of a form.

    `required` : the value, or the reason why there is none, must be given. `breakdowns` : the cells of the line, "" for
    the whole. `variants` : fact, plan, target. `frequency` : finer than the form's where the line asks for the parts
    of its period (None = the form's). `unit_of_measure` : in which the value is asked for ("" = the indicator's).
    `adds_up_to` : the line that the cells of this one add up to, where that is another indicator ("" = none).
    """

    indicator: str
    required: bool = False
    breakdowns: tuple[str, ...] = ("",)
    variants: tuple[str, ...] = (Variant.FACT,)
    frequency: Frequency | None = None
    unit_of_measure: str = ""
    adds_up_to: str = ""
    note: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """Lines that belong together, under one heading: a sheet of the workbook, a part of the page."""

    id: str
    title: Text
    note: Text = field(default_factory=Text)
    items: tuple[FormItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A return that units of some levels (or those named) owe for every period.

    `deadline` : days after the last day of the period. `first`, `last` : the first and last period asked for ("" = no
    such bound). `source` : the source that approved values get. `confidentiality` : of values as they come in.
    `translation` : "unreviewed" while nobody confirmed the Russian and Uzbek texts.
    """

    id: str
    version: str
    title: Text
    levels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    frequency: Frequency = Frequency.ANNUAL
    deadline: int = 90
    first: str = ""
    last: str = ""
    source: str = ""
    confidentiality: str = "C"
    instructions: Text = field(default_factory=Text)
    sections: tuple[FormSection, ...] = ()
    translation: str = ""
    file: str = ""

    @property
    def items(self) -> tuple[FormItem, ...]:
        """All lines, in order."""
        return tuple(item for section in self.sections for item in section.items)

    def item(self, indicator: str) -> FormItem | None:
        """Give the line of an indicator, or None."""
        return next((item for item in self.items if item.indicator == indicator), None)

    def cells(self, period: Period) -> Iterator[FormCell]:
        """Give every value asked for in a period of the form, in the form's order."""
        for section in self.sections:
            for item in section.items:
                for part in parts_of(period, item.frequency or self.frequency):
                    for variant in item.variants:
                        for breakdown in item.breakdowns:
                            yield FormCell(
                                section=section.id,
                                indicator=item.indicator,
                                breakdown=breakdown,
                                variant=variant,
                                period=str(part),
                                required=item.required,
                            )

    def asks(self, unit: Unit) -> bool:
        """Whether this unit owes the form: named, or of one of its levels where no unit is named."""
        return unit.code in self.units if self.units else str(unit.level) in self.levels

    def due(self, period: Period) -> date:
        """Give the last day on which the form for a period is in time."""
        return period.end + timedelta(days=self.deadline)

    def is_period(self, period: Period) -> bool:
        """Whether the form is asked for in this period: of its frequency, and within its bounds."""
        if _PERIODS_A_YEAR[period.frequency] != _PERIODS_A_YEAR[self.frequency]:
            return False
        starts = not self.first or Period.parse(self.first).start <= period.start
        ends = not self.last or period.end <= Period.parse(self.last).end
        return starts and ends


def parts_of(period: Period, frequency: Frequency) -> tuple[Period, ...]:
    """Give the periods of a frequency that make up a period: 2024 by halves is 2024-S1 and 2024-S2.

    A period that is no longer than one of the frequency stands for itself.
    """
    count = _PERIODS_A_YEAR[frequency] // _PERIODS_A_YEAR[period.frequency]
    if count <= 1:
        return (period,)
    first = (period.part - 1) * count + 1
    return tuple(Period(period.year, part, frequency) for part in range(first, first + count))
