"""Names at the ends of lines: side by side with their last points, moved apart where they would touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from mezon.disseminate.charts.drawing import Align, Stroke, Words
from mezon.disseminate.charts.measuring import text_width, wrap
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.placing import spread
from mezon.disseminate.charts.sheet import LABEL

_LINE = 1.2
_ROOM, _ROOM_NARROW = 150.0, 98.0
_AWAY = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLabel:
    """A name with its last value, wanted at the height of the point it belongs to."""

    name: str
    figure: str
    ink: str
    bold: bool = False

    def lines(self, look: Look, room: float | None = None) -> tuple[str, ...]:
        """Wrap name and value into the room that labels have; a figure is never cut."""
        kept = max(room or (_ROOM_NARROW if look.narrow else _ROOM), text_width(self.figure, LABEL, bold=self.bold))
        return wrap(f"{self.name} {self.figure}".strip(), kept, LABEL, bold=self.bold, most=4)


def label_room(labels: Sequence[EndLabel], look: Look, room: float | None = None) -> float:
    """Give the pixels that a column of labels needs beside the plot."""
    widths = (text_width(line, LABEL, bold=label.bold) for label in labels for line in label.lines(look, room))
    return ceil(max(widths, default=0.0)) + _AWAY


def needed_height(labels: Sequence[EndLabel], look: Look, room: float | None = None) -> float:
    """Give the height of all labels set one below the other."""
    return sum(_height(label.lines(look, room)) for label in labels)


def end_labels(
    labels: Sequence[EndLabel],
    points: Sequence[tuple[float, float]],
    look: Look,
    *,
    edge: float,
    height: float,
    top: float = 0.0,
    side: Align = "left",
    room: float | None = None,
) -> tuple[list[Stroke], list[Words]]:
    """Set labels beside the plot's `edge`, each near its point (x, y pixels), with a thin lead where it had to move.

    They keep between `top` and `height`, as far as they fit.
    `side` is the alignment of the words: "left" for labels at the right edge, "right" for labels at the left.
    """
    wrapped = [label.lines(look, room) for label in labels]
    heights = [_height(lines) for lines in wrapped]
    middles = spread([y for _, y in points], heights, low=top - 8, high=height + 12)
    sign = 1 if side == "left" else -1
    leads, said = [], []
    for label, lines, (x, y), middle in zip(labels, wrapped, points, middles, strict=True):
        if abs(middle - y) > 3 or abs(edge - x) > 24:
            leads.append(
                Stroke(
                    x=x + sign * 6, y=y, x2=edge + sign * (_AWAY - 3), y2=middle, colour=look.colours.muted, width=0.7
                )
            )
        first = middle - (len(lines) - 1) * LABEL * _LINE / 2
        said += [
            Words(
                x=edge + sign * _AWAY,
                y=first + place * LABEL * _LINE,
                text=line,
                colour=label.ink,
                size=LABEL,
                bold=label.bold,
                align=side,
            )
            for place, line in enumerate(lines)
        ]
    return leads, said


def _height(lines: tuple[str, ...]) -> float:
    return len(lines) * LABEL * _LINE + 3
