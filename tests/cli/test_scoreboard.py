"""The scoreboard says of bands what they are."""

from __future__ import annotations

import tomllib
from pathlib import Path

import mezon.cli


def test_a_band_is_called_polosa_in_russian_and_no_text_says_that_its_units_are_not_told_apart() -> None:
    words = tomllib.loads(Path(mezon.cli.__file__).with_name("words.toml").read_text(encoding="utf-8"))
    assert words["band"]["ru"] == "полоса"
    legend = next(said for said in words if said.startswith("variants: where the unit lies"))
    assert "not above in {share} of them" in legend
    assert all("{share}" in words[legend][language] for language in ("ru", "uz"))
    assert not any("not told apart" in said for said in words)
