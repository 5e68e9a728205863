"""Pictures of the ranking: scores with intervals, groups and years as heat maps, the way between two periods."""

from __future__ import annotations

from itertools import product

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.disseminate.charts import Caption, Chart, Look, heat_map, slope, whisker_rank
from mezon.web.portal.captions import caption_of
from mezon.web.portal.edition import Edition
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pictures import picture
from mezon.web.portal.standings import Standings, standings_of

SCORE = {"unit": pl.String, "label": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
         "band": pl.String}  # fmt: skip
CELL = {"unit": pl.String, "label": pl.String, "column": pl.String, "column_label": pl.String, "value": pl.Float64}
LINE = {"series": pl.String, "label": pl.String, "period": pl.String, "value": pl.Float64}


def _latest(edition: Edition) -> list[dict[str, str]]:
    """The page shows the last period when none is asked for."""
    standings = standings_of(edition)
    return [{"period": standings.latest}] if standings is not None and standings.latest else []


def _scored(edition: Edition) -> list[dict[str, str]]:
    return [{}] if _latest(edition) else []


@picture("ranking", "period", "by", warm=_latest)
def ranking(edition: Edition, look: Look, *, period: str = "", by: str = "") -> Chart:
    """Draw all ranked units with the interval of their score and the bands."""
    standings, chosen = asked(edition, by, period)
    rows = [
        {"unit": row["unit"], "label": label(edition, row["unit"], look), "value": row["score"],
         "low": row["score_low"], "high": row["score_high"], "band": row["band"]}
        for row in standings.ranking(chosen)
    ]  # fmt: skip
    with override(look.language):
        return whisker_rank(
            pl.DataFrame(rows, schema=SCORE),
            caption=caption(standings, look, chosen),
            look=look,
            value_name=_("Score"),
            interval_name=interval_name(standings),
            highlight=home_unit(edition),
        )


@picture("ranking-groups", "period", "by", warm=_latest)
def ranking_groups(edition: Edition, look: Look, *, period: str = "", by: str = "") -> Chart:
    """Draw the groups of all ranked units as a heat map, in order of rank."""
    standings, chosen = asked(edition, by, period)
    rows = [
        {"unit": row["unit"], "label": label(edition, row["unit"], look), "column": node.id,
         "column_label": node.title.in_language(look.language),
         "value": (standings.at(row["unit"], chosen, node.id) or {}).get("score")}
        for row in standings.ranking(chosen)
        for node in standings.groups
    ]  # fmt: skip
    with override(look.language):
        words = caption(standings, look, chosen, subtitle=_("Score of each group; units in order of rank"))
    return heat_map(pl.DataFrame(rows, schema=CELL), caption=words, look=look, highlight=home_unit(edition))


@picture("ranking-years", "by", warm=_scored)
def ranking_years(edition: Edition, look: Look, *, by: str = "") -> Chart:
    """Draw the score of every unit in every period as a heat map, in order of the last rank."""
    standings, last = asked(edition, by, "")
    ordered = [row["unit"] for row in (*standings.ranking(last), *standings.unranked(last))]
    rows = [
        {"unit": unit, "label": label(edition, unit, look), "column": period, "column_label": period,
         "value": (standings.at(unit, period) or {}).get("score")}
        for unit, period in product(ordered, standings.periods)
    ]  # fmt: skip
    with override(look.language):
        words = caption(standings, look, "", subtitle=_("Score by period; units in order of the last rank"))
    return heat_map(pl.DataFrame(rows, schema=CELL), caption=words, look=look, highlight=home_unit(edition))


@picture("ranking-change", "by", warm=_scored)
def ranking_change(edition: Edition, look: Look, *, by: str = "") -> Chart:
    """Draw every unit's way from its score in the first period to that in the last."""
    standings, last = asked(edition, by, "")
    first = standings.periods[0]
    rows = [
        {"unit": unit, "label": label(edition, unit, look), "before": (standings.at(unit, first) or {}).get("score"),
         "after": (standings.at(unit, last) or {}).get("score")}
        for unit in standings.units
    ]  # fmt: skip
    schema = {"unit": pl.String, "label": pl.String, "before": pl.Float64, "after": pl.Float64}
    with override(look.language):
        words = caption(standings, look, "", subtitle=_("Score in the first and in the last period"))
    return slope(
        pl.DataFrame(rows, schema=schema), caption=words, look=look, before=first, after=last,
        highlight=home_unit(edition),
    )  # fmt: skip


def asked(edition: Edition, by: str, period: str) -> tuple[Standings, str]:
    """Give the standings and the period that an address asks for. Raises : Http404."""
    standings = standings_of(edition, by)
    if standings is None or (period and period not in standings.periods):
        raise Http404
    return standings, period or standings.latest


def label(edition: Edition, unit: str, look: Look) -> str:
    """Give a unit's name in the language of the picture."""
    return edition.definitions.units[unit].name.in_language(look.language)


def interval_name(standings: Standings) -> str:
    """Say what a whisker is, in the language that is active."""
    robustness = standings.methodology.robustness
    return (
        _("%(share)d %% of the modelling variants") % {"share": round(100 * robustness.interval)} if robustness else ""
    )


def caption(standings: Standings, look: Look, period: str, *, title: str = "", subtitle: str = "") -> Caption:
    """Give the caption of a picture of an index, in the language of the picture."""
    name = title or standings.methodology.title.in_language(look.language)
    with override(look.language):
        return caption_of(
            standings.edition,
            standings.methodology.indicators,
            title=f"{name}, {period}" if period else name,
            subtitle=subtitle,
        )
