"""Who may do what: roles, reach, states, four eyes, confidentiality, scopes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mezon.errors import NotAllowed
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import ACTIONS, REASONS, SCOPES, Target, may, may_somewhere, require, why_not
from mezon.web.accounts.roles import Role
from mezon.web.warehouse.models import Placement, StoredPack
from tests.web.people import actor_with, person_with

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NMMC = Target(pack="uzbekistan", unit="NMMC", state="draft")
AMMC = Target(pack="uzbekistan", unit="AMMC", state="draft")

pytestmark = pytest.mark.django_db


def test_what_is_not_in_the_table_is_refused_to_everybody() -> None:
    assert why_not(actor_with("administrator"), "database.drop", Target()) == "unknown-action"
    assert why_not(Actor.system(), "database.drop", Target()) == "unknown-action"


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_somebody_who_has_not_signed_in_may_do_nothing(action: str) -> None:
    assert not may(Actor.nobody(), action, NMMC)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_a_role_outside_the_table_may_not(action: str) -> None:
    for role in Role:
        if role not in ACTIONS[action].roles:
            assert not may(actor_with(role), action, NMMC), role


def test_a_grant_reaches_its_unit_and_no_other() -> None:
    provider = actor_with("provider", pack="uzbekistan", unit="NMMC")
    assert may(provider, "submission.save", NMMC)
    assert why_not(provider, "submission.save", AMMC) == "no-role"
    assert why_not(provider, "submission.read", Target(pack="metallia", unit="NMMC")) == "no-role"
    assert why_not(provider, "submission.read", Target(pack="uzbekistan")) == "no-role"


def test_a_grant_reaches_what_stands_under_its_unit_on_the_day() -> None:
    pack = StoredPack.objects.create(code="uzbekistan", title="Uzbekistan", loaded_at=NOW)
    for unit, first, last in (
        ("HMP_3", date(2020, 1, 1), date(9999, 12, 31)),
        ("OLD", date(2000, 1, 1), date(2010, 1, 1)),
    ):
        Placement.objects.create(
            pack=pack, hierarchy="", ancestor="NMMC", unit=unit, depth=1, valid_from=first, valid_to=last,
            recorded_from=1,
        )  # fmt: skip
    provider = actor_with("provider", pack="uzbekistan", unit="NMMC")
    assert may(provider, "submission.read", Target(pack="uzbekistan", unit="HMP_3"))
    assert not may(provider, "submission.read", Target(pack="uzbekistan", unit="OLD"))


def test_an_approved_value_cannot_be_written() -> None:
    provider = actor_with("provider", pack="uzbekistan", unit="NMMC")
    for state in ("submitted", "verified", "approved", "released"):
        assert why_not(provider, "submission.save", Target(pack="uzbekistan", unit="NMMC", state=state)) == "state"


def test_states_bind_the_command_line_too() -> None:
    assert why_not(Actor.system(), "submission.save", Target(pack="x", unit="y", state="approved")) == "state"


def test_whoever_took_part_does_not_approve() -> None:
    reviewer = actor_with("reviewer", pack="uzbekistan")
    assert reviewer.person is not None
    seen = Target(pack="uzbekistan", unit="NMMC", state="verified", people=frozenset({reviewer.person.pk}))
    assert why_not(reviewer, "review.approve", seen) == "four-eyes"
    assert may(reviewer, "review.approve", Target(pack="uzbekistan", unit="NMMC", state="verified"))


def test_a_confidential_value_is_seen_by_its_enterprise_and_the_office_alone() -> None:
    secret = Target(pack="uzbekistan", unit="NMMC", confidentiality="C")
    assert may(actor_with("provider", pack="uzbekistan", unit="NMMC"), "observation.read", secret)
    assert may(actor_with("statistician", pack="uzbekistan"), "observation.read", secret)
    assert not may(actor_with("provider", pack="uzbekistan", unit="AMMC"), "observation.read", secret)
    assert why_not(actor_with("steering-analyst"), "observation.read", secret) == "confidential"
    assert not may(actor_with("administrator"), "observation.read", secret)


@pytest.mark.parametrize("role", ["reviewer", "statistician", "administrator"])
def test_three_roles_rest_without_a_second_factor(role: str) -> None:
    person = person_with(role)
    actor = Actor.of(person, now=NOW, second_factor=False)
    assert actor.grants == ()
    action = next(action for action, declared in ACTIONS.items() if role in declared.roles and not declared.states)
    assert why_not(actor, action, Target()) == "second-factor"


def test_a_demo_on_this_machine_may_do_without_a_second_factor(rf: object, settings: object) -> None:
    from mezon.web.accounts.acting import has_second_factor

    settings.MEZON_SECOND_FACTOR = False  # type: ignore[attr-defined]
    assert has_second_factor(rf.get("/"))  # type: ignore[attr-defined]


def test_a_token_does_what_its_scopes_say_and_its_person_may() -> None:
    person = person_with("provider", pack="uzbekistan", unit="NMMC")
    reading = Actor.of(person, now=NOW, second_factor=True, scopes=["submissions:read"])
    assert may(reading, "submission.read", NMMC)
    assert why_not(reading, "submission.save", NMMC) == "scope"
    assert why_not(reading, "submission.read", AMMC) == "no-role"
    everything = Actor.of(person, now=NOW, second_factor=True, scopes=SCOPES)
    assert {
        action for action, declared in ACTIONS.items() if not declared.scope and may(everything, action, NMMC)
    } == set()


def test_a_right_ends_with_its_grant_and_with_its_person() -> None:
    person = person_with("statistician")
    person.grants_ever.update(valid_to=NOW)
    assert not Actor.of(person, now=NOW, second_factor=True).grants
    assert Actor.of(person, now=NOW - timedelta(seconds=1), second_factor=True).grants
    person.is_active = False
    assert not Actor.of(person, now=NOW - timedelta(seconds=1), second_factor=True).grants


def test_what_belongs_to_one_person_needs_no_role() -> None:
    nobody_special, other = person_with(), actor_with("provider", unit="NMMC", pack="uzbekistan")
    own = Target(people=frozenset({nobody_special.pk}))
    assert may(Actor.of(nobody_special, now=NOW, second_factor=False), "job.cancel", own)
    assert not may(other, "job.cancel", own)


def test_a_refusal_says_what_to_do_next() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(actor_with("provider", pack="uzbekistan", unit="AMMC"), "submission.read", NMMC)
    assert refusal.value.reason == "no-role"
    assert "administrator" in refusal.value.hint
    assert all(sentence.endswith(".") for sentence in REASONS.values())


def test_menus_know_what_somebody_may_somewhere() -> None:
    provider = actor_with("provider", pack="uzbekistan", unit="NMMC")
    assert may_somewhere(provider, "submission.save")
    assert not may_somewhere(provider, "people.read")
    assert not may_somewhere(provider, "no.such.action")
