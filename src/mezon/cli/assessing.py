"""`mezon assess`: scores, ranks and intervals of a pack, on screen and as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mezon.cli.options import (
    AsOf,
    Draws,
    Language,
    PackName,
    Seed,
    Workers,
    known_date,
    known_language,
    processors,
)
from mezon.cli.scoreboard import print_findings, print_scoreboard
from mezon.cli.screen import progress, say, say_replaced
from mezon.cli.words import word


def assess(
    pack: PackName,
    *,
    methodology: Annotated[
        str | None,
        typer.Option("-m", "--methodology", help="Id, or a methodology file (*.toml); the default when left out."),
    ] = None,
    as_of: AsOf = None,
    draws: Draws = None,
    seed: Seed = None,
    steps: Annotated[bool, typer.Option("--steps", help="Also write the table after every step.")] = False,
    save_draws: Annotated[bool, typer.Option("--save-draws", help="Also write every draw.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write the tables here.")] = None,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", metavar="CHOICES.csv", help="Evaluate these variants, a row each; draw none."),
    ] = None,
    weight_sets: Annotated[
        Path | None,
        typer.Option("--weight-sets", metavar="SETS.csv", help="Weights by set (set,node,weight) to choose from."),
    ] = None,
    workers: Workers = 0,
    lang: Language = "en",
) -> None:
    """Turn a pack into an index: scores, ranks, their intervals, contributions, strengths and weaknesses."""
    from mezon import production
    from mezon.design.output_folder import refuse_foreign
    from mezon.disseminate.draws_file import DrawsFile

    read = production.read_pack(pack, language=known_language(lang))
    outside: bytes | None = None
    if methodology is not None and methodology.endswith(".toml"):
        file = Path(methodology)
        read, methodology = production.with_methodology(read, file)
        outside = file.read_bytes()
    if output is not None:
        refuse_foreign(output, manifest="assessment.json", what="assessment")
    draws_file = DrawsFile(output) if save_draws and output is not None else None
    with progress(word("Drawing modelling variants")) as moved:
        assessment = production.assess(
            read,
            methodology,
            as_of=known_date(as_of),
            seed=seed,
            draws=draws,
            workers=workers or processors(),
            keep_steps=steps,
            draws_to=draws_file.add if draws_file is not None else None,
            choices=replay,
            weight_sets=weight_sets,
            coherence=output is not None,
            progress=moved,
        )
    print_scoreboard(assessment, read.definitions, language=lang)
    print_findings(assessment)
    if output is not None:
        from mezon.disseminate.assessment_files import write_assessment

        replaced = write_assessment(assessment, output, draws=draws_file, methodology=outside)
        say_replaced(replaced)
        say(word("Written to {output}. Check it again at any time: mezon verify {output}", output=output))
