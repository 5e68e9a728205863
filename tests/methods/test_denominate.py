from __future__ import annotations

import numpy as np
import pytest

from mezon.errors import AskedForUnknown
from mezon.methods.denominate import by

NAN = np.nan
VALUES = np.array([[10.0, 4.0], [0.0, 6.0], [NAN, 8.0]])
PEOPLE = {"PEOPLE": np.array([5.0, 2.0, 4.0]), "AREA": np.array([2.0, 0.0, NAN])}


def test_a_column_is_divided_by_its_own_denominator_and_others_stay():
    found = by(VALUES, denominators=PEOPLE, own=["PEOPLE", ""], scale=1000.0)
    assert found == pytest.approx(np.array([[2000.0, 4], [0, 6], [NAN, 8]]), nan_ok=True)


def test_one_denominator_for_all_wins_over_their_own():
    found = by(VALUES, denominators=PEOPLE, own=["PEOPLE", ""], by="AREA")
    assert found == pytest.approx(np.array([[5.0, 2], [NAN, NAN], [NAN, NAN]]), nan_ok=True)


def test_an_unknown_denominator_is_refused():
    with pytest.raises(AskedForUnknown, match="NOBODY"):
        by(VALUES, denominators=PEOPLE, own=["NOBODY", ""])
