"""What comes of a reader's own variant, beside the official index: ranks, bands, what changed, and how to do it again.

Nothing here is kept as a result of the index: a variant is computed for who asks, and is called one wherever it shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import numpy as np
import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, override

from mezon.analyse.variants import DRAWS, Standing, edited, standing_of
from mezon.design.methodology_file import methodology_text
from mezon.engine.index import Event, compile_index
from mezon.errors import MezonError
from mezon.methods.arrays import Values
from mezon.model.methodology import MethodCall, Methodology
from mezon.model.text import LANGUAGES, Text
from mezon.web.portal import formatting
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.method_words import call_words, plain
from mezon.web.portal.pages import language
from mezon.web.portal.recipes import pack_at_hand
from mezon.web.portal.standings import Standings, standings_of
from mezon.web.portal.variant_choices import (
    Asked,
    Pairs,
    asked_of,
    compiled,
    names_of,
    official_weights,
    option_words,
    panel,
    place_words,
    places,
)

#: Why a changed weight is as it is; a file keeps the English wording, and pages translate it.
BY_A_READER = "chosen by a reader on the what-if page"

#: Stands on everything that a variant goes into.
LABEL = gettext_noop("Your variant, not the official index")

#: Columns of a variant's download.
COLUMNS = (
    "unit", "name", "period", "official_rank", "official_rank_low", "official_rank_high", "official_band",
    "official_score", "variant_rank", "variant_rank_low", "variant_rank_high", "variant_band", "variant_score",
    "places_gained",
)  # fmt: skip


def variant(standings: Standings, asked: Asked) -> Methodology:
    """Give the methodology that was asked for, under a name that nobody takes for the official one."""
    official = standings.methodology
    titles = {}
    for code in LANGUAGES:
        with override(code):
            titles[code] = f"{_(LABEL)}: {official.title.in_language(code)}"
    mark = sha256(urlencode(asked.pairs).encode()).hexdigest()[:8]
    changed = edited(official, asked.change)
    return replace(changed, id=f"{official.id}-variant-{mark}", title=Text(**titles), file="")


@lru_cache(maxsize=256)
def _standing(edition: Edition, methodology: str, pairs: Pairs, period: str) -> Standing | str:
    """Compute a variant in one period, or say why it cannot be computed; the same is never computed twice."""
    standings = standings_of(edition, methodology)
    assert standings is not None  # noqa: S101 - whoever asks has it
    asked = asked_of(standings, by_name(pairs))
    changed = variant(standings, asked)
    try:
        index = compile_index(changed, panel(edition, methodology, asked.change.dropped))
        return standing_of(index, period=period)
    except MezonError as fault:
        return fault.message


def standing(standings: Standings, asked: Asked, period: str) -> Standing | str:
    """Give where units stand by a variant, or why that cannot be said."""
    return _standing(standings.edition, standings.methodology.id, asked.pairs, period)


def by_name(pairs: Pairs) -> dict[str, list[str]]:
    """Give parameters by name."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def differences(standings: Standings, found: Standing, period: str, *, asked: Asked) -> list[Row]:
    """Give a row for every unit that either index ranks, in the order of the variant; those it does not rank last.

    A variant in which nothing is changed is the official index: its own intervals and bands, from its own draws.
    """
    rows = []
    for at, code in enumerate(found.units):
        official = standings.at(code, period) or {}
        mine = {
            "rank": _whole(found.ranks, at), "rank_low": _number(found.rank_low, at),
            "rank_high": _number(found.rank_high, at), "band": _whole(found.bands, at),
            "score": _number(found.scores, at),
        }  # fmt: skip
        if not asked.change:
            mine = {name: official.get(name) for name in mine}
        before = official.get("rank")
        if before is None and mine["rank"] is None:
            continue
        definition = standings.edition.definitions.units[code]
        rank = mine["rank"]
        gained = None if before is None or rank is None else round(before - rank, 1)
        rows.append({"unit": code, "definition": definition, "name": definition.name.in_language(language()),
                     "official": official, "mine": mine, "gained": gained})  # fmt: skip
    last = len(rows) + 1
    return sorted(rows, key=lambda row: (row["mine"]["rank"] or last, row["official"].get("rank") or last, row["unit"]))


def table(standings: Standings, rows: list[Row], asked: Asked, period: str) -> pl.DataFrame:
    """Give the differences as a table to be saved; every row says what it is."""
    flat = [
        {
            "unit": row["unit"], "name": row["name"], "period": period,
            **{f"official_{name}": row["official"].get(name) for name in ("rank", "rank_low", "rank_high")},
            "official_band": str(row["official"].get("band") or ""), "official_score": row["official"].get("score"),
            **{f"variant_{name}": row["mine"][name] for name in ("rank", "rank_low", "rank_high")},
            "variant_band": str(row["mine"]["band"] or ""), "variant_score": row["mine"]["score"],
            "places_gained": row["gained"],
        }
        for row in rows
    ]  # fmt: skip
    texts = {"unit", "name", "period", "official_band", "variant_band"}
    schema = {name: pl.String() if name in texts else pl.Float64() for name in COLUMNS}
    return pl.DataFrame(flat, schema=schema, strict=False).with_columns(
        pl.lit(_(LABEL)).alias("what"),
        pl.lit(urlencode(asked.pairs)).alias("variant"),
        pl.lit(standings.edition.release_id).alias("release"),
    )


def file_text(standings: Standings, asked: Asked, address: str) -> str:
    """Write the variant as a methodology file, with what it is, what it is made of and how to run it at the top."""
    changed, official = variant(standings, asked), standings.methodology
    remarks = (
        f"{_(LABEL)}.",
        _("Made from %(index)s, version %(version)s, of release %(release)s.") % {
            "index": official.id, "version": official.version, "release": standings.edition.release_id},
        address,
        *commands(standings, changed),
    )  # fmt: skip
    return methodology_text(_with_reasons(changed, asked), remarks=remarks)


def _with_reasons(changed: Methodology, asked: Asked) -> Methodology:
    """Say of every weight that the reader changed whose choice it is: the official reason is for the official one."""
    weights = asked.change.weights
    return replace(
        changed,
        nodes=tuple(replace(node, weight_by=BY_A_READER) if node.id in weights else node for node in changed.nodes),
        leaves=tuple(
            replace(leaf, weight_by=BY_A_READER) if leaf.indicator in weights else leaf for leaf in changed.leaves
        ),
    )


def commands(standings: Standings, changed: Methodology) -> tuple[str, ...]:
    """Give the commands that compute a variant again from its file."""
    pack, day = pack_at_hand(standings.edition), standings.edition.as_of
    return (*pack.brought, f"mezon assess {pack.name} -m {changed.id}.toml --as-of {day.isoformat()}")


def changes(standings: Standings, asked: Asked, found: Standing | None) -> list[str]:
    """Say in words what is different from the official index."""
    names, said = names_of(standings), []
    steps = [name for name, _value in asked.pairs if name.startswith(("step", "node."))]
    written = {each.name: each for each in places(standings.edition, standings.methodology.id)} if steps else {}
    for name, value in asked.pairs:
        if name in written:
            place = written[name]
            option = next(each for each in place.options if each.value == value)
            words = {
                "step": place_words(place, names),
                "method": option_words(option),
                "official": call_words(place.written),
            }
            said.append(_("%(step)s: %(method)s instead of %(official)s.") % words)
        elif name == "drop":
            said.append(_("Left out: %(name)s.") % {"name": names[value]})
    official = official_weights(standings.methodology)
    for code, weight in sorted(asked.change.weights.items()):
        words = {"name": names[code], "before": plain(official[code]), "after": plain(weight),
                 "share": _share(standings.weights.get(code, {}).get("effective_weight")),
                 "now": _share(found.shares.get(code) if found else None)}  # fmt: skip
        said.append(
            _("Weight of %(name)s: %(after)s instead of %(before)s, %(now)s of the index instead of %(share)s.") % words
        )
    return said


def effects(rows: list[Row], home: str) -> list[str]:
    """Say in words what comes of it: how many move, who most, and where the reader's own country stands."""
    both = [row for row in rows if row["gained"] is not None]
    moved = [row for row in both if row["gained"]]
    counted = ngettext(
        "%(n)s of %(all)s units has another rank.", "%(n)s of %(all)s units have another rank.", len(moved)
    )
    said = [counted % {"n": plain(len(moved)), "all": plain(len(both))}] if both else []
    if moved:
        far = max(moved, key=lambda row: (abs(row["gained"]), row["unit"]))
        words = {"name": far["name"], "before": plain(far["official"]["rank"]), "after": plain(far["mine"]["rank"])}
        said.append(_("%(name)s moves furthest: from rank %(before)s to %(after)s.") % words)
    said += [_lost(rows)] if _lost(rows) else []
    own = next((row for row in both if row["unit"] == home), None)
    if own is not None:
        words = {"name": own["name"], "before": plain(own["official"]["rank"]), "after": plain(own["mine"]["rank"])}
        stays = (
            _("%(name)s keeps rank %(before)s.")
            if not own["gained"]
            else _("%(name)s: rank %(after)s instead of %(before)s.")
        )
        said.append(stays % words)
    return said


def _lost(rows: list[Row]) -> str:
    """Say how many units have a rank in one index only."""
    lost = sum(row["mine"]["rank"] is None for row in rows)
    won = sum(row["official"].get("rank") is None for row in rows)
    said = []
    if lost:
        said.append(
            ngettext("%(n)s unit has no rank any more.", "%(n)s units have no rank any more.", lost)
            % {"n": plain(lost)}
        )
    if won:
        said.append(
            ngettext("%(n)s unit has a rank only here.", "%(n)s units have a rank only here.", won) % {"n": plain(won)}
        )
    return " ".join(said)


def unfit(standings: Standings, found: Standing) -> list[str]:
    """Say which methods of a variant do not fit the data; what is so of the official index too is not repeated."""
    _index, nominal = compiled(standings.edition, standings.methodology.id)
    usual = {_subject(event) for event in nominal.events}
    names, said = names_of(standings), []
    for event in found.events:
        if _subject(event) in usual:
            continue
        if event.code == "unfit-method":
            said.append(_unfit_words(event, names))
        elif event.code == "weights-undetermined":
            words = {"name": names.get(str(event.details.get("node")), str(event.details.get("node")))}
            said.append(_("The weights below %(name)s cannot be found by this method from these data.") % words)
    return list(dict.fromkeys(said))


def _subject(event: Event) -> tuple[str, str, str, str]:
    details = event.details
    return event.code, event.call, str(details.get("subject", details.get("node", ""))), str(details.get("cells", ""))


def not_drawn(found: Standing) -> bool:
    """Say whether intervals and bands had to be left to the command line."""
    return not found.draws


def drawn_words(found: Standing) -> str:
    """Say what the intervals rest on."""
    counted = ngettext(
        "Intervals and bands of your variant rest on %(n)s modelling variant around it.",
        "Intervals and bands of your variant rest on %(n)s modelling variants around it.",
        DRAWS - found.excluded,
    )
    said = counted % {"n": plain(DRAWS - found.excluded)}
    if found.excluded:
        left = ngettext(
            "%(n)s more combined methods that do not fit the data, and is left out.",
            "%(n)s more combined methods that do not fit the data, and are left out.",
            found.excluded,
        )
        said = f"{said} {left % {'n': plain(found.excluded)}}"
    return said


def _unfit_words(event: Event, names: Mapping[str, str]) -> str:
    details = {name: str(value) for name, value in event.details.items()}
    subject = details.get("subject", "")
    words = {
        "method": call_words(MethodCall.parse(event.call)),
        "name": names.get(subject, subject),
        "cells": plain(int(details.get("cells", 0))),
        "why": _(details["reason"]) if details.get("reason") else "",
    }
    return _("%(method)s gives no value for “%(name)s” in %(cells)s places: %(why)s.") % words


def _share(value: float | None) -> str:
    return formatting.share(value, digits=1, language=language())


def _number(values: Values, at: int) -> float | None:
    return None if np.isnan(values[at]) else float(values[at])


def _whole(values: Values, at: int) -> float | int | None:
    value = _number(values, at)
    return None if value is None else int(value) if value == int(value) else value


def facts(standings: Standings, asked: Asked, period: str, home: str) -> dict[str, Any]:
    """Give all that the result of a variant shows."""
    found = standing(standings, asked, period)
    if isinstance(found, str):
        return {"failed": found, "rows": [], "changes": changes(standings, asked, None)}
    rows = differences(standings, found, period, asked=asked)
    return {
        "rows": rows,
        "changes": changes(standings, asked, found),
        "effects": effects(rows, home) if asked.change else [],
        "unfit": unfit(standings, found),
        "drawn": drawn_words(found) if found.draws and asked.change else "",
        "not_drawn": not_drawn(found),
        "commands": commands(standings, variant(standings, asked)) if asked.change else (),
        "file": f"{variant(standings, asked).id}.toml",
    }
