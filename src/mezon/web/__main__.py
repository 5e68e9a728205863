"""`python -m mezon.web publish PACK...`: publish packs, then serve them; `mezon demo` and `mezon serve` become this.

Publishing uses Polars, whose threads do not survive a fork; so the process starts anew between publishing and serving.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mezon.errors import MezonError
from mezon.web import serving

#: What an operator may need of Django itself.
_COMMANDS = ("check", "migrate", "showmigrations", "clearsessions", "sendtestemail")


def main() -> int:
    """Publish and become the server, or serve. An error raised on purpose is one message and an exit code."""
    home = Path(os.environ.get("MEZON_HOME", ".mezon")).resolve()
    if sys.argv[1:2] and sys.argv[1] in _COMMANDS:
        return _manage(home)
    asked = _arguments()
    try:
        serving.refuse_taken_port(asked.port)
        if asked.desk:
            # On this machine alone: who tries the desk has no telephone to show as a second factor.
            os.environ.setdefault("MEZON_SECOND_FACTOR", "off")
        serving.point_at(home, asked.packs)
        if asked.phase == "serve":
            serving.serve(asked.port, workers=asked.workers, open_browser=asked.open_browser, say=_say)
            return 0
        serving.publish_all(home, asked.packs, say=lambda what: _say(f"  {what}"))
        if asked.desk:
            serving.open_desk(asked.packs[0], port=asked.port, say=_say)
    except KeyboardInterrupt:
        return 130
    except MezonError as error:
        print(f"mezon: {error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        return error.exit_code
    sys.stdout.flush()
    arguments = [argument if argument != "publish" else "serve" for argument in sys.argv[1:]]
    return os.execv(sys.executable, [sys.executable, "-m", "mezon.web", *arguments])  # noqa: S606 - our own module


def _manage(home: Path) -> int:
    """Run a command of Django on this site: `python -m mezon.web check --deploy`."""
    serving.point_at(home, os.environ.get("MEZON_PACKS", "uzbekistan").split())
    from django.core.management import execute_from_command_line

    execute_from_command_line(["python -m mezon.web", *sys.argv[1:]])
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mezon.web", description=main.__doc__)
    parser.add_argument("phase", choices=("publish", "serve"))
    parser.add_argument("packs", nargs="+")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--open-browser", action="store_true")
    parser.add_argument("--desk", action="store_true", help="Load the pack and print links for those who work on it.")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
