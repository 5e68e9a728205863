"""A CSV of answers: how it was read is said, and what is not this form's is left out with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mezon.web.accounts.acting import Actor
from mezon.web.desk.models import Submission, Upload
from mezon.web.desk.reading import kept_reading
from tests.web.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(client: Any, aziza: Actor, draft: Submission) -> Any:
    assert aziza.person is not None
    sign_in(client, aziza.person)

    def one(text: str, **more: str) -> tuple[Upload, str]:
        file = SimpleUploadedFile("answers.csv", text.encode("utf-8"))
        answer = client.post(reverse("desk:upload", args=[draft.pk]), {"file": file, **more}, follow=True)
        assert answer.status_code == 200
        return Upload.objects.latest("id"), answer.content.decode()

    return one


def rules(made: Upload) -> list[tuple[str, str]]:
    return [(one.key, one.code) for one in kept_reading(made.reading_sha256).findings]


def test_separator_and_decimal_sign_are_found_and_shown(client: Any, sent: Any, draft: Submission) -> None:
    made, html = sent("Показатель;Год;Значение\nRD_SPEND;2025;13,25\nTOTAL_SPEND;2025;1 492,5\n")
    assert (made.settings["separator"], made.settings["decimal"]) == (";", ",")
    assert "a semicolon between columns and a comma as decimal sign" in html
    assert made.counts["new"] == 2
    client.post(reverse("desk:confirm", args=[draft.pk, made.pk]), {"mode": "all"})
    assert dict(draft.cells.values_list("indicator", "value")) == {
        "RD_SPEND": 13.25, "TOTAL_SPEND": 1492.5, "PATENTS": None,
    }  # fmt: skip
    assert draft.cells.get(indicator="RD_SPEND").place == f"file {made.pk} row 2"


def test_what_cannot_be_told_is_asked_and_the_file_is_read_again_as_said(
    client: Any, sent: Any, draft: Submission
) -> None:
    made, html = sent("indicator;period;value\nTOTAL_SPEND;2025;1,492\n")
    assert made.counts["new"] == 0
    assert "delimited-decimal-unclear" in html
    again = {"again": str(made.pk), "separator": ";", "decimal": "."}
    client.post(reverse("desk:upload", args=[draft.pk]), again)
    last = Upload.objects.latest("id")
    assert (last.pk != made.pk, last.counts["new"], last.content_sha256) == (True, 1, made.content_sha256)


def test_what_is_not_of_this_form_is_left_out_with_a_reason(sent: Any) -> None:
    made, html = sent(
        "indicator,unit,period,value,unit_of_measure\n"
        "RD_SPEND,B,2025,13.2,\nRD_SHARE,A,2025,3,\nTOTAL_SPEND,A,2025,492,USD_MN\nPATENTS,A,2024,3,\n"
        "PATENTS,,,4,NUMBER\nPATENTS,A,2025,5,\n"
    )
    assert rules(made) == [
        ("row 2", "file-other-unit"), ("row 3", "file-not-asked"), ("row 4", "file-other-measure"),
        ("row 5", "file-not-asked"), ("row 7", "file-twice"),
    ]  # fmt: skip
    assert (made.counts["new"], made.counts["rejected"]) == (1, 5)
    assert "row 7" in html


def test_a_faulty_number_is_told_at_its_row(sent: Any) -> None:
    made, _html = sent("indicator,period,value\nRD_SPEND,2025,much\nTOTAL_SPEND,2025,492\n")
    assert [place for place, _rule in rules(made)] == ["row 2"]
    assert (made.counts["new"], made.counts["rejected"]) == (1, 1)


def test_a_file_is_told_what_it_brings_and_not_what_another_brought(
    client: Any, sent: Any, draft: Submission, aziza: Actor
) -> None:
    first, _html = sent("indicator,period,value\nTOTAL_SPEND,2025,492000\n")
    assert rules(first) == [("row 2", "cell-magnitude")]
    client.post(reverse("desk:confirm", args=[draft.pk, first.pk]), {"mode": "all"})
    second, _html = sent("indicator,period,value\nPATENTS,2025,3\n")
    assert rules(second) == []
    assert (second.counts["new"], second.counts["rejected"]) == (1, 0)


def test_of_two_files_with_a_second_row_each_finding_stays_at_its_own_cell(
    client: Any, sent: Any, draft: Submission
) -> None:
    for row in ("TOTAL_SPEND,2025,492000", "RD_SPEND,2025,13.2"):
        made, _html = sent(f"indicator,period,value\n{row}\n")
        client.post(reverse("desk:confirm", args=[draft.pk, made.pk]), {"mode": "all"})
    html = client.get(reverse("desk:submission", args=[draft.pk])).content.decode()
    asked = draft.cells.get(indicator="TOTAL_SPEND").pk
    assert f'id="cell-{asked}" class="asked"' in html
    places = set(draft.cells.exclude(status="").values_list("place", flat=True))
    assert len(places) == 2, "a receipt finds a cell by its place"
    assert html.count('class="asked"') == 1


def test_the_form_as_a_csv_is_read_back_as_it_went_out(client: Any, sent: Any, draft: Submission) -> None:
    text = client.get(reverse("desk:table", args=[draft.pk])).content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith('RD_SPEND,,FACT,2025,,,,"Spending on')
    made, _html = sent(text.replace("RD_SPEND,,FACT,2025,,", "RD_SPEND,,FACT,2025,13.25,"))
    assert rules(made) == []
    assert (made.counts["read"], made.counts["new"]) == (1, 1)


def test_a_file_without_the_columns_leads_to_one_that_has_them(sent: Any, draft: Submission) -> None:
    made, html = sent("name;amount\nRD_SPEND;401,0\n")
    assert [rule for _place, rule in rules(made)] == ["delimited-columns-missing"]
    assert "decimal sign." not in html
    assert reverse("desk:table", args=[draft.pk]) in html


def test_what_is_no_number_is_told_in_the_style_of_the_file(sent: Any) -> None:
    made, html = sent("indicator;period;value\nRD_SPEND;2025;13,25\nTOTAL_SPEND;2025;much\n")
    assert [rule for _place, rule in rules(made)] == ["file-not-a-number"]
    assert "with a comma as decimal sign" in html
    assert "decimal point" not in html
