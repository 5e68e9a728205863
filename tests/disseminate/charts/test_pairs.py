"""Paired bars with bounds."""

from __future__ import annotations

import pytest

from mezon.disseminate.charts import Look, paired_bars
from tests.disseminate.charts.conftest import caption, pairs
from tests.disseminate.charts.drawn import marks, shown


def drawn(look: Look | None = None) -> object:
    return paired_bars(
        pairs("en"), caption=caption("en"), look=look or Look(), names=("alone", "with all"), alt_text=["Two of each."],
        bounds_name="Thin lines: bounds.",
    )  # fmt: skip


def test_a_bar_is_as_long_as_its_share_and_a_missing_one_is_a_dash() -> None:
    bars = marks(drawn(), "rect")[0]
    assert sorted(bar["value"] for bar in bars) == pytest.approx([4.0, 10.0, 20.0, 50.0, 70.0])
    assert {"50%", "70%", "4%", "–"} <= set(shown(drawn()))


def test_bounds_are_drawn_where_there_are_any_and_explained() -> None:
    lines = [
        row for rows in marks(drawn(), "rule") for row in rows if row["y"] == row["y2"] and row["x2"] - row["x"] > 8
    ]
    assert len([line for line in lines if line["colour"] == Look().colours.ink]) == 3
    assert "Thin lines: bounds." in shown(drawn())


def test_the_table_names_its_columns_by_what_the_bars_are_and_leaves_empty_ones_out() -> None:
    headings = [heading for _, heading in drawn().headings]
    assert headings == ["Group", "Name", "alone", "alone: Lower bound", "alone: Upper bound", "with all"]


def test_percent_is_written_as_the_language_writes_it() -> None:
    assert "50 %" in shown(drawn(Look(language="ru")))


def test_without_rows_it_says_so() -> None:
    chart = paired_bars(pairs("en").head(0), caption=caption("en"), look=Look(), names=("a", "b"), alt_text=[])
    assert chart.empty
