"""`mezon assess`: scores, ranks and intervals of a pack, on screen and as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mezon.cli.options import AsOf, Draws, Language, MethodologyId, PackName, Seed, Workers, known_date, known_language
from mezon.cli.scoreboard import print_findings, print_scoreboard
from mezon.cli.screen import progress, say


def assess(
    pack: PackName,
    *,
    methodology: MethodologyId = None,
    as_of: AsOf = None,
    draws: Draws = None,
    seed: Seed = None,
    steps: Annotated[bool, typer.Option("--steps", help="Also write the table after every step.")] = False,
    save_draws: Annotated[bool, typer.Option("--save-draws", help="Also write every draw.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write the tables here.")] = None,
    workers: Workers = 1,
    lang: Language = "en",
) -> None:
    """Turn a pack into an index: scores, ranks, their intervals, contributions, strengths and weaknesses."""
    from mezon import production

    read = production.read_pack(pack, language=known_language(lang))
    with progress("Drawing modelling variants") as moved:
        assessment = production.assess(
            read,
            methodology,
            as_of=known_date(as_of),
            seed=seed,
            draws=draws,
            workers=workers,
            keep_steps=steps,
            keep_draws=save_draws,
            progress=moved,
        )
    print_scoreboard(assessment, read.definitions, language=lang)
    print_findings(assessment)
    if output is not None:
        from mezon.disseminate.assessment_files import write_assessment

        write_assessment(assessment, output)
        say(f"Written to {output}. Check it again at any time: mezon verify {output}")
