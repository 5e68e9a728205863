"""`python -m mezon.web.accounts invite EMAIL --role ROLE`: how the first administrator gets in (`mezon invite`)."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from mezon.errors import MezonError, WrongUse
from mezon.web import serving


def main() -> int:
    """Invite, and print the link. An error raised on purpose is one message and an exit code."""
    asked = _arguments()
    home = Path(os.environ.get("MEZON_HOME", ".mezon")).resolve()
    serving.set_up(home, os.environ.get("MEZON_PACKS", "uzbekistan").split())
    try:
        print(invite(asked), flush=True)
    except MezonError as error:
        print(f"mezon: {error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        return error.exit_code
    return 0


def invite(asked: argparse.Namespace) -> str:
    """Give what to say: the link, or that there is none to give."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.urls import reverse
    from django.utils.translation import override

    from mezon.web.accounts import acts_people
    from mezon.web.accounts.acting import Actor
    from mezon.web.accounts.policy import Target

    try:
        validate_email(asked.email)
    except ValidationError:
        raise WrongUse(f"{asked.email!r} is no e-mail address.", hint="Give one such as name@office.example.") from None
    invited = acts_people.invite(
        Actor.system(), Target(pack=asked.pack, unit=asked.unit), email=asked.email, role=asked.role,
        reason="invited from the command line", now=datetime.now(UTC),
    )  # fmt: skip
    if not invited.secret:
        return f"{invited.person.email} has a password already and got the role {asked.role}."
    with override(asked.language):
        link = asked.site.rstrip("/") + reverse("accounts:join", args=[invited.secret])
    return f"{invited.person.email} sets a password with this link. It works once, for seven days:\n{link}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mezon.web.accounts", description=main.__doc__)
    parser.add_argument("act", choices=("invite",))
    parser.add_argument("email")
    parser.add_argument("--role", required=True)
    parser.add_argument("--pack", default="")
    parser.add_argument("--unit", default="")
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--language", default="en", choices=("uz", "ru", "en"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
