"""Frames are checked once."""

from __future__ import annotations

import math

import polars as pl
import pytest

from mezon.disseminate.charts.frames import tidy
from mezon.errors import WrongUse


def test_nan_infinity_and_null_are_one_kind_of_missing() -> None:
    frame = pl.DataFrame({"unit": ["a", "b", "c", "d"], "value": [math.nan, math.inf, None, 1.0]})
    assert tidy(frame, texts=["unit"], numbers=["value"])["value"].to_list() == [None, None, None, 1.0]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(WrongUse, match="lacks value"):
        tidy(pl.DataFrame({"unit": ["a"]}), texts=["unit"], numbers=["value"])


def test_whole_numbers_and_null_texts_are_read_as_what_they_stand_for() -> None:
    frame = tidy(
        pl.DataFrame({"unit": [None, "b"], "value": [1, 2]}),
        texts=["unit", "band"],
        numbers=["value"],
        optional=["band"],
    )
    assert frame.rows() == [("", "", 1.0), ("b", "", 2.0)]
