"""Which units an indicator's page shows first: those asked for, else the highlighted one beside its comparators."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _

from mezon.model.indicator import Indicator
from mezon.web.portal.choosing import COMPARATORS, highlighted
from mezon.web.portal.edition import Edition
from mezon.web.portal.observed import series
from mezon.web.portal.pages import language

#: More lines than this cannot be told apart in one picture.
MOST_LINES = 6


def chosen_units(edition: Edition, indicator: Indicator, asked: Iterable[str]) -> tuple[str, ...]:
    """Give the units to draw: `?units=UZB,KAZ` (or repeated), or a choice of our own.

    Raises : Http404 for a unit that the pack does not have.
    """
    wanted = [code.strip() for text in asked for code in text.split(",") if code.strip()]
    unknown = [code for code in wanted if code not in edition.definitions.units]
    if unknown:
        raise Http404(_("This release has no unit “%(code)s”.") % {"code": unknown[0]})
    if wanted:
        return tuple(dict.fromkeys(wanted))[:MOST_LINES]
    have = units_with_values(edition, indicator)
    home = highlighted(edition)
    preferred = [code for code in (home, *COMPARATORS) if code in have]
    if len(preferred) < 2:
        preferred += [code for code in have if code not in preferred]
    return tuple(preferred[: MOST_LINES - 1])


@lru_cache(maxsize=512)
def _with_values(edition: Edition, code: str) -> tuple[str, ...]:
    rows = edition.by_indicator.get(code)
    if rows is None:
        return ()
    return tuple(rows.filter(pl.col("value").is_not_null())["unit"].unique().sort().to_list())


def units_with_values(edition: Edition, indicator: Indicator) -> list[str]:
    """Give the units that have a value of an indicator, by name in the language of the page."""
    units = edition.definitions.units
    known = [code for code in _with_values(edition, indicator.code) if code in units]
    return sorted(known, key=lambda code: units[code].name.in_language(language()))


def can_be_drawn(edition: Edition, indicator: Indicator, units: tuple[str, ...]) -> bool:
    """Say whether any of the units has two values that a line could join."""
    return any(sum(row["value"] is not None for row in series(edition, indicator, unit)) > 1 for unit in units)
