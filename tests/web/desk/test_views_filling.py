"""The grid as people and their browsers use it, with and without the script."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from mezon.web.accounts.acting import Actor
from mezon.web.audit.models import AuditRecord
from mezon.web.desk import acts_filling as acts
from mezon.web.desk.before import Past
from mezon.web.desk.models import Cell, Submission
from mezon.web.desk.states import CellState, State
from tests.web.desk.conftest import entry, later
from tests.web.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_aziza(client: Any, aziza: Actor) -> Any:
    assert aziza.person is not None
    sign_in(client, aziza.person)
    return client


@pytest.fixture
def save(as_aziza: Any, draft: Submission) -> Callable[..., Any]:
    def one(indicator: str, text: str, **other: Any) -> Any:
        cell = draft.cells.get(indicator=indicator)
        body = {"cell": cell.pk, "text": text, "status": "", "note": "", "version": cell.version, **other}
        return as_aziza.post(reverse("desk:cell", args=[draft.pk]), json.dumps(body), content_type="application/json")

    return one


def test_the_grid_shows_each_value_asked_for_with_what_was_before_it(as_aziza: Any, draft: Submission) -> None:
    html = as_aziza.get(draft.get_absolute_url()).content.decode()
    assert "Spending on research and development" in html
    assert '<td class="n before" data-label="2024">13.1</td>' in html
    assert html.count('class="value"') == 3
    assert "0</b> of 2 filled" in html


def test_a_cell_saved_by_the_script_says_how_it_was_read(save: Callable[..., Any], draft: Submission) -> None:
    answer = save("RD_SPEND", "13,4").json()
    assert (answer["state"], answer["read"], answer["version"], answer["answered"]) == ("saved", "13.4", 1, 1)
    assert draft.cells.get(indicator="RD_SPEND").value == 13.4


def test_what_is_no_number_is_kept_and_told_beside_its_cell(save: Callable[..., Any], draft: Submission) -> None:
    answer = save("RD_SPEND", "thirteen").json()
    key = str(draft.cells.get(indicator="RD_SPEND").pk)
    assert answer["state"] == "invalid"
    assert [one["rule"] for one in answer["found"][key]] == ["cell-not-a-number"]
    assert draft.cells.get(indicator="RD_SPEND").text == "thirteen"


def test_a_question_is_asked_at_once_and_goes_when_it_is_answered(save: Callable[..., Any], draft: Submission) -> None:
    key = str(draft.cells.get(indicator="RD_SPEND").pk)
    asked = save("RD_SPEND", "1300").json()["found"][key]
    assert [one["severity"] for one in asked] == ["warning"]
    answered = save("RD_SPEND", "a new plant", rule=asked[0]["rule"]).json()
    assert answered["found"][key][0]["answer"] == "a new plant"
    assert answered["unanswered"] == 0


def test_the_second_of_two_people_is_told_and_nothing_is_lost(
    save: Callable[..., Any], draft: Submission, aziza: Actor
) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "13")], now=later(1))
    answer = save("RD_SPEND", "14", version=0)
    assert answer.status_code == 409
    assert answer.json()["theirs"]["text"] == "13"
    assert draft.cells.get(indicator="RD_SPEND").value == 13.0


@pytest.mark.parametrize("body", ["", "[]", "{", '{"cell": "x"}', '{"cell": 99999999}', '{"cell": null}'])
def test_what_no_page_sends_is_refused_in_words(as_aziza: Any, draft: Submission, body: str) -> None:
    answer = as_aziza.post(reverse("desk:cell", args=[draft.pk]), body, content_type="application/json")
    assert answer.status_code in {404, 422}
    assert answer.json()["message"]


def _fields(draft: Submission, **changes: str) -> dict[str, str]:
    """Fill in the form as a browser would send it, with a few fields written in."""
    sent = {}
    for cell in draft.cells.all():
        sent |= {
            f"c{cell.pk}-text": changes.get(cell.indicator, cell.text),
            f"c{cell.pk}-status": cell.status,
            f"c{cell.pk}-note": cell.note,
            f"c{cell.pk}-version": str(cell.version),
        }
    return sent


def test_without_the_script_the_form_is_saved_by_its_button(as_aziza: Any, draft: Submission) -> None:
    answer = as_aziza.post(draft.get_absolute_url(), _fields(draft, RD_SPEND="13,4", PATENTS="2"), follow=True)
    assert "2 cells saved." in answer.content.decode()
    assert draft.cells.get(indicator="PATENTS").value == 2.0


def test_without_the_script_only_what_was_touched_counts_as_mine(
    as_aziza: Any, draft: Submission, aziza: Actor
) -> None:
    stale = _fields(draft, PATENTS="2")
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "13")], now=later(1))
    answer = as_aziza.post(draft.get_absolute_url(), stale, follow=True)
    assert "1 cell saved." in answer.content.decode()
    assert draft.cells.get(indicator="RD_SPEND").value == 13.0


def test_without_the_script_a_conflict_shows_both_values(as_aziza: Any, draft: Submission, aziza: Actor) -> None:
    stale = _fields(draft, RD_SPEND="14")
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "13")], now=later(1))
    html = as_aziza.post(draft.get_absolute_url(), stale).content.decode()
    assert "Somebody changed the same cells" in html
    assert '<td class="n">14 </td><td class="n">13 </td>' in html


def test_a_returned_form_says_what_came_back_and_closes_the_rest(as_aziza: Any, draft: Submission) -> None:
    Submission.objects.filter(pk=draft.pk).update(state=State.RETURNED)
    draft.cells.filter(indicator="RD_SPEND").update(state=CellState.RETURNED, returned_reason="Is this in millions?")
    html = as_aziza.get(draft.get_absolute_url()).content.decode()
    assert "Is this in millions?" in html
    assert html.count('inputmode="decimal"') == 1


def test_another_enterprise_does_not_even_learn_that_there_is_a_form(
    client: Any, bek: Actor, draft: Submission, aziza: Actor
) -> None:
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "98765.25")], now=later(1))
    assert bek.person is not None
    sign_in(client, bek.person)
    cell = draft.cells.get(indicator="RD_SPEND")
    addresses = [
        draft.get_absolute_url(),
        reverse("desk:history", args=[draft.pk, cell.pk]),
        reverse("desk:evidence", args=[draft.pk, cell.pk, "0" * 64]),
        reverse("desk:workbook", args=[draft.pk]),
        reverse("desk:submit", args=[draft.pk]),
        reverse("desk:upload-result", args=[draft.pk, 1]),
        reverse("desk:annotated", args=[draft.pk, 1]),
    ]
    missing = client.get(reverse("desk:submission", args=[10**6])).content
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert b"98765" not in answer.content
    assert client.get(draft.get_absolute_url()).content.count(b"\n") == missing.count(b"\n")
    posted = client.post(reverse("desk:cell", args=[draft.pk]), "{}", content_type="application/json")
    assert posted.status_code == 404
    assert AuditRecord.objects.filter(kind="refused", action="submission.read").count() == len(addresses) + 2


@pytest.mark.parametrize("name", ["desk:home", "desk:calendar"])
def test_strangers_are_sent_to_sign_in(client: Any, db: None, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_no_cache_keeps_a_page_of_the_desk(as_aziza: Any, draft: Submission) -> None:
    for address in (draft.get_absolute_url(), reverse("desk:home")):
        assert as_aziza.get(address)["Cache-Control"] == "private, no-store"


def test_a_page_costs_the_same_queries_with_ten_times_the_cells(
    as_aziza: Any, draft: Submission, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    as_aziza.get(draft.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        as_aziza.get(draft.get_absolute_url())
    Cell.objects.bulk_create(
        Cell(submission=draft, position=10 + n, indicator="PATENTS", breakdown=f"X={n}", period="2025", place=f"m!{n}")
        for n in range(40)
    )
    with django_assert_num_queries(len(few)):
        as_aziza.get(draft.get_absolute_url())


def test_evidence_is_offered_to_save_and_never_shown_inside_the_site(as_aziza: Any, draft: Submission) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    cell = draft.cells.get(indicator="RD_SPEND")
    address = reverse("desk:history", args=[draft.pk, cell.pk])
    as_aziza.post(address, {"evidence": SimpleUploadedFile("../../order.pdf", b"%PDF-1.7 order")})
    cell.refresh_from_db()
    answer = as_aziza.get(reverse("desk:evidence", args=[draft.pk, cell.pk, cell.evidence_sha256]))
    assert answer.content == b"%PDF-1.7 order"
    assert answer["Content-Disposition"] == 'attachment; filename="order.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "content"), [("x.exe", b"MZ"), ("x.pdf", b"<html>"), ("x.pdf", b""), ("x.svg", b"<svg/>"), ("x", b"%PDF-")]
)
def test_a_file_that_is_not_what_it_says_is_no_evidence(
    as_aziza: Any, draft: Submission, name: str, content: bytes
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    cell = draft.cells.get(indicator="RD_SPEND")
    address = reverse("desk:history", args=[draft.pk, cell.pk])
    assert as_aziza.post(address, {"evidence": SimpleUploadedFile(name, content)}).status_code == 422
    cell.refresh_from_db()
    assert cell.evidence_sha256 == ""


def test_a_long_form_is_turned_over_leaf_by_leaf(as_aziza: Any, draft: Submission, monkeypatch: Any) -> None:
    monkeypatch.setattr("mezon.web.desk.showing.MOST_ROWS", 2)
    first = as_aziza.get(draft.get_absolute_url()).content.decode()
    second = as_aziza.get(draft.get_absolute_url(), {"leaf": "1"}).content.decode()
    assert (first.count('class="value"'), second.count('class="value"')) == (2, 1)
    assert "Patents granted" not in first
    assert 'href="?leaf=1"' in first
    assert as_aziza.get(draft.get_absolute_url(), {"leaf": "x"}).content.decode().count('class="value"') == 2
    patents = draft.cells.get(indicator="PATENTS").pk
    assert "Patents granted" in as_aziza.get(draft.get_absolute_url(), {"cell": patents}).content.decode()


@pytest.mark.parametrize(
    ("confidentiality", "words"), [("F", "These figures become public"), ("C", "are confidential")]
)
def test_above_the_first_cell_stands_who_will_see_the_figures(
    as_aziza: Any, draft: Submission, confidentiality: str, words: str
) -> None:
    Submission.objects.filter(pk=draft.pk).update(confidentiality=confidentiality)
    html = as_aziza.get(draft.get_absolute_url()).content.decode()
    assert -1 < html.find(words) < html.find('id="grid"')


def test_what_is_published_is_corrected_from_its_own_page(as_aziza: Any, draft: Submission) -> None:
    assert "Begin a correction" not in as_aziza.get(draft.get_absolute_url()).content.decode()
    Submission.objects.filter(pk=draft.pk).update(state=State.RELEASED)
    html = as_aziza.get(draft.get_absolute_url()).content.decode()
    assert "Begin a correction" in html
    sent = {"pack": draft.pack.code, "form": draft.form, "unit": draft.unit, "period": draft.period}
    assert all(f'name="{name}" value="{value}"' in html for name, value in sent.items())
    opened = as_aziza.post(reverse("desk:open"), sent, follow=True).content.decode()
    assert "correction, submission 2" in opened


def test_a_reviewer_is_told_who_can_correct(client: Any, draft: Submission, rano: Actor) -> None:
    Submission.objects.filter(pk=draft.pk).update(state=State.RELEASED)
    assert rano.person is not None
    sign_in(client, rano.person)
    html = client.get(draft.get_absolute_url()).content.decode()
    assert "Begin a correction" not in html
    assert "or a statistician" in html


def test_the_count_tells_what_is_empty_from_what_is_wrong_and_leads_to_the_first(
    as_aziza: Any, save: Callable[..., Any], draft: Submission
) -> None:
    html = as_aziza.get(draft.get_absolute_url()).content.decode()
    first = draft.cells.order_by("position")[0]
    assert html.count(f'href="#c{first.pk}-text"') == 2
    answer = save("RD_SPEND", "13").json()
    second = draft.cells.get(indicator="TOTAL_SPEND")
    assert (answer["hard"], answer["empty"], answer["firstOpen"]) == (0, 1, second.pk)
    assert (save("PATENTS", "-3").json()["hard"], save("TOTAL_SPEND", "492").json()["empty"]) == (1, 0)


def test_a_refusal_leads_back_to_the_page_it_came_from_and_never_to_another_site(
    as_aziza: Any, draft: Submission
) -> None:
    here = "http://testserver" + draft.get_absolute_url()
    address = reverse("desk:upload", args=[draft.pk])
    assert f'href="{here}"' in as_aziza.post(address, {}, HTTP_REFERER=here).content.decode()
    elsewhere = as_aziza.post(address, {}, HTTP_REFERER="https://elsewhere.example/x").content.decode()
    assert "elsewhere.example" not in elsewhere


def test_the_usual_of_whole_numbers_is_whole() -> None:
    counted = Past(points=tuple((str(2018 + year), float(value)) for year, value in enumerate((3, 4, 3, 5, 4, 3))))
    measured = Past(points=tuple((period, value + 0.5) for period, value in counted.points))
    assert counted.usual is not None
    assert counted.band is not None
    assert (counted.usual[0] <= counted.band[0], counted.usual[1] >= counted.band[1]) == (True, True)
    assert all(end.is_integer() for end in counted.usual)
    assert measured.usual == measured.band
    assert Past().usual is None
