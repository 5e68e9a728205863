"""Drawing in the background: page width first, every language and theme, and no orphan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mezon.disseminate.charts.picture import PAGE
from mezon.web.portal import kept_pictures, warming
from mezon.web.portal.edition import Edition


def test_pages_come_before_phones_and_nothing_is_left_out() -> None:
    looks = list(warming.looks())
    assert len(set(looks)) == 2 * 3 * 2
    assert [look.width == PAGE for look in looks] == [True] * 6 + [False] * 6


@pytest.mark.django_db
def test_without_a_parent_nothing_is_drawn(edition: Edition, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert warming.draw_all(parent=-1) == 0


@pytest.mark.django_db
def test_every_warm_picture_is_asked_for_in_every_look(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    asked: list[Any] = []
    monkeypatch.setattr(kept_pictures, "kept_picture", lambda *arguments: asked.append(arguments))
    drawn = warming.draw_all(parent=os.getppid())
    assert drawn == len(asked) > 12 * 10
    assert {arguments[1] for arguments in asked} >= {"ranking", "unit-years", "investment-line", "indicator"}
