"""Cubes: the observations that formulas and roll-ups need, as dense arrays of (units, periods).

A cube holds what may be calculated with one another: one breakdown, variant, price basis and frequency. Two kinds of
term have no such split and are borrowed from the total: what is not money has no price basis, and the whole that the
parts of a breakdown belong to has no breakdown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.engine.cells import Cells, Flags
from mezon.model.codelists import ConfStatus, ObsStatus
from mezon.model.pack import Definitions
from mezon.model.period import Period

Mask = npt.NDArray[np.bool_]
NOMINAL = "NOMINAL"

#: Marks that a result inherits from its terms, as bits above those of `engine.cells`; later ones weigh more.
_STATUS_MARKS: Mapping[str, int] = {
    ObsStatus.PROVISIONAL: 4,
    ObsStatus.ESTIMATED: 8,
    ObsStatus.IMPUTED: 16,
    ObsStatus.IMPUTED_BY_RECEIVER: 16,
    ObsStatus.FORECAST: 32,
}
_INTERNAL, _CONFIDENTIAL = 64, 128
ROLLED_UP = 256
_WORST_STATUS = (
    (32, ObsStatus.FORECAST), (16, ObsStatus.IMPUTED), (8, ObsStatus.ESTIMATED), (4, ObsStatus.PROVISIONAL)
)  # fmt: skip


class Slice(NamedTuple):
    """What is calculated together: one breakdown, variant and price basis, on one time axis."""

    breakdown: str
    variant: str
    price_basis: str
    frequency: str


@dataclass(slots=True, kw_only=True)
class Cube:
    """Cells of every indicator in one slice, of shape (units, periods) on a dense time axis.

    `stated` : where a row is there already, with a value or with a reason why there is none.
    `borrowed` : indicators whose cells come from the total; they are terms here, and not results.
    `known` : how many of a unit's members each value rests on.
    """

    slice: Slice
    units: tuple[str, ...]
    periods: tuple[Period, ...]
    cells: dict[str, Cells] = field(default_factory=dict)
    stated: dict[str, Mask] = field(default_factory=dict)
    borrowed: set[str] = field(default_factory=set)
    known: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Units by periods."""
        return len(self.units), len(self.periods)

    @property
    def filled(self) -> set[str]:
        """Indicators of which a row is there: one that was only asked for as a term has none, and lends nothing."""
        return {code for code in self.cells if self.stated_of(code).any()}

    def cells_of(self, indicator: str) -> Cells:
        """Give an indicator's cells; all absent where nothing is known of it."""
        if indicator not in self.cells:
            self.cells[indicator] = Cells(np.full(self.shape, np.nan), np.zeros(self.shape, dtype=np.uint16))
        return self.cells[indicator]

    def stated_of(self, indicator: str) -> Mask:
        """Say where rows of an indicator are there already."""
        if indicator not in self.stated:
            self.stated[indicator] = np.zeros(self.shape, dtype=bool)
        return self.stated[indicator]

    def put(self, indicator: str, where: Mask, found: Cells) -> None:
        """Enter results: they are terms of what follows, and are stated from now on."""
        cells = self.cells_of(indicator)
        self.cells[indicator] = Cells(
            np.where(where, found.values, cells.values), np.where(where, found.flags, cells.flags)
        )
        self.stated[indicator] = self.stated_of(indicator) | where

    def put_row(self, indicator: str, unit: int, periods: Mask, found: Cells) -> None:
        """Enter results of one unit (a place on the axis of units), whose cells have the shape (periods,), in place."""
        cells, stated = self.cells_of(indicator), self.stated_of(indicator)
        cells.values[unit, periods] = found.values[periods]
        cells.flags[unit, periods] = found.flags[periods]
        stated[unit, periods] = True


@lru_cache(maxsize=512)
def status_of(flags: int) -> str:
    """Give the worst status among what a value was made of: forecast, imputed, estimated, provisional, normal."""
    return next((str(status) for bit, status in _WORST_STATUS if flags & bit), str(ObsStatus.NORMAL))


@lru_cache(maxsize=512)
def confidentiality_of(flags: int) -> str:
    """Give the strictest confidentiality among what a value was made of."""
    if flags & _CONFIDENTIAL:
        return str(ConfStatus.CONFIDENTIAL)
    return str(ConfStatus.NOT_FOR_PUBLICATION if flags & _INTERNAL else ConfStatus.FREE)


def cubes_of(
    rows: pl.DataFrame,
    definitions: Definitions,
    *,
    indicators: Collection[str],
    families: Mapping[str, frozenset[str]],
) -> Iterator[Cube]:
    """Lay rows in their indicators' own units of measure out as cubes, one a slice, in order.

    rows : settled and converted observations. families : for each unit, those it rolls up to and all their members,
    so that they have a place. Only `indicators` are laid out.
    """
    own = {code: definitions.indicators[code].unit for code in sorted(indicators) if code in definitions.indicators}
    table = pl.DataFrame(
        {"indicator": list(own), "_own": list(own.values())}, schema=dict.fromkeys(("indicator", "_own"), pl.String)
    )
    chosen = rows.join(table, on="indicator").filter(pl.col("unit_of_measure") == pl.col("_own"))
    chosen = chosen.filter(pl.col("unit").is_in(list(definitions.units)))
    if chosen.is_empty():
        return
    periods = {text: Period.parse(text) for text in chosen["period"].unique().to_list()}
    frequency = pl.col("period").replace_strict(
        list(periods), [str(period.frequency) for period in periods.values()], return_dtype=pl.String
    )
    chosen = chosen.with_columns(frequency.alias("frequency"))
    parts = {
        Slice(*(str(part) for part in key)): part
        for key, part in chosen.partition_by(*Slice._fields, as_dict=True, include_key=False).items()
    }
    done: dict[Slice, Cube] = {}
    for key in sorted(parts, key=lambda key: (key.breakdown != "", key.price_basis != NOMINAL, key)):
        done[key] = _cube(key, parts[key], _lenders(key, parts[key], done, definitions), families)
        yield done[key]


def _lenders(key: Slice, rows: pl.DataFrame, done: Mapping[Slice, Cube], definitions: Definitions) -> dict[str, Cube]:
    """Find the terms that this slice may borrow, and the finished cubes that have them."""
    here = set(rows["indicator"].unique().to_list())
    lenders: dict[str, Cube] = {}
    nominal = done.get(key._replace(price_basis=NOMINAL))
    if key.price_basis != NOMINAL and nominal is not None:
        lenders |= {code: nominal for code in nominal.filled if not _is_money(code, definitions)}
    whole = done.get(key._replace(breakdown=""))
    # Parts may be set against a whole only if they are never stated as a whole themselves: otherwise like goes with
    # like, and employees by sex are not set against all staff.
    if key.breakdown and whole is not None and here - whole.filled:
        lenders |= dict.fromkeys(whole.filled, whole)
    return {code: lenders[code] for code in sorted(lenders.keys() - here)}


def _is_money(code: str, definitions: Definitions) -> bool:
    unit = definitions.units_of_measure.get(definitions.indicators[code].unit)
    return unit is not None and bool(unit.currency)


def _cube(key: Slice, rows: pl.DataFrame, lenders: Mapping[str, Cube], families: Mapping[str, frozenset[str]]) -> Cube:
    present = rows["unit"].unique().to_list()
    units = tuple(sorted(set(present).union(*{families.get(unit, frozenset()) for unit in present})))
    periods = {text: Period.parse(text) for text in rows["period"].unique().to_list()}
    axis = _axis({*periods.values()}.union(*(lender.periods for lender in lenders.values())))
    cube = Cube(slice=key, units=units, periods=axis, borrowed=set(lenders))
    column_of = np.array([axis.index(period) for period in periods.values()])
    at = _places(rows["unit"], units), column_of[_places(rows["period"], list(periods))]
    values, marks = rows["value"].fill_null(np.nan).to_numpy(), _marks(rows)
    indicators = sorted(rows["indicator"].unique().to_list())
    owners = _places(rows["indicator"], indicators)
    ordered = np.argsort(owners, kind="stable")
    ends = np.searchsorted(owners[ordered], np.arange(1, len(indicators)))
    for indicator, own in zip(indicators, np.split(ordered, ends), strict=True):
        where, cells = (at[0][own], at[1][own]), cube.cells_of(indicator)
        cells.values[where], cells.flags[where] = values[own], marks[own]
        cube.stated_of(indicator)[where] = True
    for code, lender in lenders.items():
        _borrow(cube, code, lender)
    return cube


def _places(texts: pl.Series, among: Sequence[str]) -> npt.NDArray[np.int64]:
    """Say where each text stands among those there are."""
    return texts.cast(pl.Enum(among)).to_physical().to_numpy().astype(np.int64)


def _borrow(cube: Cube, code: str, lender: Cube) -> None:
    """Copy a term from the units and periods that two cubes share."""
    rows = [place for place, unit in enumerate(cube.units) if unit in lender.units]
    theirs = [lender.units.index(cube.units[place]) for place in rows]
    start = lender.periods[0].ordinal - cube.periods[0].ordinal
    columns = list(range(start, start + len(lender.periods)))
    cells, source = cube.cells_of(code), lender.cells[code]
    cells.values[np.ix_(rows, columns)] = source.values[theirs]
    cells.flags[np.ix_(rows, columns)] = source.flags[theirs]
    if code in lender.known:
        cube.known[code] = np.zeros(cube.shape)
        cube.known[code][np.ix_(rows, columns)] = lender.known[code][theirs]


def _axis(periods: Iterable[Period]) -> tuple[Period, ...]:
    ordered = sorted(periods)
    first, last = ordered[0], ordered[-1]
    return tuple(first.shifted(step) for step in range(last.ordinal - first.ordinal + 1))


def _marks(part: pl.DataFrame) -> Flags:
    strict = [str(code) for code in ConfStatus if code not in (ConfStatus.FREE, ConfStatus.NOT_FOR_PUBLICATION)]
    status = pl.col("status").replace_strict(
        [str(code) for code in _STATUS_MARKS], list(_STATUS_MARKS.values()), default=0, return_dtype=pl.UInt16
    )
    confidentiality = pl.col("confidentiality").replace_strict(
        [*strict, str(ConfStatus.NOT_FOR_PUBLICATION)],
        [*([_CONFIDENTIAL] * len(strict)), _INTERNAL],
        default=0,
        return_dtype=pl.UInt16,
    )
    return part.select((status + confidentiality).alias("marks"))["marks"].to_numpy().astype(np.uint16)
