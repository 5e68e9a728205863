"""Proposing a change through the pages: written, previewed, accepted; or told why not, with nothing lost."""

# ruff: noqa: F401, F811 - fixtures that are brought along
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.web.desk.conftest import later
from tests.web.desk.defined import METHODOLOGY, accepted, as_saida, own_home, proposed, saida, stored

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.warehouse.models import StoredPack

pytestmark = pytest.mark.django_db
EDIT = "/en/desk/definitions/mypack/edit/indicators.toml/"


def text_in(pack: StoredPack, path: str = "indicators.toml") -> str:
    from mezon.web.desk.defining import text_of

    return text_of(pack, path)


def send(client: Any, address: str = EDIT, **fields: Any) -> Any:
    answer = client.post(address, {"change": "1", **fields})
    html5lib.HTMLParser(strict=True).parse(answer.content.decode() or "<!DOCTYPE html><title>x</title>")
    return answer


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    html: str = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    return html


def test_a_change_is_written_previewed_accepted_and_found(as_saida: Any, stored: StoredPack) -> None:
    text = text_in(stored).replace("100 * RD_SPEND", "50 * RD_SPEND")
    sent = send(as_saida, text=text.replace("\n", "\r\n"))
    assert sent.status_code == 302
    preview = page(as_saida, sent.url)
    assert "What would move" in preview
    assert "Nothing is recorded yet." in preview
    assert 'visually-hidden">added' in preview
    stored.refresh_from_db()
    assert stored.last_change == 1

    done = as_saida.post(sent.url, {"act": "accept", "reason": "half of it"})
    assert done.status_code == 302
    after = page(as_saida, done.url)
    assert "Accepted." in after
    assert "half of it" in after
    assert text_in(stored) == text


def test_what_is_previewed_is_reckoned_once(as_saida: Any, stored: StoredPack, monkeypatch: Any) -> None:
    from mezon.web.desk import proposed as reckoning

    sent = send(as_saida, text=text_in(stored).replace("Spending", "Outlay"))
    page(as_saida, sent.url)
    monkeypatch.setattr(reckoning, "_preview", lambda *_: pytest.fail("reckoned again"))

    assert "Outlay" in page(as_saida, sent.url)


def test_a_file_may_be_sent_instead(as_saida: Any, stored: StoredPack) -> None:
    text = text_in(stored).replace("Spending", "Outlay")
    sent = send(as_saida, text="ignored", file_sent=SimpleUploadedFile("any.toml", text.encode()))
    as_saida.post(sent.url, {"reason": "sent"})
    page(as_saida, sent.url)
    as_saida.post(sent.url, {"reason": "sent"})

    assert text_in(stored) == text


@pytest.mark.parametrize(
    ("file", "said"),
    [(b"\xff\xfe\x00bad", "no text in UTF-8"), (b"a = 1\n" * 400_000, "longer than"), (b"a = \x00", "no text")],
)
def test_a_file_that_cannot_be_is_refused_in_a_sentence(
    as_saida: Any,
    stored: StoredPack,
    file: bytes,
    said: str,
) -> None:
    answer = send(as_saida, file_sent=SimpleUploadedFile("x.toml", file))

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_same_text_is_told_to_be_the_same(as_saida: Any, stored: StoredPack) -> None:
    answer = send(as_saida, text=text_in(stored))

    assert answer.status_code == 422
    assert "Nothing is different yet." in answer.content.decode()


def test_errors_block_and_lead_back_to_the_text_with_what_was_found(as_saida: Any, stored: StoredPack) -> None:
    text = text_in(stored).replace("100 * RD_SPEND / TOTAL_SPEND", "100 * RD_SPEND /")
    sent = send(as_saida, text=text)
    preview = page(as_saida, sent.url)

    assert "block this change" in preview or "blocks this change" in preview
    assert "Accept the change" not in preview
    assert as_saida.post(sent.url, {"act": "accept", "reason": "x"}).status_code == 422
    back = page(as_saida, f"{EDIT}?proposal={sent.url.rstrip('/').rpartition('/')[2]}")
    assert "100 * RD_SPEND /&quot;" in back
    assert "What the preview found" in back
    assert text_in(stored) != text


def test_without_a_reason_nothing_is_accepted_and_the_page_says_so(as_saida: Any, stored: StoredPack) -> None:
    sent = send(as_saida, text=text_in(stored).replace("Spending", "Outlay"))
    page(as_saida, sent.url)
    answer = as_saida.post(sent.url, {"act": "accept", "reason": " "})

    assert answer.status_code == 422
    assert "A change needs a reason." in answer.content.decode()


def test_somebody_elses_change_meanwhile_is_explained_and_ones_text_is_kept(
    as_saida: Any,
    stored: StoredPack,
    saida: Actor,
) -> None:
    mine = text_in(stored).replace("Spending", "My outlay")
    accepted(saida, stored, proposed(stored, "indicators.toml", "Spending", "Their outlay"), reason="they were quicker")
    answer = send(as_saida, text=mine)
    html = answer.content.decode()

    assert answer.status_code == 409
    assert "they were quicker" in html
    assert "My outlay" in html
    assert "differences/indicators.toml/?from=1" in html
    assert 'name="change" value="2"' in html
    assert send(as_saida, text=mine, change="2").status_code == 302


def test_a_preview_that_was_overtaken_is_made_again(as_saida: Any, stored: StoredPack, saida: Actor) -> None:
    sent = send(as_saida, text=text_in(stored).replace("Spending", "Outlay"))
    page(as_saida, sent.url)
    accepted(saida, stored, proposed(stored, "registers/technologies.csv", "Robots", "Arms"), reason="seen in use")
    refused = as_saida.post(sent.url, {"act": "accept", "reason": "agreed"})

    assert refused.status_code == 409
    assert "seen in use" in refused.content.decode()
    assert "Accept the change" not in refused.content.decode()
    again = as_saida.post(sent.url, {"act": "again"})
    assert again.url != sent.url
    page(as_saida, again.url)
    assert as_saida.post(again.url, {"act": "accept", "reason": "agreed"}).status_code == 302
    assert "Outlay" in text_in(stored)


def test_an_overtaken_text_leads_back_to_writing(as_saida: Any, stored: StoredPack, saida: Actor) -> None:
    sent = send(as_saida, text=text_in(stored).replace("Spending", "Outlay"))
    accepted(saida, stored, proposed(stored, "indicators.toml", "Spending", "Costs"), reason="they were quicker")
    again = as_saida.post(sent.url, {"act": "again"})

    assert "/edit/" in again.url
    answer = as_saida.get(again.url)
    assert answer.status_code == 409
    assert "Outlay" in answer.content.decode()
    assert "they were quicker" in answer.content.decode()


def test_a_large_pack_is_previewed_by_the_worker(as_saida: Any, stored: StoredPack, monkeypatch: Any) -> None:
    from mezon.web.desk.views import proposals
    from mezon.web.working.running import claim, perform

    monkeypatch.setattr(proposals, "_AT_ONCE", 0)
    sent = send(as_saida, text=text_in(stored).replace("100 * RD_SPEND", "50 * RD_SPEND"))
    waiting = page(as_saida, sent.url)
    assert "data-waiting" in waiting
    assert "Accept the change" not in waiting
    assert as_saida.post(sent.url, {"act": "accept", "reason": "blind"}).status_code == 422
    job = claim("w", now=later(3))
    assert job is not None
    end = perform(job, clock=lambda: later(4))
    assert end is not None
    assert end.state == "done", end
    assert claim("w", now=later(5)) is None
    assert "Accept the change" in page(as_saida, sent.url)


def test_a_new_definition_is_begun_by_its_name(as_saida: Any, stored: StoredPack) -> None:
    address = reverse("desk:definition-new", args=["mypack"])
    assert 'name="file"' in page(as_saida, address)
    refused = send(as_saida, address, file="../../x.toml", text="a = 1")
    assert refused.status_code == 422
    text = text_in(stored, METHODOLOGY).replace('id = "example"', 'id = "second"')
    sent = send(as_saida, address, file="methodologies/second.toml", text=text)
    page(as_saida, sent.url)
    as_saida.post(sent.url, {"act": "accept", "reason": "to compare"})

    assert text_in(stored, "methodologies/second.toml") == text


def test_a_pack_cannot_be_given_another_name(as_saida: Any, stored: StoredPack) -> None:
    address = reverse("desk:definition-edit", args=["mypack", "pack.toml"])
    sent = send(as_saida, address, text=text_in(stored, "pack.toml").replace('id = "mypack"', 'id = "other"'))
    answer = as_saida.get(sent.url)

    assert answer.status_code == 422
    assert "other" in answer.content.decode()
    assert "Back to writing" in answer.content.decode()


def test_a_proposal_that_is_not_kept_is_told_as_such(as_saida: Any, stored: StoredPack) -> None:
    answer = as_saida.get(reverse("desk:proposal", args=["mypack", "0" * 64]))

    assert answer.status_code == 404
    assert "not kept any more" in answer.content.decode()


def test_an_accepted_change_is_in_the_preview_of_the_next_release(
    as_saida: Any,
    stored: StoredPack,
    saida: Actor,
) -> None:
    accepted(saida, stored, proposed(stored, "indicators.toml", "100 * RD_SPEND", "50 * RD_SPEND"))
    from mezon.web.desk.public_changes import public_changes

    assert public_changes(stored, stored.last_change, None).counts["new"] == 72
