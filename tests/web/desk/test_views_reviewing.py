"""The reviewer's pages: what waits and in which order, what stands beside a cell, and acts through the form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from django.urls import reverse

from tests.web.desk.conftest import NOON, later
from tests.web.desk.reviewed import fill, hand_in, return_it, somebody, verify_it
from tests.web.people import sign_in

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.differences import Difference
    from mezon.web.desk.influence import Effect
    from mezon.web.desk.models import Submission
    from mezon.web.desk.reviewing import ReviewRow

pytestmark = pytest.mark.django_db
Open = Callable[..., "Submission"]


@pytest.fixture
def as_rano(client: Any, rano: Actor) -> Any:
    assert rano.person is not None
    sign_in(client, rano.person)
    return client


def _review(submission: Submission) -> str:
    return reverse("desk:review", args=[submission.pk])


def _read(client: Any, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    text = str(answer.content.decode("utf-8"))
    html5lib.HTMLParser(strict=True).parse(text)
    return text


def _key(submission: Submission, indicator: str) -> int:
    return int(submission.cells.get(indicator=indicator).pk)


def test_the_queue_names_what_waits_with_its_questions_and_how_late_it_is(
    as_rano: Any, draft: Submission, aziza: Actor
) -> None:
    hand_in(draft, aziza, {"RD_SPEND": "99", "TOTAL_SPEND": "492", "PATENTS": "4"})
    text = _read(as_rano, reverse("desk:queue"))
    assert "1 submission waits for you" in text
    assert "Enterprise A" in text or "A, 2025" in text
    assert "overdue" in text


def test_the_most_overdue_stands_first(
    as_rano: Any, draft: Submission, aziza: Actor, bek: Actor, open_form: Open
) -> None:
    hand_in(draft, aziza)
    other = open_form(bek, "B")
    hand_in(other, bek, {"RD_SPEND": "31.2", "TOTAL_SPEND": "1212"}, minutes=3)
    other.__class__.objects.filter(pk=other.pk).update(due=draft.due - timedelta(days=30))
    text = _read(as_rano, reverse("desk:queue"))
    assert text.index(_review(other)) < text.index(_review(draft))


def test_what_somebody_else_must_do_is_told_apart_with_the_reason(
    as_rano: Any, draft: Submission, aziza: Actor, rano: Actor
) -> None:
    hand_in(draft, aziza)
    verify_it(draft, rano)
    text = _read(as_rano, reverse("desk:queue"))
    assert "0 submissions wait for you" in text
    assert "Somebody else has to do this" in text


def test_a_reviewer_of_one_unit_sees_nothing_of_the_others(
    client: Any, draft: Submission, aziza: Actor, stored: Any
) -> None:
    from tests.web import people

    hand_in(draft, aziza)
    only_b = people.person_with("reviewer", pack=stored.code, unit="B")
    sign_in(client, only_b)
    assert _review(draft) not in _read(client, reverse("desk:queue"))
    assert client.get(_review(draft)).status_code in {403, 404}


def test_filters_narrow_the_queue(as_rano: Any, draft: Submission, aziza: Actor) -> None:
    hand_in(draft, aziza)
    assert _review(draft) in _read(as_rano, reverse("desk:queue"), unit="A", step="review.verify")
    assert _review(draft) not in _read(as_rano, reverse("desk:queue"), unit="B")
    assert _review(draft) not in _read(as_rano, reverse("desk:queue"), step="review.approve")


@pytest.mark.parametrize("counted_before", [True, False])
def test_the_queue_takes_as_many_queries_for_ten_times_the_submissions(
    as_rano: Any, draft: Submission, aziza: Actor, django_assert_max_num_queries: Any, counted_before: bool
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from mezon.web.desk.models import Cell
    from mezon.web.desk.models import Submission as Table

    hand_in(draft, aziza)
    address = reverse("desk:queue")
    if counted_before:
        as_rano.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        as_rano.get(address)
    cells = list(draft.cells.all())
    for year in range(2012, 2022):
        copy = Table.objects.get(pk=draft.pk)
        copy.pk, copy.period, copy._state.adding = None, str(year), True  # type: ignore[assignment]
        copy.save()
        Cell.objects.bulk_create(
            Cell(submission=copy, position=cell.position, indicator=cell.indicator, period=str(year), place=cell.place)
            for cell in cells
        )
    if counted_before:
        as_rano.get(address)
    with CaptureQueriesContext(connection) as ten:
        assert as_rano.get(address).status_code == 200
    # Counting what was never counted takes its own queries: as many for one as for ten.
    assert len(ten) <= len(one) + (0 if counted_before else 5)


def test_the_page_sets_every_cell_beside_its_last_period_and_its_band(
    as_rano: Any, draft: Submission, aziza: Actor
) -> None:
    hand_in(draft, aziza, {"RD_SPEND": "99", "TOTAL_SPEND": "492", "PATENTS": "4"})
    text = _read(as_rano, _review(draft))
    assert "13.1 <small>2024</small>" in text
    assert "+85.9" in text
    assert "outside the band" in text
    assert "It is so." in text
    assert "+33.10 points" in text  # the share of R&D in all spending is the index of this pack


def test_a_cell_outside_its_band_or_with_a_question_is_not_clean(as_rano: Any, draft: Submission, aziza: Actor) -> None:
    hand_in(draft, aziza, {"RD_SPEND": "99", "TOTAL_SPEND": "492", "PATENTS": "4"})
    as_rano.post(_review(draft), {"act": "accept-clean", "version": str(draft.version), "clean": "3"})
    states = dict(draft.cells.values_list("indicator", "state"))
    assert states["TOTAL_SPEND"] == states["PATENTS"] == "accepted"
    assert states["RD_SPEND"] == "open"


def test_a_value_of_which_somebody_else_says_something_else_is_not_clean() -> None:
    from mezon.web.desk.differences import Against, Difference, Earlier

    other = Earlier(against=Against.KNOWN, value=38.0, source="report")
    assert _row(Difference(value=60.8, earlier=other)).clean is False
    assert _row(Difference(value=38.000000000000004, earlier=other)).clean is True


def test_a_value_that_is_missing_is_clean_only_where_nobody_expects_one() -> None:
    from mezon.web.desk.differences import Difference

    nothing = Difference(value=None)
    assert _row(nothing, value=None, status="M", required=False).clean is True
    assert _row(nothing, value=None, status="M", required=True).clean is False
    assert _row(Difference(value=None, last_period="2024", last_value=3.0), value=None, required=False).clean is False


def test_a_value_that_moves_a_rank_is_not_clean() -> None:
    from mezon.web.desk.differences import Difference
    from mezon.web.desk.influence import Effect, Standing

    def moving(rank: int) -> Effect:
        return Effect(without=Standing(score=70.0, rank=3), score=0.2, rank=rank, others=0)

    assert _row(Difference(value=1.0), effect=moving(0)).clean is True
    assert _row(Difference(value=1.0), effect=moving(-1)).clean is False


def _row(difference: Difference, *, effect: Effect | None = None, **cell: Any) -> ReviewRow:
    from mezon.model.form import FormItem
    from mezon.web.desk.before import NOTHING_KNOWN
    from mezon.web.desk.laying_out import Line
    from mezon.web.desk.models import Cell
    from mezon.web.desk.reviewing import ReviewRow
    from mezon.web.desk.showing import Row

    stated = Cell(**{"value": difference.value, "status": "A", **cell})
    item = FormItem(indicator="RD_SPEND")
    line = Line(cell=stated, item=item, name="R&D", part="", measure="SOM", definition="", decimals=1)
    row = Row(line=line, past=NOTHING_KNOWN, before=(), found=(), remarks=0)
    return ReviewRow(row=row, section="", difference=difference, effect=effect)


def test_no_more_cells_are_accepted_as_clean_than_their_reader_saw(
    as_rano: Any, draft: Submission, aziza: Actor
) -> None:
    hand_in(draft, aziza)
    answer = as_rano.post(_review(draft), {"act": "accept-clean", "version": str(draft.version), "clean": "2"})
    assert answer.status_code == 409
    assert "Look at them again; nothing was accepted." in answer.content.decode()
    assert not draft.cells.filter(state="accepted").exists()


def test_verifying_names_what_is_not_accepted_and_asks_once_more(as_rano: Any, draft: Submission, aziza: Actor) -> None:
    hand_in(draft, aziza, {"RD_SPEND": "99", "TOTAL_SPEND": "492", "PATENTS": "4"})
    key = _key(draft, "PATENTS")
    as_rano.post(_review(draft), {"act": f"accept-{key}", "version": str(draft.version)})
    draft.refresh_from_db()
    text = as_rano.post(_review(draft), {"act": "verify", "version": str(draft.version)}).content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert "2 cells are not accepted yet" in text
    assert "1 of them asks for a look:" in text
    draft.refresh_from_db()
    assert draft.state == "submitted"
    as_rano.post(_review(draft), {"act": "verify", "version": str(draft.version), "accepting": "2"})
    draft.refresh_from_db()
    assert draft.state == "verified"


@pytest.mark.parametrize("act", ["accept-clean", "accept-one"])
def test_a_reason_typed_for_one_cell_stays_when_others_are_accepted(
    as_rano: Any, draft: Submission, aziza: Actor, act: str
) -> None:
    hand_in(draft, aziza)
    key = _key(draft, "RD_SPEND")
    sent = {"act": act.replace("one", str(_key(draft, "PATENTS"))), "version": str(draft.version), "clean": "3"}
    answer = as_rano.post(_review(draft), {**sent, f"reason-{key}": "The report says 13.9."})
    text = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert ">The report says 13.9.</textarea>" in text
    assert "The reasons you typed for other cells are still here." in text
    assert draft.cells.get(indicator="PATENTS").state == "accepted"


def test_nobody_verifies_over_a_reason_that_was_not_sent(as_rano: Any, draft: Submission, aziza: Actor) -> None:
    hand_in(draft, aziza)
    sent = {"act": "verify", "version": str(draft.version), "accepting": "3"}
    answer = as_rano.post(_review(draft), {**sent, f"reason-{_key(draft, 'RD_SPEND')}": "Too high."})
    assert answer.status_code == 422
    assert "it has not gone back" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_nobody_approves_over_a_reason_that_was_not_sent(
    client: Any, draft: Submission, aziza: Actor, rano: Actor
) -> None:
    hand_in(draft, aziza)
    verify_it(draft, rano)
    second = somebody("statistician", draft, "second").person
    assert second is not None
    sign_in(client, second)
    sent = {"act": "approve", "version": str(draft.version), f"reason-{_key(draft, 'RD_SPEND')}": "Too high."}
    assert client.post(_review(draft), sent).status_code == 422
    draft.refresh_from_db()
    assert draft.state == "verified"


def test_a_cell_goes_back_through_the_form_with_its_reason(as_rano: Any, draft: Submission, aziza: Actor) -> None:
    hand_in(draft, aziza)
    key = _key(draft, "RD_SPEND")
    sent = {"act": "return", "version": str(draft.version), f"reason-{key}": "The report says 13.9."}
    answer = as_rano.post(_review(draft), sent, follow=True)
    assert "1 cell goes back with its reason." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "returned"


def test_a_marked_cell_without_a_reason_comes_back_with_the_form_as_it_was_filled_in(
    as_rano: Any, draft: Submission, aziza: Actor
) -> None:
    hand_in(draft, aziza)
    first, second = _key(draft, "RD_SPEND"), _key(draft, "PATENTS")
    sent = {
        "act": "return", "version": str(draft.version), f"return-{first}": "1", f"reason-{second}": "Count again.",
    }  # fmt: skip
    answer = as_rano.post(_review(draft), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "A reason is missing" in text
    assert ">Count again.</textarea>" in text


def test_a_reviewer_who_comes_second_is_told_and_keeps_what_they_wrote(
    as_rano: Any, draft: Submission, aziza: Actor
) -> None:
    from mezon.web.desk.acts_review import accept_cells

    hand_in(draft, aziza)
    seen = draft.version
    other = somebody("reviewer", draft, "other")
    accept_cells(other, draft, cells={_key(draft, "PATENTS")}, version=seen, now=later(6))
    sent = {"act": "return", "version": str(seen), f"reason-{_key(draft, 'RD_SPEND')}": "Too high."}
    answer = as_rano.post(_review(draft), sent)
    assert answer.status_code == 409
    assert ">Too high.</textarea>" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_what_was_returned_stands_beside_what_it_became(
    as_rano: Any, draft: Submission, aziza: Actor, rano: Actor
) -> None:
    hand_in(draft, aziza)
    return_it(draft, rano, {"RD_SPEND": "The report says 13.9."})
    fill(draft, aziza, {"RD_SPEND": "13.9"}, now=later(11))
    hand_in(draft, aziza, {}, minutes=12)
    text = _read(as_rano, _review(draft))
    assert "What was returned last time" in text
    assert "<del>13.2</del>" in text
    assert "<ins>13.9</ins>" in text
    assert "The report says 13.9." in text


def test_a_submission_goes_through_the_pages_from_verified_to_approved(
    as_rano: Any, client: Any, draft: Submission, aziza: Actor
) -> None:
    hand_in(draft, aziza)
    as_rano.post(_review(draft), {"act": "verify", "version": str(draft.version), "accepting": "3"})
    draft.refresh_from_db()
    assert draft.state == "verified"
    assert as_rano.post(_review(draft), {"act": "approve", "version": str(draft.version)}).status_code == 403
    statistician = somebody("statistician", draft, "second")
    assert statistician.person is not None
    sign_in(client, statistician.person)
    client.post(_review(draft), {"act": "approve", "version": str(draft.version)})
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by) == ("approved", statistician.person)


def test_the_page_takes_as_many_queries_however_long_the_history_is(
    as_rano: Any, draft: Submission, aziza: Actor
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from mezon.web.desk.models import CellVersion

    hand_in(draft, aziza)
    as_rano.get(_review(draft))
    with CaptureQueriesContext(connection) as before:
        as_rano.get(_review(draft))
    cell = draft.cells.first()
    assert cell is not None
    CellVersion.objects.bulk_create(CellVersion(cell=cell, number=100 + n, at=NOON, way="grid") for n in range(100))
    with CaptureQueriesContext(connection) as after:
        as_rano.get(_review(draft))
    assert len(after) == len(before)


@pytest.mark.parametrize("shown", ["all", "look", "changed", "clean", "accepted"])
@pytest.mark.parametrize("order", ["influence", "form"])
def test_every_choice_of_cells_is_a_page(as_rano: Any, draft: Submission, aziza: Actor, shown: str, order: str) -> None:
    hand_in(draft, aziza)
    _read(as_rano, _review(draft), show=shown, order=order)
