"""Matrix: rows by numbered columns as shaded squares; a figure stands in a square wherever it has room.

For many columns of one kind: ranks, the same units again, the same indicators again. One hue for shares; two hues that
meet in the middle for what has two sides (above and below, together and against each other).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import polars as pl

from mezon.disseminate.charts.drawing import (
    Stroke,
    Words,
    chart_of,
    colour_by,
    pixel_x,
    pixel_y,
    shown_on_hover,
    strokes,
    words,
)
from mezon.disseminate.charts.empty import no_data, why_nothing
from mezon.disseminate.charts.frames import tidy
from mezon.disseminate.charts.measuring import text_width
from mezon.disseminate.charts.numbers import format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names
from mezon.disseminate.charts.sheet import SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.theme import blend, readable_on
from mezon.disseminate.charts.wording import say

_GAP = 10.0
_TALLEST, _LOWEST = 26.0, 19.0
_FIGURE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shading:
    """How numbers become colours and figures.

    `low`, `high` : the ends of the scale; `two_sided` : two hues that meet half-way. `scale` : what figures are
    multiplied by (100 for percent), `decimals` : how they are written; figures that round to zero are left out where
    `no_zeros` is set. `key` : (number, words) pairs that explain the colours.
    """

    low: float = 0.0
    high: float = 1.0
    two_sided: bool = False
    scale: float = 1.0
    decimals: int = 0
    no_zeros: bool = False
    key: tuple[tuple[float, str], ...] = ()

    def colour(self, value: float, look: Look) -> str:
        """Give the colour of a number."""
        share = (value - self.low) / (self.high - self.low)
        if not self.two_sided:
            return blend(*look.colours.heat, share)
        side = look.colours.positive if share > 0.5 else look.colours.negative
        return blend(blend(look.colours.faint, look.colours.rule, 0.5), side, abs(2 * share - 1))

    def figure(self, value: float | None, look: Look) -> str:
        """Write a number for its square."""
        if value is None:
            return ""
        written = format_number(self.scale * value, decimals=self.decimals, language=look.language)
        return "" if self.no_zeros and not written.strip("0,.\u2212") else written


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    rows: Rows
    units: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]
    left: float
    cell: float


def shaded_matrix(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    shading: Shading,
    alt_text: Sequence[str],
    highlight: str = "",
    breaks: Sequence[int] = (),
) -> Chart:
    """Draw rows by columns; both stand in the order in which the frame first names them.

    data : unit, label, column, head (a few signs, over the column), column_label, value (one row a square).
    `alt_text` : sentences that say what is seen; `breaks` : columns and rows before which a line is drawn.
    The table of the picture has a row a unit and a column a column.
    """
    table = tidy(data, texts=("unit", "label", "column", "head", "column_label"), numbers=("value",))
    if reason := why_nothing(table, look, value="value"):
        return no_data(reason, look=look, caption=caption, table=table.select("unit", "label", "value"))
    grid = _grid(table, look)
    cells = {(row["unit"], row["column"]): row["value"] for row in table.to_dicts()}
    squares = _squares(grid, cells, look, shading)
    named = [*_figures(squares, grid), *_names(grid, look, highlight)]
    layers = [
        _fill(squares, look),
        *strokes([*_frame(grid, look, highlight), *_lines(grid, look, breaks)]),
        *words(named),
    ]
    plot = Plot(left=grid.left, right=look.margin, height=grid.rows.height, above=20.0)
    key = tuple((shading.colour(value, look), said) for value, said in shading.key)
    told = Told(alt=" ".join(alt_text), table=table.select("unit", "label"), key=key)
    drawn = compose(layers, look=look, caption=caption, plot=plot, told=told)
    return replace(drawn, table=_wide(grid, table), headings=_headings(grid, look))


def _grid(table: pl.DataFrame, look: Look) -> _Grid:
    units = table.unique("unit", keep="first", maintain_order=True)
    columns = table.unique("column", keep="first", maintain_order=True).select("column", "head", "column_label").rows()
    room = 0.34 if look.narrow else 0.3
    left = look.margin + lay_rows(units["label"].to_list(), look, share=room, bold=True).width + _GAP
    cell = plot_width(look, left, look.margin) / len(columns)
    rows = lay_rows(
        units["label"].to_list(), look, share=room, step=float(round(min(max(cell, _LOWEST), _TALLEST))), bold=True
    )
    return _Grid(rows=rows, units=tuple(units["unit"]), columns=tuple(columns), left=left, cell=cell)


def _squares(
    grid: _Grid, cells: Mapping[tuple[str, str], float | None], look: Look, shading: Shading
) -> list[dict[str, Any]]:
    squares = []
    for unit, row in zip(grid.units, grid.rows.rows, strict=True):
        for place, (column, _head, column_label) in enumerate(grid.columns):
            value = cells.get((unit, column))
            colour = look.colours.paper if value is None else shading.colour(value, look)
            squares.append(
                {
                    "x": place * grid.cell + 0.5,
                    "x2": (place + 1) * grid.cell - 0.5,
                    "y": row.top + 0.5,
                    "y2": row.bottom - 0.5,
                    "colour": colour,
                    "label": " ".join(row.lines),
                    "column": column_label,
                    "written": shading.figure(value, look),
                }
            )
    return squares


def _fill(squares: list[dict[str, Any]], look: Look) -> alt.Chart:
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)),
        ("column", say("heading.column_label", look.language)),
        ("written", say("heading.value", look.language)),
    )
    mark = chart_of(squares).mark_rect()
    filled: alt.Chart = mark.encode(x=pixel_x(), x2="x2:Q", y=pixel_y(), y2="y2:Q", color=colour_by(), tooltip=hover)
    return filled


def _figures(squares: list[dict[str, Any]], grid: _Grid) -> list[Words]:
    """Print figures when every one of them has room, so that no square looks empty by chance."""
    widest = max(text_width(square["written"], _FIGURE) for square in squares)
    if widest + 5 > grid.cell:
        return []
    return [
        Words(
            x=(square["x"] + square["x2"]) / 2,
            y=(square["y"] + square["y2"]) / 2,
            text=square["written"],
            colour=readable_on(square["colour"]),
            size=_FIGURE,
            align="center",
        )
        for square in squares
        if square["written"]
    ]


def _names(grid: _Grid, look: Look, highlight: str) -> list[Words]:
    colours = look.colours
    chosen = [unit == highlight for unit in grid.units]
    named = row_names(
        grid.rows, look.margin - grid.left, [colours.accent if mine else colours.ink for mine in chosen], bold=chosen
    )
    widest = max(text_width(head, SMALL) for _column, head, _label in grid.columns)
    every = max(1, -int(-(widest + 3) // grid.cell))
    for place, (column, head, _label) in enumerate(grid.columns):
        if place % every == 0:
            mine = column == highlight
            named.append(
                Words(
                    x=(place + 0.5) * grid.cell,
                    y=-10,
                    text=head,
                    colour=colours.accent if mine else colours.soft,
                    size=SMALL,
                    bold=mine,
                    align="center",
                )
            )
    return named


def _frame(grid: _Grid, look: Look, highlight: str) -> list[Stroke]:
    """Frame the highlighted row above and below."""
    if highlight not in grid.units:
        return []
    row, width = grid.rows.rows[grid.units.index(highlight)], grid.cell * len(grid.columns)
    return [Stroke(x=0, y=y, x2=width, y2=y, colour=look.colours.accent, width=1.6) for y in (row.top, row.bottom)]


def _lines(grid: _Grid, look: Look, breaks: Sequence[int]) -> list[Stroke]:
    """Draw a line between groups, down and across where there are as many rows as columns."""
    width, height, lines = grid.cell * len(grid.columns), grid.rows.height, []
    for place in breaks:
        lines.append(Stroke(x=place * grid.cell, y=0, x2=place * grid.cell, y2=height, colour=look.colours.ink))
        if len(grid.units) == len(grid.columns):
            top = grid.rows.rows[place].top
            lines.append(Stroke(x=0, y=top, x2=width, y2=top, colour=look.colours.ink))
    return lines


def _wide(grid: _Grid, table: pl.DataFrame) -> pl.DataFrame:
    named = table.unique("unit", keep="first", maintain_order=True).select("label", "unit")
    wide = table.pivot(on="column", index="unit", values="value", maintain_order=True)
    renamed = wide.rename({column: f"value:{column}" for column, _head, _label in grid.columns})
    return named.join(renamed, on="unit", how="left", maintain_order="left")


def _headings(grid: _Grid, look: Look) -> tuple[tuple[str, str], ...]:
    first = (("label", say("heading.label", look.language)), ("unit", say("heading.unit", look.language)))
    return (*first, *((f"value:{column}", label) for column, _head, label in grid.columns))
