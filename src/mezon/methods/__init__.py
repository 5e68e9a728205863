"""Maths: arrays in, arrays out, one file a family of the OECD/JRC Handbook, each method under a registered name.

The convention of every array here:

- `values` is (..., rows, indicators). A row is a unit in a panel of one period, a unit-period in a longer one. Axes in
  front (`...`) are independent repetitions: periods when a statistic is taken in each alone, drawn variants when many
  are replayed at once. What holds along time (`impute/linear`, `impute/last`) takes (..., units, periods, indicators).
- NaN means that there is no value. Whether it is missing or cannot exist is a mask of the caller, never a number; zero
  is a value. A method gives NaN where the mathematics forbids an answer, without a warning: the caller compares before
  and after, and reports it.
- Keyword parameters with a default are settings of a methodology file; those without are context (direction,
  goalposts, weights, times), which the engine supplies.
"""

from mezon.methods import (
    aggregate,
    denominate,
    impute,
    impute_average,
    impute_model,
    impute_multiple,
    normalise,
    normalise_distance,
    normalise_rank,
    rank,
    round,  # noqa: A004  the family is called so in every methodology file
    screen,
    statistics,
    transform,
    treat,
    treat_curve,
    weight,
)
from mezon.methods.registry import METHODS, Method

__all__ = [
    "METHODS",
    "Method",
    "aggregate",
    "denominate",
    "impute",
    "impute_average",
    "impute_model",
    "impute_multiple",
    "normalise",
    "normalise_distance",
    "normalise_rank",
    "rank",
    "round",
    "screen",
    "statistics",
    "transform",
    "treat",
    "treat_curve",
    "weight",
]
