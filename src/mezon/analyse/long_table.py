"""From arrays over nodes, units and periods to a long table, in an order that no input row can change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.methods.arrays import Mask, Values
from mezon.model.assessment import TABLES


def cell_table(
    name: str,
    *,
    units: Sequence[str],
    periods: Sequence[str],
    third: Sequence[str],
    third_column: str,
    columns: Mapping[str, npt.NDArray[np.generic]],
    keep: Mask,
) -> pl.DataFrame:
    """Give the table `name` with a row for every cell of `keep`, (third, units, periods), by unit, period, third.

    `columns` : arrays of the same shape; NaN becomes an empty cell.
    """
    cells = np.argwhere(np.moveaxis(keep, 0, -1))
    at = (cells[:, 2], cells[:, 0], cells[:, 1])
    data: dict[str, pl.Series] = {
        "unit": pl.Series(np.array(units, dtype=object)[cells[:, 0]], dtype=pl.String),
        "period": pl.Series(np.array(periods, dtype=object)[cells[:, 1]], dtype=pl.String),
        third_column: pl.Series(np.array(third, dtype=object)[cells[:, 2]], dtype=pl.String),
        **{column: _series(values[at]) for column, values in columns.items()},
    }
    return pl.DataFrame({column: data[column] for column in TABLES[name]})


def table(name: str, rows: Sequence[tuple[object, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Give the table `name` from rows, in the order of its columns; those not in `schema` are numbers."""
    types = {column: schema.get(column, pl.Float64()) for column in TABLES[name]}
    return pl.DataFrame(rows, schema=types, orient="row").with_columns(
        pl.col(column).fill_nan(None) for column, kind in types.items() if kind == pl.Float64
    )


def whole(values: Values) -> pl.Series:
    """Give floats that are whole numbers, or NaN, as integers, or empty."""
    return pl.Series(values, dtype=pl.Float64).fill_nan(None).cast(pl.Int64)


def _series(values: npt.NDArray[np.generic]) -> pl.Series:
    if values.dtype == np.float64:
        return pl.Series(values, dtype=pl.Float64).fill_nan(None)
    return pl.Series(values.tolist(), dtype=pl.String)
