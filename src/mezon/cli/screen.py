"""What a person sees in a terminal: tables, small bars, words in colour; plain text when piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mezon.cli.words import with_decimal_sign, word

if TYPE_CHECKING:
    from mezon.design.output_folder import Replaced

#: Width when nobody looks: no line is broken, since the reader is a program or a file.
_PIPED_WIDTH = 10_000
#: In a pipe, tables up to this width are aligned; in wider ones only columns up to the second width are.
_ALIGNED_TABLE, _ALIGNED = 160, 44
#: Where columns come in blocks, those repeated in each take no more than this share of the screen.
_SHARE_OF_REPEATED = 3
_GAP = "   "
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


def is_narrow(columns: int) -> bool:
    """Say whether this is a screen with fewer columns than that; a pipe never is."""
    return sys.stdout.isatty() and console().width < columns


def say(text: str = "", *, style: str = "") -> None:
    """Print a line of plain words."""
    console().print(escape(text), style=style or None, soft_wrap=not sys.stdout.isatty())


def say_replaced(replaced: Replaced) -> None:
    """Tell what was removed of the former results in a folder, and which files of others stay there."""
    if replaced.former is not None:
        names = ("pack", "methodology", "as_of")
        what = " ".join(str(replaced.former[name]) for name in names if name in replaced.former)
        say(word("Replaced the former results ({what}).", what=what))
    if replaced.removed:
        say(word("Removed files of the former run: {names}.", names=", ".join(replaced.removed)))
    if replaced.kept:
        say(word("Kept files that Mezon did not write (verify names them): {names}.", names=", ".join(replaced.kept)))


def heading(text: str) -> None:
    """Print a heading with a line of air above it."""
    console().print()
    console().print(escape(text), style="bold")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, repeated: int = 0) -> None:
    """Print a table. Cells may carry markup; names of columns are translated.

    Marks behind a column's name: "#" a number, to the right and never broken over lines; "?" left out where the
    screen is too narrow for all columns (the last one first). `repeated` : where the columns do not fit, print them in
    blocks, each with this many first columns again. In a pipe every row is one line.
    """
    named = [word(name.rstrip("#?")) + name[len(name.rstrip("#?")) :] for name in columns]
    cells = [[cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        _print_plain(named, cells)
        return
    screen = console()
    kept = _columns_that_fit(named, cells, screen.width)
    blocks = _blocks(named, cells, kept, screen.width, repeated)
    narrow = screen.width // _SHARE_OF_REPEATED - len(_GAP) if len(blocks) > 1 else None
    for number_of_block, places in enumerate(blocks):
        if number_of_block:
            screen.print()
        screen.print(_rich_table(named, cells, places, narrow=dict.fromkeys(range(repeated), narrow)))
    left_out = [named[place].rstrip("#?") for place in range(len(named)) if place not in kept]
    if any(left_out):
        say(word("Left out on this narrow screen: {names}.", names=", ".join(filter(None, left_out))), style="dim")


def _rich_table(
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    places: Sequence[int],
    *,
    narrow: Mapping[int, int | None],
) -> Table:
    """Make a table of the columns at some places; `narrow` : the most that some of them may take."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place in places:
        name, is_number = columns[place].rstrip("#?"), "#" in columns[place]
        side: Literal["left", "right"] = "right" if is_number else "left"
        shown.add_column(escape(name), justify=side, overflow="fold", no_wrap=is_number, max_width=narrow.get(place))
    for row in cells:
        shown.add_row(*(row[place] for place in places))
    return shown


def _print_plain(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print a line a row: short columns aligned, long texts as they are, nothing broken and no blanks at the end."""
    names = [name.rstrip("#?") for name in columns]
    lines = [names, *([_one_line(text) for text in row] for row in cells)]
    widths = [max(cell_len(line[place]) for line in lines) for place in range(len(columns))]
    widest = _ALIGNED_TABLE if sum(widths) + len(_GAP) * len(widths) <= _ALIGNED_TABLE else _ALIGNED
    printed = []
    for line in lines:
        padded = [
            _padded(text, width if width <= widest else 0, is_number="#" in columns[place])
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        printed.append(_GAP.join(padded).rstrip())
    rule = "─" * min(max(cell_len(line) for line in printed), sum(min(width, widest) + len(_GAP) for width in widths))
    sys.stdout.write("\n".join([printed[0], rule, *printed[1:]]) + "\n")


def _one_line(text: str) -> str:
    return " · ".join(Text.from_markup(text).plain.split("\n"))


def _padded(text: str, width: int, *, is_number: bool) -> str:
    blanks = " " * (width - cell_len(text))
    return blanks + text if is_number else text + blanks


def _blocks(
    columns: Sequence[str], cells: Sequence[Sequence[str]], kept: list[int], width: int, repeated: int
) -> list[list[int]]:
    """Cut the columns to show into blocks that fit, if some are to be repeated in each; one block otherwise."""
    if not repeated:
        return [kept]
    widths = _widths(columns, cells)
    if sum(widths[place] for place in kept) <= width:
        return [kept]
    head = [place for place in kept if place < repeated]
    for place in head:
        widths[place] = min(widths[place], width // _SHARE_OF_REPEATED)
    blocks = [list(head)]
    for place in kept[len(head) :]:
        if len(blocks[-1]) > len(head) and sum(widths[one] for one in (*blocks[-1], place)) > width:
            blocks.append(list(head))
        blocks[-1].append(place)
    return blocks


def _widths(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    return [
        len(_GAP) + max([cell_len(name.rstrip("#?")), *(_widest_line(row[place]) for row in cells)], default=0)
        for place, name in enumerate(columns)
    ]


def _columns_that_fit(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Give the columns to show: all, less those marked "?" from the right until the rest fits."""
    widths = _widths(columns, cells)
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
    if value is None or value != value:
        return "–"
    return with_decimal_sign(f"{value:,.{digits}f}".replace(",", " "))


def percent(share: float, digits: int = 0, *, signed: bool = False) -> str:
    """Write a share of one in per cent, as `86%`; signed as `+4.8%`."""
    return with_decimal_sign(f"{share:{'+' if signed else ''}.{digits}%}")


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


def coloured(name: str) -> str:
    """Say a severity or a verdict in colour, so that the eye finds it; the word itself says it without colour."""
    colour = _COLOURS.get(name) or _VERDICT_COLOURS.get(name)
    shown = escape(word(name))
    return f"[{colour}]{shown}[/{colour}]" if colour else shown


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
