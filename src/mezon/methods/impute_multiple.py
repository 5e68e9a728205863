"""Multiple imputation: several completed tables instead of one, so that what is not known stays uncertain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mezon.errors import WrongUse
from mezon.methods import impute_model
from mezon.methods.arrays import Values
from mezon.methods.impute_model import Places
from mezon.methods.registry import method

#: Rounds of a drawn chain of regressions: noise never settles, so their number is fixed.
DRAWN_ROUNDS = 10

#: Neighbours among which a donor is drawn.
DONORS = 5


@method("impute/multiple")
def multiple(values: Values, *, m: int = 20, of: str = "regression", seed: int = 12345) -> Values:
    """Complete the table m times, each gap filled with a draw from what a model says it may be.

    of = "regression" : chained Bayesian linear regressions, 10 rounds (`norm` of van Buuren).
    of = "em"         : the normal model of impute/em fitted to a bootstrap sample, gaps drawn from it (EMB, Amelia II).
    of = "knn"        : the value of one of the 5 nearest rows, drawn.

    values : (..., rows, indicators); NaN = no value.
    Returns : (m, ..., rows, indicators). Table i is the same whatever m is.
    Raises : WrongUse for an `of` it does not know, or m below 2.
    Source : Rubin (1987); van Buuren (2018); Honaker, King and Blackwell (2011); methods.md M2.1.
    """
    if m < 2:
        raise WrongUse(f"impute/multiple needs at least two tables, not {m}.", hint="Write m = 20.")
    return np.stack([completed(values, of=of, seed=seed, number=number) for number in range(m)])


def completed(values: Values, *, of: str, seed: int, number: int) -> Values:
    """Give table `number` of impute/multiple: (..., rows, indicators), the same shape as `values`.

    Raises : WrongUse for an `of` it does not know.
    """
    name = of.removeprefix("impute/")
    if name not in _DRAWN:
        known = ", ".join(sorted(_DRAWN))
        raise WrongUse(f"impute/multiple does not know of={of!r}.", hint=f"Write of = one of: {known}.")
    chance = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number,))))
    return impute_model.each_table(values, lambda table: _DRAWN[name](table, chance))


def rubin_variance(within: Values | float, between: Values | float, *, m: int) -> Values:
    """Total variance of an estimate from m completed tables.

        T = W + (1 + 1/m) B

    within : mean of the estimate's own variances. between : variance (n - 1) of the estimates over the tables.
    Source : Rubin (1987); methods.md M2.1.
    """
    return np.asarray(within + (1 + 1 / m) * np.asarray(between), dtype=np.float64)


def pooled(estimates: Values, variances: Values | None = None) -> tuple[Values, Values]:
    """Pool estimates from m completed tables: their mean, and Rubin's total variance.

    estimates, variances : (m, ...); None = the estimates have no variance of their own.
    """
    within = 0.0 if variances is None else variances.mean(axis=0)
    between = estimates.var(axis=0, ddof=1)
    return np.asarray(estimates.mean(axis=0), dtype=np.float64), rubin_variance(within, between, m=len(estimates))


def _by_regression(table: Values, chance: np.random.Generator) -> Values:
    return impute_model.chained(table, rounds=DRAWN_ROUNDS, chance=chance)


def _by_em(table: Values, chance: np.random.Generator) -> Values:
    if not impute_model.enough_for_normal(table):
        return table
    seen = ~np.isnan(table)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    part, result = table[np.ix_(rows, columns)], table.copy()
    sample = part[chance.integers(len(part), size=len(part))]
    result[np.ix_(rows, columns)] = impute_model.normal_fill(part, *impute_model.fitted_normal(sample), chance)
    return result


def _by_neighbours(table: Values, chance: np.random.Generator) -> Values:
    def drawn(column: Values, donors: Places) -> Values:
        there = (donors >= 0).sum(axis=1)
        places = np.minimum((chance.random(len(donors)) * there).astype(np.intp), np.maximum(there - 1, 0))
        chosen = np.take_along_axis(donors, places[:, None], 1)[:, 0]
        return np.where(chosen >= 0, column[np.maximum(chosen, 0)], np.nan)

    return impute_model.nearest_fill(table, DONORS, drawn)


_DRAWN: dict[str, Callable[[Values, np.random.Generator], Values]] = {
    "regression": _by_regression,
    "em": _by_em,
    "knn": _by_neighbours,
}
