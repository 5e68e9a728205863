"""What a person sees in a terminal: tables, small bars, words in colour; plain text when piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

#: Width when nobody looks: wide enough that no table is cut, since the reader is a program or a file.
_PIPED_WIDTH = 240
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_VERDICT_COLOURS = {
    "holds": "green", "holds only if": "yellow", "does not hold": "red", "cannot be checked": "dim",
}  # fmt: skip


def console(*, stderr: bool = False) -> Console:
    """Give a console for this process: colours and its own width on a terminal, plain and wide in a pipe."""
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty():
        return Console(stderr=stderr, highlight=False)
    return Console(stderr=stderr, highlight=False, width=_PIPED_WIDTH, color_system=None)


def say(text: str = "", *, style: str = "") -> None:
    """Print a line of plain words."""
    console().print(escape(text), style=style or None, soft_wrap=not sys.stdout.isatty())


def heading(text: str) -> None:
    """Print a heading with a line of air above it."""
    console().print()
    console().print(escape(text), style="bold")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """Print a table. Cells may carry markup.

    Marks behind a column's name: "#" a number, to the right and never broken over lines; "?" left out where the
    screen is too narrow for all columns (the last one first).
    """
    screen = console()
    cells = [[cell(value) for value in row] for row in rows]
    kept = _columns_that_fit(columns, cells, screen.width)
    shown = Table(
        title=escape(title) if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
    )
    for place in kept:
        name, is_number = columns[place].rstrip("#?"), "#" in columns[place]
        shown.add_column(name, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in cells:
        shown.add_row(*(row[place] for place in kept))
    screen.print(shown)
    left_out = [columns[place].rstrip("#?") for place in range(len(columns)) if place not in kept]
    if any(left_out):
        say(f"Left out on this narrow screen: {', '.join(name for name in left_out if name)}.", style="dim")


def _columns_that_fit(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Give the columns to show: all, less those marked "?" from the right until the rest fits."""
    gap = 3
    widths = [
        gap + max([cell_len(name.rstrip("#?")), *(_widest_line(row[place]) for row in cells)], default=0)
        for place, name in enumerate(columns)
    ]
    kept = list(range(len(columns)))
    for place in reversed(range(len(columns))):
        if sum(widths[one] for one in kept) <= width:
            break
        if "?" in columns[place]:
            kept.remove(place)
    return kept


def _widest_line(text: str) -> int:
    return max((cell_len(line) for line in Text.from_markup(text).plain.splitlines()), default=0)


def cell(value: Any) -> str:
    """Write one value: nothing for a missing one, text as it is, whole and broken numbers as people read them."""
    if value is None or value != value:
        return ""
    return value if isinstance(value, str) else str(value)


def number(value: float | None, digits: int = 1) -> str:
    """Write a number with a fixed count of decimals; a dash where there is none."""
    return "–" if value is None or value != value else f"{value:,.{digits}f}".replace(",", " ")


def interval(low: float | None, high: float | None) -> str:
    """Write a rank interval: `3-7`, or `5` where the ends agree; nothing where there is none."""
    if low is None or high is None:
        return ""
    return f"{low:.0f}" if round(low) == round(high) else f"{low:.0f}–{high:.0f}"


def bar(share: float | None, width: int = 20) -> str:
    """Draw a share of one as a bar of eighths of a character."""
    if share is None or share != share:
        return ""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[rest]


def coloured(word: str) -> str:
    """Colour a severity or a verdict, so that the eye finds it; the word itself says it without colour."""
    colour = _COLOURS.get(word) or _VERDICT_COLOURS.get(word)
    return f"[{colour}]{word}[/{colour}]" if colour else escape(word)


def plain(text: str) -> str:
    """Make a text safe to print as it is, with its square brackets."""
    return escape(text)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function `(done, total)` that moves a bar on a terminal; elsewhere it does nothing."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
