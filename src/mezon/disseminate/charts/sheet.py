"""The sheet: title above, notes, source and release below, the plot between; sizes known before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import altair as alt
import polars as pl

from mezon.disseminate.charts.drawing import Stroke, Words, strokes, words
from mezon.disseminate.charts.measuring import shortened, text_width, wrap
from mezon.disseminate.charts.picture import Caption, Chart, Look
from mezon.disseminate.charts.theme import FONTS
from mezon.disseminate.charts.wording import headings, say

LABEL = 12.5
SMALL = 11.0

_TITLE = 18.0
_TITLE_NARROW = 16.0
_SUBTITLE = 13.0
_LEADING = 1.3
_SWATCH = 10.0
_NOTICE_INDENT = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The plot's place: margins beside it, its height, room above it and below it (axis labels), in pixels."""

    left: float
    right: float
    height: float
    above: float = 10.0
    below: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the picture tells apart from its marks: alt text, table, notes of its own, and a key of coloured words."""

    alt: str
    table: pl.DataFrame
    notes: tuple[str, ...] = ()
    key: tuple[tuple[str, str], ...] = field(default=())
    empty: bool = False


def plot_width(look: Look, left: float, right: float) -> float:
    """Give the width that two margins leave to the plot."""
    return look.width - left - right


def compose(layers: Iterable[alt.Chart], *, look: Look, caption: Caption, plot: Plot, told: Told) -> Chart:
    """Put the plot's layers on a sheet with title, key, notes, source and release.

    `told.alt` is prefixed with the title; the table's columns get their headings.
    """
    head, top = _head(look, caption, told.key)
    foot, bottom = _foot(look, caption, told.notes)
    top += plot.above
    bottom += -(top + plot.height + plot.below + bottom) % 1
    width = plot_width(look, plot.left, plot.right)
    shift = look.margin - plot.left
    around = [replace(item, x=item.x + shift, y=item.y - top) for item in head]
    around += [replace(item, x=item.x + shift, y=item.y + plot.height + plot.below) for item in foot]
    line_y = plot.height + plot.below + 6
    rule = Stroke(
        x=-plot.left + look.margin, y=line_y, x2=width + plot.right - look.margin, y2=line_y, colour=look.colours.rule
    )
    everything = [*layers, *strokes([rule] if foot else []), *words(around)]
    padding = {"left": plot.left, "right": plot.right, "top": top, "bottom": plot.below + bottom}
    return Chart(
        spec=_configured(alt.layer(*everything), look).properties(width=width, height=plot.height, padding=padding),
        title=caption.title,
        alt=f"{_sentence(caption.title)} {told.alt}".strip(),
        table=told.table,
        headings=headings(told.table.columns, look.language),
        source_line=_source_line(look, caption),
        release=caption.release,
        language=look.language,
        theme=look.theme,
        width=look.width,
        height=round(top + plot.height + plot.below + bottom),
        empty=told.empty,
    )


def _configured(chart: Any, look: Look) -> Any:
    """Set paper, type and what of Vega's own look must go."""
    separate = chart.resolve_scale(x="independent", y="independent")
    return separate.properties(background=look.colours.paper, autosize="none").configure(
        font=FONTS, aria=False, view=alt.ViewConfig(stroke=None, fill=None), text=alt.MarkConfig(font=FONTS)
    )


def _head(look: Look, caption: Caption, key: Sequence[tuple[str, str]]) -> tuple[list[Words], float]:
    """Set notice, title, subtitle and key from y = 0 down; give them and the height they take."""
    colours, room = look.colours, look.width - 2 * look.margin
    size = _TITLE_NARROW if look.narrow else _TITLE
    y = float(look.margin)
    lines: list[Words] = []
    if caption.notice:
        lines.append(Words(x=0, y=y + SMALL * _LEADING / 2, text="■", colour=colours.negative, size=SMALL + 2))
    for text, height, colour, bold, x in (
        (caption.notice, SMALL, colours.negative, True, _NOTICE_INDENT),
        (caption.title, size, colours.ink, True, 0.0),
        (caption.subtitle, _SUBTITLE, colours.soft, False, 0.0),
    ):
        block, y = _block(text, height, colour, room=room - x, y=y, bold=bold)
        lines += [replace(line, x=x) for line in block]
    set_key, y = _set_key(key, look, y)
    return [*lines, *set_key], y


def _block(text: str, size: float, colour: str, *, room: float, y: float, bold: bool) -> tuple[list[Words], float]:
    if not text:
        return [], y
    set_lines = wrap(text, room, size, bold=bold)
    step = size * _LEADING
    placed = [
        Words(x=0, y=y + step * (place + 0.5), text=line, colour=colour, size=size, bold=bold)
        for place, line in enumerate(set_lines)
    ]
    return placed, y + step * len(set_lines) + 3


def _set_key(key: Sequence[tuple[str, str]], look: Look, y: float) -> tuple[list[Words], float]:
    """Set (colour, word) pairs in a line, broken where the sheet ends."""
    if not key:
        return [], y
    placed: list[Words] = []
    x, y, step = 0.0, y + 6, LABEL * 1.45
    for colour, name in key:
        word = shortened(name, look.width - 2 * look.margin - _SWATCH - 5, LABEL)
        needed = _SWATCH + 5 + text_width(word, LABEL)
        if x and x + needed > look.width - 2 * look.margin:
            x, y = 0.0, y + step
        placed.append(Words(x=x, y=y + step / 2, text="■", colour=colour, size=15))
        placed.append(Words(x=x + _SWATCH + 5, y=y + step / 2, text=word, colour=look.colours.ink, size=LABEL))
        x += needed + 18
    return placed, y + step


def _foot(look: Look, caption: Caption, notes: Sequence[str]) -> tuple[list[Words], float]:
    """Set notes, source and release from y = 0 down; give them and the height they take."""
    colours, room = look.colours, look.width - 2 * look.margin
    last = [say("release", look.language, release=caption.release)] if caption.release else []
    source = _source_line(look, caption)
    texts = [(text, colours.ink) for text in (*notes, *caption.notes) if text]
    texts += [(text, colours.soft) for text in ([source] if source else []) + last]
    lines: list[Words] = []
    y = 12.0
    for text, colour in texts:
        block, y = _block(text, SMALL, colour, room=room, y=y, bold=False)
        lines += block
    return lines, y + look.margin - 6


def _source_line(look: Look, caption: Caption) -> str:
    return say("source", look.language, source=caption.source) if caption.source else ""


def _sentence(title: str) -> str:
    """End a title as a sentence ends."""
    return title if not title or title[-1] in ".?!…" else f"{title}."
