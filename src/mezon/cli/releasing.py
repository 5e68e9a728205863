"""`mezon release`, `verify` and `export`: frozen data, checked copies, and files for other programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mezon.cli.options import AsOf, Language, MethodologyId, Output, PackName, known_date, known_language
from mezon.cli.scoreboard import named_unit
from mezon.cli.screen import heading, number, plain, say, say_replaced, table
from mezon.cli.storing import AtChange, Code, release_from_database
from mezon.cli.words import word
from mezon.errors import WrongUse


def release(
    output: Output,
    pack: Annotated[
        str | None, typer.Argument(metavar="[PACK]", help="A folder or bundled pack; left out: the database's pack.")
    ] = None,
    as_of: AsOf = None,
    code: Code = "",
    at: AtChange = None,
    lang: Language = "en",
) -> None:
    """Freeze a pack as it was known at a date: a folder of Parquet and definitions with a manifest of checksums."""
    from mezon import production

    language = known_language(lang)
    if pack is None:
        release_from_database(output, as_of=known_date(as_of), code=code, at=at)
        return
    if code or at is not None:
        raise WrongUse("--code and --at speak of the database.", hint="Leave PACK out to freeze from it.")

    read = production.read_pack(pack, language=language)
    frozen = production.prepare(read, as_of=known_date(as_of))
    replaced = production.write_release(frozen, read, output)
    counts = frozen.observations["origin"].value_counts().sort("origin")
    heading(word("Release {release}", release=frozen.id))
    table(
        ("how the value came about", "rows#"),
        ((plain(word(origin)), number(rows, 0)) for origin, rows in counts.iter_rows()),
    )
    count, day = frozen.observations.height, frozen.as_of.isoformat()
    say(word("{count} observations as of {date} in {output}.", count=count, date=day, output=output))
    say_replaced(replaced)
    say(word("It is a pack too: mezon assess {output}    Check it: mezon verify {output}", output=output))


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A release or an assessment.")],
    pack: Annotated[
        str | None, typer.Option("--pack", help="The pack it was made from; a bundled one is found by itself.")
    ] = None,
    lang: Language = "en",
) -> None:
    """Compare a release or an assessment with its checksums and with a re-run; name the file and value that differ."""
    from mezon import production

    known_language(lang)
    report = production.verify(folder, pack=pack)
    if report.unrerun:
        say(f"Values were NOT re-run: {report.unrerun}.", style="yellow")
    for line in report.differences:
        say(line)
    if report.differences:
        count = len(report.differences)
        say(word("{folder}: {count} difference(s). Do not trust this copy.", folder=folder, count=count), style="red")
        raise typer.Exit(1)
    say(f"{folder}: {report.what}.")


def compare_releases(
    before: Annotated[str, typer.Argument(metavar="A", help="A release or pack: a folder, or a bundled pack's name.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later one; it may be the same.")],
    methodology: MethodologyId = None,
    to_methodology: Annotated[
        str | None, typer.Option("--to-methodology", help="The methodology afterwards, when it is another one.")
    ] = None,
    from_period: Annotated[str, typer.Option("--from", metavar="PERIOD", help="The period looked at in A.")] = "",
    to_period: Annotated[str, typer.Option("--to", metavar="PERIOD", help="The period looked at in B.")] = "",
    as_of: AsOf = None,
    to_as_of: Annotated[str | None, typer.Option("--to-as-of", metavar="DATE", help="The same for B.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write a CSV.")] = None,
    lang: Language = "en",
) -> None:
    """Split every change of score and rank into revised data, another method and real change; the parts add up."""
    from mezon import production

    language = known_language(lang)
    earlier, later = (production.read_pack(one, language=language) for one in (before, after))
    found = production.explain(
        earlier,
        later,
        methodologies=(methodology, to_methodology),
        periods=(from_period, to_period),
        dates=(known_date(as_of), known_date(to_as_of)),
    )
    changes, revised = found.changes, found.revisions
    shown = changes.filter((changes["node"] == found.root) & (changes["measure"] == "rank"))
    heading(
        word("What moved in {node}, {periods}: ranks, below 0 = up", node=found.root, periods=" → ".join(found.periods))
    )
    table(
        ("unit", "before#", "after#", "change#", "data revised#", "method#", "real change#"),
        (
            (
                plain(named_unit(later.definitions, row["unit"], lang)),
                *(number(row[name], 2 if name in _PARTS else 0) for name in ("before", "after", *_PARTS)),
            )
            for row in shown.sort("after", "unit", nulls_last=True).iter_rows(named=True)
        ),
    )
    if not found.overlap.is_whole:
        shared = asdict(found.overlap)
        say(word("In both: {shared_units} of {units} units, {shared_indicators} of {indicators} indicators.", **shared))
    counts = {"added": revised.added, "changed": revised.changed, "withdrawn": revised.withdrawn}
    say(word("Values of its indicators: {added} added, {changed} revised, {withdrawn} withdrawn.", **counts))
    if output is not None:
        changes.write_csv(output)
        say(word("Scores and ranks of all nodes: {output}", output=output))


_PARTS = ("change", "data_revision", "method", "real_change")


def export(
    pack: PackName,
    to: Annotated[str, typer.Option("--to", help="csv, xlsx, json or parquet.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File (xlsx, json) or folder.")] = None,
    methodology: MethodologyId = None,
    as_of: AsOf = None,
) -> None:
    """Write a pack's release and its scores for other programs; every file says which release it is."""
    from mezon import production
    from mezon.disseminate.export import about, export, tables_of

    read = production.read_pack(pack)
    prepared = production.prepare(read, as_of=known_date(as_of))
    assessment = None
    if methodology or read.definitions.default_methodology:
        assessment = production.assess(read, methodology, release=prepared, coherence=False)
    name = f"{prepared.pack}-{prepared.content_sha256[:12]}"
    target = output or Path(name + (f".{to}" if to in {"xlsx", "json"} else ""))
    written = export(tables_of(prepared, assessment), about(prepared, assessment), to=to, path=target)
    for path in written:
        say(str(path))
    say(f"Release {prepared.id}.")
