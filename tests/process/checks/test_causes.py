"""A faulty definition is one finding, which counts what could not be checked because of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mezon.model.finding import Finding
from mezon.production import check, read_pack


def errors(folder: Path, language: str = "en") -> list[Finding]:
    return [finding for finding in check(read_pack(folder, language=language)) if finding.severity == "error"]


def rows(folder: Path) -> int:
    return len((folder / "observations.csv").read_text().splitlines()) - 1


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("indicators.toml", "[RD_SPEND]", "[RD_SPEND", "toml-unreadable"),
        ("units.csv", "unit,level", "unitt,level", "column-missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error_that_counts_the_rows(
    first_pack: Path, file: str, old: str, new: str, code: str
) -> None:
    path = first_pack / file
    path.write_text(path.read_text().replace(old, new))
    (error,) = errors(first_pack)
    assert (error.file, error.code) == (file, code)
    assert f"So {rows(first_pack)} rows" in error.message


def test_a_default_source_that_does_not_exist_is_one_error(first_pack: Path) -> None:
    path = first_pack / "pack.toml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("default_source")]
    path.write_text("\n".join(['default_source = "NOBODY"', *lines]))
    (error,) = errors(first_pack)
    assert (error.file, error.key, error.value) == ("pack.toml", "default_source", "NOBODY")
    assert f"So {rows(first_pack)} rows could not be checked." in error.message


def test_a_unit_that_was_misread_is_blamed_once_for_its_rows(first_pack: Path) -> None:
    path = first_pack / "units.csv"
    path.write_text(path.read_text().replace("B,ENTERPRISE", "B,FACTORY"))
    found = check(read_pack(first_pack))
    assert [finding.code for finding in found if finding.severity != "note"] == ["code-unknown"]
    assert "rows could not be checked." in found[0].message


def test_a_code_that_nothing_explains_is_still_found_at_each_of_its_rows(first_pack: Path) -> None:
    path = first_pack / "observations.csv"
    text = path.read_text()
    path.write_text(text.replace(",B,", ",BB,"))
    assert len([one for one in errors(first_pack) if one.code == "unknown-unit"]) == text.count(",B,")


@pytest.mark.parametrize(("language", "word"), [("ru", "строк"), ("uz", "qator")])
def test_the_count_is_said_in_every_language(first_pack: Path, language: str, word: str) -> None:
    (first_pack / "indicators.toml").write_text("[")
    assert any(word in error.message for error in errors(first_pack, language))
