"""Acts of the desk in processes of their own: `python -m tests.web.killing.desk_acts`, told what to do line by line.

A line is JSON: {"act": ..., "die_at": 0, "arguments": {...}}. The act is done by a fork, so that nothing is loaded
twice and a kill falls into the act itself. Answered are a line {"pid": ...}, whatever the act prints, and a line
{"ended": <exit code, negative for a signal>}.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

#: What each enterprise states.
_VALUES = {
    "A": {"RD_SPEND": "13.2", "TOTAL_SPEND": "492", "PATENTS": "4"},
    "B": {"RD_SPEND": "31.2", "TOTAL_SPEND": "1212"},
}


def main() -> None:
    """Serve until the input ends."""
    django.setup()
    import tests.web.desk.reviewed  # noqa: F401 - loaded before the forks

    for line in sys.stdin:
        _serve(json.loads(line))


def _serve(told: dict[str, Any]) -> None:
    child = os.fork()
    if child == 0:
        _do(told)
    print(json.dumps({"pid": child}), flush=True)
    _, status = os.waitpid(child, 0)
    print(json.dumps({"ended": os.waitstatus_to_exitcode(status)}), flush=True)


def _do(told: dict[str, Any]) -> None:
    """Do an act and end; an error is printed, and told by the exit code."""
    from tests.web.killing.steps import Steps

    steps = Steps(int(told.get("die_at", 0)))
    try:
        if told.get("stepwise"):
            steps.watch()
        said = ACTS[told["act"]](**told.get("arguments", {}))
        steps.on = False
        print(json.dumps({"said": said, "steps": steps.count}, default=str), flush=True)
        os._exit(0)
    except BaseException as fault:
        steps.on = False
        print(json.dumps({"fault": f"{type(fault).__name__}: {fault}", "trace": traceback.format_exc()}), flush=True)
        os._exit(1)


def prepare(folder: str) -> None:
    """Make the tables; load a pack; the returns of two enterprises are opened."""
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_filling import open_submission
    from mezon.web.desk.knowing import definitions_of
    from mezon.web.serving import bring_tables_up_to_date
    from mezon.web.warehouse import store
    from tests.web import people
    from tests.web.desk import reviewed
    from tests.web.desk.conftest import NOON

    bring_tables_up_to_date()
    pack = store.load(Path(folder), by=None, reason="first load", now=NOON)
    definitions = definitions_of(pack)
    for unit in _VALUES:
        provider = people.actor_with("provider", pack=pack.code, unit=unit, now=NOON)
        made = open_submission(
            provider, Target(pack=pack.code, unit=unit), pack=pack, form=definitions.forms["annual"],
            unit=definitions.units[unit], period="2025", now=NOON,
        )  # fmt: skip
    reviewed.somebody("statistician", made, "saida")


def verify() -> None:
    """Hand both returns in, and verify each by somebody."""
    from mezon.web.accounts.acting import Actor
    from mezon.web.accounts.models import Person
    from tests.web.desk import reviewed
    from tests.web.desk.conftest import NOON

    for unit, values in _VALUES.items():
        person = Person.objects.get(email=f"provider-{unit.lower()}@people.example")
        reviewed.hand_in(_submission(unit), Actor.of(person, now=NOON, second_factor=True), values)
        reviewed.verify_it(_submission(unit), reviewed.somebody("reviewer", _submission(unit), f"first-{unit}"))


def _submission(unit: str) -> Any:
    from mezon.web.desk.models import Submission

    return Submission.objects.select_related("pack").get(unit=unit)


def _saida() -> Any:
    from mezon.web.accounts.acting import Actor
    from mezon.web.accounts.models import Person
    from tests.web.desk.conftest import NOON

    return Actor.of(Person.objects.get(email="saida@people.example"), now=NOON, second_factor=True)


def approve(unit: str = "A") -> str:
    """Approve the return of a unit."""
    from tests.web.desk import reviewed

    return str(reviewed.approve_it(_submission(unit), _saida()).state)


def ask(label: str = "2026.1") -> int:
    """Ask for a release of the pack as it is."""
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_freezing import ask_freezing
    from mezon.web.desk.freezing import checklist
    from tests.web.desk.conftest import later

    pack = _pack()
    asked = ask_freezing(
        _saida(), Target(pack=pack.code), checked=checklist(pack), label=label, notes="Ours.", now=later(60)
    )
    return int(asked.pk)


def freeze(label: str = "2026.1") -> str:
    """Write the release that was asked for, and record it as frozen."""
    from mezon.web.desk.acts_freezing import carry_out
    from tests.web.desk.conftest import later

    return str(carry_out(_saida(), _freezing(label), now=later(61)).stage)


def freeze_again() -> str:
    """Write the second release that was asked for."""
    return freeze("2026.2")


def publish(label: str = "2026.1") -> str:
    """Make the frozen release public."""
    from mezon.web.desk import acts_freezing
    from tests.web.desk.conftest import later

    return str(acts_freezing.publish(_saida(), _freezing(label), now=later(62)).stage)


def _freezing(label: str) -> Any:
    from mezon.web.desk.freezing_models import Freezing

    return Freezing.objects.select_related("pack").get(label=label)


def rename_unit() -> int:
    """Change a definition, and no observation."""
    from django.conf import settings

    from mezon.web.warehouse import store
    from tests.web.desk.conftest import NOON

    pack = _pack()
    text = store.definition_text(pack, "units.csv").replace("Enterprise A", "Enterprise A renamed")
    return store.change_definition(
        pack, "units.csv", text, by=None, reason="renamed", now=NOON + timedelta(minutes=90), home=Path(settings.HOME)
    ).number


def record(unit: str, times: int) -> int:
    """Record one value after another, each a change of its own."""
    from mezon.web.warehouse import store
    from tests.web.desk.conftest import NOON
    from tests.web.warehouse.conftest import observations

    pack = _pack()
    for year in range(times):
        row = {"indicator": "RD_SPEND", "unit": unit, "period": str(1900 + year), "value": float(year)}
        store.record_observations(
            pack, observations([row]), by=None, reason=unit, action="observation.import", now=NOON
        )
    return times


def token() -> str:
    """Issue a token of the statistician, with every scope."""
    from tests.web.api.conftest import token_of

    return token_of(_saida().person)


def send(token: str, text: str, key: str = "") -> list[Any]:
    """Send a CSV to the API; give the status of the answer, the number of the job, and whether it was replayed."""
    from django.test import Client

    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    answer = Client(SERVER_NAME="localhost").post(
        f"/api/v1/packs/{_pack().code}/observations?reason=survey", text, content_type="text/csv", headers=headers
    )
    return [answer.status_code, answer.json().get("id"), "Idempotency-Replayed" in answer]


def work() -> int:
    """Do the jobs that wait; give how many were done."""
    from mezon.web.working.worker import work as work_off

    return work_off(once=True)


def jobs() -> list[list[Any]]:
    """Give kind, state and result of every job."""
    from mezon.web.working.models import Job

    return [[job.kind, job.state, job.result] for job in Job.objects.order_by("pk")]


def upload(name: str, values: dict[str, str]) -> list[int]:
    """Send a CSV for the open return of A as it is read now; give the number of what was received."""
    from mezon.web.desk.acts_uploading import receive
    from mezon.web.desk.knowing import definitions_of, form_of
    from mezon.web.desk.reading import compare, read_file
    from tests.web.desk.conftest import later

    submission = _submission("A")
    definitions = definitions_of(submission.pack)
    form = form_of(definitions, submission.form)
    content = "indicator,period,value\n" + "".join(f"{code},2025,{value}\n" for code, value in values.items())
    file = read_file(
        content.encode(), submission=submission, definitions=definitions, form=form, separator=",", decimal="."
    )
    cells = list(submission.cells.all())
    for cell in cells:
        cell.submission = submission
    read = compare(file, submission, definitions, cells)
    made = receive(_provider(), submission, name=name, content=content.encode(), file=file, read=read, now=later(1))
    return [made.pk]


def confirm(upload: int) -> int:
    """Confirm what was uploaded; give how many cells were written."""
    from mezon.web.desk import acts_uploading
    from tests.web.desk.conftest import later

    return int(acts_uploading.confirm(_provider(), _submission("A"), upload=upload, mode="all", now=later(2)).written)


def cells() -> dict[str, list[Any]]:
    """Give the text of every cell of A's return, and its versions in order."""
    from mezon.web.desk.models import CellVersion

    return {
        cell.indicator: [
            cell.text, list(CellVersion.objects.filter(cell=cell).order_by("number").values_list("text", flat=True))
        ]
        for cell in _submission("A").cells.all()
    }  # fmt: skip


def _pack() -> Any:
    from mezon.web.warehouse.models import StoredPack

    return StoredPack.objects.get()


def _provider() -> Any:
    from mezon.web.accounts.acting import Actor
    from mezon.web.accounts.models import Person
    from tests.web.desk.conftest import NOON

    return Actor.of(Person.objects.get(email="provider-a@people.example"), now=NOON, second_factor=True)


def furnish() -> list[list[str]]:
    """Put a row into every table that has none, and a file of every kind into the home."""
    from tests.web.killing import furnishing

    return [furnishing.fill_every_table(), furnishing.fill_every_folder()]


def backup(target: str) -> int:
    """Back the site up."""
    from django.conf import settings

    from mezon.web.warehouse.backup import make_backup
    from tests.web.desk.conftest import NOON

    return make_backup(Path(target), home=Path(settings.HOME), now=NOON)


def restore(source: str) -> int:
    """Fill the empty site from a backup."""
    from django.conf import settings

    from mezon.web.warehouse.backup import restore_backup

    return restore_backup(Path(source), home=Path(settings.HOME))


def tables() -> list[str]:
    """Name the tables of the database."""
    from django.db import connection

    return sorted(connection.introspection.table_names())


def state() -> dict[str, Any]:
    """Tell what there is, and every way in which it does not agree with itself."""
    from tests.web.killing.looking import look

    return look()


_ACTS = (
    prepare, verify, approve, ask, freeze, freeze_again, publish, rename_unit, record, state, token, send, work, jobs,
    upload, confirm, cells, furnish, backup, restore, tables,
)  # fmt: skip
ACTS: dict[str, Any] = {act.__name__: act for act in _ACTS}

if __name__ == "__main__":
    main()
