"""Lines over time."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts import Look, lines_over_time
from tests.disseminate.charts.conftest import caption, history
from tests.disseminate.charts.drawn import dashes, marks, shown

LOOK = Look()
SOLID, DASHED = [1, 0], [4, 3]


def draw(frame: pl.DataFrame, **named: object) -> object:
    return lines_over_time(frame, caption=caption("en"), look=LOOK, **named)


def test_a_missing_year_leaves_a_gap_that_no_line_crosses() -> None:
    uzbekistan = history("en").filter(pl.col("series") == "UZB")
    assert dashes(draw(uzbekistan)) == [(DASHED, [45.3, 45.0])]
    assert "Gaps in the lines: 1." in draw(uzbekistan).alt


def test_a_year_that_is_not_in_the_frame_leaves_the_same_gap() -> None:
    frame = history("en").filter(~((pl.col("series") == "UZB") & (pl.col("period") == "2015")))
    assert [values for _, values in dashes(draw(frame, highlight="UZB"))][-1] == [45.3, 45.0]


def test_a_value_that_stands_alone_is_a_point() -> None:
    uzbekistan = history("en").filter(pl.col("series") == "UZB")
    assert [row["value"] for row in marks(draw(uzbekistan), "point")[0]] == [22.5, 45.3, 45.0]


def test_a_provisional_value_is_hollow_dashed_and_explained() -> None:
    chart = draw(history("en"), highlight="UZB")
    hollow = [row["period"] for row in marks(chart, "point")[-1] if row["fill"] == "#FFFFFF"]
    assert hollow == ["2017"]
    assert "Dashed line, hollow point: provisional." in shown(chart)


def test_a_carried_value_is_told_apart_from_a_plain_one() -> None:
    carried = history("en").with_columns(status=pl.when(pl.col("period") == "2017").then(pl.lit("CARRIED")))
    assert any("carried forward" in text for text in shown(draw(carried)))


def test_a_break_in_the_definition_cuts_the_line() -> None:
    frame = history("en").filter(pl.col("series") == "CAN")
    broken = frame.with_columns(status=pl.when(pl.col("period") == "2016").then(pl.lit("B")).otherwise("status"))
    assert [values for _, values in dashes(draw(broken))] == [[68.0, 67.5], [67.4, 67.2]]
    assert "The line is cut where the definition changed: 2016." in shown(draw(broken))


def test_every_line_is_named_at_its_end_with_its_last_value() -> None:
    assert {"Canada 67.2", "Uzbekistan 45.0"} <= set(shown(draw(history("en"))))


def test_the_band_is_shaded_only_where_both_bounds_are_known() -> None:
    areas = marks(draw(history("en"), highlight="UZB"), "area")
    assert [[row["high"] for row in area] for area in areas] == [[55.0, 54.6]]


def test_alt_text_names_the_extremes_with_their_years() -> None:
    alt = draw(history("en"), highlight="UZB").alt
    assert "Largest: Canada, 68.0 (2014). Smallest: Uzbekistan, 22.5 (2014)." in alt
    assert "Uzbekistan, last: 45.0 (2017). Its interval is 41.4–54.6." in alt


def test_half_years_stand_where_they_lie_in_time() -> None:
    frame = pl.DataFrame(
        {"series": "a", "label": "A", "period": ["2024-S2", "2024-S1", "2025-S1"], "value": [2.0, 1.0, 3.0]}
    )
    assert dashes(draw(frame)) == [(SOLID, [1.0, 2.0, 3.0])]
    assert "2025-S1" in shown(draw(frame))


def test_a_series_without_a_value_is_named_as_such() -> None:
    frame = history("en").with_columns(value=pl.when(pl.col("series") == "CAN").then("value"))
    assert any("Without a value: Uzbekistan." in text for text in shown(draw(frame)))
