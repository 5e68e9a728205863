"""The working view: values as the line would release them now, reported and computed, for what is asked alone.

A change shows at once in every aggregate: nothing is kept ready, and nothing has to be rebuilt. The rules are those of
a release (settled, converted, derived, rolled up), run on the rows of the indicators asked for and of their terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.conf import settings

from mezon.engine.formula import Formula
from mezon.model.indicator import Indicator
from mezon.model.observations import COLUMNS, KEY, ORIGIN, REPORTED
from mezon.model.pack import Definitions
from mezon.process.conversion import converted_rows
from mezon.process.hierarchy import Tree
from mezon.process.regrouping import as_now
from mezon.process.releasing import computed_rows
from mezon.process.settling import known_by, settle
from mezon.web.warehouse.models import Placement, StoredPack
from mezon.web.warehouse.store.changes import known_at
from mezon.web.warehouse.store.reading import frame_of, known_version, open_version
from mezon.web.warehouse.store.staging import SERIES
from mezon.web.warehouse.store.unloading import definitions_of

_SHOWN = (*KEY, "value", "status", "confidentiality", *ORIGIN)
#: What is read of every version; and who stated it, which matters only where several state one key.
_READ: dict[str, pl.DataType] = {
    "series": pl.Int64(), "period": pl.String(), "value": pl.Float64(), "status": pl.String(),
    "confidentiality": pl.String(),
}  # fmt: skip
_STATED: dict[str, pl.DataType] = {"published": pl.String(), "source_ref": pl.String()}
_OF_OBSERVATION = frozenset({"period", *_STATED})
_OF_KEY = tuple(name for name in SERIES if name != "source")
#: More units than this are read whole and chosen from: a query's text has its limits.
_NAMED_IN_A_QUERY = 2000
_PLACES = 2**62


def dashboard(
    pack: StoredPack,
    *,
    indicators: Sequence[str],
    units: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    at: int | None = None,
    seen_from: date | None = None,
    home: Path | None = None,
) -> pl.DataFrame:
    """Give the values of some indicators, units (with their wholes) and periods, as a release made now would have them.

    at : as known after that change; now when left out. seen_from : roll every period up as units are grouped on that
    day ("as now"), instead of as they were grouped then. It costs seven queries at most, whatever is asked.
    What a release counts from registers is not in it.

    Returns : KEY, value, status, confidentiality, origin and origin_note, sorted by key.
    Raises : UnsettledDisagreement, as freezing would.
    """
    known = known_at(pack, at)
    whole = definitions_of(pack, at=known, home=home or Path(settings.HOME))
    grouped, tree = _grouped(_Itself(whole), seen_from)
    definitions = _needed(grouped, tuple(indicators))
    reaching_back = any(back for formula in _formulas(definitions) for _, back in formula.reads)
    members = _with_members(pack, units, known, seen_from=seen_from)
    asked = None if reaching_back else periods
    settled = _settled_rows(pack, definitions, units=members, periods=asked, at=known, newest=at is None)
    if at is None and known_at(pack, None) != known:
        # Somebody recorded a change meanwhile: all is read as it was known before it.
        settled = _settled_rows(pack, definitions, units=members, periods=asked, at=known, newest=False)
    reported = pl.concat([settled, converted_rows(settled, definitions)[0]])
    found = pl.concat([reported, computed_rows(reported, definitions, tree=tree)[0]]).filter(
        pl.col("indicator").is_in(indicators)
    )
    for column, wanted in (("unit", units), ("period", periods)):
        if wanted is not None:
            found = found.filter(pl.col(column).is_in(wanted))
    return _sorted(found.select(_SHOWN))


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort by key: by one number that says where each part of it stands, in a third of the time that texts take."""
    place, largest = pl.zeros(frame.height, dtype=pl.Int64, eager=True), 1
    alike = frame.select((pl.col(KEY) == pl.col(KEY).first()).all())
    for name in (name for name in KEY if not alike[name].item()):
        texts = frame[name].unique().sort()
        largest *= texts.len()
        if largest > _PLACES:
            return frame.sort(KEY)
        place = place * texts.len() + frame[name].cast(pl.Enum(texts)).to_physical().cast(pl.Int64)
    return frame[place.arg_sort()]


class _Itself:
    """Definitions as the key of a cache: the same only if they are one object."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def __hash__(self) -> int:
        return id(self.definitions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.definitions is self.definitions


@lru_cache(maxsize=16)
def _grouped(definitions: _Itself, seen_from: date | None) -> tuple[Definitions, Tree]:
    """Give definitions with units grouped as then, or as on a day, and what their hierarchies come to."""
    found = definitions.definitions
    grouped = found if seen_from is None else as_now(found, on=seen_from)
    return grouped, Tree(grouped)


def _needed(definitions: Definitions, indicators: Sequence[str]) -> Definitions:
    """Leave out the indicators that none of those asked for is made of."""
    needed: dict[str, Indicator] = {}
    ahead = list(indicators)
    while ahead:
        indicator = definitions.indicators.get(ahead.pop())
        if indicator is None or indicator.code in needed:
            continue
        needed[indicator.code] = indicator
        ahead += sorted(term for formula in _formulas_of(indicator) for term in formula.terms)
    return replace(definitions, indicators=dict(sorted(needed.items())))


def _formulas(definitions: Definitions) -> Iterable[Formula]:
    return (formula for indicator in definitions.indicators.values() for formula in _formulas_of(indicator))


def _formulas_of(indicator: Indicator) -> list[Formula]:
    return [_parsed(text) for text in (indicator.formula, indicator.roll_up_weight) if text]


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Formula:
    return Formula.parse(text)


def _with_members(
    pack: StoredPack, units: Sequence[str] | None, at: int, *, seen_from: date | None
) -> frozenset[str] | None:
    """Give units and all that is below them; every unit, where the past is regrouped or all are asked for."""
    if units is None or seen_from is not None:
        return None
    below = Placement.objects.filter(pack=pack, ancestor__in=units, recorded_from__lte=at, recorded_to__gt=at)
    return frozenset(units).union(below.values_list("unit", flat=True))


def _settled_rows(
    pack: StoredPack,
    definitions: Definitions,
    *,
    units: frozenset[str] | None,
    periods: Sequence[str] | None,
    at: int,
    newest: bool,
) -> pl.DataFrame:
    """Read one row a key of the indicators that the definitions have, in the shape of a release.

    newest : what is known now, which is found more quickly than what was known at a change.

    Who stated a row where and when matters only where several state one key: it is read, and settled by, only then.
    """
    series = _series(pack, definitions, units)
    read = _versions(series["series"].to_list(), _READ, periods, None if newest else at)
    one_each = not series.select(pl.struct(_OF_KEY).is_duplicated().any()).item()
    if one_each and not read.select(pl.struct("series", "period").is_duplicated().any()).item():
        return _in_shape(read, series)
    whole = _versions(series["series"].to_list(), {**_READ, **_STATED}, periods, None if newest else at)
    return settle(known_by(_in_shape(whole, series), definitions, as_of=None)[0], definitions)


def _series(pack: StoredPack, definitions: Definitions, units: frozenset[str] | None) -> pl.DataFrame:
    """Find the series of the definitions' indicators, and of these units."""
    codes = list(definitions.indicators)
    some = sorted(units) if units is not None and len(units) <= _NAMED_IN_A_QUERY else []
    inside = f" AND s.unit IN ({', '.join(['%s'] * len(some))})" if some else ""
    found = frame_of(
        f"SELECT s.id, {', '.join(f's.{name}' for name in SERIES)} FROM warehouse_series s WHERE s.pack_id = %s "  # noqa: S608
        f"AND s.indicator IN ({', '.join(['%s'] * len(codes)) or 'NULL'}){inside}",
        [pack.pk, *codes, *some],
        {"series": pl.Int64(), **dict.fromkeys(SERIES, pl.String())},
    )
    return found if units is None or some else found.filter(pl.col("unit").is_in(sorted(units)))


def _versions(
    series: Sequence[int], columns: dict[str, pl.DataType], periods: Sequence[str] | None, at: int | None
) -> pl.DataFrame:
    """Read what is known, or was at a change, of some series' observations, from the first period to the last."""
    names = ", ".join(f"{'o' if name in _OF_OBSERVATION else 'v'}.{name}" for name in columns if name != "series")
    span = " AND o.period >= %s AND o.period <= %s" if periods else ""
    version, moment = (open_version(), []) if at is None else (known_version(), [at, at])
    return frame_of(
        f"SELECT o.series_id, {names} FROM warehouse_observation o {version} "  # noqa: S608 - our names and numbers
        f"WHERE {'' if at is None else 'v.recorded_to > %s AND '}"
        f"o.series_id IN ({', '.join(map(str, series)) or 'NULL'}){span}",
        [*moment, *([min(periods), max(periods)] if periods else [])],
        columns,
    )


def _in_shape(versions: pl.DataFrame, series: pl.DataFrame) -> pl.DataFrame:
    found = versions.join(series, on="series")
    rest = {name: pl.lit(None if kind == pl.Float64() else "", dtype=kind) for name, kind in COLUMNS.items()}
    blank = [value.alias(name) for name, value in rest.items() if name not in found.columns]
    origin = [pl.lit(REPORTED).alias("origin"), pl.lit("").alias("origin_note")]
    return found.with_columns(*blank, *origin).select(*COLUMNS, *ORIGIN)
