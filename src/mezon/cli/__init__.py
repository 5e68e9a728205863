"""The command line: the line over a folder of files (design.md section 6)."""

from __future__ import annotations

import sys

from mezon.errors import MezonError


def main() -> None:
    """Run `mezon`. An error raised on purpose is one message and an exit code; anything else is a bug and shows."""
    from mezon.cli.application import application

    try:
        application()
    except MezonError as error:
        from mezon.cli.screen import console, plain

        screen = console(stderr=True)
        screen.print(f"[red]mezon:[/red] {plain(error.message)}", soft_wrap=True)
        if error.hint:
            screen.print(plain(error.hint), soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # `mezon ... | head` closed the pipe: nothing more is wanted.
        sys.stderr.close()
        sys.exit(0)


__all__ = ["main"]
