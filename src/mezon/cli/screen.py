"""What a person sees in a terminal: tables, small bars, words in colour; plain text when piped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

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
    width = int(os.environ.get("COLUMNS", _PIPED_WIDTH))
    return Console(stderr=stderr, highlight=False, width=width, color_system=None)


def say(text: str = "", *, style: str = "") -> None:
    """Print a line of plain words."""
    console().print(escape(text), style=style or None, soft_wrap=not sys.stdout.isatty())


def heading(text: str) -> None:
    """Print a heading with a line of air above it."""
    console().print()
    console().print(escape(text), style="bold")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """Print a table; a column whose name ends in "#" is a number and stands to the right. Cells may carry markup."""
    shown = Table(
        title=escape(title) if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
    )
    for column in columns:
        shown.add_column(column.rstrip("#"), justify="right" if column.endswith("#") else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(cell(value) for value in row))
    console().print(shown)


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
