"""Weights inside a node. They are relative: aggregation makes them add up to one among the children that count."""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Values
from mezon.methods.registry import method


@method("weight/given")
def given(weights: Values) -> Values:
    """Take the weights that the methodology writes.

    weights : (children,), at or above zero, in any scale. Returns : the same.
    Source : OECD/JRC Handbook (2008), step 6.
    """
    return weights.copy()


@method("weight/equal")
def equal(weights: Values) -> Values:
    """Give every child of a node the same weight, whatever is written.

    weights : (children,). Returns : ones; a child whose written weight is zero is no child, and stays at zero.
    Source : OECD/JRC Handbook (2008), step 6.
    """
    return np.where(weights > 0, 1.0, 0.0)
