"""The site as tests see it: a home of its own, the Uzbek pack published once, and Metallia for those who ask.

Django is told of its settings here and not in pyproject.toml, so that every other test runs without loading it.
Tests that ask for `client`, `edition` or `metallia` touch the database and are marked `django_db`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("django", reason="the site is an extra: pip install mezon[web,report]")

#: Settings are read when they are first imported, so the home is there before anything asks for them.
HOME = Path(tempfile.mkdtemp(prefix="mezon-web-"))
(HOME / "static").mkdir()
os.environ["MEZON_HOME"] = str(HOME)
os.environ["MEZON_PACKS"] = "uzbekistan"
os.environ["MEZON_SECRET"] = "for tests alone"  # noqa: S105
os.environ["DJANGO_SETTINGS_MODULE"] = "mezon.web.settings"

import django  # noqa: E402
from django.conf import settings as site_settings  # noqa: E402

django.setup()
#: A worker of xdist inherits what its controller set, and pytest-django reads the settings before this file is.
site_settings.HOME = HOME

from tests.web.killing.opened import opened  # noqa: E402, F401 - a fixture

if TYPE_CHECKING:
    from mezon.web.portal.edition import Edition


@pytest.fixture(scope="session", autouse=True)
def sealed_between_tests() -> None:
    """Tests with transactions of their own empty every table at their end: only then are the seals off."""
    from django.db import connection
    from django.test import TransactionTestCase

    from mezon.web.audit import sealing as audit
    from mezon.web.warehouse import sealing as warehouse

    empty = TransactionTestCase._fixture_teardown

    def unsealed(case: Any) -> None:
        with connection.schema_editor() as editor:
            audit.unseal(None, editor)
            warehouse.unseal(None, editor)
        empty(case)
        with connection.schema_editor() as editor:
            audit.seal(None, editor)
            warehouse.seal(None, editor)

    TransactionTestCase._fixture_teardown = unsealed


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """Give the folder of releases, assessments and pictures; it goes when the tests have ended."""
    yield HOME
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, home: Path) -> None:
    """Publish the Uzbek pack once, before the first test that may touch the database."""
    _publish("uzbekistan", django_db_blocker)


@pytest.fixture(scope="session")
def metallia_published(django_db_setup: None, django_db_blocker: Any) -> None:
    """Publish the synthetic country once, when a test asks for it."""
    _publish("metallia", django_db_blocker)


@pytest.fixture(autouse=True)
def no_language_left_over() -> Iterator[None]:
    """Begin in the site's own language, whatever page the test before read."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def edition(db: None) -> Edition:
    """Give the newest Uzbek edition, the one that pages show."""
    from mezon.web.portal.edition import edition_for

    return edition_for("uzbekistan")


@pytest.fixture
def metallia(db: None, metallia_published: None, settings: Any) -> Edition:
    """Make the synthetic country the pack of the site for one test, and give its edition."""
    from mezon.web.portal.edition import edition_for

    settings.PACKS = ("metallia",)
    return edition_for("metallia")


@pytest.fixture
def page(db: None, client: Any) -> Callable[..., str]:
    """Give a function that reads a page and gives its HTML: `page("/en/ranking/", period="2021")`."""

    def read(address: str, **query: Any) -> str:
        answer = client.get(address, query)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
        return str(answer.content.decode("utf-8"))

    return read


def _publish(pack: str, blocker: Any) -> None:
    from mezon import production
    from mezon.web.warehouse.publishing import publish

    with blocker.unblock():
        publish(production.read_pack(pack), name=pack, as_of=None, home=HOME, now=datetime.now(UTC))
