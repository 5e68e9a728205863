"""Pictures of investments: the line in national currency and in dollars, companies side by side, and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.disseminate.charts.bounds import bounded_bars
from mezon.disseminate.charts.currencies import currency_lines
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.stacked import stacked_bars
from mezon.web.portal.captions import sources_of
from mezon.web.portal.edition import Edition
from mezon.web.portal.exhibits import exhibits
from mezon.web.portal.pictures import picture

_LINE = pl.Schema(
    {"period": pl.String, "national": pl.Float64, "dollars_official": pl.Float64, "dollars_stated": pl.Float64}
)
_BARS = pl.Schema({"bar": pl.String, "label": pl.String, "value": pl.Float64, "qualifier": pl.String})
_PARTS = pl.Schema(
    {"bar": pl.String, "label": pl.String, "part": pl.String, "part_label": pl.String, "value": pl.Float64}
)


def _if_there_is(kind: str) -> Callable[[Edition], list[dict[str, str]]]:
    return lambda edition: [{}] if getattr(exhibits(edition), kind) else []


@picture("investment-line", warm=_if_there_is("line"))
def line(edition: Edition, look: Look) -> Chart:
    """Draw the line: national currency as stated, dollars as stated and at the official rate."""
    found = exhibits(edition).line
    if found is None:
        raise Http404
    rows = [
        (
            point.period,
            point.national["value"] if point.national else None,
            point.dollars_at_official,
            point.dollars["value"] if point.dollars else None,
        )
        for point in found.points
    ]
    stated = [row["source"] for point in found.points for row in (point.national, point.dollars) if row]
    rates = [point.rate_source for point in found.points]
    return currency_lines(
        pl.DataFrame(rows, schema=_LINE, orient="row"),
        caption=_caption(edition, look, found.indicator, _unit(edition, found.unit, look), [*stated, *rates]),
        look=look,
        national_name=_measure(edition, found.national_unit, look),
        dollars_name=_measure(edition, found.dollar_unit, look),
        decimals=(2, 2),
    )


@picture("investment-companies", warm=_if_there_is("companies"))
def companies(edition: Edition, look: Look) -> Chart:
    """Draw companies beside each other; one whose figure is a lower bound has an open end."""
    found = exhibits(edition).companies
    if found is None:
        raise Http404
    rows = [(row["unit"], _unit(edition, row["unit"], look), row["value"], row["qualifier"]) for row in found.rows]
    return bounded_bars(
        pl.DataFrame(rows, schema=_BARS, orient="row"),
        caption=_caption(edition, look, found.indicator, found.period, [row["source"] for row in found.rows]),
        look=look,
        value_name=_measure(edition, found.unit_of_measure, look),
    )


@picture("investment-sources", warm=_if_there_is("composition"))
def sources(edition: Edition, look: Look) -> Chart:
    """Draw what the amount is made of, a bar a period, in the unit of measure that the latest period has."""
    found = exhibits(edition).composition
    if found is None:
        raise Http404
    unit = found.last.unit_of_measure
    rows = [
        (whole.period, whole.period, part.code, part.name.in_language(look.language), part.value)
        for whole in found.wholes
        if whole.unit_of_measure == unit
        for part in whole.parts
    ]
    stated = edition.by_indicator[found.indicator].filter(pl.col("unit") == found.unit)["source"].to_list()
    return stacked_bars(
        pl.DataFrame(rows, schema=_PARTS, orient="row"),
        caption=_caption(edition, look, found.indicator, _unit(edition, found.unit, look), stated),
        look=look,
        value_name=_measure(edition, unit, look),
        decimals=2,
    )


def _caption(edition: Edition, look: Look, indicator: str, subtitle: str, source_ids: Iterable[str]) -> Caption:
    definitions = edition.definitions
    known = [definitions.sources[source].producer for source in source_ids if source in definitions.sources]
    with override(look.language):
        notice = _("Synthetic data") if definitions.synthetic else ""
        # What is rolled up has no source of its own; its parts have.
        source = "; ".join(dict.fromkeys(known)) or sources_of(edition, (indicator,))
    return Caption(
        title=definitions.indicators[indicator].name.in_language(look.language),
        subtitle=subtitle,
        source=source,
        release=edition.release_id,
        notice=notice,
    )


def _unit(edition: Edition, unit: str, look: Look) -> str:
    return edition.definitions.units[unit].name.in_language(look.language)


def _measure(edition: Edition, unit_of_measure: str, look: Look) -> str:
    unit = edition.definitions.units_of_measure.get(unit_of_measure)
    return unit.name.in_language(look.language) if unit else unit_of_measure
