"""The heat map."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts import Look, heat_map
from tests.disseminate.charts.conftest import caption, cells
from tests.disseminate.charts.drawn import marks, shown


def test_every_value_is_printed_and_a_missing_one_is_a_dash_in_an_empty_cell() -> None:
    chart = heat_map(cells("en"), caption=caption("en"), look=Look(), decimals=1)
    squares = marks(chart, "rect")[0]
    assert {"88.3", "48.0", "100.0", "35.2", "–"} <= set(shown(chart))
    empty = [square for square in squares if square["value"] is None]
    assert [square["colour"] for square in empty] == ["#FFFFFF"]
    assert any("no value" in text for text in shown(chart))


def test_a_cell_that_is_not_in_the_frame_is_as_one_without_value() -> None:
    whole = heat_map(cells("en"), caption=caption("en"), look=Look())
    lacking = heat_map(cells("en").filter(pl.col("value").is_not_null()), caption=caption("en"), look=Look())
    assert len(marks(whole, "rect")[0]) == len(marks(lacking, "rect")[0]) == 6


def test_more_is_deeper_on_paper_and_brighter_at_night() -> None:
    for theme, highest in (("light", "#0A4A7C"), ("dark", "#93D2FF")):
        squares = marks(heat_map(cells("en"), caption=caption("en"), look=Look(theme=theme)), "rect")[0]
        assert {square["colour"] for square in squares if square["value"] == 100.0} == {highest}


def test_alt_text_names_all_that_share_the_extreme() -> None:
    alt = heat_map(cells("en"), caption=caption("en"), look=Look(), highlight="UZB", decimals=1).alt
    assert "Largest: 100.0, Canada (Technological development), Uzbekistan (Social and environmental effect)." in alt
    assert "Smallest: 35.2, Uzbekistan (Resource support)." in alt
    assert "Uzbekistan: highest in Social and environmental effect 100.0; lowest in Resource support 35.2." in alt
    assert "Cells without a value: 1." in alt


def test_columns_whose_names_do_not_fit_are_numbered_and_explained() -> None:
    many = pl.concat([cells("ru").with_columns(column=pl.col("column") + str(copy)) for copy in range(3)])
    chart = heat_map(many, caption=caption("ru"), look=Look(language="ru", width=360))
    assert {"1", "9"} <= set(shown(chart))
    assert any("Ресурсное" in text for text in shown(chart))


def test_a_flat_table_takes_the_middle_shade() -> None:
    flat = cells("en").with_columns(value=pl.lit(5.0))
    assert (
        len({square["colour"] for square in marks(heat_map(flat, caption=caption("en"), look=Look()), "rect")[0]}) == 1
    )
