"""Pages on definitions: what there is, one text with its versions, what differs, and who may read it."""

# ruff: noqa: F401, F811 - fixtures that are brought along
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from django.urls import reverse

from tests.web import people
from tests.web.desk.defined import METHODOLOGY, accepted, as_saida, own_home, proposed, saida, stored
from tests.web.people import sign_in

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.warehouse.models import StoredPack

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(stored: StoredPack, saida: Actor) -> StoredPack:
    """Give the pack with its methodology changed twice."""
    accepted(saida, stored, proposed(stored, METHODOLOGY, 'title.en = "', 'title.en = "New '), reason="first reason")
    accepted(saida, stored, proposed(stored, METHODOLOGY, "New ", "Newer <b> "), minutes=2, reason="second reason")
    return stored


def read(client: Any, name: str, *words: object, query: str = "") -> str:
    answer = client.get(reverse(f"desk:{name}", args=words) + query)
    assert answer.status_code == 200, answer.status_code
    html: str = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    return html


def test_the_list_says_what_each_holds_and_who_changed_it_last_and_why(as_saida: Any, changed: StoredPack) -> None:
    html = read(as_saida, "definitions-of", "mypack")

    assert METHODOLOGY in html
    assert "the steps, weights and tree" in html
    assert "second reason" in html
    assert "the command line" in html
    assert "Technologies whose adoption is followed." in html
    assert as_saida.get(reverse("desk:definitions")).status_code == 302


def test_the_list_costs_the_same_however_much_history_there_is(
    as_saida: Any,
    changed: StoredPack,
    saida: Actor,
) -> None:
    address = reverse("desk:definitions-of", args=["mypack"])
    with_few = _queries(as_saida, address)
    one = reverse("desk:definition", args=["mypack", METHODOLOGY])
    few_versions = _queries(as_saida, one)
    for number in range(10):
        text = ("Newer", f"Newest {number}") if not number else (f"Newest {number - 1}", f"Newest {number}")
        accepted(saida, changed, proposed(changed, METHODOLOGY, *text), minutes=10 + number)

    assert _queries(as_saida, address) == with_few
    assert _queries(as_saida, one) == few_versions


def _queries(client: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_text_is_shown_with_its_lines_numbered_and_its_versions(as_saida: Any, changed: StoredPack) -> None:
    html = read(as_saida, "definition", "mypack", METHODOLOGY)

    assert 'id="L1"' in html
    assert "Newer &lt;b&gt; " in html
    assert html.index("second reason") < html.index("first reason") < html.index("first load")
    old = read(as_saida, "definition", "mypack", METHODOLOGY, query="?at=2")
    assert "Newer" not in old
    assert "This is what it said from change 2" in old
    assert "Propose a change" not in old


def test_the_difference_of_two_versions_is_marked_by_more_than_colour(as_saida: Any, changed: StoredPack) -> None:
    html = read(as_saida, "definition-differences", "mypack", METHODOLOGY)

    assert "<del><code>title.en = &quot;New " in html
    assert "<ins><code>title.en = &quot;Newer &lt;b&gt; " in html
    assert 'visually-hidden">added' in html
    assert 'visually-hidden">taken out' in html
    whole = read(as_saida, "definition-differences", "mypack", METHODOLOGY, query="?from=1&to=3")
    assert "<del><code>title.en = &quot;New " not in whole
    assert "Both say the same." in read(as_saida, "definition-differences", "mypack", "units.csv")


def test_a_definition_is_downloaded_as_it_is_and_as_it_was(as_saida: Any, changed: StoredPack) -> None:
    from mezon.web.warehouse import store

    address = reverse("desk:definition-file", args=["mypack", METHODOLOGY])
    assert as_saida.get(address).content.decode() == store.definition_text(changed, METHODOLOGY)
    assert as_saida.get(address + "?at=1").content.decode() == store.definition_text(changed, METHODOLOGY, at=1)


@pytest.mark.parametrize("file", ["nothing.toml", "../pack.toml", "registers/projects.csv", "observations.csv"])
def test_what_is_no_definition_is_not_found(as_saida: Any, stored: StoredPack, file: str) -> None:
    assert as_saida.get(f"/en/desk/definitions/mypack/texts/{file}/").status_code == 404


def test_a_strange_change_number_is_no_fault(as_saida: Any, stored: StoredPack) -> None:
    for at in ("x", "-1", "99999999999999999999", "²"):
        assert as_saida.get(reverse("desk:definition", args=["mypack", "units.csv"]) + f"?at={at}").status_code == 200
    assert as_saida.get(reverse("desk:definition", args=["mypack", METHODOLOGY]) + "?at=0").status_code == 404


@pytest.mark.parametrize(("role", "unit"), [("provider", "A"), ("reviewer", ""), ("steering-analyst", "")])
def test_whoever_works_with_the_pack_reads_definitions_and_changes_none(
    client: Any,
    stored: StoredPack,
    role: str,
    unit: str,
) -> None:
    sign_in(client, people.person_with(role, pack="mypack", unit=unit))
    assert "Propose a change" not in read(client, "definition", "mypack", METHODOLOGY)
    assert "Begin a register" not in read(client, "definitions-of", "mypack")
    assert client.get(reverse("desk:definition-edit", args=["mypack", METHODOLOGY])).status_code == 403
    assert client.get(reverse("desk:definition-file", args=["mypack", "registers/projects.csv"])).status_code == 403


def test_others_read_none(client: Any, stored: StoredPack) -> None:
    sign_in(client, people.person_with("reviewer", pack="elsewhere"))
    assert client.get(reverse("desk:definitions-of", args=["mypack"])).status_code == 403
    sign_in(client, people.person_with("administrator"))
    assert client.get(reverse("desk:definition", args=["mypack", METHODOLOGY])).status_code == 403
    assert client.get(reverse("desk:definitions")).status_code == 403
