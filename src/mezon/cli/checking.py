"""`mezon check`: every fault at once, at its place, with how to mend it."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mezon.cli.options import Language, PackName, known_language
from mezon.cli.screen import coloured, heading, is_narrow, plain, say, table
from mezon.cli.words import counted, word
from mezon.errors import WrongUse
from mezon.model.finding import Finding
from mezon.model.pack import Pack

_FIELDS = ("code", "severity", "file", "row", "column", "key", "value", "message", "hint")


#: Columns of a screen on which place, code, sentence and remedy stand side by side.
_WIDE_ENOUGH = 150


def check(
    pack: PackName,
    *,
    output_format: Annotated[str, typer.Option("--format", help="table, json or csv.")] = "table",
    methodology: Annotated[
        Path | None,
        typer.Option("-m", "--methodology", metavar="FILE.toml", help="Check this methodology file outside the pack."),
    ] = None,
    lang: Language = "en",
    notes: Annotated[bool, typer.Option("--notes/--no-notes", help="Also list the notes in the table.")] = False,
    write_datapackage: Annotated[
        bool, typer.Option("--write-datapackage", help="Write datapackage.json into the pack.")
    ] = False,
) -> None:
    """Show every fault of a pack at once: place, value, rule, and how to mend it. Exit 1 when there is an error.

    With -m, every fault of that methodology file instead, as the pack would have it if the file lay in it.
    """
    from mezon import production

    if output_format not in _WRITERS:
        raise WrongUse(f"There is no format {output_format!r}.", hint=f"There is: {', '.join(_WRITERS)}.")
    read = production.read_pack(pack, language=known_language(lang))
    findings = production.check_methodology_file(read, methodology) if methodology else production.check(read)
    _WRITERS[output_format](findings, read, notes)
    if write_datapackage:
        from mezon.design.datapackage import write_datapackage as write

        write(Path(read.folder))
    raise typer.Exit(1 if any(finding.severity == "error" for finding in findings) else 0)


def _as_table(findings: tuple[Finding, ...], pack: Pack, notes: bool) -> None:  # noqa: FBT001 - one signature for all formats
    shown = [finding for finding in findings if notes or finding.severity != "note"]
    if shown and is_narrow(_WIDE_ENOUGH):
        table(("severity", "place", "what is wrong"), (_stacked(item) for item in shown))
    elif shown:
        table(
            ("severity", "place", "code", "what is wrong", "how to mend it"),
            (
                (coloured(item.severity), plain(place(item)), item.code, plain(item.message), plain(item.hint))
                for item in shown
            ),
        )
    _print_summary(findings)
    counts = Counter(str(finding.severity) for finding in findings)
    words = [
        counted(counts["error"], "{count} error", "{count} errors"),
        counted(counts["warning"], "{count} warning", "{count} warnings"),
        counted(counts["note"], "{count} note", "{count} notes"),
    ]
    more = "" if notes or not counts["note"] else f" ({word('--notes lists the notes')})"
    say(f"{pack.definitions.id}: {', '.join(words)}{more}.")
    say(word("Its files: {place}", place=whereabouts(Path(pack.folder))))


def _stacked(finding: Finding) -> tuple[str, ...]:
    """Write a finding for a narrow screen: its code below its place, its remedy below what is wrong."""
    where = f"{plain(place(finding))}\n[dim]{finding.code}[/dim]"
    return coloured(finding.severity), where, f"{plain(finding.message)}\n[dim]{plain(finding.hint)}[/dim]"


def _print_summary(findings: tuple[Finding, ...]) -> None:
    """Print how often each rule found something, the gravest first."""
    counts = Counter((str(finding.severity), finding.code) for finding in findings)
    if not counts:
        return
    weight = ("error", "warning", "note")
    ordered = sorted(counts.items(), key=lambda item: (weight.index(item[0][0]), -item[1], item[0][1]))
    heading(word("By rule"))
    table(("severity", "code", "times#"), ((coloured(kind), code, str(times)) for (kind, code), times in ordered))


def whereabouts(folder: Path) -> str:
    """Say where a pack lies: below the current folder, inside the package mezon.packs, or as it was named."""
    from mezon.design.locating import bundled_packs

    if folder.resolve().is_relative_to(Path.cwd()):
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    bundled = (name for name, path in bundled_packs().items() if path.resolve() == folder.resolve())
    name = next(bundled, "")
    if name:
        return f"mezon.packs/{name}"
    return folder.as_posix()


def _as_json(findings: tuple[Finding, ...], _pack: Pack, _notes: bool) -> None:  # noqa: FBT001
    sys.stdout.write(json.dumps([_plain_dict(item) for item in findings], ensure_ascii=False, indent=1) + "\n")


def _as_csv(findings: tuple[Finding, ...], _pack: Pack, _notes: bool) -> None:  # noqa: FBT001
    writer = csv.DictWriter(sys.stdout, fieldnames=_FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_plain_dict(item) for item in findings)


def place(finding: Finding) -> str:
    """Write where a finding is: file, line and column, or the key inside the file."""
    row = f":{finding.row}" if finding.row else ""
    inside = finding.key or finding.column
    return f"{finding.file}{row}{' ' + inside if inside else ''}"


def _plain_dict(finding: Finding) -> dict[str, object]:
    fields = asdict(finding)
    return {name: str(fields[name]) if name == "severity" else fields[name] for name in _FIELDS}


_WRITERS = {"table": _as_table, "json": _as_json, "csv": _as_csv}

__all__ = ["check", "place", "whereabouts"]
