"""Two enterprises that owe a small form, in the database; Aziza fills in for A, Bek for B, Rano reviews."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web import people
from tests.web.desk.pack_files import with_form

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission
    from mezon.web.warehouse.models import StoredPack

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def later(minutes: int) -> datetime:
    """Give a moment some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def desk_pack(first_pack: Path) -> Path:
    """Give a pack of two enterprises with a form and twelve years of values."""
    return with_form(first_pack)


@pytest.fixture
def stored(db: None, desk_pack: Path) -> StoredPack:
    """Give that pack, loaded."""
    from mezon.web.warehouse import store

    return store.load(desk_pack, by=None, reason="first load", now=NOON)


@pytest.fixture
def aziza(stored: StoredPack) -> Actor:
    """Give the provider of A."""
    return people.actor_with("provider", pack=stored.code, unit="A", now=NOON)


@pytest.fixture
def bek(stored: StoredPack) -> Actor:
    """Give the provider of B, who must never see a byte of A."""
    return people.actor_with("provider", pack=stored.code, unit="B", now=NOON)


@pytest.fixture
def rano(stored: StoredPack) -> Actor:
    """Give a reviewer of everything."""
    return people.actor_with("reviewer", pack=stored.code, now=NOON)


@pytest.fixture
def open_form(stored: StoredPack) -> Callable[..., Submission]:
    """Give a function that opens the form of a unit: `open_form(aziza, "A")`."""
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_filling import open_submission
    from mezon.web.desk.knowing import definitions_of

    definitions = definitions_of(stored)

    def opened(actor: Actor, unit: str, period: str = "2025") -> Submission:
        return open_submission(
            actor,
            Target(pack=stored.code, unit=unit),
            pack=stored,
            form=definitions.forms["annual"],
            unit=definitions.units[unit],
            period=period,
            now=NOON,
        )

    return opened


@pytest.fixture
def draft(aziza: Actor, open_form: Callable[..., Submission]) -> Submission:
    """Give the open form of A for 2025."""
    return open_form(aziza, "A")


def entry(submission: Submission, indicator: str, text: str, **other: Any) -> Any:
    """Give an entry for a cell of a submission, by its indicator."""
    from mezon.web.desk.acts_filling import Entry

    return Entry(cell=submission.cells.get(indicator=indicator).pk, text=text, **other)
