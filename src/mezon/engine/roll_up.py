"""From the parts to the whole: sums, ratios of sums, weighted means and rates, each with its coverage.

All functions take arrays of shape (members, periods): `members` says which unit belongs to the whole in which period
(membership as it was then), NaN is absent. They give values of shape (periods,), and how many members they rest on.
Source: methods.md section 0 (aggregation types); the plain mean of the members' ratios is never the whole's ratio.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: Below these shares of members a value of the whole is not published, or is published with a warning.
SUPPRESS_BELOW, WARN_BELOW = 0.5, 0.8


class RolledUp(NamedTuple):
    """Values of the whole (NaN where no member has one), members with a value, and all members; (periods,) each."""

    values: Array
    known: Array
    members: Array

    @property
    def coverage(self) -> Array:
        """Share of members that the value rests on; NaN where there is no member."""
        with np.errstate(invalid="ignore"):
            return self.known / np.where(self.members == 0, np.nan, self.members)

    @property
    def publishable(self) -> Mask:
        """Where there is a value, and at least half of the members are in it."""
        return ~np.isnan(self.values) & (self.coverage >= SUPPRESS_BELOW)


def total(values: Array, members: Mask) -> RolledUp:
    """Add up counts, money or tonnes: sum of x over the members that have one."""
    known = members & ~np.isnan(values)
    return _rolled(np.where(known, values, 0.0).sum(axis=0), known, members)


def ratio_of_sums(numerators: Array, denominators: Array, members: Mask) -> RolledUp:
    """Divide the sum of numerators by the sum of denominators, over the members that have both.

    The unit is numerator's per denominator's; NaN where the denominators add up to 0.
    """
    known = members & ~np.isnan(numerators) & ~np.isnan(denominators)
    below = np.where(known, denominators, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(known, numerators, 0.0).sum(axis=0) / np.where(below == 0, np.nan, below)
    return _rolled(ratio, known, members)


def weighted_mean(values: Array, weights: Array, members: Mask) -> RolledUp:
    """Average scores: sum of w x / sum of w, over the members that have both; NaN where the weights add up to 0."""
    return ratio_of_sums(values * weights, np.where(np.isnan(values), np.nan, weights), members)


def rate(conditions: Array, members: Mask) -> RolledUp:
    """Give the share (0..1) of members of which a condition is true (not 0), of those of which it is known."""
    return ratio_of_sums(
        np.where(np.isnan(conditions), np.nan, conditions != 0), np.where(np.isnan(conditions), np.nan, 1.0), members
    )


def _rolled(values: Array, known: Mask, members: Mask) -> RolledUp:
    count = known.sum(axis=0).astype(np.float64)
    return RolledUp(np.where(count == 0, np.nan, values), count, members.sum(axis=0).astype(np.float64))
