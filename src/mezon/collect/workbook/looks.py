"""How the workbook looks: few colours, large letters, so that it reads from the back row of a meeting room."""

from __future__ import annotations

from typing import Any

INK, QUIET, PAPER = "#1B2B34", "#5B6B73", "#FFFFFF"
BANNER, BANNER_INK = "#0B4F5C", "#FFFFFF"
LOCKED, LINE = "#F3F5F6", "#C9D1D5"
REQUIRED, OPEN, FILLED, JUMP = "#FFF3C4", "#FFFFFF", "#E4F4E8", "#B45309"
FONT = "Calibri"


class Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        """`book` : an xlsxwriter workbook."""
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def of(self, **properties: object) -> Any:
        """Give a format with these properties, beside font and size."""
        whole = {"font_name": FONT, "font_size": 12, "font_color": INK, "valign": "vcenter", **properties}
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(whole)
        return self._made[key]

    @property
    def banner(self) -> Any:
        """The title of a sheet."""
        return self.of(bg_color=BANNER, font_color=BANNER_INK, bold=True, font_size=20, indent=1)

    @property
    def under_banner(self) -> Any:
        """The line below the title."""
        return self.of(bg_color=BANNER, font_color=BANNER_INK, font_size=12, indent=1)

    @property
    def heading(self) -> Any:
        """A column's heading."""
        return self.of(bold=True, bottom=2, bottom_color=BANNER, text_wrap=True, bg_color=PAPER)

    @property
    def text(self) -> Any:
        """Something to read."""
        return self.of(text_wrap=True, bg_color=LOCKED, bottom=1, bottom_color=LINE)

    @property
    def quiet(self) -> Any:
        """Something to read where there is time."""
        return self.of(text_wrap=True, bg_color=LOCKED, bottom=1, bottom_color=LINE, font_color=QUIET, font_size=10)

    def earlier(self, decimals: int) -> Any:
        """An earlier value."""
        shape = number_shape(decimals)
        return self.of(num_format=shape, bg_color=LOCKED, bottom=1, bottom_color=LINE, font_color=QUIET)

    def value(self, decimals: int, *, required: bool) -> Any:
        """A cell to fill in with a number."""
        return self.of(num_format=number_shape(decimals), locked=False, border=1, border_color=LINE, bold=True,
                       bg_color=REQUIRED if required else OPEN)  # fmt: skip

    @property
    def answer(self) -> Any:
        """A cell to fill in with a word."""
        return self.of(locked=False, border=1, border_color=LINE, text_wrap=True, bg_color=OPEN, font_size=11)


def number_shape(decimals: int) -> str:
    """Write a number with as many decimals as its indicator has."""
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
