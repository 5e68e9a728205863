"""`mezon import`: a pack out of somebody else's files; what was found is printed, and nothing doubtful written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from mezon.cli.checking import place
from mezon.cli.options import Language, known_language
from mezon.cli.screen import coloured, plain, say, table
from mezon.cli.words import counted, word
from mezon.errors import MalformedValue, WrongUse
from mezon.model.codelists import Level
from mezon.model.finding import Finding

if TYPE_CHECKING:
    from mezon.collect.pack_draft import ImportSettings, PackDraft
    from mezon.model.finding import Rulebook

imports = typer.Typer(
    name="import",
    help="Make a pack of COINr's tables, a COIN Tool workbook, or any table.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Output = Annotated[Path, typer.Option("-o", "--output", metavar="PACK", help="The folder to write: new or empty.")]
UnitLevel = Annotated[str, typer.Option("--level", help="Level of the units: COUNTRY, REGION, ENTERPRISE, ...")]
Year = Annotated[str | None, typer.Option("--year", metavar="PERIOD", help="Period of values whose file has none.")]
Accessed = Annotated[str | None, typer.Option("--accessed", metavar="DATE", help="When the file was got; today.")]
Title = Annotated[str, typer.Option("--title", help="Title of the pack.")]
Producer = Annotated[str, typer.Option("--producer", help="Who made the figures.")]
Licence = Annotated[str, typer.Option("--licence", help="Licence of the figures.")]

Imported = tuple["PackDraft | None", list[Finding]]
#: What every import asks beside its file: the option's type, and what it is when left out.
_SHARED: Mapping[str, tuple[Any, Any]] = {
    "output": (Output, Parameter.empty),
    "level": (UnitLevel, "COUNTRY"),
    "year": (Year, None),
    "accessed": (Accessed, None),
    "title": (Title, ""),
    "producer": (Producer, ""),
    "licence": (Licence, ""),
    "lang": (Language, "en"),
}


def _importing(read: Callable[..., Imported]) -> Callable[..., None]:
    """Make a command of a function that reads a file: it takes what every import takes, and writes the pack."""

    @wraps(read)
    def command(*, output: Path, lang: str, **given: Any) -> None:
        from mezon.design.rulebook import read_rulebook

        described = {name: given.pop(name) for name in _SHARED.keys() - {"output", "lang"}}
        settings = _settings(**described)
        rulebook = read_rulebook(None, language=known_language(lang))
        _finish(*read(**given, settings=settings, rulebook=rulebook), settings, output)

    command.__signature__ = asked = _asked_by(read)  # type: ignore[attr-defined]
    command.__annotations__ = {name: one.annotation for name, one in asked.parameters.items()}
    return command


def _asked_by(read: Callable[..., Imported]) -> Signature:
    """Give what a command asks: what its own function does, and what every import does."""
    # What the module imports for types alone has no place on the command line.
    names_of_types = dict.fromkeys(("ImportSettings", "Rulebook", "PackDraft"), Any)
    hints = get_type_hints(read, localns=names_of_types, include_extras=True)
    own = [
        one.replace(annotation=hints[name])
        for name, one in signature(read).parameters.items()
        if name not in {"settings", "rulebook"}
    ]
    shared = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _SHARED.items()
    ]
    places = [one for one in own if one.kind is not Parameter.KEYWORD_ONLY]
    return Signature([*places, *shared, *(one for one in own if one.kind is Parameter.KEYWORD_ONLY)])


@imports.command("coinr")
@_importing
def coinr(
    idata: Annotated[Path, typer.Argument(metavar="IDATA", help="iData as CSV, or a workbook with both tables.")],
    imeta: Annotated[Path | None, typer.Argument(metavar="IMETA", help="iMeta as CSV or workbook.")] = None,
    *,
    settings: ImportSettings,
    rulebook: Rulebook,
) -> Imported:
    """Make a pack of the tables iData and iMeta of the R package COINr; `mezon assess` runs it at once."""
    from mezon.collect.coinr import import_coinr

    return import_coinr(idata, imeta, settings=settings, rulebook=rulebook)


@imports.command("coin-tool")
@_importing
def coin_tool(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A workbook of the JRC's COIN Tool.")],
    *,
    settings: ImportSettings,
    rulebook: Rulebook,
) -> Imported:
    """Make a pack of a workbook of the JRC's COIN Tool (sheets Database and Framework)."""
    from mezon.collect.coin_tool import import_coin_tool

    return import_coin_tool(file, settings=settings, rulebook=rulebook)


@imports.command("table")
@_importing
def plain_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table as CSV or workbook, wide or long.")],
    *,
    separator: Annotated[str, typer.Option("--separator", help="What separates the cells: , ; tab |")] = "",
    decimal: Annotated[str, typer.Option("--decimal", help="The decimal sign: . or ,")] = "",
    sheet: Annotated[str, typer.Option("--sheet", help="Sheet of a workbook.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Column of the units.")] = "",
    period: Annotated[str, typer.Option("--period", help="Column of the periods.")] = "",
    indicator: Annotated[
        str, typer.Option("--indicator", help="Column of the indicators, or the one the table is about.")
    ] = "",
    value: Annotated[str, typer.Option("--value", help="Column of the values.")] = "",
    settings: ImportSettings,
    rulebook: Rulebook,
) -> Imported:
    """Make a pack of a table with units, periods and indicators; what is not clear is asked, never guessed."""
    from mezon.collect.table import TableOptions, import_table

    if decimal not in {"", ".", ","}:
        raise WrongUse(f"There is no decimal sign {decimal!r}.", hint="There is: . and ,")
    columns = {"unit": unit, "period": period, "indicator": indicator, "value": value}
    mark = {"tab": "\t", "\\t": "\t"}.get(separator, separator)
    options = TableOptions(separator=mark, decimal=decimal, sheet=sheet, columns=columns)
    return import_table(file, options=options, settings=settings, rulebook=rulebook)


def _settings(
    level: str, year: str | None, accessed: str | None, title: str, producer: str, licence: str
) -> ImportSettings:
    from mezon.collect.pack_draft import ImportSettings
    from mezon.model.period import Period, last_day

    today = date.today()  # noqa: DTZ011 - the day on the user's own calendar, unless --accessed says another
    try:
        day = last_day(accessed) if accessed else today
        period = str(Period.parse(year)) if year else str(day.year)
    except MalformedValue as fault:
        raise WrongUse(fault.message, hint=fault.hint) from None
    if level not in set(Level):
        raise WrongUse(f"There is no level {level!r}.", hint=f"There is: {', '.join(Level)}.")
    return ImportSettings(
        level=level,
        accessed=day.isoformat(),
        period=period,
        period_given=bool(year),
        title=title,
        producer=producer,
        licence=licence,
    )


def _finish(draft: PackDraft | None, findings: list[Finding], settings: ImportSettings, output: Path) -> None:
    """Print what was found, and write the pack if nothing forbids it."""
    from mezon.collect.pack_draft import write_draft

    if findings:
        rows = (
            (coloured(each.severity), plain(place(each)), plain(each.message), plain(each.hint)) for each in findings
        )
        table(("severity", "place", "what was found", "what to do"), rows)
    if draft is None:
        errors = sum(each.severity == "error" for each in findings)
        say(word("Nothing was written: {errors}.", errors=counted(errors, "{count} error", "{count} errors")))
        raise typer.Exit(1)
    write_draft(draft, settings, output)
    missing = sum(value[3] is None for value in draft.values)
    counts = {"indicators": len(draft.indicators), "units": len(draft.units), "values": len(draft.values) - missing}
    say(
        word(
            "Written to {output}: {indicators} indicators, {units} units, {values} values, {missing} empty cells.",
            output=output,
            missing=missing,
            **counts,
        )
    )
    next_one = f"   ·   mezon assess {output}" if draft.methodologies else ""
    say(word("Next: {commands}", commands=f"mezon check {output}{next_one}"))


__all__ = ["imports"]
