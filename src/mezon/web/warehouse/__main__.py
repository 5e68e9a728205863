"""`python -m mezon.web.warehouse load|unload|release|backup|restore`: what the command line's commands become.

The command line and the site never import each other; a command starts this process in its place.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mezon.errors import MezonError
from mezon.web.serving import set_up


def main() -> int:
    """Do one of them. An error raised on purpose is one message and an exit code."""
    asked = _parser().parse_args()
    home = Path(os.environ.get("MEZON_HOME", ".mezon")).resolve()
    try:
        set_up(home, os.environ.get("MEZON_PACKS", "uzbekistan").split())
        from mezon.web.warehouse import commands

        commands.COMMANDS[asked.command](asked, home)
    except KeyboardInterrupt:
        return 130
    except MezonError as error:
        print(f"mezon: {error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mezon.web.warehouse", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load")
    load.add_argument("pack")
    load.add_argument("--reason", required=True)
    load.add_argument("--replace", action="store_true")
    unload = commands.add_parser("unload")
    unload.add_argument("--output", type=Path, required=True)
    unload.add_argument("--at", type=int)
    release = commands.add_parser("release")
    release.add_argument("--output", type=Path, required=True)
    release.add_argument("--as-of")
    release.add_argument("--at", type=int)
    for command in (unload, release):
        command.add_argument("--code", default="")
    commands.add_parser("backup").add_argument("--output", type=Path, required=True)
    commands.add_parser("restore").add_argument("source", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
