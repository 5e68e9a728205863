"""All commands under one name."""

from __future__ import annotations

import typer

from mezon.cli import (
    administering,
    assessing,
    auditing,
    checking,
    demonstrating,
    importing,
    reading,
    releasing,
    serving,
    storing,
)

application = typer.Typer(
    name="mezon",
    help="Measure, compare and steer innovation in mining and metallurgy. PACK is a folder or a bundled pack's name "
    "(uzbekistan, metallia).",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

application.command("check")(checking.check)
application.command("assess")(assessing.assess)
application.command("release")(releasing.release)
application.command("verify")(releasing.verify)
application.command("compare-releases")(releasing.compare_releases)
application.command("audit")(auditing.audit)
application.command("rank")(reading.rank)
application.command("profile")(reading.profile)
application.command("compare")(reading.compare)
application.command("coverage")(reading.coverage)
application.command("export")(releasing.export)
application.add_typer(importing.imports)
application.command("demo")(demonstrating.demo)
application.command("serve")(serving.serve)
application.command("worker")(serving.worker)
application.command("load")(storing.load)
application.command("unload")(storing.unload)
application.command("backup")(storing.backup)
application.command("restore")(storing.restore)
application.command("invite")(administering.invite)
application.add_typer(administering.audit_log)


@application.callback(invoke_without_command=True)
def about(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),  # noqa: FBT001, FBT003
) -> None:
    """Print the version when asked."""
    if version:
        from mezon import __version__

        typer.echo(f"mezon {__version__}")
        raise typer.Exit
