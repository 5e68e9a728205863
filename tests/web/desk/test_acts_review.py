"""Acts of a reviewer: what they change, whom they bar, and that two at once lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from mezon.errors import ChangedMeanwhile, NotAllowed, WrongUse
from tests.web.desk.conftest import later
from tests.web.desk.reviewed import (
    TOMORROW,
    approve_it,
    approved,
    fill,
    hand_in,
    return_it,
    somebody,
    verify_it,
)

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission

pytestmark = pytest.mark.django_db
Open = Callable[..., "Submission"]


def _cell(submission: Submission, indicator: str) -> Any:
    return submission.cells.get(indicator=indicator)


def test_a_returned_cell_carries_its_reason_and_the_others_stay_closed(
    draft: Submission, aziza: Actor, rano: Actor
) -> None:
    hand_in(draft, aziza)
    return_it(draft, rano, {"RD_SPEND": "The report says 13.9."})

    assert draft.state == "returned"
    assert _cell(draft, "RD_SPEND").returned_reason == "The report says 13.9."
    fill(draft, aziza, {"RD_SPEND": "13.9", "TOTAL_SPEND": "500"}, now=later(15))
    assert (_cell(draft, "RD_SPEND").value, _cell(draft, "TOTAL_SPEND").value) == (13.9, 492.0)
    remark = draft.remarks.get(kind="return")
    assert (remark.text, remark.cell_version) == ("The report says 13.9.", 1)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_cell_is_not_returned_without_a_reason(draft: Submission, aziza: Actor, rano: Actor, reason: str) -> None:
    hand_in(draft, aziza)
    with pytest.raises(WrongUse, match="reason"):
        return_it(draft, rano, {"RD_SPEND": reason})
    assert draft.__class__.objects.get(pk=draft.pk).state == "submitted"


def test_returning_nothing_is_refused(draft: Submission, aziza: Actor, rano: Actor) -> None:
    hand_in(draft, aziza)
    with pytest.raises(WrongUse, match="No cell"):
        return_it(draft, rano, {})


def test_accepted_cells_are_not_writable_after_the_submission_comes_back(
    draft: Submission, aziza: Actor, rano: Actor
) -> None:
    from mezon.web.desk.acts_review import accept_cells

    hand_in(draft, aziza)
    chosen = {_cell(draft, "TOTAL_SPEND").pk}
    assert accept_cells(rano, draft, cells=chosen, version=draft.version, now=later(8)) == 1
    return_it(draft, rano, {"RD_SPEND": "Look again."})
    assert _cell(draft, "TOTAL_SPEND").state == "accepted"


def test_the_second_of_two_reviewers_is_told_and_the_first_act_stands(
    draft: Submission, aziza: Actor, rano: Actor
) -> None:
    from mezon.web.desk.acts_review import return_cells, verify
    from mezon.web.desk.models import Submission as Table

    hand_in(draft, aziza)
    seen, other = draft.version, Table.objects.get(pk=draft.pk)
    reasons = {_cell(draft, "RD_SPEND").pk: "Look again."}
    return_cells(rano, draft, reasons=reasons, version=seen, now=later(10))

    second = somebody("reviewer", draft, "second")
    with pytest.raises((ChangedMeanwhile, NotAllowed)):
        verify(second, other, version=seen, accepting=3, now=later(10))
    assert Table.objects.get(pk=draft.pk).state == "returned"


def test_an_act_on_a_page_that_is_out_of_date_is_told_so(draft: Submission, aziza: Actor, rano: Actor) -> None:
    from mezon.web.desk.acts_review import accept_cells, verify

    hand_in(draft, aziza)
    seen = draft.version
    accept_cells(rano, draft, cells={_cell(draft, "PATENTS").pk}, version=seen, now=later(8))
    with pytest.raises(ChangedMeanwhile, match="Somebody else"):
        verify(somebody("reviewer", draft, "second"), draft, version=seen, accepting=3, now=later(9))


def test_nobody_verifies_what_they_wrote_and_nobody_approves_what_they_verified(
    draft: Submission, aziza: Actor, rano: Actor
) -> None:
    from tests.web import people

    hand_in(draft, aziza)
    assert aziza.person is not None
    both = people.actor_with("reviewer", pack=draft.pack.code, email=aziza.person.email)
    with pytest.raises(NotAllowed, match="Somebody else"):
        verify_it(draft, both)
    verify_it(draft, rano)
    with pytest.raises(NotAllowed, match="Somebody else"):
        approve_it(draft, rano)


def test_who_verified_may_verify_again_what_came_back(draft: Submission, aziza: Actor, rano: Actor) -> None:
    hand_in(draft, aziza)
    verify_it(draft, rano)
    return_it(draft, somebody("statistician", draft, "second"), {"RD_SPEND": "Look again."}, minutes=25)
    hand_in(draft, aziza, {"RD_SPEND": "13.9"}, minutes=26)
    assert verify_it(draft, rano, minutes=27).state == "verified"


def test_a_provider_reviews_nothing(draft: Submission, aziza: Actor, bek: Actor) -> None:
    hand_in(draft, aziza)
    for actor in (aziza, bek):
        with pytest.raises(NotAllowed):
            verify_it(draft, actor)


def test_approved_cells_are_observations_with_the_way_back_to_their_cells(draft: Submission, aziza: Actor) -> None:
    from mezon.web.warehouse.store import read_observations

    approved(draft, aziza)
    rows = read_observations(draft.pack, units=["A"], periods=["2025"]).to_dicts()

    assert {row["indicator"]: row["value"] for row in rows} == {"RD_SPEND": 13.2, "TOTAL_SPEND": 492.0, "PATENTS": 4.0}
    first = next(row for row in rows if row["indicator"] == "RD_SPEND")
    assert first["source_ref"] == f"submission {draft.pk} money!1"
    assert (first["source"], first["published"], first["confidentiality"]) == ("SURVEY", "2026-11-22", "C")
    assert first["recorded_from"] == draft.change
    assert draft.state == "approved"


def test_an_approval_that_fails_leaves_neither_state_nor_observation(
    draft: Submission, aziza: Actor, rano: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon.web.desk import acts_review
    from mezon.web.warehouse.store import read_observations

    hand_in(draft, aziza)
    verify_it(draft, rano)

    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(acts_review, "_step", broken)
    with pytest.raises(RuntimeError, match="full"):
        approve_it(draft, somebody("statistician", draft, "second"))
    assert draft.__class__.objects.get(pk=draft.pk).state == "verified"
    assert read_observations(draft.pack, units=["A"], periods=["2025"]).is_empty()


def test_a_correction_of_the_same_day_takes_the_place_of_what_it_corrects(
    draft: Submission, aziza: Actor, open_form: Open
) -> None:
    from mezon.web.warehouse.store import read_observations

    approved(draft, aziza)
    again = open_form(aziza, "A")
    approved(again, aziza, {"RD_SPEND": "13.5"})

    rows = read_observations(again.pack, indicators=["RD_SPEND"], units=["A"], periods=["2025"])
    assert rows["value"].to_list() == [13.5]
    assert rows["source_ref"].to_list() == [f"submission {again.pk} money!1"]


def test_a_correction_of_a_later_day_leaves_what_was_known_before(
    draft: Submission, aziza: Actor, rano: Actor, open_form: Open
) -> None:
    from mezon.web.warehouse.store import read_observations

    approved(draft, aziza)
    again = open_form(aziza, "A")
    hand_in(again, aziza, {"RD_SPEND": "13.5"})
    verify_it(again, rano)
    approve_it(again, somebody("statistician", again, "second"), now=TOMORROW)

    rows = read_observations(again.pack, indicators=["RD_SPEND"], units=["A"], periods=["2025"]).sort("published")
    assert list(zip(rows["published"], rows["value"], strict=True)) == [("2026-11-22", 13.2), ("2026-11-23", 13.5)]


def test_a_correction_that_leaves_a_value_out_takes_it_back(draft: Submission, aziza: Actor, open_form: Open) -> None:
    from mezon.web.warehouse.store import read_observations

    approved(draft, aziza)
    again = open_form(aziza, "A")
    approved(again, aziza, {"PATENTS": ""})

    rows = read_observations(again.pack, indicators=["PATENTS"], units=["A"], periods=["2025"]).to_dicts()
    assert [(row["value"], row["status"]) for row in rows] == [(None, "O")]
