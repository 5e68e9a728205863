"""The world in which the table of permissions is tried, and the makers of objects that addresses are about.

The world is a pack of two enterprises, A and B (tests/web/desk/conftest.py), and one person of each kind. Every object
is made at unit A. A maker takes the world and a state, and gives the words of the address: `{"number": 7}`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl
from django.utils import timezone

from mezon.model.observations import WORKING_SCHEMA
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Grant, Person, Token
from mezon.web.accounts.policy import Target
from mezon.web.desk.acts_filling import attach_evidence, open_submission
from mezon.web.desk.checking import frame_of, known_of_submission
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.models import Submission
from mezon.web.warehouse.models import StoredPack
from mezon.web.working.models import Job
from tests.web.people import SINCE, person_with, sign_in

ROLES = ("provider", "reviewer", "statistician", "steering-analyst", "administrator")
#: Nobody signed in; somebody without a role; the provider of the enterprise next door; every role, but of another pack.
OTHERS = ("stranger", "nobody", "neighbour", "foreigner")


@dataclass
class World:
    """A pack and its people, by what they are."""

    pack: StoredPack
    people: dict[str, Person]
    made: int = 0


Maker = Callable[[World, str], dict[str, Any]]
MAKERS: dict[str, Maker] = {}
#: The states an object of a maker can be in; [""] when it has none.
STATES: dict[str, list[str]] = {}


def maker(name: str, *states: str) -> Callable[[Maker], Maker]:
    """Register a maker of objects, with the states it can make them in."""

    def register(make: Maker) -> Maker:
        MAKERS[name], STATES[name] = make, list(states) or [""]
        return make

    return register


def build(pack: StoredPack) -> World:
    """Make one person of each kind."""
    people = {role: person_with(role, pack=pack.code, email=f"{role}@world.example") for role in ROLES[1:]}
    people["administrator"].grants_ever.update(pack="")
    people["statistician"].grants_ever.update(pack="")
    people["provider"] = person_with("provider", pack=pack.code, unit="A", email="provider@world.example")
    people["neighbour"] = person_with("provider", pack=pack.code, unit="B", email="neighbour@world.example")
    people["nobody"] = person_with(email="nobody@world.example")
    for role in ROLES:
        people["foreigner"] = person_with(role, pack="elsewhere", email="foreigner@world.example")
    return World(pack=pack, people=people)


def _somebody(world: World, *, usable: bool = False) -> Person:
    world.made += 1
    person = person_with("provider", pack=world.pack.code, unit="A", email=f"made-{world.made}@world.example")
    if usable:
        person.set_password("four gentle camels walk")
        person.save()
    return person


@maker("person")
def a_person(world: World, state: str) -> dict[str, Any]:
    return {"number": _somebody(world).pk}


@maker("grant")
def a_grant(world: World, state: str) -> dict[str, Any]:
    return {"number": Grant.objects.get(person=_somebody(world)).pk}


@maker("token of somebody else")
def a_token(world: World, state: str) -> dict[str, Any]:
    person, now = _somebody(world), timezone.now()
    token = Token.objects.create(
        person=person, name="t", begins="mezon_", digest=str(person.pk), scopes="submissions:read",
        issued_at=SINCE, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    return {"number": token.pk}


@maker("session of somebody else")
def a_session(world: World, state: str) -> dict[str, Any]:
    from allauth.usersessions.models import UserSession

    session = UserSession.objects.create(
        user=_somebody(world), ip="127.0.0.1", session_key=f"s{world.made}", user_agent="x"
    )
    return {"number": session.pk}


_STATES = ("draft", "submitted", "returned", "verified", "approved", "released")


@maker("pack")
def the_pack(world: World, state: str) -> dict[str, Any]:
    return {}


@maker("place")
def the_unit(world: World, state: str) -> dict[str, Any]:
    return {}


def _submission(world: World, state: str) -> Submission:
    """Open the form of A as its provider would, and put it into a state."""
    definitions = definitions_of(world.pack)
    made = open_submission(
        Actor.of(world.people["provider"], now=timezone.now(), second_factor=True),
        Target(pack=world.pack.code, unit="A"),
        pack=world.pack, form=definitions.forms["annual"], unit=definitions.units["A"], period="2025",
        now=timezone.now(),
    )  # fmt: skip
    Submission.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


@maker("submission", *_STATES)
def a_submission(world: World, state: str) -> dict[str, Any]:
    return {"number": _submission(world, state).pk}


@maker("cell", *_STATES)
def a_cell(world: World, state: str) -> dict[str, Any]:
    made = _submission(world, state)
    cell = made.cells.first()
    assert cell is not None
    return {"number": made.pk, "key": cell.pk}


@maker("evidence", *_STATES)
def an_evidence(world: World, state: str) -> dict[str, Any]:
    made, provider = _submission(world, "draft"), world.people["provider"]
    cell = made.cells.first()
    assert cell is not None
    actor = Actor.of(provider, now=timezone.now(), second_factor=True)
    kept = attach_evidence(actor, made, cell=cell.pk, name="a.pdf", content=b"%PDF-1.4", now=timezone.now())
    Submission.objects.filter(pk=made.pk).update(state=state)
    return {"number": made.pk, "key": cell.pk, "digest": kept.evidence_sha256}


def _upload(world: World, state: str, name: str, content: bytes) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    made, client = _submission(world, "draft"), Client()
    sign_in(client, world.people["provider"])
    answer = client.post(f"/en/desk/submissions/{made.pk}/upload/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    Submission.objects.filter(pk=made.pk).update(state=state)
    key = made.uploads.get().pk
    return {"number": made.pk, "key": key, "upload": key}


@maker("upload", *_STATES)
def an_upload(world: World, state: str) -> dict[str, Any]:
    return a_workbook_upload(world, state)


@maker("workbook upload", *_STATES)
def a_workbook_upload(world: World, state: str) -> dict[str, Any]:
    from mezon.collect.workbook import write_workbook

    definitions = definitions_of(world.pack)
    form = definitions.forms["annual"]
    made = _submission(world, "draft")
    known, values = known_of_submission(made, form), frame_of(made.cells.all())
    content = write_workbook(form, "A", "2025", definitions=definitions, before=known, values=values, language="en")
    return _upload(world, state, "a.xlsx", content)


@maker("receipt", *_STATES[1:-1])
def a_receipt(world: World, state: str) -> dict[str, Any]:
    made = _submission(world, state)
    Submission.objects.filter(pk=made.pk).update(receipt="0" * 64)
    return {"number": made.pk}


@maker("whole pack")
def the_whole_pack(world: World, state: str) -> dict[str, Any]:
    return {"code": world.pack.code}


_VALUE_OF_A = {"indicator": "RD_SPEND", "unit": "A", "period": "2024"}


@maker("free value")
def a_free_value(world: World, state: str) -> dict[str, Any]:
    return {"code": world.pack.code, **_VALUE_OF_A}


@maker("confidential value", "now", "free again")
def a_confidential_value(world: World, state: str) -> dict[str, Any]:
    from mezon.web.warehouse.store import read_observations, record_observations

    for step, mark in enumerate("C" if state == "now" else "CF"):
        said = read_observations(world.pack, indicators=["RD_SPEND"], units=["A"], periods=["2024"])
        record_observations(
            world.pack, said.select(*WORKING_SCHEMA).with_columns(confidentiality=pl.lit(mark)), by=None,
            reason=f"step {step}", action="observation.import", now=timezone.now(),
        )  # fmt: skip
    return {"code": world.pack.code, **_VALUE_OF_A}


@maker("release on its way", "asked", "frozen", "published", "failed")
def a_release(world: World, state: str) -> dict[str, Any]:
    from mezon.web.desk.models import Freezing
    from mezon.web.warehouse.models import ReleaseRecord

    said = {
        "pack": world.pack.code, "pack_sha256": "0" * 64, "as_of": "2026-11-22", "pack_name": world.pack.code,
        "pack_version": "1", "release": "made", "content_sha256": "0" * 64, "folder": "releases/made",
        "synthetic": False,
    }  # fmt: skip
    public = state == "published"
    release = ReleaseRecord.objects.create(**said, published_at=timezone.now()) if public else None
    made = Freezing.objects.create(
        pack=world.pack, change=1, label="1", notes="The first one.", stage=state, asked_at=timezone.now(),
        made={} if state == "asked" else {"release": said, "assessments": []}, release=release,
    )  # fmt: skip
    return {"number": made.pk}


@maker("job", "waiting", "done")
def a_job(world: World, state: str) -> dict[str, Any]:
    now = timezone.now()
    ended = {"ended_at": now} if state == "done" else {}
    job = Job.objects.create(
        kind="nothing", asked_by=_somebody(world), asked_at=now, state=state, pack=world.pack.code, unit="A", **ended
    )
    return {"number": job.pk}


def _rows(world: World) -> None:
    """Give the pack a register with one row, of unit A."""
    from mezon.web.warehouse import store

    text = "id,name_en,unit\nP-1,Pit,A\n"
    store.change_register(world.pack, "projects", text, by=None, reason="begun", now=timezone.now())


@maker("definition")
def a_definition(world: World, state: str) -> dict[str, Any]:
    return {"code": world.pack.code, "file": "indicators.toml"}


@maker("register")
def a_register(world: World, state: str) -> dict[str, Any]:
    _rows(world)
    return {"code": world.pack.code, "register": "projects", "file": "registers/projects.csv"}


@maker("row of a register")
def a_row(world: World, state: str) -> dict[str, Any]:
    return {**a_register(world, state), "key": "P-1"}


@maker("proposal")
def a_proposal(world: World, state: str) -> dict[str, Any]:
    from mezon.web.desk.defining import text_of
    from mezon.web.desk.proposed import foreseen
    from mezon.web.desk.proposing import propose

    text = text_of(world.pack, "indicators.toml").replace("Spending", "Outlay")
    made = propose(world.pack, "indicators.toml", text, opened_at=world.pack.last_change)
    foreseen(world.pack, made, "en")
    return {"code": world.pack.code, "digest": made.digest}
