"""Pictures of indicators: values over time."""

from __future__ import annotations

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.disseminate.charts import Caption, Chart, Look, lines_over_time
from mezon.web.portal.captions import notice_of, sources_of
from mezon.web.portal.choosing import highlighted
from mezon.web.portal.edition import Edition
from mezon.web.portal.indicator_units import chosen_units
from mezon.web.portal.observed import measure_words, series, value_of
from mezon.web.portal.pictures import picture

_LINE = {"series": pl.String, "label": pl.String, "period": pl.String, "value": pl.Float64, "status": pl.String}


def _leaves(edition: Edition) -> list[dict[str, str]]:
    """Draw the indicators of the default index before anybody asks."""
    chosen = edition.pack.methodology()
    found = []
    for code in chosen.indicators if chosen else ():
        units = chosen_units(edition, edition.definitions.indicators[code], ())
        found.append({"indicator": code, "units": ",".join(units)})
    return found


@picture("indicator", "indicator", "units", warm=_leaves)
def indicator(edition: Edition, look: Look, *, indicator: str = "", units: str = "") -> Chart:
    """Draw the values of some units over time; the highlighted one stands out."""
    chosen = edition.definitions.indicators.get(indicator)
    if chosen is None:
        raise Http404
    with override(look.language):
        shown = chosen_units(edition, chosen, [units])
        names = {unit: edition.definitions.units[unit].name.in_language(look.language) for unit in shown}
        rows = [
            {"series": unit, "label": names[unit], "period": row["period"], "value": value_of(row),
             "status": row["status"]}
            for unit in shown for row in series(edition, chosen, unit)
        ]  # fmt: skip
        measure = measure_words(edition, chosen.unit)
        words = measure if isinstance(measure, str) else measure.in_language(look.language)
        home = highlighted(edition)
        caption = Caption(
            title=chosen.name.in_language(look.language),
            subtitle=words,
            source=sources_of(edition, (chosen.code,)),
            release=edition.release_id,
            notice=_("Stand-in for mining’s own indicator") if chosen.proxy and not edition.definitions.synthetic
            else notice_of(edition, (chosen.code,)),
        )  # fmt: skip
        return lines_over_time(
            pl.DataFrame(rows, schema=_LINE),
            caption=caption,
            look=look,
            value_name=words,
            highlight=home if home in shown else "",
            decimals=chosen.decimals,
        )
