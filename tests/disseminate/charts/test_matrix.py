"""The matrix of shaded squares."""

from __future__ import annotations

import polars as pl

from mezon.disseminate.charts import Look, Shading, shaded_matrix
from tests.disseminate.charts.conftest import SHARES, caption, squares
from tests.disseminate.charts.drawn import marks, shown


def drawn(look: Look | None = None, **changes: object) -> object:
    settings = {"shading": SHARES, "alt_text": ["First.", "Second."], "highlight": "UZB", **changes}
    return shaded_matrix(squares("en"), caption=caption("en"), look=look or Look(), **settings)


def test_every_share_stands_in_its_square_in_percent_and_none_where_there_is_none() -> None:
    texts = shown(drawn())
    assert {"90", "10", "60", "40", "30"} <= set(texts)
    assert "0" not in texts
    empty = [square for square in marks(drawn(), "rect")[0] if square["written"] == ""]
    assert {square["colour"] for square in empty} == {"#FFFFFF"}


def test_the_table_has_a_row_a_unit_and_a_column_a_column_with_values_in_full() -> None:
    chart = drawn()
    assert [heading for _, heading in chart.headings] == ["Name", "Code", "1", "2", "3"]
    assert chart.table.select(column for column, _ in chart.headings).rows() == [
        ("Canada", "CAN", 0.9, 0.1, None),
        ("Chile", "CHL", None, 0.6, 0.4),
        ("Uzbekistan", "UZB", None, 0.3, 0.6),
    ]


def test_two_sides_meet_in_a_pale_middle_and_are_told_apart_at_night_too() -> None:
    for theme in ("light", "dark"):
        look = Look(theme=theme)
        shading = Shading(two_sided=True)
        colours = {value: shading.colour(value, look) for value in (0.0, 0.5, 1.0)}
        assert len(set(colours.values())) == 3
        assert colours[1.0] == look.colours.positive
        assert colours[0.0] == look.colours.negative


def test_figures_that_would_not_fit_their_squares_are_left_to_the_table() -> None:
    many = pl.concat(
        [
            squares("en").with_columns(column=pl.col("column") + f"-{copy}", head=pl.lit(f"{copy}00"))
            for copy in range(9)
        ]
    )
    chart = shaded_matrix(many, caption=caption("en"), look=Look(width=360), shading=SHARES, alt_text=[])
    assert "90" not in shown(chart)
    assert "Canada" in shown(chart)
    heads = [text for text in shown(chart) if text.isdigit()]
    assert 0 < len(heads) < 27  # heads that would touch are left out, evenly


def test_the_alternative_text_is_what_the_caller_says_after_the_title() -> None:
    assert drawn().alt.endswith("First. Second.")


def test_without_rows_it_says_so() -> None:
    chart = shaded_matrix(squares("en").head(0), caption=caption("en"), look=Look(), shading=SHARES, alt_text=[])
    assert chart.empty
