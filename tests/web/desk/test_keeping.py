"""Kept files: whole, by digest, under no name of a user's."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from mezon.errors import CopyDiffers
from mezon.web.desk import keeping


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_a_file_is_kept_under_its_digest_and_read_back() -> None:
    digest = keeping.keep(b"evidence")
    assert digest == hashlib.sha256(b"evidence").hexdigest()
    assert keeping.kept(digest) == b"evidence"


def test_the_same_file_is_kept_once(own_home: Path) -> None:
    keeping.keep(b"once")
    keeping.keep(b"once")
    assert len([path for path in own_home.rglob("*") if path.is_file()]) == 1


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(own_home: Path) -> None:
    digest = keeping.keep(b"true")
    next(path for path in own_home.rglob(digest)).write_bytes(b"forged")
    with pytest.raises(CopyDiffers):
        keeping.kept(digest)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_what_is_no_digest_is_never_a_path(digest: str) -> None:
    with pytest.raises(CopyDiffers):
        keeping.kept(digest)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../x.xlsx", "x.xlsx"), ("C:\\temp\\a.csv", "a.csv"), ('a"b<c>.csv', "abc.csv"), ("", "file"),
        ("\u202egnp.exe", "gnp.exe"), ("a\r\nSet-Cookie: x", "aSet-Cookie x"),
    ],
)  # fmt: skip
def test_a_name_is_made_fit_to_be_shown(given: str, shown: str) -> None:
    assert keeping.shown_name(given) == shown
