"""Normalisation by distance: from the best, the worst, the mean, a reference unit, or a target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mezon.errors import WrongUse
from mezon.methods.arrays import Values
from mezon.methods.registry import method
from mezon.methods.statistics import FLAT, highest, lowest, mean

FORMS = ("ratio", "difference", "range")


@method("normalise/distance-to-best")
def distance_to_best(
    values: Values, base: Values | None = None, *, direction: Values, best: Values, form: str = "ratio"
) -> Values:
    """Compare each value with the best: the declared one, or the best seen.

        ratio      y = x / r                    (direction -1: r / x)
        difference y = (x - r) / |r|            (direction -1: turned round)
        range      y = (x - w) / (r - w),       w the worst value seen     (COINr's `n_dist2max`)

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    best : (..., indicators), NaN = the best value of `base` (None = of `values`).
    Returns : the same shape; NaN stays NaN, and NaN where the reference, or what is divided by, is zero, or where a
        ratio's reference is below zero.
    Raises : WrongUse for another form.
    Source : OECD/JRC Handbook (2008), step 5 "Distance to a reference", table 15; methods.md M2.3.
    """
    seen = values if base is None else base
    return _compared(values, _declared(best, _best(seen, direction)), _worst(seen, direction), direction, form)


@method("normalise/distance-to-worst")
def distance_to_worst(
    values: Values, base: Values | None = None, *, direction: Values, worst: Values, form: str = "ratio"
) -> Values:
    """Compare each value with the worst: the declared one, or the worst seen.

    values, direction, base, form, returns, raises : as for normalise/distance-to-best; there is no form "range", for
    the worst has no distance from itself.
    worst : (..., indicators), NaN = the worst value of `base` (None = of `values`).
    Source : OECD/JRC Handbook (2008), step 5 "Distance to a reference", table 15.
    """
    if form == "range":
        raise WrongUse("normalise/distance-to-worst has no form 'range'.", hint='Write "ratio" or "difference".')
    seen = values if base is None else base
    return _compared(values, _declared(worst, _worst(seen, direction)), _worst(seen, direction), direction, form)


@method("normalise/distance-to-mean")
def distance_to_mean(values: Values, base: Values | None = None, *, direction: Values, form: str = "ratio") -> Values:
    """Compare each value with the mean of its column.

    values, direction, base, form, returns, raises : as for normalise/distance-to-best.
    Source : OECD/JRC Handbook (2008), step 5 "Distance to a reference", table 15.
    """
    seen = values if base is None else base
    return _compared(values, mean(seen), _worst(seen, direction), direction, form)


@method("normalise/distance-to-reference")
def distance_to_reference(
    values: Values,
    base: Values | None = None,
    *,
    direction: Values,
    units: Sequence[str],
    base_units: Sequence[str],
    unit: str = "",
    form: str = "ratio",
) -> Values:
    """Compare each value with that of a reference unit: in the first period in which it has one.

    values, direction, base, form, returns, raises : as for normalise/distance-to-best.
    units : the unit of each row of `values`, periods of a unit in order. base_units : that of each row of `base`.
    unit : the reference. A column in which it has no value is all NaN.
    Raises : WrongUse when no row belongs to it.
    Source : OECD/JRC Handbook (2008), step 5 "Distance to a reference"; COINr's `n_dist2ref` (form "range").
    """
    seen, names = (values, units) if base is None else (base, base_units)
    if not names:
        return values.copy()
    rows = [place for place, name in enumerate(names) if name == unit]
    if not rows:
        raise WrongUse(
            f"normalise/distance-to-reference: {unit!r} is not assessed.",
            hint="Name one of the units of the methodology.",
        )
    own = seen[..., rows, :]
    first = np.take_along_axis(own, np.argmax(~np.isnan(own), axis=-2)[..., None, :], -2)[..., 0, :]
    return _compared(values, first, _worst(seen, direction), direction, form)


@method("normalise/fraction-of-best")
def fraction_of_best(values: Values, base: Values | None = None, *, direction: Values, best: Values) -> Values:
    """Give each value as a fraction of the best.

        y = x / best                     (direction -1: best / x)

    values, direction, best, base, returns : as for normalise/distance-to-best in its form "ratio".
    Source : COINr's `n_fracmax`; methods.md M2.3 "distance to leader".
    """
    return distance_to_best(values, base, direction=direction, best=best)


@method("normalise/distance-to-target")
def distance_to_target(
    values: Values,
    base: Values | None = None,
    *,
    direction: Values,
    target: Values,
    cap: bool = True,
    scale: float = 1.0,
) -> Values:
    """Give the share of the way from the worst value seen to the target that has been covered.

        p = (x - min) / (target - min)         (direction -1: (max - x) / (max - target))
        y = scale * p

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    target : (..., 2, indicators), the lower and the upper end of the target; the end that is reached first counts.
    base : the rows that the worst value is taken from; None = `values`. cap : beyond the target counts as at it.
    Returns : the same shape; NaN stays NaN, and a column without target, or whose target is no better than its worst
        value, is all NaN.
    Source : methods.md M2.3; COINr's `n_dist2targ`.
    """
    seen = values if base is None else base
    start = _worst(seen, direction)[..., None, :]
    goal = np.where(direction < 0, target[..., 1, :], target[..., 0, :])[..., None, :]
    span = direction * (goal - start)
    size = np.maximum(np.abs(goal), np.abs(start))
    share = direction * (values - start) / np.where(span > FLAT * size, span, np.nan)
    return scale * (np.minimum(share, 1.0) if cap else share)


@method("normalise/two-ended-target")
def two_ended_target(
    values: Values,
    base: Values | None = None,
    *,
    goalposts: Values,
    target: Values,
    scale: float = 1.0,
) -> Values:
    """Give full points inside a target, and fewer the further a value lies from it, on either side.

        p = 1                         a <= x <= b
        p = (x - g0) / (a - g0)       x < a
        p = (g1 - x) / (g1 - b)       x > b;      cut off at 0
        y = scale * p

    values : (..., rows, indicators); NaN = no value. The direction does not matter.
    target : (..., 2, indicators), its ends a and b; the same for a target that is one number.
    goalposts : (..., 2, indicators), where nothing is left; NaN = the lowest and highest value of `base` (None = of
        `values`).
    Returns : the same shape; NaN stays NaN, and a column without target is all NaN.
    Source : OECD/JRC Handbook (2008), step 5, distance to a target on both sides; World Economic Forum, Global
        Competitiveness Report 2019, appendix A (inflation).
    """
    seen = values if base is None else base
    bottom = _declared(goalposts[..., 0, :], lowest(seen))[..., None, :]
    top = _declared(goalposts[..., 1, :], highest(seen))[..., None, :]
    first, last = target[..., 0, None, :], target[..., 1, None, :]
    rising = (values - bottom) / np.where(first > bottom, first - bottom, np.nan)
    falling = (top - values) / np.where(top > last, top - last, np.nan)
    outside = np.clip(np.where(values < first, rising, falling), 0.0, 1.0)
    inside = (values >= first) & (values <= last)
    known = ~np.isnan(values) & ~np.isnan(first)
    share = np.where(known, np.where(inside, 1.0, np.nan_to_num(outside)), np.nan)
    return scale * share


@method("normalise/above-below-mean")
def above_below_mean(values: Values, base: Values | None = None, *, direction: Values, band: float = 0.2) -> Values:
    """Say of each value whether it lies above (1), around (0) or below (-1) the mean of its column.

        y = 1    x > mean + band * |mean|;      y = -1    x < mean - band * |mean|;      y = 0 otherwise

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1; -1 turns the sign round.
    base : the rows that the mean is taken from; None = `values`.
    Returns : the same shape; NaN stays NaN.
    Source : OECD/JRC Handbook (2008), step 5 "Indicators above or below the mean", table 15 (band 0.2).
    """
    centre = mean(values if base is None else base)[..., None, :]
    apart, width = values - centre, (band + FLAT) * np.abs(centre)
    place = np.where(apart > width, 1.0, np.where(apart < -width, -1.0, 0.0))
    return np.where(np.isnan(values) | np.isnan(centre), np.nan, direction * place + 0.0)


def _best(values: Values, direction: Values) -> Values:
    return np.where(direction < 0, lowest(values), highest(values))


def _worst(values: Values, direction: Values) -> Values:
    return np.where(direction < 0, highest(values), lowest(values))


def _declared(declared: Values, seen: Values) -> Values:
    return np.where(np.isnan(declared), seen, declared)


def _compared(values: Values, reference: Values, worst: Values, direction: Values, form: str) -> Values:
    if form not in FORMS:
        raise WrongUse(f"A distance has no form {form!r}.", hint=f"Write one of: {', '.join(FORMS)}.")
    point, start = reference[..., None, :], worst[..., None, :]
    if form == "difference":
        return direction * (values - point) / np.where(point == 0, np.nan, np.abs(point))
    if form == "range":
        span = direction * (point - start)
        return direction * (values - start) / np.where(span > FLAT * np.abs(point), span, np.nan)
    sound = np.where(point > 0, point, np.nan)
    return np.where(direction < 0, sound / np.where(values > 0, values, np.nan), values / sound)
