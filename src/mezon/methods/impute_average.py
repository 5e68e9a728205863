"""Imputation with an average: of the column, of a group of units, or of the row's sibling indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mezon.errors import AskedForUnknown
from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method
from mezon.methods.statistics import FLAT, count, highest, lowest
from mezon.methods.statistics import mean as column_mean

Average = Callable[[Values], Values]


@method("impute/mean")
def mean(values: Values) -> Values:
    """Fill each gap with the arithmetic mean of its column.

    values : (..., rows, indicators); NaN = no value. Returns : the same shape; a column without values stays empty.
    Source : OECD/JRC Handbook (2008), step 3 "Unconditional mean imputation"; COINr's `i_mean`.
    """
    return _filled(values, column_mean(values))


@method("impute/median")
def median(values: Values) -> Values:
    """Fill each gap with the median of its column.

    values : (..., rows, indicators); NaN = no value. Returns : the same shape; a column without values stays empty.
    Source : OECD/JRC Handbook (2008), step 3; COINr's `i_median`.
    """
    return _filled(values, column_median(values))


@method("impute/group-mean")
def group_mean(values: Values, *, groupings: Mapping[str, Sequence[str]], by: str = "") -> Values:
    """Fill each gap with the mean of its column among the rows of the same group.

    values : (..., rows, indicators); NaN = no value. groupings : column of units.csv -> the group of each row.
    by : which of them. Returns : the same shape; a row without group, and a group without values, stays empty.
    Raises : AskedForUnknown for a grouping that there is not.
    Source : OECD/JRC Handbook (2008), step 3; COINr's `i_mean_grp`.
    """
    return _grouped(values, groupings, by, column_mean)


@method("impute/group-median")
def group_median(values: Values, *, groupings: Mapping[str, Sequence[str]], by: str = "") -> Values:
    """Fill each gap with the median of its column among the rows of the same group.

    values, groupings, by, returns, raises : as for impute/group-mean.
    Source : OECD/JRC Handbook (2008), step 3; COINr's `i_median_grp`.
    """
    return _grouped(values, groupings, by, column_median)


@method("impute/row-mean")
def row_mean(
    values: Values,
    *,
    direction: Values,
    parents: Sequence[str],
    below: Mapping[str, Mask],
    node: str = "parent",
) -> Values:
    """Fill each gap with the mean of the row's sibling indicators, taken on a common scale and brought back.

        z = (x - min) / (max - min), turned round for direction -1;   z of a gap = mean of the siblings' z in its row

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    parents : the node of each indicator. below : node -> which indicators hang under it, at any depth.
    node : "parent" takes the indicators under the same node, the id of a node all that hang under that one.
    Returns : the same shape; a row without a sibling's value, and a column without any, stays empty. A column that
        does not vary is no sibling of others, and is filled with its one value.
    Raises : AskedForUnknown for a node that there is not.
    Source : OECD/JRC Handbook (2008), step 3; COINr's `Impute` with `impute_by = "row"` after normalising.
    """
    return _from_siblings(values, direction, _siblings(node, parents, below), _row_mean)


@method("impute/row-median")
def row_median(
    values: Values,
    *,
    direction: Values,
    parents: Sequence[str],
    below: Mapping[str, Mask],
    node: str = "parent",
) -> Values:
    """Fill each gap with the median of the row's sibling indicators, taken on a common scale and brought back.

    Everything else is as for impute/row-mean.
    Source : OECD/JRC Handbook (2008), step 3; COINr's `Impute` with `impute_by = "row"` after normalising.
    """
    return _from_siblings(values, direction, _siblings(node, parents, below), _row_median)


def column_median(values: Values) -> Values:
    """Median of each column's values: (..., rows, indicators) -> (..., indicators); NaN where there is none."""
    if values.shape[-2] == 0:
        return np.full(values.shape[:-2] + values.shape[-1:], np.nan)
    ordered = np.sort(values, axis=-2)
    n = count(values).astype(np.intp)
    low, high = np.maximum(n - 1, 0) // 2, np.minimum(n // 2, values.shape[-2] - 1)
    pair = [np.take_along_axis(ordered, at[..., None, :], -2)[..., 0, :] for at in (low, high)]
    return np.asarray((pair[0] + pair[1]) / 2, dtype=np.float64)


def _filled(values: Values, averages: Values) -> Values:
    return np.where(np.isnan(values), averages[..., None, :], values)


def _grouped(values: Values, groupings: Mapping[str, Sequence[str]], by: str, average: Average) -> Values:
    if by not in groupings:
        raise AskedForUnknown(
            f"Units have no grouping {by!r}.", hint=f"Write by = one of: {', '.join(sorted(groupings)) or 'none'}."
        )
    labels, result = np.asarray(groupings[by], dtype=object), values.copy()
    for label in sorted(set(labels.tolist()) - {""}):
        rows = np.flatnonzero(labels == label)
        group = values[..., rows, :]
        result[..., rows, :] = _filled(group, average(group))
    return result


def _siblings(node: str, parents: Sequence[str], below: Mapping[str, Mask]) -> Mask:
    """Say of each pair of indicators whether the second helps to fill the first: (indicators, indicators)."""
    if node == "parent":
        names = np.asarray(parents, dtype=object)
        return np.asarray(names[:, None] == names[None, :], dtype=bool)
    if node not in below:
        raise AskedForUnknown(f"There is no node {node!r}.", hint='Write node = "parent" or the id of a node.')
    return np.logical_and.outer(below[node], below[node])


def _from_siblings(
    values: Values, direction: Values, siblings: Mask, average: Callable[[Values, Mask], Values]
) -> Values:
    least, most = lowest(values)[..., None, :], highest(values)[..., None, :]
    span = most - least
    varies = span > FLAT * np.maximum(np.abs(least), np.abs(most))
    share = (values - least) / np.where(varies, span, np.nan)
    filled = average(np.where(direction < 0, 1.0 - share, share), siblings)
    own = np.where(direction < 0, 1.0 - filled, filled)
    return np.where(np.isnan(values), least + np.where(varies, span, 0.0) * own, values)


def _row_mean(shares: Values, siblings: Mask) -> Values:
    weights = siblings.T.astype(np.float64)
    n = (~np.isnan(shares)).astype(np.float64) @ weights
    return np.asarray((np.nan_to_num(shares) @ weights) / np.where(n > 0, n, np.nan), dtype=np.float64)


def _row_median(shares: Values, siblings: Mask) -> Values:
    result = np.full(shares.shape, np.nan)
    families, member = np.unique(siblings, axis=0, return_inverse=True)
    for number, family in enumerate(families):
        middle = column_median(np.moveaxis(shares[..., family], -1, -2))
        result[..., np.flatnonzero(member.ravel() == number)] = middle[..., None]
    return result
