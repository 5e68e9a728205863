"""A release made on the desk: every step has its record, and what its page says makes it again."""

# ruff: noqa: F811 - fixtures are arguments

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.desk.reviewed import approved
from tests.web.desk.test_freezing import _released, desk_pack, own_home, saida  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission
    from mezon.web.warehouse.models import StoredPack

pytestmark = pytest.mark.django_db


def test_every_step_of_a_release_is_recorded_with_its_own_word(saida: Actor, stored: StoredPack) -> None:
    from mezon.web.audit.models import AuditRecord

    _released(saida, stored)
    told = AuditRecord.objects.filter(action__startswith="release.").order_by("number").values_list("action", "after")
    actions = [action for action, _after in told]
    assert actions == ["release.ask", "release.freeze", "release.publish"]
    assert '"stage":"frozen"' in told[1][1].replace(" ", "")
    assert '"stage":"published"' in told[2][1].replace(" ", "")


def test_what_the_page_says_makes_the_release_again(
    client: Any, draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack, tmp_path: Path, settings: Any
) -> None:
    from mezon import production
    from mezon.web.portal.edition import edition_for
    from mezon.web.portal.recipes import release_again
    from mezon.web.warehouse.store import unload

    approved(draft, aziza)
    made = _released(saida, stored).made["release"]
    settings.PACKS = (stored.code,)
    edition = edition_for(stored.code)
    unloading, releasing, verifying = release_again(edition, "RD_SPEND", "A", "2025").commands
    assert unloading == f"mezon unload --code mypack --at {edition.change} -o mypack-{edition.change}/"
    assert (releasing.split()[2], verifying.split()[-1]) == (f"mypack-{edition.change}/",) * 2

    unload(stored, tmp_path / "again", at=edition.change)
    again = production.prepare(production.read_pack(tmp_path / "again"), as_of=edition.as_of)
    assert (again.id, again.content_sha256) == (edition.release_id, made["content_sha256"])
    assert again.pack_sha256 == edition.pack_sha256 == edition.release.pack_sha256 == made["pack_sha256"]
    text = client.get("/en/trace/", {"indicator": "RD_SPEND", "unit": "A", "period": "2025"}).content.decode()
    assert made["pack_sha256"] in text
    assert unloading in text
