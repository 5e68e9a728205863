"""Pages on registers: rows as a table, one row with its history, rows added, revised and withdrawn by a form."""

# ruff: noqa: F401, F811 - fixtures that are brought along
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from django.urls import reverse

from tests.web import people
from tests.web.desk.conftest import later
from tests.web.desk.defined import PROJECTS, accepted, as_saida, own_home, proposed, saida, stored
from tests.web.people import sign_in

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.warehouse.models import StoredPack

pytestmark = pytest.mark.django_db


def address(name: str, *words: str) -> str:
    return reverse(f"desk:{name}", args=["mypack", *words])


def read(client: Any, where: str, *, status: int = 200) -> str:
    answer = client.get(where)
    assert answer.status_code == status, (where, answer.status_code)
    html: str = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    return html


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def register_csv(pack: StoredPack, register: str = "projects") -> str:
    from mezon.web.warehouse import store

    return store.register_text(pack, register)


def keys(html: str) -> list[str]:
    import re

    return re.findall(r'/rows/([^/"]+)/"', html)


ROW = {"cell-id": "P-4", "cell-name_en": "Smelter", "cell-unit": "A", "cell-amount": "12.5", "cell-innovative": "true"}


def test_rows_are_found_sorted_and_paged_by_the_server(as_saida: Any, stored: StoredPack, saida: Actor) -> None:
    where = address("register", "projects")
    assert keys(read(as_saida, where)) == ["P-1", "P-2", "P-3"]
    assert keys(read(as_saida, where + "?sort=amount")) == ["P-2", "P-1", "P-3"]
    assert keys(read(as_saida, where + "?sort=-amount")) == ["P-3", "P-1", "P-2"]
    assert keys(read(as_saida, where + "?q=mill")) == ["P-2"]
    assert 'aria-sort="descending"' in read(as_saida, where + "?sort=-amount")
    more = "".join(f"Q-{number:03},Site {number},A,1,,\n" for number in range(120))
    accepted(saida, stored, proposed(stored, "registers/projects.csv", "P-3,", more + "P-3,"))
    second = read(as_saida, where + "?page=2&q=site")
    assert keys(second)[0] == "Q-050"
    assert len(keys(second)) == 50


def test_the_table_costs_the_same_for_ten_times_the_rows(as_saida: Any, stored: StoredPack, saida: Actor) -> None:
    where, one = address("register", "projects"), address("register-row", "projects", "P-1")
    accepted(saida, stored, proposed(stored, "registers/projects.csv", "2020", "2021"))
    read(as_saida, one)  # the definitions are read once a change of them
    few = queries(as_saida, where), queries(as_saida, one)
    more = "".join(f"Q-{number},Site {number},A,1,,\n" for number in range(40))
    accepted(saida, stored, proposed(stored, "registers/projects.csv", "P-3,", more + "P-3,"))
    for number in range(10):
        old = "Pit of A" if not number else f"Pit {number - 1} of A"
        accepted(
            saida, stored, proposed(stored, "registers/projects.csv", old, f"Pit {number} of A"), minutes=2 + number
        )

    assert (queries(as_saida, where), queries(as_saida, one)) == few


def queries(client: Any, where: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get(where).status_code == 200
    return len(asked)


def test_a_row_is_revised_by_its_form_and_its_history_says_so(as_saida: Any, stored: StoredPack) -> None:
    where = address("register-revise", "projects", "P-1")
    form = read(as_saida, where)
    assert 'value="Pit of A"' in form
    assert "<output" in form
    sent = as_saida.post(
        where, {"change": "1", "cell-id": "OTHER", "cell-name_en": "Pit, deepened", "cell-unit": "A",
                "cell-amount": "11", "cell-innovative": "true", "cell-started": "2020"},
    )  # fmt: skip
    assert sent.status_code == 302, sent.content.decode()[-2000:]
    read(as_saida, sent.url)
    done = as_saida.post(sent.url, {"act": "accept", "reason": "the owner said so"})

    assert register_csv(stored) == PROJECTS.replace("P-1,Pit of A,A,10.5", 'P-1,"Pit, deepened",A,11')
    html = read(as_saida, done.url)
    assert "the owner said so" in html
    assert "<del>10.5</del>" in html
    assert "<ins>11</ins>" in html
    assert html.index("Revised") < html.index("Entered")


def test_a_row_is_added_and_one_withdrawn_and_both_are_known(as_saida: Any, stored: StoredPack) -> None:
    sent = as_saida.post(address("register-add", "projects"), {"change": "1", **ROW})
    read(as_saida, sent.url)
    as_saida.post(sent.url, {"act": "accept", "reason": "begun in May"})
    assert register_csv(stored) == PROJECTS + "P-4,Smelter,A,12.5,true,\n"

    sent = as_saida.post(address("register-withdraw", "projects", "P-2"))
    assert "line taken out" in read(as_saida, sent.url)
    as_saida.post(sent.url, {"act": "accept", "reason": "never begun"})
    assert "P-2," not in register_csv(stored)
    row = read(as_saida, address("register-row", "projects", "P-2"))
    assert "never begun" in row
    assert "Mill of B" in row
    assert "Withdrawn" in row
    assert "Revise it" not in row
    assert keys(read(as_saida, address("register", "projects") + "?show=withdrawn")) == ["P-2"]
    read(as_saida, address("register-revise", "projects", "P-2"), status=404)


def test_faults_stand_at_their_fields_and_nothing_is_recorded(as_saida: Any, stored: StoredPack) -> None:
    wrong = {"cell-id": "P-1", "cell-name_en": "", "cell-unit": "NOBODY", "cell-amount": "12,5",
             "cell-innovative": "perhaps", "cell-started": "<b>"}  # fmt: skip
    answer = as_saida.post(address("register-add", "projects"), {"change": "1", **wrong})
    html = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)

    assert answer.status_code == 422
    for name in ("id", "name_en", "unit", "amount", "innovative", "started"):
        about = html[html.index(f'id="about-{name}"') :]
        assert 'class="found hard"' in about[: about.index("</div>")], name
    assert "There is a row “P-1” already." in html
    assert "12.5" in html
    assert "&lt;b&gt;" in html
    stored.refresh_from_db()
    assert stored.last_change == 1


def test_a_fault_that_only_the_whole_pack_tells_leads_back_to_its_field(as_saida: Any, stored: StoredPack) -> None:
    sent = as_saida.post(
        address("register-revise", "projects", "P-1"),
        {"change": "1", "cell-name_en": "Pit of A", "cell-unit": "A", "cell-amount": "1", "cell-started": "2020-13"},
    )
    if sent.status_code == 302:
        html = read(as_saida, address("register-revise", "projects", "P-1") + f"?proposal={sent.url.split('/')[-2]}")
    else:
        html = sent.content.decode()

    assert 'id="about-started"' in html
    assert "2020-13" in html


def test_a_row_somebody_revised_meanwhile_is_not_overwritten_unseen(
    as_saida: Any,
    stored: StoredPack,
    saida: Actor,
) -> None:
    accepted(saida, stored, proposed(stored, "registers/projects.csv", "Pit of A", "Their pit"))
    where = address("register-revise", "projects", "P-1")
    mine = {"cell-name_en": "My pit", "cell-unit": "A"}
    answer = as_saida.post(where, {"change": "1", **mine})

    assert answer.status_code == 409
    assert "My pit" in answer.content.decode()
    assert 'name="change" value="2"' in answer.content.decode()
    assert as_saida.post(where, {"change": "2", **mine}).status_code == 302
    other = as_saida.post(address("register-revise", "projects", "P-2"), {"change": "1", **mine, "cell-unit": "B"})
    assert other.status_code == 302


def test_a_register_that_is_not_there_begins_with_a_row(as_saida: Any, stored: StoredPack) -> None:
    sent = as_saida.post(address("register-add", "sites"), {"change": "1", "cell-id": "S-1", "cell-name_en": "Hill"})
    read(as_saida, sent.url)
    as_saida.post(sent.url, {"act": "accept", "reason": "begun"})

    assert register_csv(stored, "sites").splitlines()[1].startswith("S-1,Hill,")


def test_the_whole_register_is_sent_again_as_a_file(as_saida: Any, stored: StoredPack) -> None:
    where = address("definition-edit", "registers/projects.csv")
    read(as_saida, where)
    file = as_saida.get(address("definition-file", "registers/projects.csv")).content.decode()
    assert file == PROJECTS
    sent = as_saida.post(where, {"change": "1", "text": PROJECTS.replace("Road", "Motorway")})
    read(as_saida, sent.url)
    done = as_saida.post(sent.url, {"act": "accept", "reason": "renamed"})

    assert done.url == address("register", "projects")
    assert register_csv(stored) == PROJECTS.replace("Road", "Motorway")


def test_a_provider_reads_the_rows_of_their_own_unit_and_what_is_common(client: Any, stored: StoredPack) -> None:
    sign_in(client, people.person_with("provider", pack="mypack", unit="A"))
    html = read(client, address("register", "projects"))

    assert keys(html) == ["P-1"]
    assert "Mill of B" not in html
    assert "Add a row" not in html
    assert keys(read(client, address("register", "technologies"))) == ["T-1", "T-2"]
    read(client, address("register-row", "projects", "P-1"))
    hidden = read(client, address("register-row", "projects", "P-2"), status=404)
    unknown = read(client, address("register-row", "projects", "P-9"), status=404)
    assert main_of(hidden) == main_of(unknown)
    listed = read(client, address("definitions-of"))
    assert "Mill" not in listed
    assert '<td class="n">1</td>' in listed


def test_a_row_that_went_to_another_unit_is_known_to_each_as_long_as_it_was_theirs(
    client: Any,
    stored: StoredPack,
    saida: Actor,
) -> None:
    accepted(saida, stored, proposed(stored, "registers/projects.csv", "Pit of A,A", "Sold pit,B"), reason="sold")
    sign_in(client, people.person_with("provider", pack="mypack", unit="A"))
    html = read(client, address("register-row", "projects", "P-1"))

    assert "Pit of A" in html
    assert "Sold pit" not in html
    assert keys(read(client, address("register", "projects"))) == []


def test_what_is_no_register_is_not_found(as_saida: Any, stored: StoredPack) -> None:
    for name in ("register", "register-add"):
        read(as_saida, address(name, "nothing"), status=404)


def test_a_change_made_later_shows_when_it_was(as_saida: Any, stored: StoredPack, saida: Actor) -> None:
    accepted(saida, stored, proposed(stored, "registers/projects.csv", "Road", "Rail"), minutes=90)

    assert later(90).strftime("%Y-%m-%d") in read(as_saida, address("register-row", "projects", "P-3"))
