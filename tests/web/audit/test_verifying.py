"""The chain shows what was changed past the triggers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from mezon.web.accounts.acting import Actor
from mezon.web.audit import sealing
from mezon.web.audit.models import AuditRecord, ChainEnd
from mezon.web.audit.recording import security
from mezon.web.audit.verifying import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsealed() -> None:
    """Take the triggers off, as somebody could who holds the database itself."""
    for number in range(5):
        security("session.refused", actor=Actor.nobody(), at=datetime(2026, 11, 22, number, tzinfo=UTC))
    with connection.cursor() as cursor:
        for statement in sealing._UNSEAL[connection.vendor]:
            cursor.execute(statement)


def test_an_untouched_chain_holds(unsealed: None) -> None:
    assert verify().holds
    assert verify().records == 5


def test_a_changed_record_is_found(unsealed: None) -> None:
    AuditRecord.objects.filter(number=3).update(name="somebody else")
    assert verify().fault == "record 3 has been changed"


def test_a_record_changed_with_its_own_digest_is_found(unsealed: None) -> None:
    changed = AuditRecord.objects.get(number=3)
    changed.name = "somebody else"
    changed.digest = changed.reckon()
    changed.save()
    assert verify().fault == "record 4 does not follow the one before it"


def test_a_record_taken_out_is_found(unsealed: None) -> None:
    AuditRecord.objects.filter(number=3).delete()
    assert verify().fault == "record 3 is missing"


def test_records_cut_off_at_the_end_are_missed(unsealed: None) -> None:
    AuditRecord.objects.filter(number=5).delete()
    assert verify().fault == "records after number 4 are missing"


def test_no_records_hold() -> None:
    assert verify().holds
    assert not ChainEnd.objects.exists()
