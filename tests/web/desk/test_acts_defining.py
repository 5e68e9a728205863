"""Accepting a change: exactly what was previewed, with a reason, recorded with digests; else nothing at all."""

# ruff: noqa: F401, F811 - fixtures that are brought along
from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mezon.errors import ChangedMeanwhile, NotAllowed, WrongUse
from tests.web import people
from tests.web.desk.conftest import NOON, later
from tests.web.desk.defined import accepted, own_home, proposed, saida, stored

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.warehouse.models import StoredPack

pytestmark = pytest.mark.django_db
INDICATORS = "indicators.toml"


def accept(actor: Actor, pack: StoredPack, proposal: Any, seen: Any, **other: Any) -> Any:
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_defining import accept as act

    said = {"reason": "agreed", "now": later(1), **other}
    return act(actor, Target(pack=pack.code), proposal=proposal, seen=seen, **said)


def test_what_was_previewed_is_recorded_with_who_why_and_digests(stored: StoredPack, saida: Actor) -> None:
    from mezon.web.audit.models import AuditRecord
    from mezon.web.desk.defining import text_of, versions_of

    proposal = proposed(stored, INDICATORS, "Spending on research", "Outlay on research")
    change = accepted(saida, stored, proposal, reason="the law says outlay")

    assert change.number == 2
    assert text_of(stored, INDICATORS) == proposal.text
    newest = versions_of(stored, INDICATORS)[0]
    assert saida.person is not None
    assert (newest.number, newest.who, newest.reason) == (2, str(saida.person), "the law says outlay")
    record = AuditRecord.objects.get(action="definition.change", kind="act")
    before, after = json.loads(record.before), json.loads(record.after)
    assert record.subject == INDICATORS
    assert record.reason == "the law says outlay"
    assert (before["change"], after["change"]) == (1, 2)
    assert len(before["sha256"]) == len(after["sha256"]) == 64
    assert before["sha256"] != after["sha256"]


def test_the_preview_says_what_moves_and_what_does_not(stored: StoredPack) -> None:
    from mezon.web.desk.proposed import foreseen

    words = foreseen(stored, proposed(stored, INDICATORS, "Spending on research", "Outlay on research"), "en")
    numbers = foreseen(stored, proposed(stored, INDICATORS, "100 * RD_SPEND", "50 * RD_SPEND"), "en")

    assert words.nothing_moves
    assert numbers.values["changed"] == 24
    assert not numbers.errors
    assert not numbers.nothing_moves


def test_units_are_listed_by_how_far_they_move(stored: StoredPack) -> None:
    from mezon.web.desk.proposed import foreseen

    seen = foreseen(stored, proposed(stored, INDICATORS, "direction = 1", "direction = -1"), "en")
    moved = next(iter(seen.moved.values()))

    assert {row["unit"] for row in moved} == {"A", "B"}
    sizes = [abs(row["rank_after"] - row["rank_before"]) for row in moved]
    assert sizes == sorted(sizes, reverse=True)


def test_an_error_blocks_and_records_nothing(stored: StoredPack, saida: Actor) -> None:
    from mezon.web.desk.proposed import foreseen

    proposal = proposed(stored, INDICATORS, "100 * RD_SPEND / TOTAL_SPEND", "100 * RD_SPEND /")
    seen = foreseen(stored, proposal, "en")

    assert seen.errors
    assert seen.findings[0]["severity"] == "error"
    assert seen.findings[0]["file"] == INDICATORS
    with pytest.raises(WrongUse, match="block"):
        accept(saida, stored, proposal, seen)
    stored.refresh_from_db()
    assert stored.last_change == 1


def test_findings_that_would_be_gone_are_told(stored: StoredPack, saida: Actor) -> None:
    from mezon.web.desk.proposed import foreseen

    worse = proposed(stored, "registers/technologies.csv", "Big data", " Big data")
    found = foreseen(stored, worse, "en")
    assert [(one["code"], one["row"], one["column"]) for one in found.findings] == [("cell-stray-spaces", 2, "name_en")]
    accepted(saida, stored, worse)
    better = proposed(stored, "registers/technologies.csv", " Big data", "Big data")

    assert [one["code"] for one in foreseen(stored, better, "en").mended] == ["cell-stray-spaces"]


def test_nothing_is_accepted_without_preview_or_reason(stored: StoredPack, saida: Actor) -> None:
    from mezon.web.desk.proposed import foreseen

    proposal = proposed(stored, INDICATORS, "Spending on research", "Outlay on research")
    other = proposed(stored, INDICATORS, "Spending on research", "Costs of research")
    seen = foreseen(stored, proposal, "en")
    with pytest.raises(WrongUse, match="looked"):
        accept(saida, stored, proposal, None)
    with pytest.raises(WrongUse, match="looked"):
        accept(saida, stored, other, seen)
    with pytest.raises(WrongUse, match="reason"):
        accept(saida, stored, proposal, seen, reason="  ")
    stored.refresh_from_db()
    assert stored.last_change == 1


def test_a_pack_changed_after_the_preview_is_looked_at_again(stored: StoredPack, saida: Actor) -> None:
    from mezon.web.desk.proposed import foreseen

    mine = proposed(stored, INDICATORS, "Spending on research", "Outlay on research")
    seen = foreseen(stored, mine, "en")
    accepted(saida, stored, proposed(stored, "registers/technologies.csv", "Robots", "Robots and arms"))

    with pytest.raises(ChangedMeanwhile, match="after this preview"):
        accept(saida, stored, mine, seen, now=later(2))


def test_a_proposal_of_another_pack_is_refused(stored: StoredPack, saida: Actor) -> None:
    from mezon.web.desk.proposed import foreseen

    mine = proposed(stored, INDICATORS, "Spending on research", "Outlay on research")
    seen = foreseen(stored, mine, "en")
    with pytest.raises(WrongUse, match="another pack"):
        accept(saida, stored, replace(mine, pack="other"), seen)


@pytest.mark.parametrize("role", ["provider", "reviewer", "steering-analyst", "administrator"])
def test_only_a_statistician_changes_definitions(stored: StoredPack, role: str) -> None:
    from mezon.web.desk.proposed import foreseen

    somebody = people.actor_with(role, pack=stored.code, now=NOON)
    mine = proposed(stored, INDICATORS, "Spending on research", "Outlay on research")
    with pytest.raises(NotAllowed):
        accept(somebody, stored, mine, foreseen(stored, mine, "en"))
