"""Points that an indicator's scale is tied to: goalposts, target, best and worst, declared on the raw scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mezon.methods.arrays import Values
from mezon.model.indicator import Goalposts, Indicator
from mezon.model.methodology import Leaf

Pairs = Sequence[tuple[Leaf, Indicator]]

#: Where each pair of ends lies on the first axis of the anchors.
GOALPOSTS, TARGET, BEST, WORST = slice(0, 2), slice(2, 4), slice(4, 6), slice(6, 8)

_MARKS = ("target", "best", "worst")


def declared(leaf: Leaf, indicator: Indicator, name: str) -> Any:
    """Give what the leaf says under a name, or else its indicator; None where neither says anything."""
    return leaf.overrides.get(name, indicator.attributes.get(name))


def goalposts_of(pairs: Pairs) -> Values:
    """Give the goalposts that hold for all units: (2, indicators), NaN where there are none."""
    posts = [_goalposts(*pair) for pair in pairs]
    return np.array([[post.low for post in posts], [post.high for post in posts]], dtype=np.float64).reshape(2, -1)


def percentiles_of(pairs: Pairs) -> Values:
    """Give which percentiles are the goalposts: (2, indicators), NaN where they are given as values."""
    shares = [_goalposts(*pair).percentiles or (np.nan, np.nan) for pair in pairs]
    return np.array(shares, dtype=np.float64).reshape(-1, 2).T


def anchors_of(pairs: Pairs, groupings: Mapping[str, Sequence[str]]) -> Values:
    """Give all anchors: (8, units or 1, indicators); an axis of units only where goalposts go by group."""
    posts = [_goalposts(*pair) for pair in pairs]
    units = len(next(iter(groupings.values()), ())) if any(post.by for post in posts) else 1
    anchors = np.full((8, units, len(pairs)), np.nan)
    anchors[GOALPOSTS] = goalposts_of(pairs)[:, None, :]
    for place, post in enumerate(posts):
        labels = groupings.get(post.by, ()) if post.by else ()
        for unit, label in enumerate(labels):
            anchors[GOALPOSTS, unit, place] = post.groups.get(label, (np.nan, np.nan))
    for number, name in enumerate(_MARKS, start=1):
        ends = np.array([_ends(declared(*pair, name)) for pair in pairs], dtype=np.float64).reshape(-1, 2)
        anchors[2 * number : 2 * number + 2] = ends.T[:, None, :]
    return anchors


def _goalposts(leaf: Leaf, indicator: Indicator) -> Goalposts:
    return leaf.goalposts or indicator.goalposts or Goalposts(low=float("nan"), high=float("nan"))


def _ends(written: Any) -> tuple[float, float]:
    """Read a number, or a pair of them in any order."""
    values = [float(each) for each in written] if isinstance(written, Sequence) and not isinstance(written, str) else []
    if isinstance(written, int | float):
        values = [float(written)]
    return (min(values), max(values)) if values else (float("nan"), float("nan"))
