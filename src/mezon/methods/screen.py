"""Screening: which unit-periods and which indicators have enough data to take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method

#: A share this close below its limit reaches it: 0.65 of 20 is 13, also in binary fractions.
GUARD = 1e-9


@dataclass(frozen=True, slots=True)
class Screened:
    """What may stay: one answer a row, one a column."""

    rows: Mask
    indicators: Mask


@method("screen")
def screen(
    values: Values,
    *,
    applicable: Mask,
    units: Sequence[str],
    min_unit_coverage: float = 0.0,
    min_unit_nonzero: float = 0.0,
    min_indicator_coverage: float = 0.0,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
) -> Screened:
    """Say which rows and columns have enough data; indicators are judged first, rows on the indicators that stay.

        coverage of a row = its values / its applicable indicators;   of a column = its values / its applicable rows

    values : (rows, indicators); NaN = no value. `applicable` : False where a value cannot exist, which is no gap.
    units : the unit of each row. `keep` and `drop` name units that stay or go whatever their coverage.
    min_unit_nonzero : share of a row's values that must differ from zero.
    Returns : Screened. A row without any applicable indicator goes.
    Source : OECD/JRC Handbook (2008), step 2; COINr's `Screen` for the share of non-zero values.
    """
    seen = ~np.isnan(values) & applicable
    stays = _share(seen, applicable, axis=0) >= min_indicator_coverage - GUARD
    seen, applicable = seen[:, stays], applicable[:, stays]
    nonzero = seen & (np.nan_to_num(values[:, stays]) != 0)
    rows = _share(seen, applicable, axis=1) >= min_unit_coverage - GUARD
    rows &= _share(nonzero, seen, axis=1) >= min_unit_nonzero - GUARD
    names = np.asarray(units, dtype=object)
    rows = (rows | np.isin(names, list(keep))) & ~np.isin(names, list(drop)) & applicable.any(axis=1)
    return Screened(rows, stays)


def _share(part: Mask, whole: Mask, *, axis: int) -> Values:
    total = whole.sum(axis=axis)
    return np.asarray(part.sum(axis=axis) / np.maximum(total, 1), dtype=np.float64)
