"""Pictures of a comparison: groups as a heat map, scores with intervals, scores over time."""

from __future__ import annotations

from itertools import product

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.disseminate.charts import Chart, Look, heat_map, lines_over_time, whisker_rank
from mezon.web.portal.comparisons import MOST
from mezon.web.portal.edition import Edition
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pictures import picture
from mezon.web.portal.pictures.ranking import CELL, LINE, SCORE, asked, caption, interval_name, label
from mezon.web.portal.standings import Standings


def _never(_edition: Edition) -> list[dict[str, str]]:
    """Nobody knows beforehand which units a reader puts side by side."""
    return []


@picture("compare-scores", "u", "period", "by", warm=_never)
def compare_scores(edition: Edition, look: Look, *, u: str = "", period: str = "", by: str = "") -> Chart:
    """Draw the scores of some units with their intervals; `u` : codes with commas between them."""
    standings, chosen = asked(edition, by, period)
    rows = [
        {"unit": unit, "label": label(edition, unit, look), "value": row["score"], "low": row["score_low"],
         "high": row["score_high"], "band": ""}
        for unit in _units(standings, u)
        if (row := standings.at(unit, chosen)) is not None
    ]  # fmt: skip
    with override(look.language):
        return whisker_rank(
            pl.DataFrame(rows, schema=SCORE), caption=caption(standings, look, chosen), look=look,
            value_name=_("Score"), interval_name=interval_name(standings), highlight=home_unit(edition),
        )  # fmt: skip


@picture("compare-groups", "u", "period", "by", warm=_never)
def compare_groups(edition: Edition, look: Look, *, u: str = "", period: str = "", by: str = "") -> Chart:
    """Draw the groups of some units as a heat map."""
    standings, chosen = asked(edition, by, period)
    rows = [
        {"unit": unit, "label": label(edition, unit, look), "column": node.id,
         "column_label": node.title.in_language(look.language),
         "value": (standings.at(unit, chosen, node.id) or {}).get("score")}
        for unit, node in product(_units(standings, u), standings.groups)
    ]  # fmt: skip
    with override(look.language):
        words = caption(standings, look, chosen, subtitle=_("Score of each group"))
    return heat_map(pl.DataFrame(rows, schema=CELL), caption=words, look=look, highlight=home_unit(edition))


@picture("compare-years", "u", "by", warm=_never)
def compare_years(edition: Edition, look: Look, *, u: str = "", by: str = "") -> Chart:
    """Draw the scores of some units over all periods."""
    standings, _chosen = asked(edition, by, "")
    rows = [
        {"series": unit, "label": label(edition, unit, look), "period": period,
         "value": (standings.at(unit, period) or {}).get("score")}
        for unit, period in product(_units(standings, u), standings.periods)
    ]  # fmt: skip
    with override(look.language):
        words = caption(standings, look, "", subtitle=_("Score"))
    return lines_over_time(pl.DataFrame(rows, schema=LINE), caption=words, look=look)


def _units(standings: Standings, text: str) -> list[str]:
    """Read the units of an address. Raises : Http404 for one that is not there, and for too many."""
    codes = list(dict.fromkeys(code for code in text.split(",") if code))
    if not codes or len(codes) > MOST or not set(codes) <= set(standings.units):
        raise Http404
    return codes
