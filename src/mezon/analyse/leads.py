"""By what one unit is ahead of another: the difference of two scores, taken apart into indicators without a rest.

Both scores are taken apart against one value between them (their geometric mean where a geometric mean made the score,
otherwise their arithmetic mean), so that an indicator which is missing in one of the two counts there as being in the
middle, and not as being at the bottom of the scale. The difference of the two sets of parts is the lead.

Source of the parts: `contributions`. The choice of the middle as the common reference is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from mezon.analyse.contributions import ROUNDING, kind_of, parts_against
from mezon.engine.index import CompiledIndex, Outcome
from mezon.errors import AskedForUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """How many points of a difference one indicator holds; `both` : whether both units have a value of it.

    `indicator` is "" for what rounding steps add.
    """

    indicator: str
    points: float
    both: bool


def leads(index: CompiledIndex, nominal: Outcome, *, first: str, other: str, period: str) -> tuple[Lead, ...]:
    """Take the lead of one unit over another apart: `points` add up to score of `first` less score of `other`.

    Indicators that neither has are left out. In the order of the methodology; empty when either has no score.
    Raises : AskedForUnknown for a unit or period that the methodology does not assess.
    """
    panel, leaves = index.panel, index.tree.leaves
    if not {first, other} <= set(panel.units) or period not in panel.assessed:
        raise AskedForUnknown(f"{index.methodology.id} does not assess {first} and {other} in {period}.")
    column = panel.assessed.index(period)
    rows = [panel.units.index(unit) for unit in (first, other)]
    scores = [float(nominal.scores[index.tree.root, row, column]) for row in rows]
    if np.isnan(scores).any():
        return ()
    geometric = kind_of(index, index.tree.root) == "geometric"
    reference = sqrt(scores[0] * scores[1]) if geometric else sum(scores) / 2
    places = np.array([row * len(panel.window) + column for row in rows], dtype=np.intp)
    parts = parts_against(index, nominal, reference, places)
    known = ~np.isnan(parts)
    apart = np.where(known[0], parts[0], 0.0) - np.where(known[1], parts[1], 0.0)
    found = [
        Lead(indicator=leaves[leaf], points=float(apart[leaf]), both=bool(known[:, leaf].all()))
        for leaf in np.flatnonzero(known.any(axis=0))
    ]
    rest = scores[0] - scores[1] - sum(lead.points for lead in found)
    return (*found, Lead(indicator="", points=rest, both=True)) if abs(rest) > ROUNDING else tuple(found)
