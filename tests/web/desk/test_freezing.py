"""From approved to public: a checklist that blocks, answers that are remembered, a preview, and one step at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from django.urls import reverse
from django.utils import translation

from mezon.errors import ChangedMeanwhile, NotAllowed, WrongStep, WrongUse
from tests.web.desk.conftest import NOON, later
from tests.web.desk.pack_files import still_collected
from tests.web.desk.reviewed import approved, hand_in
from tests.web.people import sign_in

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission
    from mezon.web.warehouse.models import StoredPack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Path:
    """Every test writes its releases into a home of its own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return settings.HOME


@pytest.fixture
def desk_pack(desk_pack: Path) -> Path:
    """Let the survey go on."""
    return still_collected(desk_pack)


@pytest.fixture
def saida(stored: StoredPack) -> Actor:
    """Give the statistician of the whole pack."""
    from tests.web import people

    return people.actor_with("statistician", pack=stored.code, email="saida@people.example", now=NOON)


@pytest.fixture
def as_saida(client: Any, saida: Actor) -> Any:
    assert saida.person is not None
    sign_in(client, saida.person)
    return client


def _asked(saida: Actor, stored: StoredPack, label: str = "2026.1") -> Any:
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_freezing import ask_freezing
    from mezon.web.desk.freezing import checklist

    stored.refresh_from_db()
    return ask_freezing(
        saida, Target(pack=stored.code), checked=checklist(stored), label=label, notes="The first one.", now=later(60)
    )


def _released(saida: Actor, stored: StoredPack, label: str = "2026.1") -> Any:
    from mezon.web.desk.acts_freezing import carry_out, publish

    frozen = carry_out(saida, _asked(saida, stored, label), now=later(61))
    return publish(saida, frozen, now=later(62))


def test_a_release_is_asked_for_frozen_and_published_step_by_step(
    draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack, own_home: Path
) -> None:
    from mezon.web.desk.acts_freezing import carry_out, publish
    from mezon.web.warehouse.models import ReleaseRecord

    approved(draft, aziza)
    asked = _asked(saida, stored)
    assert asked.stage == "asked"
    frozen = carry_out(saida, asked, now=later(61))
    assert frozen.stage == "frozen"
    assert (own_home / frozen.made["release"]["folder"] / "manifest.json").is_file()
    assert not ReleaseRecord.objects.filter(pack=stored.code).exists()

    published = publish(saida, frozen, now=later(62))
    draft.refresh_from_db()
    assert (published.stage, draft.state) == ("published", "released")
    assert draft.release == published.release == ReleaseRecord.objects.get(pack=stored.code)


def test_what_was_approved_after_the_checklist_is_not_frozen_unseen(
    draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack
) -> None:
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_freezing import ask_freezing
    from mezon.web.desk.freezing import checklist

    checked = checklist(stored)
    approved(draft, aziza)
    with pytest.raises(ChangedMeanwhile):
        ask_freezing(saida, Target(pack=stored.code), checked=checked, label="1", notes="n", now=later(60))


def test_an_approval_after_the_freezing_waits_for_the_next_release(
    draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack
) -> None:
    from mezon.web.desk.acts_freezing import carry_out, publish

    frozen = carry_out(saida, _asked(saida, stored), now=later(61))
    approved(draft, aziza)
    publish(saida, frozen, now=later(62))
    draft.refresh_from_db()
    assert draft.state == "approved"
    _released(saida, stored, "2026.2")
    draft.refresh_from_db()
    assert draft.state == "released"


def test_nothing_is_published_twice_and_no_version_is_used_twice(saida: Actor, stored: StoredPack) -> None:
    from mezon.web.desk.acts_freezing import publish

    done = _released(saida, stored)
    with pytest.raises(WrongStep):
        publish(saida, done, now=later(70))
    with pytest.raises(WrongUse, match="already"):
        _asked(saida, stored)


def test_a_freezing_that_was_killed_after_its_folders_goes_on_and_comes_to_the_same(
    saida: Actor, stored: StoredPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon.web.desk import acts_freezing

    asked = _asked(saida, stored)
    with monkeypatch.context() as patch:
        patch.setattr(acts_freezing, "frozen", lambda *_a, **_n: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            acts_freezing.carry_out(saida, asked, now=later(61))
    asked.refresh_from_db()
    assert asked.stage == "asked"
    first = acts_freezing.carry_out(saida, asked, now=later(62)).made
    assert acts_freezing.carry_out(saida, asked, now=later(63)).made == first


def test_a_publication_that_fails_leaves_the_old_state_everywhere(
    draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon.web.desk import acts_freezing
    from mezon.web.warehouse.models import ReleaseRecord

    approved(draft, aziza)
    frozen = acts_freezing.carry_out(saida, _asked(saida, stored), now=later(61))

    def broken(*_arguments: object) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(acts_freezing, "_take_along", broken)
    with pytest.raises(RuntimeError, match="full"):
        acts_freezing.publish(saida, frozen, now=later(62))
    frozen.refresh_from_db()
    draft.refresh_from_db()
    assert (frozen.stage, draft.state) == ("frozen", "approved")
    assert not ReleaseRecord.objects.filter(pack=stored.code).exists()


@pytest.mark.parametrize(("label", "notes"), [("", "n"), ("1", ""), ("  ", "n")])
def test_a_release_needs_a_version_and_notes(saida: Actor, stored: StoredPack, label: str, notes: str) -> None:
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_freezing import ask_freezing
    from mezon.web.desk.freezing import checklist

    with pytest.raises(WrongUse, match="version and notes"):
        ask_freezing(
            saida, Target(pack=stored.code), checked=checklist(stored), label=label, notes=notes, now=later(60)
        )


def test_only_a_statistician_of_the_whole_pack_freezes_and_publishes(
    rano: Actor, saida: Actor, stored: StoredPack
) -> None:
    from mezon.web.desk.acts_freezing import carry_out, publish
    from tests.web import people

    of_a = people.actor_with("statistician", pack=stored.code, unit="A", email="a@people.example", now=NOON)
    frozen = carry_out(saida, _asked(saida, stored), now=later(61))
    for actor in (rano, of_a):
        with pytest.raises(NotAllowed):
            publish(actor, frozen, now=later(62))
        with pytest.raises(NotAllowed):
            _asked(actor, stored, "other")


def test_a_warning_blocks_until_it_is_answered_and_the_answer_is_remembered(saida: Actor, stored: StoredPack) -> None:
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_freezing import answer_warning
    from mezon.web.desk.freezing import checklist
    from mezon.web.warehouse.store import record_observations
    from tests.web.warehouse.conftest import observations

    early = [{"indicator": "PATENTS", "unit": "A", "period": "2024", "value": 3.0, "published": "2024-05-01"}]
    frame = observations([{**row, "unit_of_measure": "NUMBER"} for row in early])
    record_observations(stored, frame, by=None, reason="a test", action="observation.import", now=later(1))
    stored.refresh_from_db()
    first = checklist(stored)
    assert [question.finding.code for question in first.unanswered] == ["source-older-than-fact"]
    with pytest.raises(WrongUse, match="answer"):
        _asked(saida, stored)
    for question in first.unanswered:
        answer_warning(
            saida, Target(pack=stored.code), pack=stored, finding=question.digest, text="A new line.", now=later(59)
        )
    _released(saida, stored)
    assert checklist(stored).ready
    assert {question.answer.text for question in checklist(stored).questions if question.answer} == {"A new line."}


def test_the_pages_lead_from_checklist_to_publication(
    as_saida: Any, draft: Submission, aziza: Actor, bek: Actor, open_form: Any, stored: StoredPack
) -> None:
    approved(draft, aziza)
    hand_in(open_form(bek, "B"), bek, {"RD_SPEND": "31.2", "TOTAL_SPEND": "1212"})
    stored.refresh_from_db()
    text = as_saida.get(reverse("desk:freezing"), follow=True).content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert "1 approved submission goes into it" in text
    assert "1 submission is still under way and will not be in it" in text
    address = reverse("desk:freeze", args=[stored.code])
    sent = {"act": "freeze", "change": str(stored.last_change), "label": "2026.1", "notes": "The first one."}
    answer = as_saida.post(address, sent)
    assert answer.status_code == 302
    _work()
    page = as_saida.get(answer["Location"]).content.decode()
    html5lib.HTMLParser(strict=True).parse(page)
    assert "Frozen, not public" in page
    as_saida.post(answer["Location"], {"act": "publish"})
    draft.refresh_from_db()
    assert draft.state == "released"
    assert reverse("desk:receipt", args=[draft.pk]) in as_saida.get(answer["Location"]).content.decode()


def test_a_page_out_of_date_does_not_freeze(as_saida: Any, draft: Submission, aziza: Actor, stored: StoredPack) -> None:
    from mezon.web.desk.models import Freezing

    seen = stored.last_change
    approved(draft, aziza)
    sent = {"act": "freeze", "change": str(seen), "label": "2026.1", "notes": "The first one."}
    assert as_saida.post(reverse("desk:freeze", args=[stored.code]), sent).status_code == 409
    assert not Freezing.objects.exists()


def test_of_a_large_pack_the_worker_makes_the_preview(
    as_saida: Any, stored: StoredPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon.web.desk.views import freezing
    from mezon.web.working.models import Job

    monkeypatch.setattr(freezing, "_AT_ONCE", 0)
    address = reverse("desk:freeze", args=[stored.code])
    assert "is being checked and compared" in as_saida.get(address).content.decode()
    as_saida.get(address)
    assert Job.objects.filter(kind="preview").count() == 1
    _work()
    assert "Checklist" in as_saida.get(address).content.decode()


def test_the_worker_checks_in_the_language_of_the_page_so_that_the_page_need_not(
    as_saida: Any, stored: StoredPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon import production
    from mezon.web.desk.views import freezing

    monkeypatch.setattr(freezing, "_AT_ONCE", 0)
    with translation.override("ru"):
        in_russian = reverse("desk:freeze", args=[stored.code])
    as_saida.get(in_russian)
    _work()
    monkeypatch.setattr(production, "check", None)
    assert as_saida.get(in_russian).status_code == 200


def test_the_public_reads_the_pack_that_was_released_and_not_the_bundled_one(
    draft: Submission, aziza: Actor, saida: Actor, stored: StoredPack, settings: Any
) -> None:
    from mezon.web.portal.edition import edition_for, statements

    approved(draft, aziza)
    _released(saida, stored)
    settings.PACKS = (stored.code,)
    edition = edition_for(stored.code)
    said = statements(edition, "RD_SPEND", "A").filter(period="2025")
    assert said["source_ref"].to_list() == [f"submission {draft.pk} money!1"]
    assert edition.as_of.isoformat() == "2026-11-22"


def test_the_public_reads_version_and_notes_with_the_release(
    client: Any, saida: Actor, stored: StoredPack, settings: Any
) -> None:
    _released(saida, stored)
    settings.PACKS = (stored.code,)
    text = client.get("/en/releases/").content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert "<b>2026.1</b> The first one." in text


def _work() -> None:
    """Do every job that waits, as the worker does."""
    from django.utils import timezone

    from mezon.web.working import running

    while (job := running.claim("tests", now=timezone.now())) is not None:
        running.perform(job, clock=timezone.now)
        job.refresh_from_db()
        assert job.state == "done", job.failure


def test_a_release_frozen_anew_leaves_the_folders_that_are_public_alone(
    saida: Actor, stored: StoredPack, own_home: Path
) -> None:
    from mezon.process.verifying import verify_release
    from mezon.web.desk.acts_freezing import carry_out
    from mezon.web.warehouse import store

    public = _released(saida, stored).made["release"]
    text = store.definition_text(stored, "units.csv").replace("Enterprise A", "Enterprise A renamed")
    store.change_definition(stored, "units.csv", text, by=None, reason="renamed", now=later(70), home=own_home)
    frozen = carry_out(saida, _asked(saida, stored, "2026.2"), now=later(80)).made["release"]
    assert frozen["content_sha256"] == public["content_sha256"]
    assert frozen["folder"] != public["folder"]
    assert "renamed" not in (own_home / public["folder"] / "units.csv").read_text(encoding="utf-8")
    assert "renamed" in (own_home / frozen["folder"] / "units.csv").read_text(encoding="utf-8")
    assert verify_release(own_home / public["folder"], None) == []


def test_a_release_of_other_definitions_is_shown_with_them_on_pages_and_in_files(
    client: Any, saida: Actor, stored: StoredPack, own_home: Path, settings: Any
) -> None:
    from mezon.web.desk import acts_freezing
    from mezon.web.warehouse import store

    settings.PACKS = (stored.code,)
    addresses = (reverse("portal:unit", args=["A"]), reverse("portal:table", args=["units"]))

    def shown() -> list[bool]:
        answers = [client.get(address) for address in addresses]
        texts = [b"".join(one.streaming_content) if one.streaming else one.content for one in answers]
        return [b"Enterprise A renamed" in text for text in texts]

    _released(saida, stored)
    assert shown() == [False, False]
    text = store.definition_text(stored, "units.csv").replace("Enterprise A", "Enterprise A renamed")
    store.change_definition(stored, "units.csv", text, by=None, reason="renamed", now=later(70), home=own_home)
    again = acts_freezing.carry_out(saida, _asked(saida, stored, "2026.2"), now=later(80))
    acts_freezing.publish(saida, again, now=later(81))
    assert shown() == [True, True]


def test_every_page_of_the_portal_shows_a_small_pack_whose_index_has_no_groups(
    client: Any, saida: Actor, stored: StoredPack, settings: Any
) -> None:
    from mezon.web.portal.urls import urlpatterns

    settings.PACKS = (stored.code,)
    _released(saida, stored)
    plain = [one.name for one in urlpatterns if not one.pattern.converters and "file" not in str(one.name)]
    addresses = [reverse(f"portal:{name}") for name in plain] + [
        reverse("portal:unit", args=["A"]), reverse("portal:indicator", args=["RD_SPEND"]),
        reverse("portal:trace") + "?unit=A&period=2024",
        reverse("portal:trace") + "?indicator=RD_SPEND&unit=A&period=2024",
        reverse("portal:compare") + "?u=A&u=B",
    ]  # fmt: skip
    client.raise_request_exception = False
    faults = [address for address in addresses if client.get(address).status_code >= 500]
    assert not faults
