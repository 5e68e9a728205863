"""The desk to try out: links instead of passwords, and nothing of what was done is undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mezon.web.accounts.models import Grant, Person
from mezon.web.desk import demonstrating
from mezon.web.warehouse.models import Change, StoredPack
from tests.web.desk.conftest import later

pytestmark = pytest.mark.django_db


def prepared(pack: Path, minutes: int = 0) -> str:
    said: list[str] = []
    demonstrating.prepare(str(pack), site="http://127.0.0.1:8000", say=said.append, now=later(minutes))
    return "\n".join(said)


def test_everybody_of_the_cast_gets_a_link_and_nobody_a_password(client: Any, desk_pack: Path) -> None:
    said = prepared(desk_pack)
    links = [line.strip() for line in said.splitlines() if "/join/" in line]
    assert len(links) == len(demonstrating.CAST)
    assert not any(person.has_usable_password() for person in Person.objects.all())
    assert client.get(links[0].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_provider_stands_at_a_unit_that_owes_a_form(desk_pack: Path) -> None:
    prepared(desk_pack)
    assert Grant.objects.get(role="provider").unit in {"A", "B"}
    assert Grant.objects.get(role="administrator").unit == ""


def test_the_year_to_begin_with_is_one_whose_figures_move_something(desk_pack: Path) -> None:
    form = desk_pack / "forms/annual.toml"
    form.write_text(form.read_text(encoding="utf-8").replace('first = "2025"', 'first = "2023"'), encoding="utf-8")
    assert "begin with 2024," in prepared(desk_pack)


def test_a_second_time_changes_nothing_that_was_done(desk_pack: Path) -> None:
    prepared(desk_pack)
    changes = Change.objects.count()
    (desk_pack / "units.csv").write_text("unit,level,name_en\nA,ENTERPRISE,Renamed\nB,ENTERPRISE,B\n", encoding="utf-8")
    said = prepared(desk_pack, minutes=10)
    assert (StoredPack.objects.count(), Change.objects.count()) == (1, changes)
    assert Person.objects.count() == len(demonstrating.CAST)
    assert said.count("/join/") == len(demonstrating.CAST)


def test_who_has_a_password_is_told_where_to_sign_in(desk_pack: Path) -> None:
    prepared(desk_pack)
    for person in Person.objects.all():
        person.set_password("four gentle camels walk")
        person.save()
    said = prepared(desk_pack, minutes=10)
    assert "/join/" not in said
    assert said.count("/account/login/") == len(demonstrating.CAST)
