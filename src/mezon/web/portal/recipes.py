"""Commands and code that make a number again, exactly: to be copied from a page and run."""

from __future__ import annotations

from dataclasses import dataclass

from mezon.model.methodology import Methodology
from mezon.web.portal.edition import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Lines for a shell, and the same in Python."""

    commands: tuple[str, ...]
    python: str


def release_again(edition: Edition, indicator: str, unit: str, period: str) -> Recipe:
    """Say how to freeze the release again and look a value up in it."""
    pack, day = edition.definitions.id, edition.as_of
    code = (
        "from datetime import date",
        "from mezon import production, read_pack",
        "",
        f'release = production.prepare(read_pack("{pack}"), as_of=date({day.year}, {day.month}, {day.day}))',
        f'assert release.id == "{edition.release_id}"',
        f'print(release.observations.filter(indicator="{indicator}", unit="{unit}", period="{period}").to_dicts())',
    )
    commands = (f"mezon release {pack} --as-of {day.isoformat()} -o release/", "mezon verify release/")
    return Recipe(commands=commands, python="\n".join(code))


def assess_again(edition: Edition, methodology: Methodology, unit: str, period: str, node: str) -> Recipe:
    """Say how to assess again, with the same draws and every step, and look a score up."""
    pack, day = edition.definitions.id, edition.as_of
    trace = edition.assessments[methodology.id].trace
    drawn = f"--seed {trace.seed} --draws {trace.draws}"
    commands = (
        f"mezon assess {pack} -m {methodology.id} --as-of {day.isoformat()} {drawn} --steps -o assessment/",
        "mezon verify assessment/",
    )
    code = (
        "from datetime import date",
        "import mezon",
        "",
        f'pack = mezon.read_pack("{pack}")',
        "assessment = mezon.assess(",
        f'    pack, "{methodology.id}", as_of=date({day.year}, {day.month}, {day.day}),',
        f"    seed={trace.seed}, draws={trace.draws}, keep_steps=True,",
        ")",
        f'assert assessment.trace.release == "{edition.release_id}"',
        f'print(assessment.scores.filter(unit="{unit}", period="{period}", node="{node}").to_dicts())',
        "for name, table in assessment.steps.items():",
        f'    print(name, table.filter(unit="{unit}", period="{period}").to_dicts())',
    )
    return Recipe(commands=commands, python="\n".join(code))
