"""Heat map: units by groups, one hue from pale to deep, every value printed in its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from mezon.disseminate.charts.measuring import wrap
from mezon.disseminate.charts.numbers import NO_VALUE, format_number
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.rows import Rows, lay_rows, row_names
from mezon.disseminate.charts.sheet import LABEL, SMALL, Plot, Told, compose, plot_width
from mezon.disseminate.charts.theme import blend, readable_on
from mezon.disseminate.charts.wording import listed, say

_GAP = 12.0
_LINE = 1.22
_MOST_HEAD_LINES = 3
_ROOMY = 36.0
_Cells = Mapping[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Rows, columns and the cells between them; `numbered` columns are explained in the notes."""

    rows: Rows
    units: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    heads: tuple[tuple[str, ...], ...]
    numbered: bool
    left: float
    cell: float


def heat_map(
    data: pl.DataFrame,
    *,
    caption: Caption,
    look: Look,
    highlight: str = "",
    domain: tuple[float, float] | None = None,
    decimals: int = 0,
) -> Chart:
    """Draw units by columns as shaded cells with their values; rows and columns stand in the order of the frame.

    data : unit, label, column, column_label, value (one row a cell; a cell that is not there is as one without value).
    `domain` : the values of the palest and the deepest shade; by default the smallest and largest value.
    """
    table = tidy(data, texts=("unit", "label", "column", "column_label"), numbers=("value",))
    if reason := why_nothing(table, look, value="value"):
        return no_data(reason, look=look, caption=caption, table=table)
    grid = _grid(table, look)
    head_height = max(len(lines) for lines in grid.heads) * SMALL * _LINE + 8
    plot = Plot(left=grid.left, right=look.margin, height=grid.rows.height, above=head_height + 4)
    cells = {(row["unit"], row["column"]): row for row in table.to_dicts()}
    values = table["value"].drop_nulls().to_list()
    squares = _squares(grid, cells, look, domain=domain or (min(values), max(values)), decimals=decimals)
    layers = _layers(grid, squares, look, highlight)
    told = Told(alt=_alt(table, grid, look, highlight, decimals), table=table, notes=_notes(grid, cells, look))
    return compose(layers, look=look, caption=caption, plot=plot, told=told)


def _grid(table: pl.DataFrame, look: Look) -> _Grid:
    units = table.unique("unit", keep="first", maintain_order=True)
    columns = table.unique("column", keep="first", maintain_order=True).select("column", "column_label").rows()
    rows = lay_rows(units["label"].to_list(), look, share=0.3, step=27, bold=True)
    left = look.margin + rows.width + _GAP
    cell = plot_width(look, left, look.margin) / len(columns)
    heads = [wrap(label, cell - 4, SMALL, most=_MOST_HEAD_LINES) for _, label in columns]
    cut = any("…" in line for lines in heads for line in lines)
    if cut:
        heads = [(str(place),) for place in range(1, len(columns) + 1)]
    return _Grid(
        rows=rows,
        units=tuple(units["unit"]),
        columns=tuple(columns),
        heads=tuple(heads),
        numbered=cut,
        left=left,
        cell=cell,
    )


def _layers(grid: _Grid, squares: list[dict[str, Any]], look: Look, highlight: str) -> list[alt.Chart]:
    hover = shown_on_hover(
        ("label", say("heading.label", look.language)),
        ("column", say("heading.column_label", look.language)),
        ("written", say("heading.value", look.language)),
    )
    edge = alt.Stroke("edge", type="nominal", scale=None, legend=None)
    mark = chart_of(squares).mark_rect(strokeWidth=1)
    fill = mark.encode(x=pixel_x(), x2="x2:Q", y=pixel_y(), y2="y2:Q", color=colour_by(), stroke=edge, tooltip=hover)
    return [
        fill,
        *strokes(_frame(grid, look, highlight)),
        *words([*_figures(grid, squares, look), *_names(grid, look, highlight)]),
    ]


def _squares(
    grid: _Grid, cells: _Cells, look: Look, *, domain: tuple[float, float], decimals: int
) -> list[dict[str, Any]]:
    """Give one square a cell, also where there is no value: an empty square with an edge."""
    squares = []
    for unit, row in zip(grid.units, grid.rows.rows, strict=True):
        for place, (column, column_label) in enumerate(grid.columns):
            found = cells.get((unit, column), {})
            value = found.get("value")
            shade = look.colours.paper if value is None else _shade(value, domain, look)
            squares.append(
                {
                    "x": place * grid.cell + 1,
                    "x2": (place + 1) * grid.cell - 1,
                    "y": row.top + 1,
                    "y2": row.bottom - 1,
                    "colour": shade,
                    "edge": look.colours.rule if value is None else shade,
                    "value": value,
                    "label": found.get("label", ""),
                    "column": column_label,
                    "written": format_number(value, decimals=decimals, language=look.language),
                }
            )
    return squares


def _figures(grid: _Grid, squares: list[dict[str, Any]], look: Look) -> list[Words]:
    """Print every value in its cell, in black or white, whichever reads better."""
    return [
        Words(
            x=(square["x"] + square["x2"]) / 2,
            y=(square["y"] + square["y2"]) / 2,
            text=square["written"],
            colour=look.colours.soft if square["value"] is None else readable_on(square["colour"]),
            size=LABEL if grid.cell >= _ROOMY else SMALL,
            align="center",
        )
        for square in squares
    ]


def _shade(value: float, domain: tuple[float, float], look: Look) -> str:
    low, high = domain
    share = 0.5 if high == low else (value - low) / (high - low)
    return blend(*look.colours.heat, share)


def _frame(grid: _Grid, look: Look, highlight: str) -> list[Stroke]:
    """Frame the highlighted unit's row above and below."""
    if highlight not in grid.units:
        return []
    row, width = grid.rows.rows[grid.units.index(highlight)], grid.cell * len(grid.columns)
    return [Stroke(x=1, y=y, x2=width - 1, y2=y, colour=look.colours.accent, width=2) for y in (row.top, row.bottom)]


def _names(grid: _Grid, look: Look, highlight: str) -> list[Words]:
    colours = look.colours
    chosen = [unit == highlight for unit in grid.units]
    shades = [colours.accent if mine else colours.ink for mine in chosen]
    named = row_names(grid.rows, look.margin - grid.left, shades, bold=chosen)
    for place, lines in enumerate(grid.heads):
        x = (place + 0.5) * grid.cell
        named += [
            Words(
                x=x,
                y=-8 - (len(lines) - 1 - number) * SMALL * _LINE,
                text=line,
                colour=colours.soft,
                size=SMALL,
                align="center",
            )
            for number, line in enumerate(lines)
        ]
    return named


def _notes(grid: _Grid, cells: _Cells, look: Look) -> tuple[str, ...]:
    key = " · ".join(f"{place} {label}" for place, (_, label) in enumerate(grid.columns, 1)) if grid.numbered else ""
    whole = [cells.get((unit, column), {}).get("value") for unit in grid.units for column, _ in grid.columns]
    missing = f"{NO_VALUE}\u00a0 {say('no_value', look.language)}" if None in whole else ""
    return key, missing


def _alt(table: pl.DataFrame, grid: _Grid, look: Look, highlight: str, decimals: int) -> str:
    present = table.filter(pl.col("value").is_not_null()).sort("value", "unit", "column").to_dicts()
    said = [say("heat.alt", look.language, units=len(grid.units), columns=len(grid.columns))]
    said += [
        _extreme(key, present, present[place]["value"], look, decimals)
        for key, place in (("heat.highest", -1), ("heat.lowest", 0))
    ]
    mine = [row for row in present if row["unit"] == highlight]
    if mine:
        said.append(
            say(
                "heat.chosen",
                look.language,
                label=mine[0]["label"],
                best=f"{mine[-1]['column_label']} {_written(mine[-1], look, decimals)}",
                worst=f"{mine[0]['column_label']} {_written(mine[0], look, decimals)}",
            )
        )
    missing = len(grid.units) * len(grid.columns) - len(present)
    said += [say("heat.missing", look.language, n=missing)] if missing else []
    return " ".join(said)


def _extreme(key: str, present: list[dict[str, Any]], value: float, look: Look, decimals: int) -> str:
    """Name an extreme value and every cell that has it."""
    cells = [f"{row['label']} ({row['column_label']})" for row in present if row["value"] == value]
    written = format_number(value, decimals=decimals, language=look.language)
    return say(key, look.language, cells=listed(cells, look.language), value=written)


def _written(row: dict[str, Any], look: Look, decimals: int) -> str:
    return format_number(row["value"], decimals=decimals, language=look.language)
