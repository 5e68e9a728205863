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


@dataclass(frozen=True, slots=True, kw_only=True)
class PackAtHand:
    """The pack that an edition was made from: its name in a command, and the commands that bring it first.

    A bundled pack is there by itself. What was recorded on the desk is in no file that comes with Mezon: the database
    of the site gives the pack as it was at the change that was frozen.
    """

    name: str
    brought: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """The option by which `mezon verify` is told of a pack that it does not find by itself."""
        return f" --pack {self.name}" if self.brought else ""


def pack_at_hand(edition: Edition) -> PackAtHand:
    """Say how to come by the pack of an edition."""
    code = edition.definitions.id
    if edition.change is None:
        return PackAtHand(name=code)
    folder = f"{code}-{edition.change}/"
    return PackAtHand(name=folder, brought=(f"mezon unload --code {code} --at {edition.change} -o {folder}",))


def release_again(edition: Edition, indicator: str, unit: str, period: str) -> Recipe:
    """Say how to freeze the release again and look a value up in it."""
    pack, day = pack_at_hand(edition), edition.as_of
    code = (
        "from datetime import date",
        "from mezon import production, read_pack",
        "",
        f'release = production.prepare(read_pack("{pack.name}"), as_of=date({day.year}, {day.month}, {day.day}))',
        f'assert release.id == "{edition.release_id}"',
        f'print(release.observations.filter(indicator="{indicator}", unit="{unit}", period="{period}").to_dicts())',
    )
    commands = (
        *pack.brought,
        f"mezon release {pack.name} --as-of {day.isoformat()} -o release/",
        f"mezon verify release/{pack.named}",
    )
    return Recipe(commands=commands, python="\n".join(code))


def assess_again(edition: Edition, methodology: Methodology, unit: str, period: str, node: str) -> Recipe:
    """Say how to assess again, with the same draws and every step, and look a score up."""
    pack, day = pack_at_hand(edition), edition.as_of
    trace = edition.assessments[methodology.id].trace
    drawn = f"--seed {trace.seed} --draws {trace.draws}"
    commands = (
        *pack.brought,
        f"mezon assess {pack.name} -m {methodology.id} --as-of {day.isoformat()} {drawn} --steps -o assessment/",
        f"mezon verify assessment/{pack.named}",
    )
    code = (
        "from datetime import date",
        "import mezon",
        "",
        f'pack = mezon.read_pack("{pack.name}")',
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
