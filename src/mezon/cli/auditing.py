"""`mezon audit`: published sentences, recomputed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from mezon.cli.options import AsOf, Language, PackName, known_date, known_language
from mezon.cli.screen import coloured, heading, number, plain, say, table
from mezon.cli.words import word
from mezon.disseminate.audit_files import verdict_as_dict, write_audit
from mezon.errors import WrongUse
from mezon.model.claim import Verdict


def audit(
    pack: PackName,
    output_format: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    as_of: AsOf = None,
    claim: Annotated[str | None, typer.Option("--claim", help="Show one claim in full, with its way back.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write audit.json and audit.csv here.")
    ] = None,
    lang: Language = "en",
) -> None:
    """Recompute the claims register: holds, holds only if, does not hold, or cannot be checked, and why."""
    from mezon import production

    if output_format not in {"table", "json"}:
        raise WrongUse(f"There is no format {output_format!r}.", hint="There is: table, json.")
    verdicts = production.audit(production.read_pack(pack, language=known_language(lang)), as_of=known_date(as_of))
    if claim is not None:
        verdicts = _only(verdicts, claim)
    if output is not None:
        write_audit(verdicts, output)
    if output_format == "json":
        sys.stdout.write(json.dumps([verdict_as_dict(item) for item in verdicts], ensure_ascii=False, indent=1) + "\n")
    elif claim is not None:
        print_in_full(verdicts[0])
    else:
        print_verdicts(verdicts)


def print_verdicts(verdicts: tuple[Verdict, ...], *, full: str = "") -> None:
    """Print the verdicts with their numbers and reasons, those that could be recomputed first.

    `full` : the command that prints all of them, where those without a figure are to be left out here.
    """
    if not verdicts:
        say(word("This pack has no claims register (registers/claims.csv)."))
        return
    shown = [item for item in verdicts if item.verdict != "cannot be checked"]
    rest = [item for item in verdicts if item.verdict == "cannot be checked"]
    shown += [item for item in rest if not full or (item.rule and item.stated is not None)]
    table(("claim", "verdict", "stated#", "computed#", "sentence and reason"), (_row(item) for item in shown))
    counts = Counter(str(item.verdict) for item in verdicts)
    kinds = ", ".join(f"{count} {word(verdict)}" for verdict, count in sorted(counts.items()))
    say(word("{count} claims: {kinds}.", count=len(verdicts), kinds=kinds))
    if full:
        say(word("All of them, with their reasons: {command}", command=full))


def print_in_full(verdict: Verdict) -> None:
    """Print one verdict with its rule, every way of recomputing it, and the way back to each observation."""
    heading(f"{verdict.claim}: {word(verdict.verdict)}")
    say(f"“{verdict.sentence}” ({verdict.publication}, {verdict.place})")
    say(verdict.reason)
    if verdict.rule:
        say(word("Rule: {rule}", rule=verdict.rule))
    if verdict.reckonings:
        table(
            ("basis", "computed#", "holds", "reason"),
            (
                (plain(item.basis), number(item.computed, 3), _yes_or_no(holds=item.holds), plain(item.reason))
                for item in verdict.reckonings
            ),
        )
    for line in verdict.observations:
        say(f"  ← {line}")


def _row(verdict: Verdict) -> tuple[str, ...]:
    said = f"“{plain(verdict.sentence)}” ({plain(verdict.place)})\n[dim]{plain(verdict.reason)}[/dim]"
    return (
        verdict.claim,
        coloured(verdict.verdict),
        number(verdict.stated, 2) if verdict.stated is not None else "",
        number(verdict.computed, 2) if verdict.computed is not None else "",
        said,
    )


def _only(verdicts: tuple[Verdict, ...], claim: str) -> tuple[Verdict, ...]:
    found = tuple(item for item in verdicts if item.claim == claim)
    if not found:
        known = ", ".join(item.claim for item in verdicts)
        raise WrongUse(f"There is no claim {claim!r}.", hint=f"There are: {known}.")
    return found


def _yes_or_no(*, holds: bool | None) -> str:
    return "" if holds is None else word("yes") if holds else word("no")
