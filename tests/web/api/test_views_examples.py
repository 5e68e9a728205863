"""The examples of docs/api.md run as they are printed, against a server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mezon import production
from mezon.web.accounts.acting import Actor
from mezon.web.desk.models import Submission
from mezon.web.portal.edition import edition_for
from mezon.web.warehouse.publishing import publish
from tests.web.api.conftest import Program

PAGE = Path(__file__).parents[3] / "docs" / "api.md"


def example(name: str) -> str:
    found = re.search(rf"```python {name}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def run(name: str, site: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", example(name)], env={**os.environ, "SITE": site, **environment},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_example_fills_in_a_form_and_hands_it_in(
    live_server: Any, aziza: Actor, program: Callable[..., Program]
) -> None:
    token = program(aziza.person).token
    said = run("fill", live_server.url, TOKEN=token, PACK="mypack")
    assert said.splitlines()[-1].startswith("submitted ")
    assert Submission.objects.get().receipt in said


@pytest.mark.django_db(transaction=True)
def test_the_example_reads_a_release(live_server: Any, home: Path) -> None:
    # Tests with transactions of their own empty the tables: published here, whichever came before.
    publish(production.read_pack("uzbekistan"), name="uzbekistan", as_of=None, home=home, now=datetime.now(UTC))
    scores = edition_for("uzbekistan").assessment
    assert scores is not None
    said = run("read", live_server.url)
    assert said.startswith(f"{scores.scores.height} scores; first: ")
