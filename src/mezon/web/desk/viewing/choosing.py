"""What is chosen of the working view: all of it stands in the address, and what is left out has a sensible default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from mezon.errors import AskedForUnknown
from mezon.model.codelists import Frequency
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.process.regrouping import as_now
from mezon.web.desk import knowing
from mezon.web.desk.viewing.seeing import terms_below
from mezon.web.warehouse.models import Change, StoredPack
from mezon.web.warehouse.store import definitions_of
from mezon.web.warehouse.store.contents import periods_stated

#: A table of more columns than these is read by nobody.
MOST_INDICATORS, MOST_PERIODS = 8, 12
_INDICATORS_AT_FIRST, _PERIODS_AT_FIRST = 4, 3
THEN, NOW = "then", "now"
#: Not a hierarchy: every unit by itself.
NO_HIERARCHY = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """As known after which change; `asked` says whether somebody chose it, `day` when they chose by a day."""

    change: Change
    asked: bool
    day: date | None = None

    @property
    def known(self) -> int:
        """The number of the change."""
        return self.change.number

    @property
    def at(self) -> int | None:
        """What readers of the store take: None for what is known now."""
        return self.change.number if self.asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the table is of. `definitions` are those known then, with units grouped as chosen."""

    pack: StoredPack
    moment: Moment
    definitions: Definitions
    indicators: tuple[str, ...]
    periods: tuple[str, ...]
    possible_periods: tuple[str, ...]
    hierarchy: str
    top: str
    seen_from: date | None
    left_out: int = 0

    @property
    def grouped(self) -> str:
        """How units are grouped: as then or as now."""
        return THEN if self.seen_from is None else NOW

    @property
    def last_period(self) -> str:
        """The last period shown; "" where there is none."""
        return self.periods[-1] if self.periods else ""

    @property
    def asked(self) -> dict[str, str]:
        """What a link to one value of the table takes along."""
        moment = {"change": str(self.moment.known)} if self.moment.asked else {}
        return moment | ({"grouped": NOW} if self.seen_from else {})


def moment_of(pack: StoredPack, query: QueryDict) -> Moment:
    """Read as known after which change is asked for, `?change=` or `?day=`: one query.

    Raises : AskedForUnknown, where nothing was known yet or there is no such change.
    """
    number, day = query.get("change", "").strip(), query.get("day", "").strip()
    changes = Change.objects.filter(pack=pack).select_related("pack").order_by("-number")
    chosen = _day(day) if day and not number else None
    if number:
        found = changes.filter(number=int(number)).first() if number.isdigit() and len(number) < 10 else None
    elif chosen is not None:
        found = changes.filter(at__date__lt=chosen + timedelta(days=1)).first()
    else:
        found = changes.first()
    if found is None:
        raise AskedForUnknown(
            _("Nothing was known then."),
            hint=_("Changes are numbered from 1 to %(last)d; choose one of them, or a later day.")
            % {"last": pack.last_change},
        )
    return Moment(change=found, asked=bool(number or chosen), day=chosen)


def definitions_at(pack: StoredPack, moment: Moment) -> Definitions:
    """Give what the pack defined at a moment."""
    if not moment.asked:
        return knowing.definitions_of(pack)
    return definitions_of(pack, at=moment.known, home=Path(settings.HOME))


def seen_from_of(query: QueryDict, today: date) -> date | None:
    """Read how units are grouped: as they were then (None), or as they are today."""
    return today if query.get("grouped") == NOW else None


def choice_of(
    pack: StoredPack,
    query: QueryDict,
    *,
    moment: Moment,
    definitions: Definitions,
    stated: Collection[str],
    units: Collection[str] | None,
    today: date,
) -> Choice:
    """Read what is chosen: one query, for the periods there are.

    stated : indicators that anything was said of, for the default. units : those within reach, None for all.
    Raises : AskedForUnknown, for an indicator, hierarchy or unit that there is not; MalformedValue, for no period.
    """
    seen_from = seen_from_of(query, today)
    grouped = definitions if seen_from is None else as_now(definitions, on=seen_from)
    wanted = _indicators(query, definitions, stated)
    indicators = wanted[:MOST_INDICATORS]
    terms = frozenset().union(*(terms_below(definitions, code) for code in indicators))
    possible = sorted(periods_stated(pack, indicators=terms, units=units), key=_in_time)
    hierarchy = _hierarchy(query, grouped, units)
    return Choice(
        pack=pack, moment=moment, definitions=grouped, indicators=indicators,
        periods=_periods(query, possible, _usual_frequency(definitions, indicators), today),
        possible_periods=tuple(possible), hierarchy=hierarchy, top=_top(query, grouped, hierarchy),
        seen_from=seen_from, left_out=len(wanted) - len(indicators),
    )  # fmt: skip


def hierarchies_of(definitions: Definitions) -> list[str]:
    """Give the parallel hierarchies, the one with the most memberships first."""
    counted = Counter(link.hierarchy for link in definitions.memberships)
    return sorted(counted, key=lambda name: (-counted[name], name))


def by_frequency(periods: Sequence[str]) -> dict[Frequency, list[str]]:
    """Sort periods by how long they are, the newest first, for a list to choose from."""
    found: dict[Frequency, list[str]] = {}
    for period in reversed(periods):
        found.setdefault(Period.parse(period).frequency, []).append(period)
    return {frequency: found[frequency] for frequency in Frequency if frequency in found}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AskedForUnknown(
            _("“%(day)s” is no day.") % {"day": text[:20]}, hint=_("Write it as 2026-11-22.")
        ) from None


def _indicators(query: QueryDict, definitions: Definitions, stated: Collection[str]) -> tuple[str, ...]:
    asked = dict.fromkeys(code for code in query.getlist("indicator") if code)
    for code in asked:
        _refuse_unknown(code, definitions.indicators, _("There is no indicator “%(code)s”."))
    if asked:
        return tuple(asked)
    of_forms = dict.fromkeys(item.indicator for form in definitions.forms.values() for item in form.items)
    first = [code for code in of_forms if code in stated] or [code for code in definitions.indicators if code in stated]
    return tuple(first[:_INDICATORS_AT_FIRST])


def _usual_frequency(definitions: Definitions, indicators: Sequence[str]) -> Frequency:
    counted = Counter(definitions.indicators[code].frequency for code in indicators)
    return counted.most_common(1)[0][0] if counted else Frequency.ANNUAL


def _periods(query: QueryDict, possible: Sequence[str], usual: Frequency, today: date) -> tuple[str, ...]:
    """Give the periods from one to another, of one frequency; the last few that have ended, where none is named.

    Periods that these indicators do not have are left out, so that other indicators may be chosen without more ado.
    """
    first, last = (Period.parse(text) if (text := query.get(name, "")) else None for name in ("from", "to"))
    sorted_out = by_frequency(possible)
    asked = last or first
    line = sorted_out.get(asked.frequency if asked else usual, [])[::-1]
    if asked is None:
        line = line or [period for listed in sorted_out.values() for period in listed[::-1]]
        ended = [period for period in line if Period.parse(period).end <= today]
        return tuple((ended or line)[-_PERIODS_AT_FIRST:])
    start, end = min(first or asked, asked), max(first or asked, asked)
    if start.frequency != end.frequency:
        start = end = asked
    return tuple([period for period in line if start <= Period.parse(period) <= end][-MOST_PERIODS:])


def _hierarchy(query: QueryDict, definitions: Definitions, units: Collection[str] | None) -> str:
    """Give the hierarchy asked for; else the fullest that holds more than one of the units within reach."""
    asked = query.get("hierarchy", "")
    known = hierarchies_of(definitions)
    if asked:
        _refuse_unknown(asked, [*known, NO_HIERARCHY], _("There is no hierarchy “%(code)s”."))
        return asked
    for hierarchy in known:
        links = (link for link in definitions.memberships if link.hierarchy == hierarchy)
        if any(units is None or {link.unit, link.parent} <= set(units) for link in links):
            return hierarchy
    return NO_HIERARCHY


def _top(query: QueryDict, definitions: Definitions, hierarchy: str) -> str:
    """Give the unit to start from; one that is no whole of the hierarchy starts nothing, and all is shown."""
    asked = query.get("top", "")
    if asked:
        _refuse_unknown(asked, definitions.units, _("There is no unit “%(code)s”."))
    in_it = (asked in {link.unit, link.parent} for link in definitions.memberships if link.hierarchy == hierarchy)
    return asked if hierarchy == NO_HIERARCHY or any(in_it) else ""


def _in_time(period: str) -> tuple[int, date, date]:
    parsed = Period.parse(period)
    return (list(Frequency).index(parsed.frequency), parsed.start, parsed.end)


def _refuse_unknown(code: str, known: Mapping[str, object] | Collection[str], sentence: str) -> None:
    if code not in known:
        raise AskedForUnknown(sentence % {"code": code[:100]}, hint=_("Choose one from the list on the page."))
