"""Which of the units compared is the one that the pack is about."""

from __future__ import annotations

from functools import lru_cache

from mezon.model.codelists import Level
from mezon.web.portal.edition import Edition


@lru_cache(maxsize=64)
def home_unit(edition: Edition) -> str:
    """Give the code of the country that pack.toml names; "" where it names none or the pack has no such unit."""
    country = str(edition.definitions.extra.get("country", ""))
    units = edition.definitions.units.values()
    return next((unit.code for unit in units if unit.level == Level.COUNTRY and unit.country == country), "")
