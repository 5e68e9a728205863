"""Registers changed in the database: checked like a pack, row by row in their history, the same bytes for the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mezon.errors import AskedForUnknown, ChangedMeanwhile, PackHasFaults, PackUnreadable, WrongUse
from tests.web.warehouse.conftest import later, small_pack  # noqa: F401 - fixture

TECHNOLOGIES = """id,name_en,name_ru,kind,note
T-1,Big data,"Большие, данные",DIGITAL,
T-2,Robots,,DIGITAL,"said ""so"" twice"
T-3,Drones,,FLYING,
"""
ADOPTION = """id,unit,technology,period,stage
A-1,A,T-1,2023,1
A-2,B,T-1,2023,2
"""


@pytest.fixture
def kept(db: None, small_pack: Path) -> Any:  # noqa: F811
    from mezon.web.warehouse import store

    (small_pack / "registers").mkdir()
    (small_pack / "registers/technologies.csv").write_text(TECHNOLOGIES, encoding="utf-8")
    (small_pack / "registers/adoption.csv").write_text(ADOPTION, encoding="utf-8")
    return store.load(small_pack, by=None, reason="first load", now=later(0))


def changed(pack: Any, register: str, text: str, home: Path, *, minutes: int = 1, **other: Any) -> Any:
    from mezon.web.warehouse import store

    return store.change_register(pack, register, text, by=3, reason="seen", now=later(minutes), home=home, **other)


def versions(register: str) -> list[tuple[str, int, bool]]:
    from mezon.web.warehouse.models import OPEN, RegisterRow

    rows = RegisterRow.objects.filter(register=register).order_by("key", "recorded_from")
    return [(row.key, row.recorded_from, row.recorded_to == OPEN) for row in rows]


def test_a_row_revised_leaves_the_others_their_version_and_their_bytes(kept: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    text = TECHNOLOGIES.replace("T-2,Robots", "T-2,Robots and arms")
    change = changed(kept, "technologies", text, tmp_path)

    assert change.number == 2
    assert change.counts["register_rows"] == 1
    assert versions("technologies") == [("T-1", 1, True), ("T-2", 1, False), ("T-2", 2, True), ("T-3", 1, True)]
    store.unload(kept, tmp_path / "out")
    assert (tmp_path / "out/registers/technologies.csv").read_text(encoding="utf-8") == text
    assert store.register_text(kept, "technologies", at=1) == TECHNOLOGIES


def test_a_row_added_between_and_one_withdrawn_touch_no_other(kept: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    added = TECHNOLOGIES.replace("T-2,", "T-15,Twins,,DIGITAL,\nT-16,Sensors,,DIGITAL,\nT-2,")
    changed(kept, "technologies", added, tmp_path)
    without = added.replace('T-2,Robots,,DIGITAL,"said ""so"" twice"\n', "") + "T-4,Lasers,,,\n"
    changed(kept, "technologies", without, tmp_path, minutes=2)

    assert versions("technologies") == [
        ("T-1", 1, True), ("T-15", 2, True), ("T-16", 2, True), ("T-2", 1, False), ("T-3", 1, True), ("T-4", 3, True),
    ]  # fmt: skip
    assert store.register_text(kept, "technologies") == without


def test_the_same_register_changes_nothing(kept: Any, tmp_path: Path) -> None:
    assert changed(kept, "technologies", TECHNOLOGIES, tmp_path) is None


@pytest.mark.parametrize(
    ("register", "old", "new", "said"),
    [
        ("adoption", "T-1,2023,1", "T-9,2023,1", "T-9"),
        ("adoption", "A-1,A", "A-1,NOBODY", "NOBODY"),
        ("adoption", "2023,1", "2023,first", "first"),
        ("technologies", "T-2,Robots", "T-1,Robots", "T-1"),
    ],
)
def test_a_fault_is_refused_and_nothing_is_recorded(
    kept: Any, tmp_path: Path, register: str, old: str, new: str, said: str
) -> None:
    from mezon.web.warehouse import store

    text = store.register_text(kept, register)
    with pytest.raises(PackHasFaults, match="would bring"):
        changed(kept, register, text.replace(old, new, 1), tmp_path)

    preview = store.preview_register(kept, register, text.replace(old, new, 1), home=tmp_path)
    assert any(said in finding.value for finding in preview.findings)
    assert preview.refused
    assert store.register_text(kept, register) == text
    kept.refresh_from_db()
    assert kept.last_change == 1


def test_a_register_that_is_not_there_yet_begins_with_its_header(kept: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    header = store.register_text(kept, "sites")
    assert header.startswith("id,name_en")
    text = "id,name_en,unit\nS-1,Pit,A\n"
    changed(kept, "sites", text, tmp_path)

    store.unload(kept, tmp_path / "out")
    assert (tmp_path / "out/registers/sites.csv").read_text(encoding="utf-8") == text


def test_what_no_register_is_called_is_answered_with_those_there_are(kept: Any, tmp_path: Path) -> None:
    with pytest.raises(AskedForUnknown, match="technologies"):
        changed(kept, "../pack", "id\n1\n", tmp_path)
    with pytest.raises(PackUnreadable):
        changed(kept, "technologies", " ", tmp_path)


def test_a_preview_made_before_another_change_is_not_accepted(kept: Any, tmp_path: Path) -> None:
    changed(kept, "technologies", TECHNOLOGIES + "T-4,Lasers,,,\n", tmp_path)
    with pytest.raises(ChangedMeanwhile):
        changed(kept, "technologies", TECHNOLOGIES + "T-5,Tags,,,\n", tmp_path, minutes=2, sound_at=1)


def test_an_old_folder_does_not_withdraw_a_row_recorded_here(kept: Any, small_pack: Path, tmp_path: Path) -> None:  # noqa: F811
    from mezon.web.warehouse import store

    changed(kept, "technologies", TECHNOLOGIES + "T-4,Lasers,,,\n", tmp_path)
    with pytest.raises(WrongUse, match="T-4 of technologies"):
        store.load(small_pack, by=None, reason="again", now=later(2))

    store.load(small_pack, by=None, reason="a rehearsal", now=later(3), replace=True)
    assert store.register_text(kept, "technologies") == TECHNOLOGIES
    kept.refresh_from_db()
    assert store.register_text(kept, "technologies", at=2).endswith("T-4,Lasers,,,\n")


def test_the_title_of_a_pack_follows_its_definition(kept: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    text = store.definition_text(kept, "pack.toml")
    other = text.replace('version = "', 'version = "9')
    assert other != text
    store.change_definition(kept, "pack.toml", other, by=3, reason="a new edition", now=later(1), home=tmp_path)

    kept.refresh_from_db()
    assert kept.version.startswith("9")
    with pytest.raises(WrongUse, match="called"):
        store.preview_definition(kept, "pack.toml", text.replace('id = "', 'id = "other'), home=tmp_path)


def test_a_text_nested_too_deeply_is_a_finding(kept: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    preview = store.preview_definition(kept, "rules.toml", "a = " + "[" * 100_000, home=tmp_path)

    assert "rules.toml" in {finding.file for finding in preview.findings}
    assert preview.refused
