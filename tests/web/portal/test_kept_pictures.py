"""The shelf of pictures: drawn once, named by nothing that an address says, and never larger than its place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404

from mezon.disseminate.charts.picture import Look
from mezon.version import VERSION
from mezon.web.portal import kept_pictures
from mezon.web.portal.edition import Edition
from mezon.web.portal.kept_pictures import kept_picture, make_room

pytestmark = pytest.mark.django_db
NAME = "investment-companies"


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path / "pictures"


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_picture_is_drawn_once_for_a_release_and_a_version(
    edition: Edition, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept_picture(edition, NAME, Look(), {}, "svg")
    (kept,) = files(shelf)
    assert kept.relative_to(shelf).parts[0] == f"{edition.token}-{VERSION}"

    monkeypatch.setattr(kept_pictures, "chart_of", None)  # a second drawing would fail
    assert kept_picture(edition, NAME, Look(), {}, "svg") == first
    monkeypatch.setattr(kept_pictures, "VERSION", "another")
    with pytest.raises(TypeError):
        kept_picture(edition, NAME, Look(), {}, "svg")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("indicator", {"indicator": "RD_GDP", "units": "UZB,../../x"}),
        ("indicator", {"indicator": "RD_GDP", "units": "UZB,UZB"}),
        ("indicator", {"indicator": "NOTHING"}),
        ("ranking", {"period": "1066"}),
        ("ranking", {"by": "nobody"}),
        ("unit-years", {"u": "NOBODY"}),
    ],
)
def test_made_up_values_draw_nothing(edition: Edition, shelf: Path, name: str, parameters: dict[str, str]) -> None:
    with pytest.raises(Http404):
        kept_picture(edition, name, Look(), parameters, "svg")
    assert not files(shelf)


def test_what_a_picture_does_not_ask_for_makes_no_second_file(edition: Edition, shelf: Path) -> None:
    kept_picture(edition, NAME, Look(), {}, "svg")
    kept_picture(edition, NAME, Look(), {"u": "UZB", "anything": "at all"}, "svg")
    assert len(files(shelf)) == 1


def test_the_oldest_make_room(tmp_path: Path) -> None:
    for age, name in enumerate(("newest.svg", "middle.svg", "oldest.svg")):
        (tmp_path / name).write_bytes(b"x" * 40)
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    make_room(tmp_path, 100)
    assert [path.name for path in files(tmp_path)] == ["middle.svg", "newest.svg"]
    make_room(tmp_path, 100)
    assert len(files(tmp_path)) == 2
