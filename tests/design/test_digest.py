from __future__ import annotations

from pathlib import Path

import pytest

from mezon.design.digest import pack_digest


def test_the_order_of_rows_and_line_ends_makes_no_difference(tiny_pack: Path) -> None:
    before = pack_digest(tiny_pack)
    path = tiny_pack / "units.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([head, *reversed(rows), ""]).encode())
    assert pack_digest(tiny_pack) == before


def test_a_cell_of_several_lines_moves_as_a_whole(tiny_pack: Path) -> None:
    path = tiny_pack / "parameters.csv"
    digests = set()
    for rows in (['A,,1,"x\ny"', "B,,2,z"], ["B,,2,z", 'A,,1,"x\ny"'], ['A,,1,"x\nz"', "B,,2,y"]):
        path.write_text("\n".join(["name,period,value,note", *rows]) + "\n", "utf-8")
        digests.add(pack_digest(tiny_pack))
    assert len(digests) == 2


@pytest.mark.parametrize("file", ["datapackage.json", "README.md", "manifest.json", ".notes"])
def test_what_only_describes_a_pack_does_not_count(tiny_pack: Path, file: str) -> None:
    before = pack_digest(tiny_pack)
    (tiny_pack / file).write_text("anything", "utf-8")
    assert pack_digest(tiny_pack) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rates.csv", "10.5", "10.50"),
        ("units.csv", "One", "Ona"),
        ("pack.toml", '"1"', '"2"'),
        ("codelists/CL_SIZE.csv", "SMALL", "TINY"),
    ],
)
def test_any_change_of_content_counts(tiny_pack: Path, file: str, old: str, new: str) -> None:
    before = pack_digest(tiny_pack)
    path = tiny_pack / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert pack_digest(tiny_pack) != before


def test_a_file_more_or_under_another_name_counts(tiny_pack: Path) -> None:
    before = pack_digest(tiny_pack)
    (tiny_pack / "rates.csv").rename(tiny_pack / "rates2.csv")
    assert pack_digest(tiny_pack) != before
