"""Security events become records, without what must not be kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from mezon.web.audit.models import AuditRecord
from tests.web.people import PASSWORD, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts_from_other_tests() -> None:
    cache.clear()


def enter(client: Any, email: str, password: str) -> None:
    client.post("/en/account/login/", {"login": email, "password": password})


def told() -> list[tuple[str, str, str]]:
    return list(AuditRecord.objects.order_by("number").values_list("action", "name", "subject"))


def test_signing_in_and_out_is_recorded(client: Any) -> None:
    person = person_with("provider", email="aziza@nmmc.example")
    person.set_password(PASSWORD)
    person.save()
    enter(client, person.email, PASSWORD)
    client.post("/en/account/logout/")
    assert told() == [("session.begin", "provider", "provider"), ("session.end", "provider", "provider")]
    assert all(len(record.address) == 16 for record in AuditRecord.objects.all())
    assert "127.0.0.1" not in str(list(AuditRecord.objects.values_list()))


def test_failures_and_the_lock_out_are_recorded_with_whose_address_it_was(client: Any) -> None:
    person_with("provider", email="aziza@nmmc.example")
    for _ in range(5):
        enter(client, "aziza@nmmc.example", "wrong")
    assert ("session.refused", "", "provider") in told()
    assert ("session.locked", "", "provider") in told()


def test_what_a_stranger_typed_is_not_kept(client: Any) -> None:
    enter(client, "my-real-password@oops.example", "another secret")
    everything = str(list(AuditRecord.objects.values_list()))
    assert told() == [("session.refused", "", "")]
    assert "oops" not in everything
    assert "another secret" not in everything
