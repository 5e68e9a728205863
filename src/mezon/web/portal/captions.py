"""What stands around every picture of an index: its sources, its release, and the marks nobody may overlook."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mezon.disseminate.charts import Caption
from mezon.web.portal.edition import Edition

#: A picture names so many producers; the page names all of them.
_NAMED = 4


def caption_of(
    edition: Edition, indicators: Iterable[str], *, title: str, subtitle: str = "", notes: Iterable[str] = ()
) -> Caption:
    """Give the caption of a picture drawn from some indicators."""
    codes = tuple(indicators)
    return Caption(
        title=title,
        subtitle=subtitle,
        source=sources_of(edition, codes),
        release=edition.release_id,
        notice=notice_of(edition, codes),
        notes=tuple(notes),
    )


def notice_of(edition: Edition, indicators: Iterable[str]) -> str:
    """Give the mark of a picture: synthetic data, or stand-ins among the indicators; "" for neither."""
    if edition.definitions.synthetic:
        return _("Synthetic data")
    known = edition.definitions.indicators
    codes = [code for code in indicators if code in known]
    stand_ins = sum(known[code].proxy for code in codes)
    if not stand_ins:
        return ""
    if stand_ins == len(codes):
        return _("Stand-ins for mining’s own indicators")
    return ngettext("One indicator is a stand-in", "%(n)d indicators are stand-ins", stand_ins) % {"n": stand_ins}


def sources_of(edition: Edition, indicators: tuple[str, ...]) -> str:
    """Name the producers of what the indicators are made of, the most used first."""
    producers = _producers(edition, indicators)
    named = ", ".join(producers[:_NAMED])
    left = len(producers) - _NAMED
    return named if left <= 0 else ngettext("%(named)s and one more", "%(named)s and %(n)d more", left) % {
        "named": named, "n": left}  # fmt: skip


@lru_cache(maxsize=256)
def _producers(edition: Edition, indicators: tuple[str, ...]) -> list[str]:
    definitions = edition.definitions
    terms = set(indicators)
    for code in indicators:
        formula = definitions.indicators[code].formula if code in definitions.indicators else ""
        terms |= {other for other in definitions.indicators if formula and other in formula}
    used = edition.observations.filter(pl.col("indicator").is_in(sorted(terms)) & (pl.col("source") != ""))
    found: dict[str, int] = {}
    for source, rows in used.group_by("source").len().sort("source").iter_rows():
        producer = definitions.sources[source].producer if source in definitions.sources else source
        found[producer] = found.get(producer, 0) + rows
    return [producer for producer, _rows in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))]
