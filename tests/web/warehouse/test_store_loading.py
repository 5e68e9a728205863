"""Folder to database and back: the same bytes, and nothing lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mezon.design.locating import find_pack
from mezon.errors import PackHasFaults, WrongUse
from tests.web.warehouse.conftest import NOON, later


def _files(folder: Path) -> dict[str, bytes]:
    from mezon.web.warehouse.store.files import files_of

    return {path: file.read_bytes() for path, file in files_of(folder).items()}


@pytest.mark.parametrize("name", ["uzbekistan", "metallia"])
def test_a_bundled_pack_comes_back_as_the_same_bytes(db: None, tmp_path: Path, name: str) -> None:
    from mezon.web.warehouse import store

    pack = store.load(name, by=None, reason="first load", now=NOON)
    store.unload(pack, tmp_path / "out")

    assert _files(tmp_path / "out") == _files(find_pack(name))


ODD = {
    "a byte order mark and Windows line ends": "\ufeffindicator,unit,period,value\r\nRD_SPEND,A,2024,12.5\r\n",
    "no line end after the last row": "indicator,unit,period,value\nRD_SPEND,A,2024,12.5",
    "numbers written otherwise": "indicator,unit,period,value\nRD_SPEND,A,2024,12.50\nTOTAL_SPEND,A,2024,4e2\n",
    "a line break inside a cell": 'indicator,unit,period,value,note\nRD_SPEND,A,2024,1,"a\nb"\nRD_SPEND,B,2024,2,\n',
    "quotation marks that need not be": 'indicator,unit,period,value\n"RD_SPEND",A,2024,12.5\n',
    "defaults spelled out in places": "indicator,unit,period,value,status\nRD_SPEND,A,2024,1,A\nRD_SPEND,B,2024,1,\n",
    "a blank line between rows": "indicator,unit,period,value\nRD_SPEND,A,2024,1\n\nRD_SPEND,B,2024,1\n",
    "half-years as H1": "indicator,unit,period,value\nRD_SPEND,A,2024-H1,1\n",
    "columns in another order": "value,period,unit,indicator\n1,2024,A,RD_SPEND\n",
    "no rows": "indicator,unit,period,value\n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_a_file_written_in_an_unusual_way_comes_back_as_it_was(
    db: None, small_pack: Path, tmp_path: Path, text: str
) -> None:
    from mezon.web.warehouse import store

    (small_pack / "observations.csv").write_bytes(text.encode("utf-8"))
    pack = store.load(small_pack, by=None, reason="first load", now=NOON)
    store.unload(pack, tmp_path / "out")

    assert _files(tmp_path / "out") == _files(small_pack)


def test_loading_the_same_folder_twice_changes_nothing(stored: Any, small_pack: Path) -> None:
    from mezon.web.warehouse import store
    from mezon.web.warehouse.models import Change

    again = store.load(small_pack, by=None, reason="again", now=later(1))

    assert again.last_change == 1
    assert Change.objects.filter(pack=stored).count() == 1


def test_a_folder_loaded_again_revises_adds_and_withdraws_and_the_past_stays(
    stored: Any, small_pack: Path, tmp_path: Path
) -> None:
    from mezon.web.warehouse import store

    before = _files(small_pack)
    (small_pack / "observations.csv").write_text(
        "indicator,unit,period,value\nRD_SPEND,A,2024,13\nRD_SPEND,A,2023,9\nTOTAL_SPEND,A,2024,400\n"
        "TOTAL_SPEND,B,2024,150\n",
        encoding="utf-8",
    )
    pack = store.load(small_pack, by=None, reason="the new survey", now=later(1))

    change = pack.changes.get(number=2)
    assert (change.counts["new"], change.counts["changed"], change.counts["withdrawn"]) == (1, 1, 1)
    store.unload(pack, tmp_path / "now")
    store.unload(pack, tmp_path / "then", at=1)
    assert _files(tmp_path / "now") == _files(small_pack)
    assert _files(tmp_path / "then") == before


def test_a_folder_that_does_not_say_what_was_recorded_here_is_refused(
    stored: Any, small_pack: Path, record: Any, tmp_path: Path
) -> None:
    from mezon.web.warehouse import store

    record("RD_SPEND", "A", "2025", 14.0, source_ref="submission 7 money!C4")
    with pytest.raises(WrongUse, match="RD_SPEND of A in 2025 is the first") as refused:
        store.load(small_pack, by=None, reason="the old folder", now=later(2))

    assert "--replace" in refused.value.hint
    assert store.read_observations(stored).height == 5
    store.unload(stored, tmp_path / "now")
    store.load(tmp_path / "now", by=None, reason="with it", now=later(2))
    assert store.read_observations(stored).height == 5
    pack = store.load(small_pack, by=None, reason="a rehearsal", now=later(3), replace=True)
    assert store.read_observations(pack).height == 4
    assert store.read_observations(pack, at=2).height == 5


def test_a_folder_that_says_something_else_than_was_recorded_here_is_refused(
    stored: Any, small_pack: Path, record: Any
) -> None:
    from mezon.web.warehouse import store

    (small_pack / "observations.csv").write_text("indicator,unit,period,value\nRD_SPEND,A,2024,13\n", encoding="utf-8")
    store.load(small_pack, by=None, reason="fewer", now=later(1))
    record("RD_SPEND", "A", "2024", 15.0, minutes=2)
    with pytest.raises(WrongUse, match="say something else"):
        store.load(small_pack, by=None, reason="the old folder", now=later(3))


def test_a_folder_that_undoes_a_definition_changed_here_is_refused(
    stored: Any, small_pack: Path, tmp_path: Path
) -> None:
    from mezon.web.warehouse import store

    text = store.definition_text(stored, "units.csv").replace("Enterprise A", "Enterprise Alpha")
    store.change_definition(stored, "units.csv", text, by=7, reason="renamed", now=later(1), home=tmp_path)
    with pytest.raises(WrongUse, match=r"units\.csv was changed in the database"):
        store.load(small_pack, by=None, reason="the old folder", now=later(2))

    assert store.definition_text(stored, "units.csv") == text


def test_rows_put_in_another_order_come_back_in_that_order(stored: Any, small_pack: Path, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    header, *rows = (small_pack / "observations.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join([header, *reversed(rows)]) + "\n"
    (small_pack / "observations.csv").write_text(text, encoding="utf-8")
    pack = store.load(small_pack, by=None, reason="sorted otherwise", now=later(1))
    store.unload(pack, tmp_path / "out")

    assert (tmp_path / "out" / "observations.csv").read_text(encoding="utf-8") == text


def test_a_register_revised_in_the_folder_is_revised_in_the_database(
    stored: Any, small_pack: Path, tmp_path: Path
) -> None:
    from mezon.web.warehouse import store

    (small_pack / "registers").mkdir()
    register = small_pack / "registers" / "technologies.csv"
    register.write_text("id,name_en,source\nT1,Drones,SURVEY\nT2,Sensors,SURVEY\n", encoding="utf-8")
    store.load(small_pack, by=None, reason="a register", now=later(1))
    register.write_text(
        "id,name_en,source\nT0,Belts,SURVEY\nT2,Sensors,SURVEY\nT1,Big drones,SURVEY\n", encoding="utf-8"
    )
    pack = store.load(small_pack, by=None, reason="its revision", now=later(2))
    store.unload(pack, tmp_path / "now")
    store.unload(pack, tmp_path / "then", at=2)

    assert (tmp_path / "now/registers/technologies.csv").read_bytes() == register.read_bytes()
    assert "T1,Drones,SURVEY\nT2,Sensors" in (tmp_path / "then/registers/technologies.csv").read_text(encoding="utf-8")


def test_a_pack_with_errors_is_refused_whole(db: None, small_pack: Path) -> None:
    from mezon.web.warehouse import store
    from mezon.web.warehouse.models import StoredPack

    (small_pack / "observations.csv").write_text(
        "indicator,unit,period,value\nRD_SPEND,A,2024,1\nRD_SPEND,NOBODY,2024,1\n", encoding="utf-8"
    )
    with pytest.raises(PackHasFaults, match="NOBODY"):
        store.load(small_pack, by=None, reason="first load", now=NOON)

    assert not StoredPack.objects.filter(code="mypack").exists()


def test_a_change_without_a_reason_is_refused(db: None, small_pack: Path) -> None:
    from mezon.web.warehouse import store

    with pytest.raises(WrongUse, match="reason"):
        store.load(small_pack, by=None, reason="  ", now=NOON)


def test_a_working_pack_is_the_pack_that_was_loaded(stored: Any, small_pack: Path, tmp_path: Path) -> None:
    from mezon import production
    from mezon.web.warehouse import store

    working = store.working_pack(stored, home=tmp_path)

    assert working.sha256 == production.read_pack(small_pack).sha256
    assert store.working_pack(stored, home=tmp_path).folder == working.folder


def test_nothing_is_written_over(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    (tmp_path / "mine").write_text("kept", encoding="utf-8")
    with pytest.raises(WrongUse, match="there already"):
        store.unload(stored, tmp_path)

    assert (tmp_path / "mine").read_text(encoding="utf-8") == "kept"


def test_a_row_that_says_more_than_the_file_had_columns_for_is_written_whole(
    stored: Any, record: Any, tmp_path: Path
) -> None:
    from mezon.web.warehouse import store

    record("RD_SPEND", "A", "2025", 14.0, source_ref="submission 7 money!1", published="2026-11-22", low=13.0)
    pack = store.working_pack(stored, home=tmp_path)

    row = pack.observations.filter(period="2025").to_dicts()[0]
    assert (row["value"], row["source_ref"], row["published"]) == (14.0, "submission 7 money!1", "2026-11-22")
    assert row["low"] == 13.0
    older = pack.observations.filter(period="2024")
    assert set(older["source_ref"]) == {""}
    assert not pack.findings
