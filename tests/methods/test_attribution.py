"""A change split among its causes adds up, whatever is known."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.methods.attribution import split_change

CAUSES = ("data", "method", "real")
SETS = [frozenset(chosen) for size in range(4) for chosen in combinations(CAUSES, size)]


@given(st.lists(st.floats(-100, 100), min_size=8, max_size=8))
def test_the_parts_add_up_to_the_change(numbers):
    """methods.md section 14, law 7."""
    values = dict(zip(SETS, (np.array([number]) for number in numbers), strict=True))
    parts = split_change(values, CAUSES)
    assert sum(float(part[0]) for part in parts.values()) == pytest.approx(numbers[-1] - numbers[0], abs=1e-9)


def test_causes_that_do_not_meet_keep_what_is_theirs():
    own = {"data": 1.0, "method": -2.0, "real": 4.0}
    values = {chosen: np.array([sum(own[cause] for cause in chosen)]) for chosen in SETS}
    assert {cause: float(part[0]) for cause, part in split_change(values, CAUSES).items()} == pytest.approx(own)


def test_two_causes_that_meet_share_what_they_do_together():
    """The value of a pair that is worth 10 together and nothing alone is split by halves (Shapley 1953)."""
    values = {frozenset(): np.zeros(1), frozenset("a"): np.zeros(1), frozenset("b"): np.zeros(1)}
    found = split_change({**values, frozenset("ab"): np.array([10.0])}, ("a", "b"))
    assert (found["a"][0], found["b"][0]) == (5, 5)


def test_only_orders_that_are_known_count():
    """Next year's values cannot be seen in last year's data: "real" never comes before "data"."""
    values = {chosen: np.array([float(len(chosen))]) for chosen in SETS}
    for chosen in ({"real"}, {"real", "method"}):
        values[frozenset(chosen)] = np.array([np.nan])
    found = split_change(values, CAUSES)
    assert sum(float(part[0]) for part in found.values()) == pytest.approx(3.0)
    nothing = split_change({**values, frozenset(CAUSES): np.array([np.nan])}, CAUSES)
    assert all(np.isnan(part).all() for part in nothing.values())
