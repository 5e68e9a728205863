"""Ranking."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db


def test_ranking_stands(page: Callable[..., str], edition: Edition) -> None:
    assert "Mezon" in page("/en/ranking/")


def test_ranking_of_metallia(metallia: Edition, page: Callable[..., str]) -> None:
    assert "synthetic" in page("/en/ranking/")
