"""Rows with names at the left: as many lines as a name needs, and the row as high as that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mezon.disseminate.charts.drawing import Stroke, Words
from mezon.disseminate.charts.measuring import widest, wrap
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.sheet import LABEL

_LINE = 1.22
_MOST_LINES = 4
_HEADING = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its name in lines, where it lies in the plot (pixels from its top), and a heading over it, if any."""

    lines: tuple[str, ...]
    top: float
    bottom: float
    heading: str = ""

    @property
    def middle(self) -> float:
        """The height at which its marks are drawn."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All rows, the width their names take, and the height of them all."""

    rows: tuple[Row, ...]
    width: float
    height: float


def lay_rows(
    names: Sequence[str],
    look: Look,
    *,
    share: float = 0.36,
    step: float = 24.0,
    bold: bool = False,
    headings: Sequence[str] = (),
) -> Rows:
    """Wrap names into a column of at most `share` of the sheet's width and stack the rows.

    `step` : the height of a row whose name takes one line; `bold` measures for names that may be set bold.
    `headings` : one a row, or none; a heading that differs from the row's before is set over the row.
    """
    room = look.width * (max(share, 0.38) if look.narrow else share)
    wrapped = [wrap(name, room, LABEL, bold=bold, most=_MOST_LINES) for name in names]
    placed, top, last = [], 0.0, ""
    for lines, heading in zip(wrapped, headings or [""] * len(wrapped), strict=True):
        new = heading if heading != last else ""
        last, top = heading, top + (_HEADING if new else 0.0)
        height = step + (len(lines) - 1) * LABEL * _LINE
        placed.append(Row(lines=lines, top=top, bottom=top + height, heading=new))
        top += height
    width = widest([line for lines in wrapped for line in lines], LABEL, bold=bold)
    return Rows(rows=tuple(placed), width=width, height=top)


def row_names(
    rows: Rows, x: float, colours: Sequence[str], *, bold: Sequence[bool] | None = None, heading_colour: str = ""
) -> list[Words]:
    """Set the names of rows, one colour a row, from `x` to the right; headings are bold."""
    placed = []
    for number, (row, colour) in enumerate(zip(rows.rows, colours, strict=True)):
        if row.heading:
            placed.append(Words(x=x, y=row.top - 7, text=row.heading, colour=heading_colour, size=LABEL, bold=True))
        first = row.middle - (len(row.lines) - 1) * LABEL * _LINE / 2
        for place, line in enumerate(row.lines):
            placed.append(
                Words(
                    x=x,
                    y=first + place * LABEL * _LINE,
                    text=line,
                    colour=colour,
                    size=LABEL,
                    bold=bool(bold and bold[number]),
                )
            )
    return placed


def row_rules(rows: Rows, x: float, x2: float, colour: str) -> list[Stroke]:
    """Draw a thin rule through the middle of every row, which leads the eye from the name to the mark."""
    return [Stroke(x=x, y=row.middle, x2=x2, y2=row.middle, colour=colour, width=1) for row in rows.rows]
