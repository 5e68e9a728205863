"""Pictures of one unit: its years, its gaps to the others, and what its score is made of."""

from __future__ import annotations

from itertools import product

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.disseminate.charts import Chart, Look, gaps_lollipop, lines_over_time, waterfall
from mezon.web.portal.edition import Edition
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pictures import picture
from mezon.web.portal.pictures.ranking import caption, label
from mezon.web.portal.profiles import Asked, parts_of
from mezon.web.portal.standings import Standings, standings_with


def _warm(edition: Edition) -> list[dict[str, str]]:
    """The pack's own country is looked at first."""
    home = home_unit(edition)
    return [{"u": home}] if home and standings_with(edition, home) else []


def _warm_latest(edition: Edition) -> list[dict[str, str]]:
    return [{**asked, "period": _asked(edition, asked["u"], "").latest} for asked in _warm(edition)]


@picture("unit-years", "u", "by", warm=_warm)
def unit_years(edition: Edition, look: Look, *, u: str = "", by: str = "") -> Chart:
    """Draw a unit's score over all periods, with its interval; groups beside it are in the table of the page."""
    standings = _asked(edition, u, by)
    rows = [
        {"series": u, "label": label(edition, u, look), "period": period, "value": row["score"],
         "low": row["score_low"], "high": row["score_high"]}
        for period in standings.periods
        if (row := standings.at(u, period)) is not None
    ]  # fmt: skip
    schema = dict.fromkeys(("series", "label", "period"), pl.String) | dict.fromkeys(
        ("value", "low", "high"), pl.Float64
    )
    with override(look.language):
        words = caption(standings, look, "", subtitle=_("Score, with the interval of the modelling variants"))
    return lines_over_time(pl.DataFrame(rows, schema=schema), caption=words, look=look, highlight=u)


@picture("unit-groups", "u", "by", warm=_warm)
def unit_groups(edition: Edition, look: Look, *, u: str = "", by: str = "") -> Chart:
    """Draw the groups of a unit over all periods."""
    standings = _asked(edition, u, by)
    rows = [
        {"series": node.id, "label": node.title.in_language(look.language), "period": period, "value": row["score"]}
        for node, period in product(standings.groups, standings.periods)
        if (row := standings.at(u, period, node.id)) is not None
    ]
    schema = {"series": pl.String, "label": pl.String, "period": pl.String, "value": pl.Float64}
    with override(look.language):
        title = _("%(unit)s: score of each group") % {"unit": label(edition, u, look)}
        words = caption(standings, look, "", title=title)
    return lines_over_time(pl.DataFrame(rows, schema=schema), caption=words, look=look)


@picture("unit-gaps", "u", "period", "by", warm=_warm_latest)
def unit_gaps(edition: Edition, look: Look, *, u: str = "", period: str = "", by: str = "") -> Chart:
    """Draw how far each indicator of a unit lies from the middle of all units."""
    standings, chosen = _in_period(edition, u, by, period)
    definitions = edition.definitions.indicators
    rows = [
        {"indicator": code, "label": definitions[code].name.in_language(look.language),
         "gap": standings.cell(u, chosen, code)["gap"]}
        for code in standings.methodology.indicators
    ]  # fmt: skip
    with override(look.language):
        title = _("%(unit)s beside the median of all units") % {"unit": label(edition, u, look)}
        words = caption(standings, look, chosen, title=title, subtitle=_("Difference in normalised points"))
        peers = _("the median of all units")
    return gaps_lollipop(
        pl.DataFrame(rows, schema={"indicator": pl.String, "label": pl.String, "gap": pl.Float64}),
        caption=words, look=look, peers_name=peers,
    )  # fmt: skip


@picture("unit-parts", "u", "period", "by", warm=_warm_latest)
def unit_parts(edition: Edition, look: Look, *, u: str = "", period: str = "", by: str = "") -> Chart:
    """Draw the parts that a unit's score is made of, from the reference to the score."""
    standings, chosen = _in_period(edition, u, by, period)
    parts = parts_of(standings, Asked(unit=u, period=chosen))
    with override(look.language):
        rounding, end, start = _("Rounding"), _("Score"), _("Reference")
        title = _("%(unit)s: what the score is made of") % {"unit": label(edition, u, look)}
        words = caption(standings, look, chosen, title=title, subtitle=_("Points that each indicator adds"))
    rows = [
        {"item": row["indicator"].code if row["indicator"] else "rounding", "contribution": row["points"],
         "label": row["indicator"].name.in_language(look.language) if row["indicator"] else rounding}
        for row in parts.get("rows", ())
    ]  # fmt: skip
    from_zero = not parts.get("start")
    return waterfall(
        pl.DataFrame(rows, schema={"item": pl.String, "contribution": pl.Float64, "label": pl.String}),
        caption=words, look=look, end_name=end, start=parts.get("start", 0.0), start_name="" if from_zero else start,
    )  # fmt: skip


def _asked(edition: Edition, unit: str, by: str) -> Standings:
    standings = standings_with(edition, unit, by)
    if standings is None or unit not in standings.units:
        raise Http404
    return standings


def _in_period(edition: Edition, unit: str, by: str, period: str) -> tuple[Standings, str]:
    standings = _asked(edition, unit, by)
    if period and standings.at(unit, period) is None:
        raise Http404
    return standings, period or standings.latest
