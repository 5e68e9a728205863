"""Denomination: from an amount to an amount per something, so that large and small units compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mezon.errors import AskedForUnknown
from mezon.methods.arrays import Values
from mezon.methods.registry import method


@method("denominate/by")
def by(
    values: Values,
    *,
    denominators: Mapping[str, Values],
    own: Sequence[str],
    by: str = "",
    scale: float = 1.0,
) -> Values:
    """Divide each column by its own denominator, or all by one, and multiply by a scale.

        y = scale * x / d

    values : (..., rows, indicators); NaN = no value. own : the code of each column's denominator, "" = it has none,
    and stays as it is. denominators : code -> (rows,), each in its own unit.
    by : one code for every column. scale : such as 1,000,000 for "per million".
    Returns : the same shape; NaN where the denominator is missing or zero.
    Raises : AskedForUnknown for a code that has no values.
    Source : OECD/JRC Handbook (2008), step 2 (size-free indicators); COINr's `Denominate`.
    """
    result = values.copy()
    for column, code in enumerate(own):
        chosen = by or code
        if not chosen:
            continue
        if chosen not in denominators:
            raise AskedForUnknown(f"denominate/by: {chosen!r} is no indicator.", hint="Name one of indicators.toml.")
        divisor = np.where(denominators[chosen] == 0, np.nan, denominators[chosen])
        result[..., column] = scale * values[..., column] / divisor
    return result
