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
    from mezon.web.desk.models import Submission

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
    as_rano.post(_review(draft), {"act": "accept-clean", "version": str(draft.version)})
    states = dict(draft.cells.values_list("indicator", "state"))
    assert states["TOTAL_SPEND"] == states["PATENTS"] == "accepted"
    assert states["RD_SPEND"] == "open"


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
    as_rano.post(_review(draft), {"act": "verify", "version": str(draft.version)})
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
