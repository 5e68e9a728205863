"""How much an index depends on its choices: the tables of its variants and of its coherence, as pages ask for them.

Nothing is drawn or correlated here; what an assessment does not hold is said to be absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from mezon.design.rulebook import read_rulebook
from mezon.model.finding import Finding
from mezon.model.methodology import Methodology
from mezon.web.portal import formatting
from mezon.web.portal.edition import Row
from mezon.web.portal.method_words import FAMILIES, plain
from mezon.web.portal.pages import language
from mezon.web.portal.standings import Standings

#: A rank that at least this share of variants gives is called firm.
FIRM = 0.5

#: Findings that say something about drawing.
_OF_DRAWING = ("draws-excluded", "option-never-fits", "factor-without-effect", "varied-step-absent",
               "draws-interrupted", "sensitivity-excluded", "table-too-large")  # fmt: skip

_FACTORS = {
    "weights": gettext_noop("Size of the weights"),
    "drop": gettext_noop("Leaving one indicator out"),
    "observations": gettext_noop("Errors of the observations"),
    "imputation": gettext_noop("Which completed table is used"),
}
_LIGHTS = {
    "red": gettext_noop("against each other"),
    "amber": gettext_noop("hardly together"),
    "green": gettext_noop("together"),
    "redundant": gettext_noop("almost the same"),
}
_FLAGS = {
    "descriptive only": gettext_noop("few rows: descriptive only"),
    "singular": gettext_noop("some indicators follow from others"),
}


@lru_cache(maxsize=128)
def ranks(standings: Standings, period: str) -> tuple[Row, ...]:
    """Give every ranked unit with what the variants say of its rank, best first; empty without variants."""
    table = standings.assessment.tables.get("robustness")
    if table is None:
        return ()
    of_root = table.filter((pl.col("period") == period) & (pl.col("node") == standings.root))
    told = {row["unit"]: row for row in of_root.to_dicts()}
    found = []
    for row in standings.ranking(period):
        if row["unit"] in told:
            mine = told[row["unit"]]
            width = row["rank_high"] - row["rank_low"] if row["rank_high"] is not None else 0.0
            found.append({**row, **{name: mine[name] for name in ("mean", "median", "share_same")}, "width": width})
    return tuple(found)


@lru_cache(maxsize=128)
def acceptability(standings: Standings, period: str) -> Mapping[tuple[str, int], float]:
    """Give the share of variants in which a unit has a rank; ranks that it never has are not there."""
    table = standings.assessment.tables.get("acceptability")
    if table is None:
        return {}
    rows = table.filter(pl.col("period") == period).select("unit", "rank", "share").iter_rows()
    return {(unit, int(rank)): share for unit, rank, share in rows}


@lru_cache(maxsize=32)
def sensitivity(standings: Standings) -> tuple[Row, ...]:
    """Give the share of the ranks' variance that each choice makes up, the largest first."""
    table = standings.assessment.tables.get("sensitivity")
    rows = [] if table is None else table.to_dicts()
    return tuple(sorted(rows, key=lambda row: (-(row["st"] or 0.0), row["factor"])))


@lru_cache(maxsize=32)
def influences(standings: Standings) -> tuple[Row, ...]:
    """Give weight and effective weight of the groups, then of the indicators, in the order of the tree.

    `weight` : share of the whole index as written. `influence` : main effect on the index (smoothed where enough units
    are there, else linear), as a share of those of its row's kind.
    """
    tree = standings.methodology
    groups = [node.id for node in standings.groups]
    found: list[Row] = []
    for kind, codes in (("groups", groups), ("indicators", list(tree.indicators))):
        rows = [(code, standings.weights[code]) for code in codes if code in standings.weights]
        mains = {code: _main(row) for code, row in rows}
        total = sum(main for main in mains.values() if main is not None)
        for code, row in rows:
            main = mains[code]
            share = main / total if main is not None and total > 0 else None
            found.append(
                {"kind": kind, "code": code, "weight": row["effective_weight"], "main": main, "influence": share}
            )
    return tuple(found) if any(row["influence"] is not None for row in found) else ()


def _main(row: Row) -> float | None:
    smoothed = row.get("influence_smoothed")
    main = smoothed if smoothed is not None else row.get("influence")
    return None if main is None else float(main)


@lru_cache(maxsize=32)
def correlations(standings: Standings) -> Mapping[tuple[str, str], Row]:
    """Give Pearson's correlations between normalised indicators, and of nodes with all, both ways round."""
    table = standings.assessment.tables.get("correlations")
    if table is None:
        return {}
    rows = table.filter((pl.col("method") == "pearson") & pl.col("step").is_in(["normalised", "aggregated"])).to_dicts()
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        found[row["a"], row["b"]] = found[row["b"], row["a"]] = row
    return found


def going_together(standings: Standings) -> list[Row]:
    """Give every indicator with its correlation with its group and the index, and its closest other indicator."""
    found = correlations(standings)
    if not found:
        return []
    codes = standings.methodology.indicators
    return [
        {
            "code": code,
            "group": standings.group_of[code],
            "with_group": found.get((standings.group_of[code], code)),
            "with_index": found.get((standings.root, code)),
            "closest": _closest(code, codes, found),
        }
        for code in codes
    ]


def _closest(code: str, codes: tuple[str, ...], found: Mapping[tuple[str, str], Row]) -> Row | None:
    known = [(abs(row["r"]), other, row) for other in codes
             if other != code and (row := found.get((code, other))) and row["r"] is not None]  # fmt: skip
    if not known:
        return None
    _size, other, row = max(known, key=lambda each: (each[0], each[1]))
    return {**row, "other": other}


def reliability(standings: Standings) -> list[Row]:
    """Give Cronbach's alpha and what goes with it, of every node with two parts or more."""
    table = standings.assessment.tables.get("reliability")
    if table is None:
        return []
    rows = table.filter(pl.col("deleted").fill_null("") == "").to_dicts()
    return [{**row, "words": [_(_FLAGS.get(flag, flag)) for flag in (row["flag"] or "").split("; ") if flag]}
            for row in rows]  # fmt: skip


def summary(standings: Standings, period: str, home: str) -> list[str]:
    """Say in words what the variants say of the ranks of a period."""
    rows = ranks(standings, period)
    if not rows:
        return []
    firm = [row for row in rows if (row["share_same"] or 0.0) >= FIRM]
    said = [
        ngettext(
            "%(firm)s of %(n)s unit keeps its rank in at least half of the variants.",
            "%(firm)s of %(n)s units keep their rank in at least half of the variants.",
            len(rows),
        )
        % {"firm": plain(len(firm)), "n": plain(len(rows))}
    ]
    bands = len({row["band"] for row in rows})
    said.append(
        ngettext(
            "The ranks fall into %(n)s band.",
            "The ranks fall into %(n)s bands: the first unit of each is above every unit of the later ones in nearly "
            "all variants.",
            bands,
        )
        % {"n": plain(bands)}
    )
    widest = max(rows, key=lambda row: (row["width"], row["unit"]))
    words = _("The widest interval is that of %(name)s: rank %(low)s to %(high)s.")
    said.append(words % _interval_words(standings, widest))
    own = next((row for row in rows if row["unit"] == home), None)
    if own is not None:
        words = _("%(name)s: rank %(rank)s, interval %(low)s to %(high)s; the same rank in %(share)s of the variants.")
        said.append(words % _interval_words(standings, own))
    return said


def _interval_words(standings: Standings, row: Row) -> dict[str, str]:
    name = standings.edition.definitions.units[row["unit"]].name.in_language(language())
    numbers = {key: formatting.number(row[f"rank_{key}"], digits=0, language=language()) for key in ("low", "high")}
    share = formatting.share(row["share_same"], language=language())
    return {"name": name, "rank": plain(row["rank"]), "share": share, **numbers}


def factor_words(name: str, methodology: Methodology) -> str:
    """Name a source of uncertainty."""
    if name in _FACTORS:
        return _(_FACTORS[name])
    family = name.partition("/")[0]
    return str(FAMILIES.get(family, name)) if family in {step.call.family for step in methodology.steps} else name


def light_words(flag: str) -> str:
    """Say what the light of a correlation means."""
    return _(_LIGHTS[flag]) if flag in _LIGHTS else flag


def told_of_drawing(standings: Standings) -> list[str]:
    """Give what assessing had to tell of its variants, worded in the language of the page."""
    rules = read_rulebook(None, language=language())
    return [
        _reworded(finding, rules.rules[finding.code].sentence.en, rules.finding)
        for finding in standings.assessment.findings
        if finding.code in _OF_DRAWING and finding.code in rules.rules
    ]


def _reworded(finding: Finding, sentence: str, word: Any) -> str:
    """Read the details out of an English sentence by the template that wrote it, and write it in another language."""
    parts = Formatter().parse(sentence)
    pattern = "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, _spec, _how in parts)
    matched = re.fullmatch(pattern, finding.message)
    if matched is None:
        return finding.message
    details = matched.groupdict()
    worst = re.fullmatch(r"most often with (?P<factor>\S+) = (?P<option>.+)", details.get("worst", ""))
    if worst is not None:
        details["worst"] = _("most often with %(factor)s = %(option)s") % worst.groupdict()
    return str(word(finding.code, **details).message)
