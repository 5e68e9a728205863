"""`mezon check`: every fault at once, at its place, with how to mend it."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from mezon.cli.options import Language, PackName, known_language
from mezon.cli.screen import coloured, plain, say, table
from mezon.errors import WrongUse
from mezon.model.finding import Finding

_FIELDS = ("code", "severity", "file", "row", "column", "key", "value", "message", "hint")


def check(
    pack: PackName,
    *,
    output_format: Annotated[str, typer.Option("--format", help="table, json or csv.")] = "table",
    lang: Language = "en",
    notes: Annotated[bool, typer.Option("--notes/--no-notes", help="Also list the notes in the table.")] = False,
    write_datapackage: Annotated[
        bool, typer.Option("--write-datapackage", help="Write datapackage.json into the pack.")
    ] = False,
) -> None:
    """Show every fault of a pack at once: place, value, rule, and how to mend it. Exit 1 when there is an error."""
    from mezon import production

    if output_format not in _WRITERS:
        raise WrongUse(f"There is no format {output_format!r}.", hint=f"There is: {', '.join(_WRITERS)}.")
    read = production.read_pack(pack, language=known_language(lang))
    findings = production.check(read)
    _WRITERS[output_format](findings, read.definitions.id, notes)
    if write_datapackage:
        from pathlib import Path

        from mezon.design.datapackage import write_datapackage as write

        write(Path(read.folder))
    raise typer.Exit(1 if any(finding.severity == "error" for finding in findings) else 0)


def _as_table(findings: tuple[Finding, ...], pack: str, notes: bool) -> None:  # noqa: FBT001 - one signature for all formats
    shown = [finding for finding in findings if notes or finding.severity != "note"]
    if shown:
        table(
            ("severity", "place", "code", "what is wrong", "how to mend it"),
            (
                (coloured(item.severity), plain(place(item)), item.code, plain(item.message), plain(item.hint))
                for item in shown
            ),
        )
    counts = Counter(str(finding.severity) for finding in findings)
    words = ", ".join(f"{counts[severity]} {severity}{'' if counts[severity] == 1 else 's'}" for severity in
                      ("error", "warning", "note"))  # fmt: skip
    more = "" if notes or not counts["note"] else " (--notes lists the notes)"
    say(f"{pack}: {words}{more}.")


def _as_json(findings: tuple[Finding, ...], _pack: str, _notes: bool) -> None:  # noqa: FBT001
    sys.stdout.write(json.dumps([_plain_dict(item) for item in findings], ensure_ascii=False, indent=1) + "\n")


def _as_csv(findings: tuple[Finding, ...], _pack: str, _notes: bool) -> None:  # noqa: FBT001
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

__all__ = ["check", "place"]
