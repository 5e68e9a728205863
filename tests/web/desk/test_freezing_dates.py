"""Dates and releases: what was public on a day is read as of that day, and what a reader asks for is no publication."""

# ruff: noqa: F811 - fixtures are arguments

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.desk.reviewed import approved
from tests.web.desk.test_freezing import _released, desk_pack, own_home, saida  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission
    from mezon.web.warehouse.models import StoredPack

pytestmark = pytest.mark.django_db


def test_on_a_day_on_which_a_release_was_public_that_release_is_read(
    draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack, settings: Any
) -> None:
    from mezon.web.portal.edition import edition_for

    settings.PACKS = (stored.code,)
    first = _released(saida, stored).release
    approved(draft, aziza)
    second = _released(saida, stored, "2026.2").release

    assert first.as_of < second.as_of
    for day in (first.as_of, second.as_of - timedelta(days=1)):
        assert edition_for(stored.code, day).release_id == first.release
    assert edition_for(stored.code).release_id == second.release
    assert edition_for(stored.code, second.as_of).release_id == second.release


def test_what_a_reader_asks_for_is_listed_nowhere_as_published(
    client: Any, draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack, settings: Any
) -> None:
    from mezon.web.api.released import records
    from mezon.web.desk.freezing import last_release
    from mezon.web.portal.edition import edition_for
    from mezon.web.warehouse.models import ReleaseRecord

    settings.PACKS = (stored.code,)
    approved(draft, aziza)
    published = _released(saida, stored).release
    earlier = edition_for(stored.code, published.as_of - timedelta(days=1))

    assert earlier.as_of < published.as_of
    assert ReleaseRecord.objects.get(release=earlier.release_id).on_demand
    assert earlier.release_id not in client.get("/en/releases/").content.decode()
    assert list(records().filter(pack=stored.code)) == [published]
    assert last_release(stored) == published
