"""Where values lie on a drawn scale, in percent of its width, for bars and whiskers made of HTML and CSS alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from `low` to `high`."""

    low: float
    high: float

    def at(self, value: float | None) -> str:
        """Give the place of a value in percent, one decimal, within the scale; "" where there is none."""
        if value is None or not isfinite(value):
            return ""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return f"{100 * min(max(share, 0.0), 1.0):.1f}"

    def across(self, low: float | None, high: float | None) -> str:
        """Give the distance between two values in percent; "" where one is missing."""
        left, right = self.at(low), self.at(high)
        return f"{float(right) - float(left):.1f}" if left and right else ""


def scale_of(values: Iterable[float | None], *, step: float = 10.0) -> Scale:
    """Give the scale that holds all values, its ends rounded outwards to a step; 0 to one step without values."""
    known = [value for value in values if value is not None and isfinite(value)]
    if not known:
        return Scale(0.0, step)
    low, high = step * floor(min(known) / step), step * ceil(max(known) / step)
    return Scale(low, high if high > low else low + step)
