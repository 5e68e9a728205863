"""The desk to try out: a pack in the database, and a link for each of the people who work on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import override

from mezon.errors import AskedForUnknown
from mezon.web.accounts import acts_people
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.accounts.roles import Role
from mezon.web.desk import owing
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.owing import Debt
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import load, read_observations

#: Role, name, and what they do; the provider stands at a unit that owes a form, the others everywhere.
CAST = (
    (Role.PROVIDER, "Aziza", "fills in the form of {unit}; begin with {period}, the year whose figures move a score"),
    (Role.REVIEWER, "Bek", "reads it, returns single cells, verifies it"),
    (Role.STATISTICIAN, "Charos", "approves it and freezes the release"),
    (Role.ADMINISTRATOR, "Dilshod", "invites people, reads the audit records"),
)


def prepare(pack_name: str, *, site: str, say: Callable[[str], None], now: datetime) -> None:
    """Load a pack that is not in the database yet, invite its people, and say how each of them gets in.

    What was done on the desk before stays: a pack that is there already is left as it is.
    """
    pack = stored(pack_name, say=say, now=now)
    debt = _debt_to_try(pack, now)
    say("The desk is open for:")
    for line in invitations(pack, debt, site=site, now=now):
        say(line)
    say("Use a private window for each of them, so that they do not take one another's place.")


def stored(pack_name: str, *, say: Callable[[str], None], now: datetime) -> StoredPack:
    """Give the pack in the database; load it first when it is not there."""
    from mezon import production

    code = production.read_pack(pack_name).definitions.id
    found = StoredPack.objects.filter(code=code).first()
    return found or load(
        pack_name, by=None, reason="loaded to try the desk", now=now, say=lambda what: say(f"  {what}")
    )


def invitations(pack: StoredPack, debt: Debt, *, site: str, now: datetime) -> Sequence[str]:
    """Invite everybody of the cast; give a line for each, with the link or with where to sign in."""
    lines = []
    for role, name, what in CAST:
        where = Target(pack=pack.code, unit=debt.unit.code) if role == Role.PROVIDER else Target(pack=pack.code)
        where = Target() if role == Role.ADMINISTRATOR else where
        invited = acts_people.invite(
            Actor.system("demo"),
            where,
            email=f"{name.lower()}@{pack.code}.example",
            role=role,
            name=name,
            now=now,
            reason="to try the desk",
        )
        with override("en"):
            address = reverse("accounts:join", args=[invited.secret]) if invited.secret else reverse("account_login")
        does = what.format(unit=debt.unit.code, period=debt.period)
        how = (
            "this link works once, and asks for a password of your own"
            if invited.secret
            else "sign in with the password you set"
        )
        lines.append(f"  {name}, {role} ({invited.person.email}): {does};\n    {how}:\n    {site}{address}")
    return lines


def _debt_to_try(pack: StoredPack, now: datetime) -> Debt:
    """Choose a form that a unit owes: the newest of a period of which the pack knows something already.

    Of a period that nothing is known of no index is made yet, so that no figure would move anything.
    """
    debts = owing.debts(definitions_of(pack), [], units=None, today=now.date())
    if not debts:
        raise AskedForUnknown(
            f"No unit of {pack.code} owes a form now.", hint="Declare a form in the pack: forms/<id>.toml."
        )
    last = debts[-1].unit.code
    known = set(read_observations(pack, units=[last])["period"])
    return next((debt for debt in reversed(debts) if debt.unit.code == last and debt.period in known), debts[-1])
