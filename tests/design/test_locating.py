from __future__ import annotations

from pathlib import Path

import pytest

from mezon.design.locating import bundled_packs, find_pack
from mezon.errors import AskedForUnknown


def test_a_folder_is_found_by_its_path_or_by_its_pack_file(tiny_pack: Path) -> None:
    assert find_pack(str(tiny_pack)) == tiny_pack
    assert find_pack(str(tiny_pack / "pack.toml")) == tiny_pack


def test_a_folder_without_pack_file_is_given_so_that_the_check_can_say_so(tmp_path: Path) -> None:
    assert find_pack(str(tmp_path)) == tmp_path


def test_bundled_packs_are_found_by_name() -> None:
    assert {"metallia", "uzbekistan"} <= set(bundled_packs())
    assert (find_pack("metallia") / "pack.toml").is_file()


def test_a_name_that_is_nothing_gets_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AskedForUnknown, match="uzbekistan"):
        find_pack("uzbekstan")
