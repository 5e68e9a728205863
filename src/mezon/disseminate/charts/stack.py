"""Stacks as numbers: bars, their segments from the base up, their sums, and what is missing of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from mezon.disseminate.charts.drawing import shown_on_hover
from mezon.disseminate.charts.numbers import NO_VALUE, format_number
from mezon.disseminate.charts.picture import Look
from mezon.disseminate.charts.theme import series_colour
from mezon.disseminate.charts.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a bar: which part, and where on the scale it begins and ends."""

    part: int
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar; `partial` when a part of it has no value, so that `total` is a lower bound."""

    label: str
    segments: tuple[Segment, ...]
    total: float
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """All bars and the names of the parts they are made of; `shares` when they are drawn as per cent of their sum."""

    bars: tuple[Bar, ...]
    parts: tuple[str, ...]
    shares: bool
    decimals: int

    @property
    def top(self) -> float:
        """The end of the longest bar."""
        return 100.0 if self.shares else max(bar.total for bar in self.bars)

    def total(self, bar: Bar, look: Look) -> str:
        """Write a bar's sum, as a lower bound where a part is missing; a dash where nothing is known."""
        if bar.partial and not bar.total:
            return NO_VALUE
        written = format_number(bar.total, decimals=self.decimals, language=look.language)
        return f"≥\u00a0{written}" if bar.partial else written

    def figure(self, segment: Segment, look: Look) -> str:
        """Write a segment's length; shares as per cent."""
        written = format_number(segment.end - segment.start, decimals=self.decimals, language=look.language)
        return f"{written}\u00a0%" if self.shares else written


def stack_of(table: pl.DataFrame, *, shares: bool, decimals: int) -> Stack:
    """Stack the rows bar, label, part, part_label, value in the order in which bars and parts first appear."""
    parts = table.unique("part", keep="first", maintain_order=True).select("part", "part_label").rows()
    bars = []
    for _, rows in table.group_by("bar", maintain_order=True):
        known = {row["part"]: row["value"] for row in rows.to_dicts() if row["value"] is not None}
        values = [(place, known[part]) for place, (part, _) in enumerate(parts) if part in known]
        bars.append(_bar(rows["label"][0], values, partial=len(known) < len(parts), shares=shares))
    return Stack(bars=tuple(bars), parts=tuple(label for _, label in parts), shares=shares, decimals=decimals)


def segment_rows(stack: Stack, look: Look) -> list[list[dict[str, Any]]]:
    """Give what is drawn of every segment, bar by bar: ends, colour, and the words shown on hover."""
    return [
        [
            {
                "label": bar.label,
                "part": stack.parts[segment.part],
                "start": segment.start,
                "end": segment.end,
                "written": stack.figure(segment, look),
                "colour": series_colour(look.colours, segment.part),
            }
            for segment in bar.segments
        ]
        for bar in stack.bars
    ]


def hover_of_segments(look: Look) -> list[Any]:
    """Name what is shown on hover."""
    language = look.language
    return shown_on_hover(
        ("label", say("heading.label", language)),
        ("part", say("heading.part_label", language)),
        ("written", say("heading.value", language)),
    )


def _bar(label: str, values: list[tuple[int, float]], *, partial: bool, shares: bool) -> Bar:
    """Stack one bar; as shares, a bar that is not whole or is nothing has no segments."""
    total = sum(value for _, value in values)
    drawn = not shares or (total > 0 and not partial)
    segments, start = [], 0.0
    for part, value in values if drawn else []:
        end = start + (100 * value / total if shares else value)
        segments.append(Segment(part=part, start=start, end=end))
        start = end
    return Bar(label=label, segments=tuple(segments), total=total, partial=partial)
