from __future__ import annotations

import numpy as np

from mezon.methods.screen import screen

NAN = np.nan
VALUES = np.array([[1.0, 2, 3, 4], [1, NAN, 3, NAN], [0, 0, 0, 1], [NAN, NAN, NAN, 1]])
UNITS = ["A", "B", "C", "D"]
ALL = np.ones(VALUES.shape, dtype=bool)


def test_rows_with_too_few_values_go():
    found = screen(VALUES, applicable=ALL, units=UNITS, min_unit_coverage=0.5)
    assert found.rows.tolist() == [True, True, True, False]
    assert found.indicators.all()


def test_rows_with_too_many_zeros_go():
    assert screen(VALUES, applicable=ALL, units=UNITS, min_unit_nonzero=0.5).rows.tolist() == [True, True, False, True]


def test_indicators_go_first_and_rows_are_judged_on_those_that_stay():
    found = screen(VALUES, applicable=ALL, units=UNITS, min_indicator_coverage=0.75, min_unit_coverage=0.5)
    assert found.indicators.tolist() == [True, False, True, True]
    assert found.rows.tolist() == [True, True, True, False]


def test_what_cannot_exist_is_no_gap():
    applicable = ALL.copy()
    applicable[1, [1, 3]] = False
    assert screen(VALUES, applicable=applicable, units=UNITS, min_unit_coverage=1.0).rows.tolist() == [
        True,
        True,
        True,
        False,
    ]


def test_named_units_stay_or_go_whatever_their_coverage():
    found = screen(VALUES, applicable=ALL, units=UNITS, min_unit_coverage=1.0, keep=["D"], drop=["A"])
    assert found.rows.tolist() == [False, False, True, True]


def test_a_share_that_reaches_its_limit_in_decimals_reaches_it():
    row = np.array([[1.0] * 13 + [NAN] * 7])
    assert screen(row, applicable=np.ones(row.shape, dtype=bool), units=["A"], min_unit_coverage=0.65).rows.all()
