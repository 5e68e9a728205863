"""What a test's other processes do: `python -m tests.web.warehouse.doing ACT ...` on the database of the environment.

Each says "ready" when all is loaded, so that a kill falls into the act itself and not into the imports.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import django

CODE = "mypack"


def main() -> None:
    """Do what the first argument names."""
    django.setup()
    act = {"load": load, "import": import_file, "record": record, "state": state, "migrate": migrate, "define": define}
    act[sys.argv[1]](*sys.argv[2:])


def _ready() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def migrate() -> None:
    """Bring the tables up to date."""
    from mezon.web.serving import bring_tables_up_to_date

    _ready()
    bring_tables_up_to_date()


def load(folder: str) -> None:
    """Load a pack."""
    from mezon.web.warehouse import store

    _ready()
    store.load(folder, by=None, reason="load", now=datetime.now(UTC))


def import_file(file: str, home: str) -> None:
    """Import a CSV."""
    from mezon.web.warehouse import store

    pack = store.find_stored(CODE)
    _ready()
    store.import_observations(pack, Path(file), by=None, reason="import", now=datetime.now(UTC), home=Path(home))


def define(home: str) -> None:
    """Change a definition."""
    from mezon.web.warehouse import store

    pack = store.find_stored(CODE)
    text = store.definition_text(pack, "units.csv").replace("Enterprise A", "Enterprise A renamed")
    _ready()
    store.change_definition(pack, "units.csv", text, by=None, reason="r", now=datetime.now(UTC), home=Path(home))


def record(unit: str, times: str) -> None:
    """Record one value after another, each a change of its own."""
    from mezon.web.warehouse import store
    from tests.web.warehouse.conftest import observations

    pack = store.find_stored(CODE)
    _ready()
    for year in range(int(times)):
        row = {"indicator": "RD_SPEND", "unit": unit, "period": str(1900 + year), "value": float(year)}
        store.record_observations(
            pack, observations([row]), by=None, reason=unit, action="observation.import", now=datetime.now(UTC)
        )


def state() -> None:
    """Print what there is, and whether it agrees with itself."""
    from mezon.web.warehouse import store
    from mezon.web.warehouse.models import Change, FileVersion, ObservationVersion

    pack = store.find_stored(CODE)
    numbers = list(Change.objects.filter(pack=pack).order_by("number").values_list("number", flat=True))
    beyond: Callable[[type], int] = lambda model: model.objects.filter(recorded_from__gt=pack.last_change).count()  # noqa: E731
    print(
        json.dumps(
            {
                "last_change": pack.last_change,
                "numbers": numbers,
                "rows": store.read_observations(pack).height,
                "beyond": beyond(ObservationVersion) + beyond(FileVersion),
                "counted": sum(change.counts.get("new", 0) for change in Change.objects.filter(pack=pack)),
                "order": list(Change.objects.filter(pack=pack).order_by("number").values_list("at", flat=True)),
            },
            default=str,
        )
    )


if __name__ == "__main__":
    main()
