"""Pictures of investments: the line in dollars and in national currency, companies side by side, and sources."""

from __future__ import annotations

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _

from mezon.disseminate.charts.lines_over_time import lines_over_time
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.stacked_bars import stacked_bars
from mezon.model.codelists import Qualifier
from mezon.web.portal.edition import Edition
from mezon.web.portal.exhibits import Companies, Composition, Line, exhibits
from mezon.web.portal.pictures import picture

_SERIES = pl.Schema({"series": pl.String, "label": pl.String, "period": pl.String, "value": pl.Float64})
_PARTS = pl.Schema(
    {"bar": pl.String, "label": pl.String, "part": pl.String, "part_label": pl.String, "value": pl.Float64}
)


def _if(kind: str) -> object:
    return lambda edition: [{}] if getattr(exhibits(edition), kind) else []


@picture("investment-dollars", warm=_if("line"))  # type: ignore[arg-type]
def dollars(edition: Edition, look: Look) -> Chart:
    """Draw the line in dollars: as stated, and as the stated national amounts give at the official rate."""
    line = _line(edition)
    stated, official = _("as stated in dollars"), _("national currency at the official rate")
    rows = [
        row
        for point in line.points
        for row in (
            ("stated", stated, point.period, point.dollars["value"] if point.dollars else None),
            ("official", official, point.period, point.dollars_at_official),
        )
    ]
    return lines_over_time(
        pl.DataFrame(rows, schema=_SERIES, orient="row"),
        caption=_caption(edition, look, line.indicator, line.unit, _sources(line)),
        look=look,
        value_name=_measure(edition, line.dollar_unit, look),
        from_zero=True,
        decimals=2,
    )


@picture("investment-national", warm=_if("line"))  # type: ignore[arg-type]
def national(edition: Edition, look: Look) -> Chart:
    """Draw the line in national currency: as stated, and as the stated dollars give at the official rate."""
    line = _line(edition)
    stated, official = _("as stated"), _("dollars at the official rate")
    rows = [
        row
        for point in line.points
        for row in (
            ("stated", stated, point.period, point.national["value"] if point.national else None),
            ("official", official, point.period, point.national_at_official),
        )
    ]
    return lines_over_time(
        pl.DataFrame(rows, schema=_SERIES, orient="row"),
        caption=_caption(edition, look, line.indicator, line.unit, _sources(line)),
        look=look,
        value_name=_measure(edition, line.national_unit, look),
        from_zero=True,
    )


@picture("investment-companies", warm=_if("companies"))  # type: ignore[arg-type]
def companies(edition: Edition, look: Look) -> Chart:
    """Draw companies beside each other; one whose figure is a lower bound says so."""
    found = exhibits(edition).companies
    if found is None:
        raise Http404
    return stacked_bars(
        _of_companies(edition, found, look),
        caption=_caption(
            edition,
            look,
            found.indicator,
            "",
            tuple(sorted({row["source"] for row in found.rows})),
            period=found.period,
        ),
        look=look,
        value_name=_measure(edition, found.unit_of_measure, look),
        decimals=2,
    )


@picture("investment-sources", warm=_if("composition"))  # type: ignore[arg-type]
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
    return stacked_bars(
        pl.DataFrame(rows, schema=_PARTS, orient="row"),
        caption=_caption(edition, look, found.indicator, found.unit, _of_composition(edition, found)),
        look=look,
        value_name=_measure(edition, unit, look),
        decimals=2,
    )


def _of_companies(edition: Edition, found: Companies, look: Look) -> pl.DataFrame:
    """Give a bar a company. What lies beyond a lower bound is a part nobody states, so that its bar is drawn as one."""
    stated, beyond = _("stated"), _("above the bound, not stated")
    rows = []
    for row in found.rows:
        name = edition.definitions.units[row["unit"]].name.in_language(look.language)
        rows.append((row["unit"], name, "stated", stated, row["value"]))
        if found.at_least:
            lower_bound = row["qualifier"] == Qualifier.MORE_THAN
            rows.append((row["unit"], name, "beyond", beyond, None if lower_bound else 0.0))
    return pl.DataFrame(rows, schema=_PARTS, orient="row")


def _line(edition: Edition) -> Line:
    line = exhibits(edition).line
    if line is None:
        raise Http404
    return line


def _sources(line: Line) -> tuple[str, ...]:
    rows = [row for point in line.points for row in (point.national, point.dollars) if row]
    return tuple(sorted({*(row["source"] for row in rows), *(point.rate_source for point in line.points)} - {""}))


def _of_composition(edition: Edition, found: Composition) -> tuple[str, ...]:
    rows = edition.by_indicator[found.indicator].filter(pl.col("unit") == found.unit)
    return tuple(sorted(set(rows["source"].to_list()) - {""}))


def _caption(
    edition: Edition, look: Look, indicator: str, unit: str, source_ids: tuple[str, ...], *, period: str = ""
) -> Caption:
    definitions = edition.definitions
    named = definitions.units[unit].name.in_language(look.language) if unit else ""
    known = [definitions.sources[source].producer for source in source_ids if source in definitions.sources]
    return Caption(
        title=definitions.indicators[indicator].name.in_language(look.language),
        subtitle=", ".join(part for part in (named, period) if part),
        source="; ".join(dict.fromkeys(known)),
        release=edition.release_id,
        notice=_("Synthetic data") if definitions.synthetic else "",
    )


def _measure(edition: Edition, unit_of_measure: str, look: Look) -> str:
    unit = edition.definitions.units_of_measure.get(unit_of_measure)
    return unit.name.in_language(look.language) if unit else unit_of_measure
