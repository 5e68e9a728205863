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
from mezon.process.regrouping import as_now
from mezon.process.releasing import computed_rows
from mezon.process.settling import known_by, settle
from mezon.web.warehouse.models import Placement, StoredPack
from mezon.web.warehouse.store.changes import known_at
from mezon.web.warehouse.store.reading import frame_of, known_versions
from mezon.web.warehouse.store.staging import SERIES
from mezon.web.warehouse.store.unloading import definitions_of

_SHOWN = (*KEY, "value", "status", "confidentiality", *ORIGIN)
#: What a dashboard reads of each version; the rest of a row's columns says nothing that an aggregate needs.
_READ: dict[str, pl.DataType] = {
    "series": pl.Int64(), "period": pl.String(), "published": pl.String(), "source_ref": pl.String(),
    "value": pl.Float64(), "status": pl.String(), "confidentiality": pl.String(),
}  # fmt: skip


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
    day ("as now"), instead of as they were grouped then. It costs six queries, whatever is asked.

    Returns : KEY, value, status, confidentiality, origin and origin_note, sorted by key.
    Raises : UnsettledDisagreement, as freezing would.
    """
    known = known_at(pack, at)
    whole = definitions_of(pack, at=known, home=home or Path(settings.HOME))
    definitions = _needed(whole, tuple(indicators))
    if seen_from is not None:
        definitions = as_now(definitions, on=seen_from)
    reaching_back = any(back for formula in _formulas(definitions) for _, back in formula.reads)
    rows = _rows(
        pack, definitions, units=_with_members(pack, units, known, seen_from=seen_from),
        periods=None if reaching_back else periods, at=known,
    )  # fmt: skip
    settled = settle(known_by(rows, definitions, as_of=None)[0], definitions)
    reported = pl.concat([settled, converted_rows(settled, definitions)[0]])
    found = pl.concat([reported, computed_rows(reported, definitions)[0]]).filter(pl.col("indicator").is_in(indicators))
    for column, wanted in (("unit", units), ("period", periods)):
        if wanted is not None:
            found = found.filter(pl.col(column).is_in(wanted))
    return found.select(_SHOWN).sort(KEY)


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


def _rows(
    pack: StoredPack,
    definitions: Definitions,
    *,
    units: frozenset[str] | None,
    periods: Sequence[str] | None,
    at: int,
) -> pl.DataFrame:
    """Read the rows of the indicators that the definitions have, in the shape of a release."""
    codes = list(definitions.indicators)
    inside = f"s.pack_id = %s AND s.indicator IN ({', '.join(['%s'] * len(codes)) or 'NULL'})"
    series = frame_of(
        f"SELECT s.id, {', '.join(f's.{name}' for name in SERIES)} FROM warehouse_series s WHERE {inside}",  # noqa: S608
        [pack.pk, *codes],
        {"series": pl.Int64(), **dict.fromkeys(SERIES, pl.String())},
    )
    if units is not None:
        series = series.filter(pl.col("unit").is_in(sorted(units)))
    span = " AND o.period >= %s AND o.period <= %s" if periods else ""
    versions = frame_of(
        "SELECT o.series_id, o.period, o.published, o.source_ref, v.value, v.status, v.confidentiality "  # noqa: S608
        f"FROM {known_versions()} WHERE v.recorded_to > %s AND {inside}{span}",
        [at, at, pack.pk, *codes, *([min(periods), max(periods)] if periods else [])],
        _READ,
    )
    found = versions.join(series, on="series")
    if periods is not None:
        found = found.filter(pl.col("period").is_in(periods))
    rest = {name: pl.lit(None if kind == pl.Float64() else "", dtype=kind) for name, kind in COLUMNS.items()}
    blank = [value.alias(name) for name, value in rest.items() if name not in found.columns]
    origin = [pl.lit(REPORTED).alias("origin"), pl.lit("").alias("origin_note")]
    return found.with_columns(*blank, *origin).select(*COLUMNS, *ORIGIN)
