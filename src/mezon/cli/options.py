"""Options that several commands share, declared once."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mezon.cli.words import speak
from mezon.errors import MalformedValue, WrongUse
from mezon.model.period import last_day
from mezon.model.text import LANGUAGES

PackName = Annotated[str, typer.Argument(metavar="PACK", help="A folder, or the name of a bundled pack.")]
MethodologyId = Annotated[str | None, typer.Option("-m", "--methodology", help="Id; the pack's default when left out.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Only what was published by then: 2021, 2021-01-01.")
]
Draws = Annotated[int | None, typer.Option("--draws", min=0, help="How many modelling variants to draw.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Where the draws begin; the same seed gives the same bytes.")]
Workers = Annotated[
    int, typer.Option("--workers", min=0, help="Threads to draw with, 0 = all processors; results do not depend on it.")
]
Language = Annotated[str, typer.Option("--lang", help="Language of names and findings: en, ru or uz.")]
Output = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where to write.")]


def known_language(language: str) -> str:
    """Give the language back, and speak it from now on. Raises : WrongUse when the product does not."""
    if language not in LANGUAGES:
        raise WrongUse(f"There is no language {language!r}.", hint=f"There is: {', '.join(LANGUAGES)}.")
    speak(language)
    return language


def known_date(text: str | None) -> date | None:
    """Read `--as-of`; a partial date counts as its last day. Raises : WrongUse when it is no date."""
    if text is None:
        return None
    try:
        return last_day(text)
    except MalformedValue as fault:
        raise WrongUse(f"--as-of: {fault.message}", hint=fault.hint) from None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
