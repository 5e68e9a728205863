"""The frames that pictures are drawn from: checked once, missing values made one kind of missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from mezon.errors import WrongUse


def tidy(
    data: pl.DataFrame, *, texts: Sequence[str], numbers: Sequence[str], optional: Sequence[str] = ()
) -> pl.DataFrame:
    """Give the known columns of a frame, texts as text ("" for null) and numbers as floats (null for NaN, infinity).

    `optional` : which of the columns may be absent; an absent number is null, an absent text "".
    Raises : WrongUse when a column that is needed is not there.
    """
    wanted = [*texts, *numbers]
    lacking = [column for column in wanted if column not in data.columns and column not in optional]
    if lacking:
        raise WrongUse(f"The frame lacks {', '.join(lacking)}.", hint=f"It needs {', '.join(wanted)}.")
    absent_texts = [pl.lit("").alias(c) for c in texts if c not in data.columns]
    absent_numbers = [pl.lit(None, dtype=pl.Float64).alias(c) for c in numbers if c not in data.columns]
    return (
        data.with_columns(*absent_texts, *absent_numbers)
        .select(
            *(pl.col(column).cast(pl.String).fill_null("").str.strip_chars() for column in texts),
            *(pl.col(column).cast(pl.Float64, strict=False) for column in numbers),
        )
        .with_columns(pl.when(pl.col(c).is_finite()).then(pl.col(c)).alias(c) for c in numbers)
    )


def records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Give a frame's rows as dictionaries."""
    return frame.to_dicts()
