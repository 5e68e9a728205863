"""Passwords: long rather than odd, and not one that others have lost."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from mezon.web.accounts.models import Person
from mezon.web.accounts.passwords import holds


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "breached.txt"
    lines = sorted(f"{digest(f'password {number}')}:{number}" for number in range(500))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def test_every_password_of_a_list_is_found_and_no_other(listed: Path) -> None:
    assert all(holds(listed, digest(f"password {number}")) for number in range(500))
    assert not any(holds(listed, digest(f"other {number}")) for number in range(500))


@given(st.sets(st.text(min_size=1, max_size=8), max_size=40), st.text(min_size=1, max_size=8))
def test_halving_finds_what_a_look_at_every_line_finds(tmp_path_factory: Any, known: set[str], asked: str) -> None:
    path = tmp_path_factory.mktemp("list") / "l"
    path.write_text("".join(f"{line}\n" for line in sorted(map(digest, known))), encoding="ascii")
    assert holds(path, digest(asked)) == (asked in known)


def test_a_breached_password_is_refused(listed: Path, settings: Any) -> None:
    settings.MEZON_BREACHED_PASSWORDS = str(listed)
    with pytest.raises(ValidationError, match="breach"):
        validate_password("password 417")


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaab", "четыре тихих верблюда", "toʻrt tuya yoʻlda", "x" * 64 + " " * 64, "    spaces     ok"],
)
def test_any_characters_and_great_length_are_welcome(password: str) -> None:
    validate_password(password, Person(email="aziza@office.example", name="Aziza"))


@pytest.mark.parametrize("password", ["eleven char", "aziza@office", "Mezon-2026-x", "innovatsiya1", "qwerty123456"])
def test_short_own_and_obvious_ones_are_not(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, Person(email="aziza@office.example", name="Aziza"))


@pytest.mark.parametrize("language", ["uz", "ru"])
def test_the_rules_of_passwords_are_told_in_the_language_of_the_page(language: str) -> None:
    from django.contrib.auth.password_validation import password_validators_help_texts

    with translation.override("en"):
        english = set(password_validators_help_texts())
    with translation.override(language):
        assert not english & set(password_validators_help_texts())
