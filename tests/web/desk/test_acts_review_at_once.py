"""Two people at one moment, each on a connection of their own: one act stands, the other is told, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from mezon.errors import ChangedMeanwhile, MezonError, NotAllowed
from tests.web.desk.conftest import later
from tests.web.desk.reviewed import hand_in, somebody, verify_it

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def many_connections() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's test database is in the memory of one connection; on a file its writers take turns")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do acts in threads that begin together; give what each gave or raised."""
    ready = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        ready.wait()
        try:
            results[place] = act()
        except MezonError as fault:
            results[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _again(submission: Submission) -> Submission:
    return type(submission).objects.select_related("pack").get(pk=submission.pk)


def test_of_two_reviewers_at_once_one_verifies_and_the_other_is_told(
    draft: Submission, aziza: Actor, rano: Actor
) -> None:
    from mezon.web.desk.acts_review import return_cells, verify

    hand_in(draft, aziza)
    seen, other = draft.version, somebody("reviewer", draft, "other")
    key = draft.cells.get(indicator="RD_SPEND").pk
    first, second = _again(draft), _again(draft)
    results = at_once(
        lambda: verify(rano, first, version=seen, accepting=3, now=later(10)),
        lambda: return_cells(other, second, reasons={key: "Look again."}, version=seen, now=later(10)),
    )
    refused = [result for result in results if isinstance(result, ChangedMeanwhile | NotAllowed)]
    assert len(refused) == 1
    draft.refresh_from_db()
    assert draft.version == seen + 1
    assert draft.state == ("returned" if isinstance(results[0], MezonError) else "verified")


def test_approvals_and_a_freezing_at_one_moment_lose_nothing(
    draft: Submission, aziza: Actor, bek: Actor, rano: Actor, open_form: Any, settings: Any, tmp_path: Any
) -> None:
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_freezing import ask_freezing
    from mezon.web.desk.acts_review import approve
    from mezon.web.desk.freezing import checklist
    from mezon.web.desk.knowing import definitions_of
    from mezon.web.desk.models import Freezing
    from mezon.web.warehouse.store import read_observations

    settings.HOME = tmp_path
    hand_in(draft, aziza)
    other = open_form(bek, "B")
    hand_in(other, bek, {"RD_SPEND": "31.2", "TOTAL_SPEND": "1212"})
    for one in (draft, other):
        verify_it(one, rano)
    saida = somebody("statistician", draft, "saida")
    definitions, checked = definitions_of(draft.pack), checklist(_again(draft).pack)
    first, second = _again(draft), _again(other)
    results = at_once(
        lambda: approve(saida, first, version=first.version, definitions=definitions, now=later(30)),
        lambda: approve(saida, second, version=second.version, definitions=definitions, now=later(30)),
        lambda: ask_freezing(
            saida, Target(pack=draft.pack.code), checked=checked, label="1", notes="The first.", now=later(30)
        ),
    )
    assert [one.state for one in results[:2]] == ["approved", "approved"]
    rows = read_observations(draft.pack, periods=["2025"])
    assert set(rows.filter(rows["indicator"] == "RD_SPEND")["value"]) == {13.2, 31.2}
    # The freezing was first, or it was told that the pack had changed under it.
    assert isinstance(results[2], Freezing | ChangedMeanwhile)
    if isinstance(results[2], Freezing):
        assert results[2].change == checked.change
