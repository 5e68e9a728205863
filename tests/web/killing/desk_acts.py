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

FORM = ("annual", "A", "2025")


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
        print(json.dumps({"fault": f"{type(fault).__name__}: {fault}"}), flush=True)
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def prepare(folder: str) -> None:
    """Make the tables; load a pack; one return is handed in and verified by somebody, another is handed in."""
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
    for unit, values in (("A", None), ("B", {"RD_SPEND": "31.2", "TOTAL_SPEND": "1212"})):
        provider = people.actor_with("provider", pack=pack.code, unit=unit, now=NOON)
        made = open_submission(
            provider, Target(pack=pack.code, unit=unit), pack=pack, form=definitions.forms["annual"],
            unit=definitions.units[unit], period="2025", now=NOON,
        )  # fmt: skip
        reviewed.hand_in(made, provider, values)
    reviewed.verify_it(_submission("A"), reviewed.somebody("reviewer", _submission("A"), "first"))
    reviewed.verify_it(_submission("B"), reviewed.somebody("reviewer", _submission("B"), "other"))
    reviewed.somebody("statistician", made, "saida")


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
    from mezon.web.warehouse.models import StoredPack
    from tests.web.desk.conftest import later

    pack = StoredPack.objects.get()
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
    from mezon.web.warehouse.models import StoredPack
    from tests.web.desk.conftest import NOON

    pack = StoredPack.objects.get()
    text = store.definition_text(pack, "units.csv").replace("Enterprise A", "Enterprise A renamed")
    return store.change_definition(
        pack, "units.csv", text, by=None, reason="renamed", now=NOON + timedelta(minutes=90), home=Path(settings.HOME)
    ).number


def record(unit: str, times: int) -> int:
    """Record one value after another, each a change of its own."""
    from mezon.web.warehouse import store
    from mezon.web.warehouse.models import StoredPack
    from tests.web.desk.conftest import NOON
    from tests.web.warehouse.conftest import observations

    pack = StoredPack.objects.get()
    for year in range(times):
        row = {"indicator": "RD_SPEND", "unit": unit, "period": str(1900 + year), "value": float(year)}
        store.record_observations(
            pack, observations([row]), by=None, reason=unit, action="observation.import", now=NOON
        )
    return times


def state() -> dict[str, Any]:
    """Tell what there is, and every way in which it does not agree with itself."""
    from tests.web.killing.looking import look

    return look()


ACTS: dict[str, Any] = {
    act.__name__: act for act in (prepare, approve, ask, freeze, freeze_again, publish, rename_unit, record, state)
}

if __name__ == "__main__":
    main()
