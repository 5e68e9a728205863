from __future__ import annotations

from pathlib import Path

import pytest

from mezon.design.quantities import bundled_units_of_measure, read_units_of_measure
from mezon.model.finding import Rulebook

NEEDED = (
    "UZS", "UZS_MN", "UZS_BN", "UZS_TN", "USD", "USD_MN", "USD_BN", "XTS", "XTS_MN", "PERCENT", "RATIO", "TIMES",
    "PER_MN_POP", "NUMBER", "PERSONS", "PERSONS_MN", "FTE", "KG", "T", "KT", "MT", "T_PER_Y", "KT_PER_Y", "MT_PER_Y",
    "KG_PER_USD", "SCORE_WGI", "SCORE", "USD_PER_T", "USD_PER_OZ", "YEARS", "INDEX",
)  # fmt: skip


@pytest.mark.parametrize("code", NEEDED)
def test_the_units_that_packs_use_are_bundled_in_three_languages(code: str) -> None:
    unit = bundled_units_of_measure()[code]
    assert unit.name.missing() == ()
    assert unit.dimension


def test_money_carries_its_currency_and_nothing_else_does() -> None:
    for unit in bundled_units_of_measure().values():
        assert bool(unit.currency) == (unit.dimension == "money"), unit.code
        assert not unit.currency or unit.code.startswith(unit.currency)


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("UZS_BN", "UZS_MN", 1e3),
        ("KT", "KG", 1e6),
        ("TIMES", "PERCENT", 100),
        ("YEARS", "MONTHS", 12),
        # The international troy ounce is 31.1034768 g and the avoirdupois pound 453.59237 g, both exactly.
        ("OZ", "G", 31.1034768),
        ("USD_PER_OZ", "USD_PER_KG", 1000 / 31.1034768),
        ("USD_PER_LB", "USD_PER_T", 1e6 / 453.59237),
        ("MWH", "GJ", 3.6),
    ],
)
def test_scales_convert_within_a_dimension(one: str, other: str, factor: float) -> None:
    units = bundled_units_of_measure()
    assert units[one].dimension == units[other].dimension
    assert units[one].scale / units[other].scale == pytest.approx(factor, rel=1e-14)


def test_a_pack_brings_units_of_its_own(tmp_path: Path, rulebook: Rulebook) -> None:
    (tmp_path / "codelists").mkdir()
    text = "code,name_en,dimension,scale\nBAR,bars,pressure,1e5\nNIL,nothing,pressure,0\n"
    (tmp_path / "codelists/CL_UNIT_MEASURE.csv").write_text(text, "utf-8")
    units, findings = read_units_of_measure(tmp_path, rulebook=rulebook)
    assert units["BAR"].scale == 1e5
    assert "PERCENT" in units
    assert "NIL" not in units
    assert [(finding.code, finding.row) for finding in findings] == [("scale-not-positive", 3)]
