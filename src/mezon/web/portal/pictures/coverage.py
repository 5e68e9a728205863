"""Pictures of coverage: what share of the years of the index each unit has a figure of its own for."""

from __future__ import annotations

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.disseminate.charts import Chart, Look, heat_map
from mezon.web.portal.captions import caption_of
from mezon.web.portal.choosing import highlighted
from mezon.web.portal.edition import Edition
from mezon.web.portal.observed import main_row
from mezon.web.portal.pictures import picture
from mezon.web.portal.score_path import scores_by_place

_CELL = {"unit": pl.String, "label": pl.String, "column": pl.String, "column_label": pl.String, "value": pl.Float64}


@picture("coverage")
def coverage(edition: Edition, look: Look) -> Chart:
    """Draw units by indicators of the default index: the share of assessed periods with an observation."""
    methodology = edition.pack.methodology()
    if methodology is None or methodology.id not in edition.assessments:
        raise Http404
    places = scores_by_place(edition, methodology.id)
    periods = sorted({period for _unit, period, _node in places})
    names = {code: edition.definitions.units[code].name.in_language(look.language) for code, _period, _node in places}
    indicators = edition.definitions.indicators
    rows = [
        {
            "unit": unit,
            "label": names[unit],
            "column": code,
            "column_label": indicators[code].name.in_language(look.language),
            "value": _observed(edition, code, unit, periods),
        }
        for unit in sorted(names, key=lambda code: names[code])
        for code in methodology.indicators
    ]
    with override(look.language):
        words = {"first": periods[0], "last": periods[-1]}
        caption = caption_of(
            edition,
            methodology.indicators,
            title=_("Years with an own figure, in per cent"),
            subtitle=_("Indicators of the index, %(first)s–%(last)s; what a step filled in does not count") % words,
        )
        return heat_map(
            pl.DataFrame(rows, schema=_CELL),
            caption=caption,
            look=look,
            highlight=highlighted(edition),
            domain=(0, 100),
        )


def _observed(edition: Edition, indicator: str, unit: str, periods: list[str]) -> float:
    found = [main_row(edition, indicator, unit, period) for period in periods]
    return 100 * sum(row is not None and row["value"] is not None for row in found) / len(periods)
