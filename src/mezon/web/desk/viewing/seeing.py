"""What somebody may see of the working view: values within their reach, and no whole from which others' could be told.

A value is kept from somebody when it is confidential (as known then, or by the last word since) and its unit is outside
their reach, or when its unit is outside their reach altogether. Masked is then every value that holds such a one: as a
term of its formula, as a member of its whole, or as another part of the same fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from mezon.engine.formula import Formula
from mezon.errors import MezonError
from mezon.model.codelists import ConfStatus
from mezon.model.indicator import Indicator
from mezon.model.pack import Definitions
from mezon.model.period import Period, first_day, last_day
from mezon.model.unit import Membership
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target, may
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store.contents import read_confidentiality

READ = "observation.read"
#: (indicator, unit, period): a place in the table.
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The units of which somebody reads free values (`free`), and confidential ones too (`everything`).

    `whole` : every value of every unit, so that nothing needs to be masked.
    """

    free: frozenset[str]
    everything: frozenset[str]
    whole: bool

    @property
    def named(self) -> frozenset[str] | None:
        """The units to ask the store for; None for all."""
        return None if self.whole else self.free


def reach_of(actor: Actor, pack: StoredPack, units: Iterable[str]) -> Reach:
    """Give what somebody may read in a pack, by the grants they have today; a query a grant at most."""
    known, confidential = frozenset(units), str(ConfStatus.CONFIDENTIAL)
    if may(actor, READ, Target(pack=pack.code, confidentiality=confidential)):
        return Reach(free=known, everything=known, whole=True)
    free = frozenset(unit for unit in known if may(actor, READ, Target(pack=pack.code, unit=unit)))
    everything = frozenset(
        unit for unit in free if may(actor, READ, Target(pack=pack.code, unit=unit, confidentiality=confidential))
    )
    return Reach(free=free, everything=everything, whole=False)


def masked_places(
    pack: StoredPack, definitions: Definitions, reach: Reach, asked: Collection[Place], *, known: int
) -> frozenset[Place]:
    """Give those of some places whose values somebody may not see: two queries at most.

    definitions : with units grouped as the values were rolled up. known : the change as of which they were read.
    """
    if reach.whole or not asked:
        return frozenset()
    units = frozenset(unit for _indicator, unit, _period in asked)
    made_of = {code: terms_below(definitions, code) for code in {indicator for indicator, _unit, _period in asked}}
    wholes = _Wholes(definitions)
    secret = _secret(pack, made_of, wholes.members_of(units), reach, known)
    held = {
        (term, whole, period)
        for term, unit, period in secret.iter_rows()
        for whole in (unit, *wholes.above(unit, period))
        if whole in units
    }
    at_any_time = {(term, unit) for term, unit, _period in held}
    back = {code for code, terms in made_of.items() if reaches_back(definitions, terms)}

    def holds_secret(indicator: str, unit: str, period: str) -> bool:
        if indicator in back:
            return any((term, unit) in at_any_time for term in made_of[indicator])
        return any((term, unit, period) in held for term in made_of[indicator])

    return frozenset(place for place in asked if holds_secret(*place))


def confidential_places(frame: pl.DataFrame, reach: Reach) -> frozenset[Place]:
    """Give the places at which any row is confidential itself: other parts of the same fact would tell it."""
    confidential = (pl.col("confidentiality") != ConfStatus.FREE) & ~pl.col("unit").is_in(sorted(reach.everything))
    return frozenset(frame.filter(confidential).select("indicator", "unit", "period").iter_rows())


def unmasked(
    pack: StoredPack, definitions: Definitions, reach: Reach, frame: pl.DataFrame, *, known: int
) -> pl.DataFrame:
    """Give the rows of observations whose values somebody may see: two queries at most."""
    place = ("indicator", "unit", "period")
    places = frozenset(frame.select(place).unique().iter_rows())
    masked = masked_places(pack, definitions, reach, places, known=known) | confidential_places(frame, reach)
    hidden = pl.DataFrame(sorted(masked), schema=dict.fromkeys(place, pl.String), orient="row")
    return frame.join(hidden, on=place, how="anti", maintain_order="left")


def terms_below(definitions: Definitions, code: str) -> frozenset[str]:
    """Give an indicator and all that it is made of, directly or not."""
    found: set[str] = set()
    ahead = [code]
    while ahead:
        one = ahead.pop()
        indicator = definitions.indicators.get(one)
        if one in found or indicator is None:
            continue
        found.add(one)
        ahead += [term for term, _back in reads_of(indicator)]
    return frozenset(found | {code})


def reads_of(indicator: Indicator) -> frozenset[tuple[str, int]]:
    """Give what the formulas of an indicator read: codes, and how many periods back."""
    return frozenset().union(*(_reads(text) for text in (indicator.formula, indicator.roll_up_weight) if text))


def reaches_back(definitions: Definitions, codes: Collection[str]) -> bool:
    """Say whether any of these indicators reads an earlier period."""
    known = (definitions.indicators[code] for code in codes if code in definitions.indicators)
    return any(back for indicator in known for _code, back in reads_of(indicator))


@lru_cache(maxsize=2048)
def _reads(formula: str) -> frozenset[tuple[str, int]]:
    try:
        return frozenset(Formula.parse(formula).reads)
    except MezonError:
        return frozenset()


def _secret(
    pack: StoredPack, made_of: Mapping[str, frozenset[str]], units: frozenset[str], reach: Reach, known: int
) -> pl.DataFrame:
    """Give indicator, unit and period of what is kept from somebody: as it was said then, or was last said of it."""
    indicators = frozenset().union(*made_of.values())
    said = [
        read_confidentiality(pack, indicators=indicators, units=units, at=change)
        for change in sorted({known, pack.last_change})
    ]
    kept = ~pl.col("unit").is_in(sorted(reach.free)) | (
        (pl.col("confidentiality") != ConfStatus.FREE) & ~pl.col("unit").is_in(sorted(reach.everything))
    )
    return pl.concat(said).filter(kept).select("indicator", "unit", "period").unique()


class _Wholes:
    """Which wholes stand above a unit in a period, in whatever hierarchy."""

    def __init__(self, definitions: Definitions) -> None:
        self._above: dict[str, list[Membership]] = {}
        self._below: dict[str, set[str]] = {}
        self._found: dict[tuple[str, str], frozenset[str]] = {}
        for link in definitions.memberships:
            self._above.setdefault(link.unit, []).append(link)
            self._below.setdefault(link.parent, set()).add(link.unit)

    def members_of(self, units: Iterable[str]) -> frozenset[str]:
        """Give units and all that ever stood below them."""
        found: set[str] = set()
        ahead = list(units)
        while ahead:
            unit = ahead.pop()
            if unit not in found:
                found.add(unit)
                ahead += self._below.get(unit, ())
        return frozenset(found)

    def above(self, unit: str, period: str) -> frozenset[str]:
        """Give every whole that a unit was part of at the end of a period."""
        if (unit, period) not in self._found:
            self._found[unit, period] = frozenset(self._upwards(unit, period))
        return self._found[unit, period]

    def _upwards(self, unit: str, period: str) -> set[str]:
        found: set[str] = set()
        ahead = [unit]
        while ahead:
            for link in self._above.get(ahead.pop(), ()):
                if link.parent not in found and holds_in(link, period):
                    found.add(link.parent)
                    ahead.append(link.parent)
        return found


def holds_in(link: Membership, period: str) -> bool:
    """Say whether a membership holds at the end of a period."""
    end = Period.parse(period).end
    return (not link.valid_from or first_day(link.valid_from) <= end) and (
        not link.valid_to or end <= last_day(link.valid_to)
    )
