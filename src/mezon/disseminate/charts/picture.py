"""The nouns of a picture: what it says around the data, how it looks, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from mezon.disseminate.charts.theme import THEMES, Theme
from mezon.errors import WrongUse
from mezon.model.text import LANGUAGES

#: Widths in pixels for which the pictures are drawn: a page's column, and a phone held upright.
PAGE = 720
PHONE = 360

_NARROWEST = 300
_NARROW_BELOW = 520


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stands around the data, already in the reader's language.

    `source` names the sources without the word "Source"; `release` is the release's id; `notice` is a mark that must
    not be overlooked ("Synthetic data", "Stand-ins"); `notes` are sentences for the foot of the picture.
    """

    title: str
    subtitle: str = ""
    source: str = ""
    release: str = ""
    notice: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a picture is drawn: language of its words and numbers, theme, width in pixels."""

    language: str = "en"
    theme: str = "light"
    width: int = PAGE

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise WrongUse(f"No pictures in {self.language!r}.", hint=f"Languages: {', '.join(LANGUAGES)}.")
        if self.theme not in THEMES:
            raise WrongUse(f"No theme {self.theme!r}.", hint=f"Themes: {', '.join(THEMES)}.")
        if self.width < _NARROWEST:
            raise WrongUse(f"{self.width} pixels are too narrow.", hint=f"Ask for {_NARROWEST} or more.")

    @property
    def colours(self) -> Theme:
        """The colours of the theme."""
        return THEMES[self.theme]

    @property
    def narrow(self) -> bool:
        """Whether this is a phone's width, where columns of figures give way to the picture."""
        return self.width < _NARROW_BELOW

    @property
    def margin(self) -> int:
        """Empty pixels at the left and right edge."""
        return 12 if self.narrow else 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """A picture with all that has to stand beside it.

    `spec` : the Altair chart; a notebook shows it.
    `alt` : what is seen, in words: extremes, the highlighted unit with its interval, what is missing.
    `table` : the data shown, in the order shown; `headings` names its columns in the reader's language.
    `source_line` : as printed in the picture. `empty` says that there was nothing to draw and the picture says why.
    """

    spec: alt.LayerChart
    title: str
    alt: str
    table: pl.DataFrame
    headings: tuple[tuple[str, str], ...]
    source_line: str
    release: str
    language: str
    theme: str
    width: int
    height: int
    empty: bool = False

    def _repr_mimebundle_(self, *arguments: Any, **named: Any) -> Any:
        """Show the chart in a notebook."""
        return self.spec._repr_mimebundle_(*arguments, **named)
