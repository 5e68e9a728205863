"""Pictures of robustness: ranks with intervals, how often each rank, who is above whom, which choice, what coheres."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import override

from mezon.disseminate.charts import Caption, Chart, Look, Shading, paired_bars, shaded_matrix, whisker_rank
from mezon.web.portal import formatting
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pictures import picture
from mezon.web.portal.pictures.ranking import SCORE, asked, caption, interval_name, label
from mezon.web.portal.robustness_facts import (
    acceptability,
    correlations,
    factor_words,
    influences,
    ranks,
    sensitivity,
)
from mezon.web.portal.standings import Standings, standings_of

SQUARE = {"unit": pl.String, "label": pl.String, "column": pl.String, "head": pl.String, "column_label": pl.String,
          "value": pl.Float64}  # fmt: skip
_NUMBERS = ("first", "first_low", "first_high", "second", "second_low", "second_high")
PAIR = {**dict.fromkeys(("group", "row", "label"), pl.String), **dict.fromkeys(_NUMBERS, pl.Float64)}


def _latest(edition: Edition) -> list[dict[str, str]]:
    standings = standings_of(edition)
    there = standings is not None and standings.latest and ranks(standings, standings.latest)
    return [{"period": standings.latest}] if standings is not None and there else []


def _with(table: str) -> Callable[[Edition], list[dict[str, str]]]:
    def warm(edition: Edition) -> list[dict[str, str]]:
        standings = standings_of(edition)
        return [{}] if standings is not None and table in standings.assessment.tables else []

    return warm


@picture("robustness-ranks", "period", "by", warm=_latest)
def robustness_ranks(edition: Edition, look: Look, *, period: str = "", by: str = "") -> Chart:
    """Draw the rank of every unit with its interval, 1 at the left, and the bands."""
    standings, chosen = asked(edition, by, period)
    rows = [
        {"unit": row["unit"], "label": label(edition, row["unit"], look), "value": row["rank"],
         "low": row["rank_low"], "high": row["rank_high"], "band": row["band"]}
        for row in ranks(standings, chosen)
    ]  # fmt: skip
    with override(look.language):
        return whisker_rank(
            pl.DataFrame(rows, schema=SCORE),
            caption=_caption(standings, look, chosen, subtitle=_("Rank, and the interval of ranks over the variants")),
            look=look,
            value_name=_("Rank"),
            interval_name=interval_name(standings),
            highlight=home_unit(edition),
            best="low",
            decimals=0,
        )


@picture("robustness-rank-shares", "period", "by", warm=_latest)
def robustness_rank_shares(edition: Edition, look: Look, *, period: str = "", by: str = "") -> Chart:
    """Draw in what share of the variants each unit has each rank."""
    standings, chosen = asked(edition, by, period)
    units, shares = ranks(standings, chosen), acceptability(standings, chosen)
    # A unit without a rank of its own has one in some variants, so that there may be more places than ranked units.
    last = max((len(units), *(rank for _unit, rank in shares)))
    rows = [
        {"unit": row["unit"], "label": label(edition, row["unit"], look), "column": str(rank), "head": str(rank),
         "column_label": str(rank), "value": shares.get((row["unit"], rank), 0.0)}
        for row in units
        for rank in range(1, last + 1)
    ]  # fmt: skip
    with override(look.language):
        return shaded_matrix(
            pl.DataFrame(rows, schema=SQUARE),
            caption=_caption(standings, look, chosen, subtitle=_("Share of modelling variants with each rank, %")),
            look=look,
            shading=_share_shading(look),
            alt_text=_said_of_ranks(edition, units, look),
            highlight=home_unit(edition),
        )


@picture("robustness-pairs", "period", "by", warm=_latest)
def robustness_pairs(edition: Edition, look: Look, *, period: str = "", by: str = "") -> Chart:
    """Draw in what share of the variants the unit of a row is above that of a column."""
    standings, chosen = asked(edition, by, period)
    units = ranks(standings, chosen)
    names = [f"{row['rank']} {label(edition, row['unit'], look)}" for row in units]
    rows = [
        {"unit": a["unit"], "label": name, "column": b["unit"], "head": str(b["rank"]), "column_label": other,
         "value": standings.pairs.get((chosen, a["unit"], b["unit"]))}
        for a, name in zip(units, names, strict=True)
        for b, other in zip(units, names, strict=True)
    ]  # fmt: skip
    with override(look.language):
        shading = Shading(
            two_sided=True,
            scale=100,
            key=((1.0, _("the row is above in all")), (0.5, _("in half of them")), (0.0, _("the row is below in all"))),
        )
        subtitle = _("Share of modelling variants in which the row is above the column, %; columns by official rank")
        return shaded_matrix(
            pl.DataFrame(rows, schema=SQUARE),
            caption=_caption(standings, look, chosen, subtitle=subtitle),
            look=look,
            shading=shading,
            alt_text=_said_of_pairs(standings, chosen, units, look),
            highlight=home_unit(edition),
        )


@picture("robustness-choices", "by", warm=_with("sensitivity"))
def robustness_choices(edition: Edition, look: Look, *, by: str = "") -> Chart:
    """Draw the share of the ranks' variance that each choice makes up, alone and with all it interacts with."""
    standings, _period = asked(edition, by, "")
    found = sensitivity(standings)
    with override(look.language):
        rows = [
            {"group": "", "row": row["factor"], "label": factor_words(row["factor"], standings.methodology),
             "first": row["s1"], "first_low": row["s1_low"], "first_high": row["s1_high"],
             "second": row["st"], "second_low": row["st_low"], "second_high": row["st_high"]}
            for row in found
        ]  # fmt: skip
        said = [_("Share of the variance of rank shifts by choice.")]
        if rows:
            words = {"first": rows[0]["label"], "share": _percent(rows[0]["second"], look)}
            said.append(_("Largest with all interactions: %(first)s, %(share)s.") % words)
        return paired_bars(
            pl.DataFrame(rows, schema=PAIR),
            caption=_caption(standings, look, "", subtitle=_("Share of the variance of rank shifts, by choice")),
            look=look,
            names=(_("alone"), _("with all it interacts with")),
            alt_text=said,
            bounds_name=_("Thin lines: 95 % bounds by bootstrap."),
        )


@picture("robustness-weights", "by", warm=_with("weights"))
def robustness_weights(edition: Edition, look: Look, *, by: str = "") -> Chart:
    """Draw the weight of every group and indicator beside the share of the index's variance that goes with it."""
    standings, _period = asked(edition, by, "")
    found, known = influences(standings), edition.definitions.indicators
    titles = {code: known[code].name for code in standings.methodology.indicators}
    titles |= {node.id: node.title for node in standings.groups}
    with override(look.language):
        kinds = {"groups": _("Groups"), "indicators": _("Indicators")}
        rows = [
            {"group": kinds[row["kind"]], "row": f"{row['kind']}/{row['code']}",
             "label": titles[row["code"]].in_language(look.language),
             "first": row["weight"], "second": row["influence"]}
            for row in found
        ]  # fmt: skip
        said = [_("Weight in the index beside effective weight.")]
        told = [row for row in rows if row["second"] is not None]
        if told:
            far = max(told, key=lambda row: abs(row["second"] - row["first"]))
            words = {
                "name": far["label"],
                "weight": _percent(far["first"], look),
                "share": _percent(far["second"], look),
            }
            said.append(_("Furthest apart: %(name)s, weight %(weight)s, effective weight %(share)s.") % words)
        return paired_bars(
            pl.DataFrame(rows, schema=PAIR),
            caption=_caption(standings, look, "", subtitle=_("Weight in the index, and effective weight")),
            look=look,
            names=(_("weight"), _("effective weight")),
            alt_text=said,
        )


@picture("robustness-coherence", "by", warm=_with("correlations"))
def robustness_coherence(edition: Edition, look: Look, *, by: str = "") -> Chart:
    """Draw the correlations between the normalised indicators, group beside group."""
    standings, _period = asked(edition, by, "")
    found, codes = correlations(standings), _by_group(standings)
    known = edition.definitions.indicators
    names = [f"{place} {known[code].name.in_language(look.language)}" for place, code in enumerate(codes, 1)]
    rows = [
        {"unit": a, "label": name, "column": b, "head": str(at + 1), "column_label": names[at],
         "value": (found.get((a, b)) or {}).get("r") if a != b else None}
        for a, name in zip(codes, names, strict=True)
        for at, b in enumerate(codes)
    ]  # fmt: skip
    groups = [standings.group_of[code] for code in codes]
    with override(look.language):
        key = ((1.0, _("together")), (0.0, _("nothing in common")), (-1.0, _("against each other")))
        return shaded_matrix(
            pl.DataFrame(rows if found else [], schema=SQUARE),
            caption=_caption(
                standings, look, "", subtitle=_("Correlations of normalised indicators; lines between groups")
            ),
            look=look,
            shading=Shading(low=-1.0, two_sided=True, decimals=1 if len(codes) > 9 else 2, key=key),
            alt_text=_said_of_coherence(rows),
            breaks=[at for at in range(1, len(groups)) if groups[at] != groups[at - 1]],
        )


def _by_group(standings: Standings) -> list[str]:
    order = [node.id for node in standings.groups]
    codes = standings.methodology.indicators
    return sorted(codes, key=lambda code: order.index(group) if (group := standings.group_of[code]) in order else -1)


def _caption(standings: Standings, look: Look, period: str, *, subtitle: str) -> Caption:
    return caption(standings, look, period, subtitle=subtitle)


def _share_shading(look: Look) -> Shading:
    key = tuple((share, _percent(share, look)) for share in (0.0, 0.5, 1.0))
    return Shading(scale=100, no_zeros=True, key=key)


def _percent(value: float, look: Look) -> str:
    return formatting.share(value, language=look.language)


def _said_of_ranks(edition: Edition, units: tuple[Row, ...], look: Look) -> list[str]:
    """Name who keeps the rank most often, who least, and the reader's own."""
    said = [_("Units by rank, shaded by the share of variants.")]
    known = [row for row in units if row["share_same"] is not None]
    if known:
        ordered = sorted(known, key=lambda row: (row["share_same"], row["unit"]))
        words = _(
            "The same rank as the official one most often: %(name)s, %(share)s; least often: %(last)s, %(least)s."
        )
        said.append(
            words
            % {"name": label(edition, ordered[-1]["unit"], look), "share": _percent(ordered[-1]["share_same"], look),
               "last": label(edition, ordered[0]["unit"], look), "least": _percent(ordered[0]["share_same"], look)}
        )  # fmt: skip
    return said


def _said_of_pairs(standings: Standings, period: str, units: tuple[Row, ...], look: Look) -> list[str]:
    """Count the pairs that are not told apart."""
    said = [_("Every unit against every other.")]
    shares = [
        standings.pairs.get((period, a["unit"], b["unit"])) for at, a in enumerate(units) for b in units[at + 1 :]
    ]
    known = [share for share in shares if share is not None]
    robustness = standings.methodology.robustness
    interval = robustness.interval if robustness else 0.9
    close = sum(share < interval for share in known)
    words = {"close": formatting.number(close, digits=0, language=look.language), "share": _percent(interval, look),
             "all": formatting.number(len(known), digits=0, language=look.language)}  # fmt: skip
    said.append(
        _("In %(close)s of %(all)s pairs the better-ranked unit is above in fewer than %(share)s of the variants.")
        % words
    )
    return said


def _said_of_coherence(rows: list[Row]) -> list[str]:
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return []
    first, last = max(known, key=lambda row: row["value"]), min(known, key=lambda row: row["value"])
    words = _("Most together: %(a)s and %(b)s (%(r)s); most against each other: %(c)s and %(d)s (%(s)s).")
    return [words % {"a": first["label"], "b": first["column_label"], "r": f"{first['value']:.2f}",
                     "c": last["label"], "d": last["column_label"], "s": f"{last['value']:.2f}"}]  # fmt: skip
